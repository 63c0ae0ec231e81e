//! `status`: how long the client secret still lasts, for monitors.
//!
//! Owns the line and the exit status of a Nagios plugin, and the document of `status --json`. Monitors call it every minute,
//! so without `--refresh` it only reads the database: no network, no keychain, no event loop.

use super::{
    Cli,
    account::rfc3339,
    said::{DONE, FAILED, NOTHING, REFUSED, Said},
    secret, test,
};
use crate::{
    domain::{Expiry, ExpirySource, ExpiryState, Saved, expiry, reminder::Deadline},
    notify::Notifier,
};
use chrono::{DateTime, Local, Utc};
use serde::Serialize;
use std::fmt::Display;

pub(super) fn status(cli: &Cli, json: bool, refresh: bool, notify: bool) -> Said {
    let saved = match cli.saved() {
        Ok(saved) => saved,
        Err((_, failure)) => return unknown(&failure.headline, &failure, json),
    };
    let mut said = Said::default();
    let saved = if refresh { refreshed(cli, saved, &mut said) } else { saved };
    if notify {
        self::notify(cli, &saved, &mut said);
    }
    let noun = saved.secret.noun();
    tell(said, noun, saved.expiry, (cli.now)(), json)
}

/// Shows a desktop notification for what a monitor would warn of.
fn notify(cli: &Cli, saved: &Saved, said: &mut Said) {
    let now = (cli.now)();
    let state = ExpiryState::of(saved.expiry, now);
    let words = Deadline::of(saved).and_then(|deadline| deadline.words(now));
    let (ExpiryState::Warning | ExpiryState::Expired, Some((title, text))) = (state, words) else { return };
    // What the company turned off is no fault.
    if !cli.policy.silences() && Notifier::desktop().show(&title, &text).is_err() {
        said.complain("The desktop shows no notifications of Liaison.");
    }
}

/// Asks Azure; where it does not tell, what is known stays.
fn refreshed(cli: &Cli, saved: Saved, said: &mut Said) -> Saved {
    let given = match cli.policy.refuses_cloud(saved.account.cloud.kind()) {
        Some(failure) => Err(failure),
        None => secret::given(false),
    };
    let tested = match given.and_then(|given| test::of_saved(cli, saved.clone(), given)) {
        Ok(tested) => tested,
        Err(failure) => {
            said.complain(failure);
            return saved;
        }
    };
    if let Some(why) = &tested.not_remembered {
        said.complain(why);
    }
    let unread = tested.report.expiry.expiry().is_none();
    if unread || !tested.alike {
        said.complain("The date could not be read from Azure; the last known one counts.");
    }
    if unread {
        // What kept it from being read is what failed, else the first thing that is doubtful.
        let cause = tested.report.failed().or_else(|| tested.report.checks.iter().find(|c| c.remedy.is_some()));
        if let Some(cause) = cause {
            said.complain(format!("{}. {}", cause.headline, cause.remedy.as_deref().unwrap_or_default()));
        }
    } else if !tested.alike {
        said.complain("LIAISON_CLIENT_SECRET does not begin like the stored secret. Give that one, or take it away.");
    }
    tested.saved
}

/// The document of `status --json`.
#[derive(Serialize)]
struct Document {
    state: &'static str,
    expires_at: Option<String>,
    days_left: Option<i64>,
    source: Option<&'static str>,
}

fn tell(mut said: Said, noun: &str, known: Option<Expiry>, now: DateTime<Utc>, json: bool) -> Said {
    let state = ExpiryState::of(known, now);
    if json {
        said.document(&Document {
            state: state.key(),
            expires_at: known.map(|expiry| rfc3339(expiry.at)),
            days_left: known.map(|expiry| expiry::days_left(expiry.at, now)),
            source: known.map(|expiry| expiry.source.key()),
        });
    } else {
        said.line(line(state, noun, known, now));
    }
    said.ends(match state {
        ExpiryState::Ok => DONE,
        ExpiryState::Warning => FAILED,
        ExpiryState::Expired => REFUSED,
        ExpiryState::Unknown => NOTHING,
    })
}

fn line(state: ExpiryState, noun: &str, known: Option<Expiry>, now: DateTime<Utc>) -> String {
    let Some(Expiry { at, source }) = known else {
        return format!("UNKNOWN - it is not known when the {noun} expires; ask with liaison status --refresh");
    };
    let (word, verb) = match state {
        ExpiryState::Ok => ("OK", "expires"),
        ExpiryState::Warning => ("WARNING", "expires"),
        ExpiryState::Expired => ("CRITICAL", "expired"),
        ExpiryState::Unknown => ("UNKNOWN", "expires"),
    };
    let by_hand = if source == ExpirySource::EnteredByHand { ", entered by hand" } else { "" };
    format!("{word} - the {noun} {verb} {} ({}{by_hand})", expiry::distance(at, now), expiry::show(at, &Local))
}

/// Nothing can be known, for this reason.
pub(super) fn unknown(headline: &str, failure: &impl Display, json: bool) -> Said {
    let mut said = Said::default();
    said.complain(failure);
    if json {
        return tell(said, "client secret", None, DateTime::UNIX_EPOCH, true);
    }
    said.line(format!("UNKNOWN - {}", headline.trim_end_matches('.')));
    said.ends(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_line_is_that_of_a_nagios_plugin() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a moment");
        for (hours, begins) in [
            (200 * 24, "OK - the client secret expires in 200 days ("),
            (9 * 24, "WARNING - the client secret expires in 9 days ("),
            (0, "CRITICAL - the client secret expired today ("),
            (-3 * 24, "CRITICAL - the client secret expired 3 days ago ("),
        ] {
            let known = Some(Expiry { at: now + TimeDelta::hours(hours), source: ExpirySource::Graph });
            let line = line(ExpiryState::of(known, now), "client secret", known, now);
            assert!(line.starts_with(begins), "{line}");
        }
        assert!(line(ExpiryState::Unknown, "certificate", None, now).starts_with("UNKNOWN - "));
    }
}
