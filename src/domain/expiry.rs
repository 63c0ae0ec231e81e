//! When a secret ends, and how near that is.
//!
//! Owns the rules: the pink bar from 15 days before the end, "expired" from the end on. The clock comes in as an argument.

use super::{field::Field, problem::Problem};
use chrono::{DateTime, Datelike, Duration, Local, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

/// The source: "a notification feature that displays a pink bar 15 days before this key expires".
pub const WARNING_DAYS: i64 = 15;

/// The years that a date may be in. RFC 3339, as which it is kept, has no others.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// Where a date comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpirySource {
    /// Read from the application object.
    Graph,
    /// Entered by hand, because it could not be read.
    EnteredByHand,
    /// Read from the certificate that is used in a secret's place.
    Certificate,
}

impl ExpirySource {
    /// As written in `status --json` and in the database.
    pub fn key(self) -> &'static str {
        match self {
            ExpirySource::Graph => "graph",
            ExpirySource::EnteredByHand => "entered_by_hand",
            ExpirySource::Certificate => "certificate",
        }
    }

    /// The source with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        [ExpirySource::Graph, ExpirySource::EnteredByHand, ExpirySource::Certificate]
            .into_iter()
            .find(|source| source.key() == key)
    }

    /// In words, behind the date.
    pub fn words(self) -> &'static str {
        match self {
            ExpirySource::Graph => "read from Azure",
            ExpirySource::EnteredByHand => "entered by hand",
            ExpirySource::Certificate => "read from the certificate",
        }
    }
}

/// The end of the configured secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// When it ends.
    pub at: DateTime<Utc>,
    /// Where the date comes from.
    pub source: ExpirySource,
}

/// How near the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryState {
    /// More than 15 days.
    Ok,
    /// Within 15 days: the pink bar.
    Warning,
    /// The end has come.
    Expired,
    /// No date is known.
    Unknown,
}

impl ExpiryState {
    /// The state of a date, or of none.
    pub fn of(expiry: Option<Expiry>, now: DateTime<Utc>) -> Self {
        match expiry.map(|expiry| expiry.at - now) {
            None => ExpiryState::Unknown,
            Some(left) if left <= Duration::zero() => ExpiryState::Expired,
            Some(left) if left <= Duration::days(WARNING_DAYS) => ExpiryState::Warning,
            Some(_) => ExpiryState::Ok,
        }
    }

    /// As written in `status --json`.
    pub fn key(self) -> &'static str {
        match self {
            ExpiryState::Ok => "ok",
            ExpiryState::Warning => "warning",
            ExpiryState::Expired => "expired",
            ExpiryState::Unknown => "unknown",
        }
    }
}

/// Days until the end, to the nearest whole day; at least 1 before the end, at most 0 once it has come.
pub fn days_left(at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let left = at - now;
    let half = Duration::hours(12);
    // More than 15 days must not read like within 15 days.
    let least = if left > Duration::days(WARNING_DAYS) { WARNING_DAYS + 1 } else { 1 };
    if left > Duration::zero() { (left + half).num_days().max(least) } else { (left - half).num_days().min(0) }
}

/// `in 9 days`, `in less than an hour`, `3 days ago`.
pub fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let left = at - now;
    let plural = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    if left <= Duration::zero() {
        return match (-left).num_days() {
            0 => "today".into(),
            n => format!("{} ago", plural(n, "day")),
        };
    }
    match (left.num_hours(), days_left(at, now)) {
        (0, _) => "in less than an hour".into(),
        (hours @ 1..24, _) => format!("in {}", plural(hours, "hour")),
        (_, days) => format!("in {}", plural(days, "day")),
    }
}

/// A moment in a time zone, as people read it: `2 December 2026, 14:00`.
pub fn show<Tz: TimeZone>(at: DateTime<Utc>, zone: &Tz) -> String
where
    Tz::Offset: std::fmt::Display,
{
    at.with_timezone(zone).format("%-d %B %Y, %H:%M").to_string()
}

/// Reads a date typed by hand, in the computer's own time zone; without a time it means the start of that day.
///
/// # Errors
/// The text is no such date; nothing else is accepted, because `12/2/2026` means two days.
pub fn parse_by_hand(text: &str) -> Result<Option<Expiry>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let typed = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)));
    let local = typed.ok().filter(|naive| YEARS.contains(&naive.year())).and_then(|naive| {
        match Local.from_local_datetime(&naive) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
            LocalResult::None => Local.from_local_datetime(&(naive + Duration::hours(1))).earliest(),
        }
    });
    match local {
        Some(at) => Ok(Some(Expiry { at: at.with_timezone(&Utc), source: ExpirySource::EnteredByHand })),
        None => Err(Problem::error(
            Field::ExpiresAt,
            "This is not a date that can be read for certain.",
            "Enter it as year-month-day, for instance 2026-12-02 or 2026-12-02 14:00.",
        )),
    }
}

/// The text that [`parse_by_hand`] reads as this moment, to the minute.
pub fn write_by_hand(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).single().expect("a valid moment")
    }

    #[test]
    fn the_pink_bar_begins_fifteen_days_before_the_end() {
        let second = Duration::seconds(1);
        for (left, state, days) in [
            (Duration::days(15) + second, ExpiryState::Ok, 16),
            (Duration::days(15), ExpiryState::Warning, 15),
            (second, ExpiryState::Warning, 1),
            (Duration::zero(), ExpiryState::Expired, 0),
            (-Duration::days(3), ExpiryState::Expired, -3),
        ] {
            let expiry = Expiry { at: now() + left, source: ExpirySource::Graph };
            assert_eq!(ExpiryState::of(Some(expiry), now()), state, "{left}");
            assert_eq!(days_left(expiry.at, now()), days, "{left}");
        }
        assert_eq!(ExpiryState::of(None, now()), ExpiryState::Unknown);
    }

    #[test]
    fn distances_read_like_speech() {
        for (left, words) in [
            (Duration::days(9) - Duration::minutes(1), "in 9 days"),
            (Duration::days(9) + Duration::minutes(5), "in 9 days"),
            (Duration::days(1), "in 1 day"),
            (Duration::hours(5) + Duration::minutes(9), "in 5 hours"),
            (Duration::minutes(59), "in less than an hour"),
            (-Duration::hours(2), "today"),
            (-Duration::days(1), "1 day ago"),
        ] {
            assert_eq!(distance(now() + left, now()), words);
        }
    }

    #[test]
    fn a_date_by_hand_survives_and_an_ambiguous_one_is_refused() {
        let expiry = parse_by_hand(" 2026-12-02 14:00 ").expect("reads").expect("is there");
        assert_eq!(write_by_hand(expiry.at), "2026-12-02 14:00");
        assert_eq!(expiry.source, ExpirySource::EnteredByHand);
        assert_eq!(parse_by_hand("  "), Ok(None));
        let no_years = ["-2026-12-02", "+12026-12-02", "+262142-12-31 23:59", "-262143-01-01"];
        for text in ["12/2/2026", "2026-02-30", "soon"].into_iter().chain(no_years) {
            assert!(parse_by_hand(text).is_err(), "{text}");
        }
    }
}
