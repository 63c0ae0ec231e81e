//! Practice people: colleagues who answer by themselves in a rehearsal.
//!
//! Owns what each character does and when. They know the messages only as a person does: by the words that are agreed on. Start
//! with [`Person::answers`].

use crate::domain::messages::{MessageKey, SystemMessages};
use chrono::{DateTime, TimeDelta, Utc};

/// How a practice person behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Character {
    /// You write for the colleague.
    ByHand,
    /// Joins and answers.
    Chats,
    /// Joins, answers once and leaves.
    Leaves,
    /// Does not want to.
    Declines,
    /// Answers something else first, then joins.
    AsksFirst,
    /// Never answers.
    Silent,
    /// Answers after the time is up.
    TooLate,
}

impl Character {
    /// In the order of the menu.
    pub const ALL: [Character; 7] = [
        Character::ByHand,
        Character::Chats,
        Character::Leaves,
        Character::Declines,
        Character::AsksFirst,
        Character::Silent,
        Character::TooLate,
    ];

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            Character::ByHand => "You write the answers",
            Character::Chats => "Joins and chats",
            Character::Leaves => "Joins, then leaves",
            Character::Declines => "Declines",
            Character::AsksFirst => "Asks first, then joins",
            Character::Silent => "Stays silent",
            Character::TooLate => "Answers too late",
        }
    }
}

/// What a practice person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// An invitation, the first of it or its repetition.
    Invitation {
        /// It is the repetition.
        again: bool,
    },
    /// Somebody's message in the session.
    Message,
}

/// Something that the person is about to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub due: DateTime<Utc>,
    /// A command, spelt as the settings have it at that time, or words.
    pub words: Words,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// One of the three commands.
    Command(MessageKey),
    /// Anything else.
    Free(&'static str),
}

impl Words {
    /// As written under these settings.
    pub fn text(&self, messages: &SystemMessages) -> String {
        match self {
            Words::Command(key) => messages.get(*key).trim().to_owned(),
            Words::Free(text) => (*text).to_owned(),
        }
    }
}

/// What is said in turn.
const SMALL_TALK: [&str; 4] =
    ["Hello! Let me look into that.", "It ships today.", "I have sent you the tracking number.", "Anything else?"];

/// One practice person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// How they behave.
    pub character: Character,
    /// How often they spoke freely.
    spoken: usize,
}

impl Person {
    /// Somebody of this character.
    pub fn new(character: Character) -> Self {
        Self { character, spoken: 0 }
    }

    /// What follows from reading this now; `patience` is how long an invitation waits.
    pub fn answers(&mut self, read: Read, now: DateTime<Utc>, patience: TimeDelta) -> Vec<Answer> {
        use MessageKey::{LeaveAnyTimeCommand, NegativeResponse, PositiveResponse};
        let after = |seconds: i64, words| Answer { due: now + TimeDelta::seconds(seconds), words };
        match (self.character, read) {
            (Character::ByHand | Character::Silent, _) => Vec::new(),
            (Character::Chats | Character::Leaves, Read::Invitation { .. }) => {
                vec![after(3, Words::Command(PositiveResponse))]
            }
            (Character::AsksFirst, Read::Invitation { again: false }) => {
                vec![after(3, Words::Free("Who is this, please?"))]
            }
            (Character::AsksFirst, Read::Invitation { again: true }) => {
                vec![after(4, Words::Command(PositiveResponse))]
            }
            (Character::Declines, Read::Invitation { .. }) => vec![after(3, Words::Command(NegativeResponse))],
            (Character::TooLate, Read::Invitation { .. }) => {
                vec![after(patience.num_seconds() + 5, Words::Command(PositiveResponse))]
            }
            (Character::Leaves, Read::Message) => {
                self.spoken += 1;
                match self.spoken {
                    1 => vec![after(2, Words::Free(SMALL_TALK[1])), after(5, Words::Command(LeaveAnyTimeCommand))],
                    _ => Vec::new(),
                }
            }
            (Character::Chats | Character::AsksFirst, Read::Message) => {
                let words = SMALL_TALK[self.spoken % SMALL_TALK.len()];
                self.spoken += 1;
                vec![after(2, Words::Free(words))]
            }
            (Character::Declines | Character::TooLate, Read::Message) => Vec::new(),
        }
    }
}
