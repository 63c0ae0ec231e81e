//! The ladder of reminders before a secret or certificate ends, and their words.
//!
//! Owns the rungs: 60, 30, 15, 7 and 1 days before the end, and the end. Knows nothing of how a person is reminded. Start
//! with [`Rung::reached`].

use super::{expiry, saved::Saved};
use chrono::{DateTime, Duration, SecondsFormat, Utc};

/// How many days before the end a person is reminded, the first reminder first.
pub const LADDER: [i64; 5] = [60, 30, 15, 7, 1];

/// One step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// So many days before the end.
    Before(i64),
    /// The end.
    End,
}

impl Rung {
    /// The last rung that has been reached; `None` more than 60 days before the end.
    pub fn reached(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        if end <= now {
            return Some(Rung::End);
        }
        LADDER.into_iter().rev().find(|days| end - now <= Duration::days(*days)).map(Rung::Before)
    }

    /// When the next rung is reached; `None` once the end has come.
    pub fn next(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        LADDER.into_iter().chain([0]).map(|days| end - Duration::days(days)).find(|moment| *moment > now)
    }
}

/// Why the desktop shows no reminders, where that is known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The company turned them off.
    Organization,
    /// The system shows notifications of installed programs only, and this one is not.
    NotInstalled,
}

/// What the window says of reminders.
pub fn explanation(silence: Option<Silence>) -> &'static str {
    match silence {
        None => {
            "Liaison reminds you 60, 30, 15, 7, and 1 days before it expires, while Liaison is running. Calendar reminders work even when it isn't."
        }
        Some(Silence::Organization) => {
            "Your organization turned off Liaison's reminders. Calendar reminders work all the same."
        }
        Some(Silence::NotInstalled) => {
            "This copy of Liaison isn't installed, so this system doesn't show its notifications. Install Liaison, or use calendar reminders."
        }
    }
}

/// What ends, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When it ends.
    pub end: DateTime<Utc>,
    /// `client secret` or `certificate`.
    pub noun: &'static str,
    /// The account's name.
    pub account: String,
    /// Whether it is the practice tenant's, which whoever shows it says.
    pub practice: bool,
}

impl Deadline {
    /// The end of an account's secret or certificate, if it is known.
    pub fn of(saved: &Saved) -> Option<Self> {
        let end = saved.expiry?.at;
        Some(Self { end, noun: saved.secret.noun(), account: saved.account.name.clone(), practice: false })
    }

    /// What there is to say now: a line and a text; `None` before the first rung.
    pub fn words(&self, now: DateTime<Utc>) -> Option<(String, String)> {
        let rung = Rung::reached(self.end, now)?;
        let (verb, follows) = match rung {
            Rung::End => ("expired", "Agents have no chat, presence and directory until it is renewed."),
            Rung::Before(_) => ("expires", "Renew it in Liaison; agents stay signed in."),
        };
        let practice = if self.practice { "Practice tenant: " } else { "" };
        let title = format!("{practice}The {} {verb} {}", self.noun, expiry::distance(self.end, now));
        Some((title, format!("{}. {follows}", self.account)))
    }

    /// Names what a person was reminded of, so that it is not said twice: the end and the rung. Another end begins anew.
    pub fn told(&self, now: DateTime<Utc>) -> Option<String> {
        let rung = match Rung::reached(self.end, now)? {
            Rung::Before(days) => days,
            Rung::End => 0,
        };
        Some(format!("{} {rung}", self.end.to_rfc3339_opts(SecondsFormat::Secs, true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn end() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 2, 14, 0, 0).single().expect("a moment")
    }

    #[test]
    fn each_rung_is_reached_at_its_moment_and_not_a_second_before() {
        let second = Duration::seconds(1);
        let mut now = end() - Duration::days(400);
        assert_eq!(Rung::reached(end(), now), None);
        for (days, rung) in LADDER.map(|days| (days, Rung::Before(days))).into_iter().chain([(0, Rung::End)]) {
            let next = Rung::next(end(), now);
            assert_eq!(next, Some(end() - Duration::days(days)));
            assert_ne!(Rung::reached(end(), end() - Duration::days(days) - second), Some(rung));
            now = next.unwrap_or_default();
            assert_eq!(Rung::reached(end(), now), Some(rung));
        }
        assert_eq!(Rung::next(end(), now), None);
    }

    #[test]
    fn a_rung_is_named_once_and_another_end_begins_anew() {
        let deadline = Deadline { end: end(), noun: "client secret", account: "Contoso".into(), practice: false };
        let told = |days, hours| deadline.told(end() - Duration::days(days) - Duration::hours(hours));
        assert_eq!(told(61, 0), None);
        assert_eq!(told(9, 0), Some("2026-12-02T14:00:00Z 15".into()));
        assert_eq!(told(9, 0), told(7, 1));
        assert_ne!(told(7, 1), told(7, 0));
        assert_eq!(told(-3, 0), Some("2026-12-02T14:00:00Z 0".into()));
        let later = Deadline { end: end() + Duration::days(1), ..deadline.clone() };
        assert_ne!(later.told(end() - Duration::days(9)), told(9, 0));
    }

    #[test]
    fn the_words_say_what_ends_where_and_when() {
        let deadline = Deadline { end: end(), noun: "certificate", account: "Contoso".into(), practice: true };
        let words = |days| deadline.words(end() - Duration::days(days));
        assert_eq!(words(61), None);
        let (title, text) = words(9).expect("words");
        assert_eq!(title, "Practice tenant: The certificate expires in 9 days");
        assert_eq!(text, "Contoso. Renew it in Liaison; agents stay signed in.");
        assert!(words(-1).is_some_and(|(title, _)| title.ends_with("expired 1 day ago")));
    }
}
