//! Which command a colleague's message is.
//!
//! Owns the rule that only a whole message can be a command. How two texts are compared is `messages::fold`'s.

use crate::domain::messages::{MessageKey, SystemMessages, fold};

/// What a message could mean. More than one where two commands are equal, which the settings refuse to apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub accepts: bool,
    pub declines: bool,
    pub leaves: bool,
}

pub(super) fn meaning(text: &str, messages: &SystemMessages) -> Meaning {
    let said = fold(text);
    // A command that is still empty in the settings is no command.
    let is = |key| !said.is_empty() && fold(messages.get(key)) == said;
    Meaning {
        accepts: is(MessageKey::PositiveResponse),
        declines: is(MessageKey::NegativeResponse),
        leaves: is(MessageKey::LeaveAnyTimeCommand),
    }
}
