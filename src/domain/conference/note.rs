//! What the agent is told about a conference, beside the messages.
//!
//! Owns the words. None of them reaches a customer or a colleague.

use super::{Ending, Party};
use chrono::TimeDelta;

/// How things stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The invitation is on its way.
    Invited,
    /// The colleague accepted.
    Accepted {
        /// So long after the invitation.
        after: TimeDelta,
    },
    /// The colleague declined.
    Declined {
        /// So long after the invitation.
        after: TimeDelta,
    },
    /// No answer came in time.
    TimedOut {
        /// So long after the invitation.
        after: TimeDelta,
    },
    /// The answer was neither yes nor no, so the invitation was sent once more.
    AskedAgain,
    /// The next answer was neither, too.
    StillUnclear,
    /// The colleague wrote although the invitation had ended; nobody else reads it.
    Unheard(Ending),
    /// Teams does not take messages to the colleague.
    Unreachable,
    /// There is no invitation.
    NotInvited(Refusal),
    /// The chat is over.
    Ended {
        /// Who ended it.
        by: Party,
    },
}

/// Why somebody is not invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An invitation waits for an answer.
    AlreadyInvited,
    /// The colleague takes part.
    AlreadyIn,
    /// The chat is over.
    Ended,
}

impl Note {
    /// In words; `name` is the colleague's.
    pub fn words(&self, name: &str) -> String {
        match self {
            Note::Invited => format!("Invited {name}"),
            Note::Accepted { after } => format!("{name} accepted after {}", span(*after)),
            Note::Declined { after } => format!("{name} declined after {}", span(*after)),
            Note::TimedOut { after } => {
                format!("{name} did not answer within {}. You can invite {name} again.", span(*after))
            }
            Note::AskedAgain => {
                format!("{name} answered something else, so the invitation was sent once more.")
            }
            Note::StillUnclear => {
                format!("{name} answered something else again. The invitation stays open and is not repeated.")
            }
            Note::Unheard(how) => {
                let when = match how {
                    Ending::Declined => "declining",
                    Ending::TimedOut => "the time was up",
                    Ending::Left => "leaving",
                    Ending::SessionEnded => "the session ended",
                    Ending::Unreachable => "the connection was lost",
                };
                format!("{name} wrote after {when}. Nobody in the chat reads that.")
            }
            Note::Unreachable => format!("{name} cannot be reached in Teams any more."),
            Note::NotInvited(Refusal::AlreadyInvited) => format!("{name} is invited already."),
            Note::NotInvited(Refusal::AlreadyIn) => format!("{name} is in the session already."),
            Note::NotInvited(Refusal::Ended) => "The session has ended, so nobody can be invited.".into(),
            Note::Ended { by: Party::Customer } => "The customer ended the session".into(),
            Note::Ended { .. } => "You ended the session".into(),
        }
    }
}

/// A time in words.
pub fn span(time: TimeDelta) -> String {
    match time.num_seconds().max(0) {
        60 => "1 minute".into(),
        seconds if seconds % 60 == 0 && seconds > 0 => format!("{} minutes", seconds / 60),
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
