//! All secrets and certificates of an app on one line of time, with today on it.
//!
//! Owns their order, the span that is shown and the words for each. Knows nothing of how it is drawn. Start with [`Timeline::of`].

use super::{
    check::{AppKey, AppKeyKind},
    expiry::{self, Expiry, ExpirySource, ExpiryState},
};
use chrono::{DateTime, Duration, Local, Utc};

/// At least so much of the past and of the future is shown.
const AROUND: Duration = Duration::days(30);
/// At most so much of the past; a bar that begins earlier begins at the edge.
const PAST: Duration = Duration::days(366);
/// At most so much of the future, a little more than the longest life of a secret.
const FUTURE: Duration = Duration::days(750);

/// The picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Where it begins.
    pub from: DateTime<Utc>,
    /// Where it ends.
    pub to: DateTime<Utc>,
    /// Where today is: 0 at the beginning, 1 at the end.
    pub today: f32,
    /// The secrets and certificates, the next to end first.
    pub bars: Vec<Bar>,
}

/// A secret or certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is called.
    pub name: String,
    /// What else is known: how it begins, whether it is the one in use.
    pub what: String,
    /// When it ends, in words.
    pub when: String,
    /// How near its end is.
    pub state: ExpiryState,
    /// Whether it is, or can be, the one in use.
    pub this: bool,
    /// Where it begins and ends: 0 at the picture's beginning, 1 at its end; `None` where no end is known.
    pub span: Option<(f32, f32)>,
}

impl Timeline {
    /// The picture of these; `None` of nothing.
    pub fn of(keys: &[AppKey], now: DateTime<Utc>) -> Option<Self> {
        if keys.is_empty() {
            return None;
        }
        let from = keys.iter().filter_map(|key| key.start).fold(now - AROUND, DateTime::min).max(now - PAST);
        let to = keys.iter().filter_map(|key| key.end).fold(now + AROUND, DateTime::max).min(now + FUTURE);
        let place = |moment: DateTime<Utc>| {
            // Seconds of a few years; a fraction of a pixel does not matter.
            let share = (moment - from).num_seconds() as f32 / (to - from).num_seconds() as f32;
            share.clamp(0.0, 1.0)
        };
        let certain = keys.iter().filter(|key| key.this).count() == 1;
        let mut sorted: Vec<&AppKey> = keys.iter().collect();
        sorted.sort_by_key(|key| (key.end.is_none(), key.end, key.name.clone()));
        let bars = sorted.into_iter().map(|key| Bar {
            name: key.name.clone().unwrap_or_else(|| "No description".into()),
            what: what(key, certain),
            when: key.end.map_or("end not known".into(), |end| when(end, now)),
            state: ExpiryState::of(key.end.map(|at| Expiry { at, source: ExpirySource::Graph }), now),
            this: key.this,
            span: key.end.map(|end| (place(key.start.unwrap_or(from)), place(end))),
        });
        Some(Self { today: place(now), bars: bars.collect(), from, to })
    }
}

fn what(key: &AppKey, certain: bool) -> String {
    let hint = key.hint.as_deref().unwrap_or_default();
    let kind = match (key.kind, hint) {
        (AppKeyKind::Secret, "") => "secret".into(),
        (AppKeyKind::Secret, hint) => format!("secret, starts with {hint}"),
        (AppKeyKind::Certificate, "") => "certificate".into(),
        (AppKeyKind::Certificate, thumbprint) => {
            format!("certificate {}…", thumbprint.chars().take(8).collect::<String>())
        }
    };
    match (key.this, certain) {
        (false, _) => kind,
        (true, true) => format!("{kind}, in use here"),
        (true, false) => format!("{kind}, may be the one in use here"),
    }
}

fn when(end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let day = end.with_timezone(&Local).format("%-d %B %Y");
    let verb = if end <= now { "expired" } else { "ends" };
    format!("{verb} {}, {day}", expiry::distance(end, now))
}

impl Bar {
    /// Everything that is seen, as one sentence to be heard.
    pub fn sentence(&self) -> String {
        format!("{}, {}, {}", self.name, self.what, self.when)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).expect("a moment")
    }

    fn key(name: &str, start: i64, end: Option<i64>, this: bool) -> AppKey {
        let day = |days| now() + Duration::days(days);
        AppKey {
            kind: AppKeyKind::Secret,
            key_id: None,
            name: Some(name.into()),
            hint: Some("8Qk".into()),
            start: Some(day(start)),
            end: end.map(day),
            this,
        }
    }

    #[test]
    fn the_next_to_end_comes_first_and_this_one_is_named() {
        let keys = [
            key("later", -10, Some(170), false),
            key("no end", -10, None, false),
            key("this", -100, Some(9), true),
            key("gone", -90, Some(-3), false),
        ];
        let line = Timeline::of(&keys, now()).expect("a picture");
        let names: Vec<&str> = line.bars.iter().map(|bar| bar.name.as_str()).collect();
        assert_eq!(names, ["gone", "this", "later", "no end"]);
        assert!(line.bars[1].sentence().starts_with("this, secret, starts with 8Qk, in use here, ends in 9 days, "));
        assert_eq!((line.bars[0].state, line.bars[1].state), (ExpiryState::Expired, ExpiryState::Warning));
        assert!(line.bars[0].when.starts_with("expired 3 days ago"));
        assert_eq!(line.bars[3].span, None);
        assert_eq!((line.from, line.to), (now() - Duration::days(100), now() + Duration::days(170)));
        assert!((line.today - 100.0 / 270.0).abs() < 1e-4);
        assert!(Timeline::of(&[], now()).is_none());
    }

    #[test]
    fn what_is_not_certain_is_not_claimed_and_what_is_far_away_is_cut() {
        let keys = [key("a", -4000, Some(9), true), key("b", 0, Some(9000), true)];
        let line = Timeline::of(&keys, now()).expect("a picture");
        assert!(line.bars.iter().all(|bar| bar.what.ends_with("may be the one in use here")));
        assert_eq!((line.from, line.to), (now() - PAST, now() + FUTURE));
        assert!(
            line.bars.iter().filter_map(|bar| bar.span).all(|(a, b)| (0.0..=1.0).contains(&a) && a < b && b <= 1.0)
        );
    }
}
