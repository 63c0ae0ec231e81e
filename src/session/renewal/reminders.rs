//! Reminders of the end: which deadline is watched while the program runs.
//!
//! Owns that exactly one watch runs, on the account that is open. When it speaks, the worker knows.

use super::{Command, SessionCommand, Watch};
use crate::{domain::reminder::Deadline, session::Session};

/// Watches what is known now of the saved account's end; does nothing where that is watched already.
pub(in crate::session) fn watch(session: &mut Session) -> Vec<SessionCommand> {
    let speaks = session.managed.silence.is_none();
    let deadline = session.saved.as_ref().filter(|_| speaks).and_then(Deadline::of);
    if session.renewal.watch.as_ref().map(|watch| &watch.deadline) == deadline.as_ref() {
        return Vec::new();
    }
    let mut commands = stop(session);
    if let Some(deadline) = deadline {
        let job = session.job();
        session.renewal.watch = Some(Watch { job, deadline: deadline.clone() });
        commands.push(SessionCommand::Renewal(Command::Watch { job, deadline }));
    }
    commands
}

/// Nothing is watched any more.
pub(in crate::session) fn stop(session: &mut Session) -> Vec<SessionCommand> {
    session
        .renewal
        .watch
        .take()
        .map(|watch| SessionCommand::Renewal(Command::Stop { job: watch.job }))
        .into_iter()
        .collect()
}
