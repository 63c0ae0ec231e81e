//! Presence: how available a colleague is, in Graph's words and in ours.
//!
//! Owns the words and which of Graph's values mean the same. Graph's values are open strings in two documented splits and in
//! any case: what nobody knows is shown as it came. Start with [`Presence::words`].
//!
//! Sources: <https://learn.microsoft.com/en-us/graph/api/resources/presence> and its older copy at
//! <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/api-reference/v1.0/resources/presence.md>.

use super::CloudKind;
use std::borrow::Cow;

/// The most people in one question: <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>
pub const MOST_IDS: usize = 650;

/// Said where the cloud has no presence: <https://learn.microsoft.com/en-us/graph/api/presence-get>
pub fn not_in_this_cloud(cloud: CloudKind) -> Option<&'static str> {
    (cloud == CloudKind::China).then_some("Presence is not available in this cloud.")
}

/// How available somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Presence {
    /// Graph's `availability`, as it came.
    pub availability: String,
    /// Graph's `activity`, as it came.
    pub activity: String,
    /// What the person wrote about it; plain text.
    pub message: Option<String>,
    /// Whether the person is out of the office, whatever the two say.
    pub out_of_office: bool,
}

/// What a filter and an icon can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PresenceKind {
    /// Can be reached.
    Available,
    /// Is busy, in a call or in a meeting.
    Busy,
    /// Does not want to be disturbed.
    DoNotDisturb,
    /// Is away for a moment.
    Away,
    /// Is out of the office.
    OutOfOffice,
    /// Is not signed in.
    Offline,
    /// Nobody can tell, or in a word that is not known here.
    Unknown,
}

impl PresenceKind {
    /// In the order of the filter.
    pub const ALL: [PresenceKind; 7] = [
        PresenceKind::Available,
        PresenceKind::Busy,
        PresenceKind::DoNotDisturb,
        PresenceKind::Away,
        PresenceKind::OutOfOffice,
        PresenceKind::Offline,
        PresenceKind::Unknown,
    ];

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            PresenceKind::Available => "Available",
            PresenceKind::Busy => "Busy",
            PresenceKind::DoNotDisturb => "Do not disturb",
            PresenceKind::Away => "Away",
            PresenceKind::OutOfOffice => "Out of office",
            PresenceKind::Offline => "Offline",
            PresenceKind::Unknown => "Unknown",
        }
    }
}

/// What is known of one of Graph's values.
struct Value {
    words: &'static str,
    kind: PresenceKind,
    /// Says only how available somebody is, not what the person does.
    plain: bool,
}

/// Case does not matter: the wire sends Pascal case, the current page lists camel case.
fn value(text: &str) -> Option<Value> {
    use PresenceKind as Kind;
    let (words, kind, plain) = match text.to_ascii_lowercase().as_str() {
        "available" => ("Available", Kind::Available, true),
        "availableidle" => ("Available, idle", Kind::Available, true),
        "away" => ("Away", Kind::Away, true),
        "berightback" => ("Be right back", Kind::Away, true),
        "busy" => ("Busy", Kind::Busy, true),
        "busyidle" => ("Busy, idle", Kind::Busy, true),
        "donotdisturb" => ("Do not disturb", Kind::DoNotDisturb, true),
        "offline" => ("Offline", Kind::Offline, true),
        "presenceunknown" | "" => ("Unknown", Kind::Unknown, true),
        "inactive" => ("Inactive", Kind::Away, true),
        "inacall" => ("In a call", Kind::Busy, false),
        "inaconferencecall" => ("In a conference call", Kind::Busy, false),
        "inameeting" => ("In a meeting", Kind::Busy, false),
        "offwork" => ("Off work", Kind::Offline, false),
        "outofoffice" => ("Out of office", Kind::OutOfOffice, false),
        "presenting" => ("Presenting", Kind::DoNotDisturb, false),
        "focusing" => ("Focusing", Kind::DoNotDisturb, false),
        "urgentinterruptionsonly" => ("Urgent interruptions only", Kind::DoNotDisturb, false),
        _ => return None,
    };
    Some(Value { words, kind, plain })
}

impl Presence {
    /// What to show: what the person does where that is known, else how available the person is. Values that are not known
    /// here are shown as they came.
    pub fn words(&self) -> Cow<'_, str> {
        match (value(&self.availability), value(&self.activity)) {
            (Some(available), Some(doing)) if doing.plain => available.words.into(),
            (_, Some(doing)) if !doing.plain => doing.words.into(),
            (None, Some(_)) => Cow::Borrowed(&self.availability),
            (Some(_), _) => Cow::Borrowed(&self.activity),
            (None, None) if self.availability == self.activity => Cow::Borrowed(&self.availability),
            (None, _) => format!("{} · {}", self.availability, self.activity).into(),
        }
    }

    /// Its kind, by availability first.
    pub fn kind(&self) -> PresenceKind {
        let (available, doing) = (value(&self.availability), value(&self.activity));
        if self.out_of_office || doing.as_ref().is_some_and(|doing| doing.kind == PresenceKind::OutOfOffice) {
            return PresenceKind::OutOfOffice;
        }
        available.or(doing).map_or(PresenceKind::Unknown, |value| value.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_splits_any_case_and_unknown_values_are_put_into_words() {
        use PresenceKind as Kind;
        for (availability, activity, words, kind) in [
            ("Available", "Available", "Available", Kind::Available),
            ("available", "available", "Available", Kind::Available),
            ("AVAILABLEIDLE", "Inactive", "Available, idle", Kind::Available),
            ("Busy", "InACall", "In a call", Kind::Busy),
            ("inACall", "busy", "In a call", Kind::Busy),
            ("Busy", "InAMeeting", "In a meeting", Kind::Busy),
            ("inAMeeting", "busy", "In a meeting", Kind::Busy),
            ("Busy", "Busy", "Busy", Kind::Busy),
            ("BusyIdle", "Inactive", "Busy, idle", Kind::Busy),
            ("DoNotDisturb", "Presenting", "Presenting", Kind::DoNotDisturb),
            ("presenting", "doNotDisturb", "Presenting", Kind::DoNotDisturb),
            ("focusing", "doNotDisturb", "Focusing", Kind::DoNotDisturb),
            ("DoNotDisturb", "UrgentInterruptionsOnly", "Urgent interruptions only", Kind::DoNotDisturb),
            ("Away", "BeRightBack", "Away", Kind::Away),
            ("BeRightBack", "BeRightBack", "Be right back", Kind::Away),
            ("Away", "OutOfOffice", "Out of office", Kind::OutOfOffice),
            ("Offline", "OffWork", "Off work", Kind::Offline),
            ("PresenceUnknown", "PresenceUnknown", "Unknown", Kind::Unknown),
            ("", "", "Unknown", Kind::Unknown),
            ("Commuting", "OnTheTrain", "Commuting · OnTheTrain", Kind::Unknown),
            ("Commuting", "Commuting", "Commuting", Kind::Unknown),
            ("Busy", "Juggling", "Juggling", Kind::Busy),
            ("Commuting", "Busy", "Commuting", Kind::Busy),
        ] {
            let presence =
                Presence { availability: availability.into(), activity: activity.into(), ..Presence::default() };
            assert_eq!((presence.words().as_ref(), presence.kind()), (words, kind), "{availability}/{activity}");
        }
    }

    #[test]
    fn out_of_the_office_wins() {
        let presence = Presence {
            availability: "Available".into(),
            activity: "Available".into(),
            out_of_office: true,
            ..Presence::default()
        };
        assert_eq!((presence.words().as_ref(), presence.kind()), ("Available", PresenceKind::OutOfOffice));
        assert!(not_in_this_cloud(CloudKind::China).is_some() && not_in_this_cloud(CloudKind::Global).is_none());
    }
}
