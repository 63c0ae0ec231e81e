//! A calendar file that reminds of the end of a secret or certificate, whatever runs and wherever.
//!
//! Owns the event and its alarms. Knows nothing of how it is offered.
//!
//! Source: <https://www.rfc-editor.org/rfc/rfc5545>

use crate::{
    domain::{
        Account, Failure,
        reminder::{Deadline, LADDER},
    },
    saved_file,
};
use chrono::{DateTime, Duration, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};
use std::path::Path;

/// Writes the calendar file in whole or not at all.
///
/// # Errors
/// What was there before still is.
pub fn save(path: &Path, deadline: &Deadline, account: &Account, now: DateTime<Utc>) -> Result<(), Failure> {
    saved_file::write(path, |file| file.write_all(write(deadline, account, now).as_bytes()))
}

/// The calendar file's text. An event for the same app with another end takes the place of the one before in a calendar.
pub fn write(deadline: &Deadline, account: &Account, now: DateTime<Utc>) -> String {
    let what = format!("The {} of {} expires", deadline.noun, deadline.account);
    let how = format!(
        "Renew it before then in Liaison, or in the Azure portal under App registrations › your app › Certificates & secrets. \
        Client ID {}. Agents lose chat, presence and directory once it has expired.",
        account.client_id
    );
    let mut event = Event::with_uid(&format!("{}@liaison", account.client_id));
    event.summary(&what).description(&how).starts(deadline.end).ends(deadline.end + Duration::minutes(30));
    event.timestamp(now).sequence(sequence(deadline.end));
    for days in LADDER {
        let mut alarm = Alarm::display(&what, -Duration::days(days));
        // In days and not in seconds, which not every calendar reads.
        event.alarm(alarm.add_property("TRIGGER", format!("-P{days}D")).done());
    }
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", "-//Liaison//Liaison//EN"));
    calendar.push(event.done());
    calendar.to_string()
}

/// Grows with the end, so that calendars take the newer event: <https://www.rfc-editor.org/rfc/rfc5545#section-3.8.7.4>
fn sequence(end: DateTime<Utc>) -> u32 {
    u32::try_from(end.timestamp() / 3600).unwrap_or_default()
}
