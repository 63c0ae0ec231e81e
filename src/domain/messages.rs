//! System Messages for Conferencing Microsoft Teams Users to a Customer Chat.
//!
//! Owns the seven messages, the source's defaults, and the checks of the messages against each other.

mod packs;

pub use packs::Pack;

use super::{field::Field, problem::Problem};
use icu_normalizer::ComposingNormalizerBorrowed;

/// One of the seven messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageKey {
    /// Follows the colleague's name when they join.
    PartyJoined,
    /// Follows the colleague's name when they leave.
    PartyLeft,
    /// Asks the colleague to join.
    InvitationToJoin,
    /// What the colleague answers to join.
    PositiveResponse,
    /// What the colleague answers to decline.
    NegativeResponse,
    /// Tells the colleague that the customer chat is over.
    SessionEnded,
    /// What the colleague writes to leave.
    LeaveAnyTimeCommand,
}

impl MessageKey {
    /// In the order of the source.
    pub const ALL: [MessageKey; 7] = [
        MessageKey::PartyJoined,
        MessageKey::PartyLeft,
        MessageKey::InvitationToJoin,
        MessageKey::PositiveResponse,
        MessageKey::NegativeResponse,
        MessageKey::SessionEnded,
        MessageKey::LeaveAnyTimeCommand,
    ];

    /// The three that are recognised when a colleague writes them.
    pub const COMMANDS: [MessageKey; 3] =
        [MessageKey::PositiveResponse, MessageKey::NegativeResponse, MessageKey::LeaveAnyTimeCommand];

    /// The source's name for it.
    pub fn label(self) -> &'static str {
        match self {
            MessageKey::PartyJoined => "Party joined",
            MessageKey::PartyLeft => "Party left",
            MessageKey::InvitationToJoin => "Invitation to join",
            MessageKey::PositiveResponse => "Positive response",
            MessageKey::NegativeResponse => "Negative response",
            MessageKey::SessionEnded => "Session ended",
            MessageKey::LeaveAnyTimeCommand => "Leave any time command",
        }
    }

    /// As written in the settings file and in the database.
    pub fn key(self) -> &'static str {
        match self {
            MessageKey::PartyJoined => "party_joined",
            MessageKey::PartyLeft => "party_left",
            MessageKey::InvitationToJoin => "invitation_to_join",
            MessageKey::PositiveResponse => "positive_response",
            MessageKey::NegativeResponse => "negative_response",
            MessageKey::SessionEnded => "session_ended",
            MessageKey::LeaveAnyTimeCommand => "leave_any_time_command",
        }
    }

    /// The message with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|message| message.key() == key)
    }

    /// The source's default.
    pub fn default_text(self) -> &'static str {
        match self {
            MessageKey::PartyJoined => "joined the session",
            MessageKey::PartyLeft => "left the session",
            MessageKey::InvitationToJoin => {
                "You are invited to customer chat session, would you like to accept (YES/NO)?"
            }
            MessageKey::PositiveResponse => "YES",
            MessageKey::NegativeResponse => "NO",
            MessageKey::SessionEnded => "Customer chat session ended",
            MessageKey::LeaveAnyTimeCommand => "BYE",
        }
    }

    /// When it is used.
    pub fn help(self) -> &'static str {
        match self {
            MessageKey::PartyJoined => "Follows the colleague's name: “Adele Vance joined the session”.",
            MessageKey::PartyLeft => "Follows the colleague's name: “Adele Vance left the session”.",
            MessageKey::InvitationToJoin => "The colleague reads this in Teams.",
            MessageKey::PositiveResponse => "The colleague answers this to join.",
            MessageKey::NegativeResponse => "The colleague answers this to decline.",
            MessageKey::SessionEnded => "The colleague reads this when the customer chat is over.",
            MessageKey::LeaveAnyTimeCommand => "The colleague writes this to leave at any time.",
        }
    }
}

/// The seven texts, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemMessages([String; 7]);

impl Default for SystemMessages {
    fn default() -> Self {
        Self(MessageKey::ALL.map(|key| key.default_text().to_owned()))
    }
}

impl SystemMessages {
    /// One text.
    pub fn get(&self, key: MessageKey) -> &str {
        &self.0[key as usize]
    }

    /// One text, to be edited.
    pub fn get_mut(&mut self, key: MessageKey) -> &mut String {
        &mut self.0[key as usize]
    }

    /// Each message with its text, in the order of the source.
    pub fn iter(&self) -> impl Iterator<Item = (MessageKey, &str)> {
        MessageKey::ALL.into_iter().map(|key| (key, self.get(key)))
    }

    /// The same texts without the blanks around them, as they are saved.
    pub fn trimmed(&self) -> Self {
        Self(MessageKey::ALL.map(|key| self.get(key).trim().to_owned()))
    }

    /// What is wrong with them, singly and against each other.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, text) in self.iter() {
            if text.trim().is_empty() {
                problems.push(Problem::error(
                    Field::Message(key),
                    "It is empty.",
                    format!("Enter a text or restore the default “{}”.", key.default_text()),
                ));
            } else if text.contains(['\n', '\r']) && MessageKey::COMMANDS.contains(&key) {
                problems.push(Problem::error(
                    Field::Message(key),
                    "It has more than one line.",
                    "A command is a word or two on one line.",
                ));
            }
        }
        self.equal_commands(&mut problems);
        self.unnamed_responses(&mut problems);
        problems
    }

    fn equal_commands(&self, problems: &mut Vec<Problem>) {
        for (index, key) in MessageKey::COMMANDS.into_iter().enumerate() {
            let text = fold(self.get(key));
            let twin = MessageKey::COMMANDS[..index].iter().find(|other| fold(self.get(**other)) == text);
            if let Some(twin) = twin.filter(|_| !text.is_empty()) {
                problems.push(Problem::error(
                    Field::Message(key),
                    format!("It equals “{}” once upper case and blanks are ignored.", twin.label()),
                    "Choose two words that differ, or nobody can tell what a colleague meant.",
                ));
            }
        }
    }

    fn unnamed_responses(&self, problems: &mut Vec<Problem>) {
        let invitation = words(self.get(MessageKey::InvitationToJoin));
        if invitation.is_empty() {
            return;
        }
        let missing: Vec<String> = [MessageKey::PositiveResponse, MessageKey::NegativeResponse]
            .into_iter()
            .map(|key| self.get(key).trim())
            .filter(|word| !fold(word).is_empty() && !names(&invitation, &words(word)))
            .map(|word| format!("“{word}”"))
            .collect();
        if !missing.is_empty() {
            problems.push(Problem::warning(
                Field::Message(MessageKey::InvitationToJoin),
                format!("It does not name {}.", missing.join(" and ")),
                "Say in it what to answer, or colleagues cannot know.",
            ));
        }
    }
}

/// A command as it is compared: full-width and other forms of a letter are one (NFKC), upper and lower case are one, whatever
/// is not seen is not there, and all four letters i of Turkish are one, because phones correct one into the other.
pub fn fold(text: &str) -> String {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    // By way of upper case, which brings ß to SS, ς to Σ and ı to I. One character at a time: a whole text's lower case has
    // another sigma at the end.
    let upper = nfkc.normalize(text).to_uppercase();
    let lower: String = upper.chars().flat_map(char::to_lowercase).filter(|c| !is_blank(*c)).collect();
    nfkc.normalize(&lower.replace("i\u{307}", "i")).into_owned()
}

/// Blanks, marks of zero width, and the choice between a plain and a coloured emoji.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}

/// The text's words in lower case; everything that is no letter and no digit separates them.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// Whether the words of a response stand in the invitation, one after the other.
///
/// Scripts without blanks between words have the response inside a longer run, so that a part of a run counts for them.
fn names(invitation: &[String], response: &[String]) -> bool {
    if response.is_empty() {
        return true;
    }
    invitation.windows(response.len()).any(|run| run == response)
        || response.iter().all(|word| !word.is_ascii() && invitation.iter().any(|run| run.contains(word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(changes: &[(MessageKey, &str)]) -> SystemMessages {
        let mut messages = SystemMessages::default();
        for (key, text) in changes {
            *messages.get_mut(*key) = (*text).to_owned();
        }
        messages
    }

    fn check(changes: &[(MessageKey, &str)], expect: &[&str]) {
        let problems: Vec<String> = with(changes).problems().iter().map(Problem::to_string).collect();
        assert_eq!(problems.len(), expect.len(), "{problems:#?}");
        for (problem, part) in problems.iter().zip(expect) {
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn the_defaults_are_the_sources_and_have_no_problem() {
        check(&[], &[]);
        assert_eq!(
            SystemMessages::default().get(MessageKey::InvitationToJoin),
            "You are invited to customer chat session, would you like to accept (YES/NO)?"
        );
    }

    #[test]
    fn an_empty_message_is_named() {
        check(&[(MessageKey::SessionEnded, "  ")], &["Session ended: It is empty."]);
    }

    #[test]
    fn two_commands_equal_once_case_and_blanks_are_ignored() {
        check(&[(MessageKey::LeaveAnyTimeCommand, " n O")], &["Leave any time command: It equals “Negative response”"]);
    }

    #[test]
    fn commands_are_compared_as_people_mean_them() {
        for (one, other) in [
            ("YES", " yes\u{a0}\n"),
            ("YES", "ＹＥＳ"),
            ("はい", "は い"),
            ("ハイ", "ﾊｲ"),
            ("ΝΑΙ", "ναι"),
            ("ΝΑΙΣ", "ναις"),
            ("Groß", "GROSS"),
            ("EVİT", "evit"),
            ("HAYIR", "hayır"),
            ("hayir", "HAYIR"),
            ("é", "e\u{301}"),
            ("👍", "👍\u{fe0f}"),
            ("YES", "\u{feff}yes\u{200b}"),
            ("네", "\u{1102}\u{1166}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
        for (one, other) in [("NO", "NO!"), ("NO", "NON"), ("ja", "jà"), ("👍", "👍🏽"), ("は", "ば")] {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
        assert_eq!(fold(" \u{3000}\u{200b} "), "");
    }

    #[test]
    fn the_invitation_names_the_response_words_as_words() {
        use MessageKey::*;
        let warns = "Invitation to join: It does not name “NO”.";
        check(&[(InvitationToJoin, "Now answer yes")], &[warns]);
        check(&[(InvitationToJoin, "Join? yes/no")], &[]);
        check(&[(InvitationToJoin, "Join us?")], &["“YES” and “NO”"]);
        check(
            &[
                (InvitationToJoin, "お客様とのチャットに参加しますか(はい/いいえ)?"),
                (PositiveResponse, "はい"),
                (NegativeResponse, "いいえ"),
            ],
            &[],
        );
    }
}
