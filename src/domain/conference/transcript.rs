//! Everything that happened in a conference, in order: what each pane shows and what is saved.
//!
//! Owns the record of outputs with their times, and the transcript as text. Start with [`Transcript::add`].

use super::{Conference, Output, Party, full_text};
use crate::domain::messages::{MessageKey, SystemMessages};
use chrono::{DateTime, TimeZone, Utc};
use std::fmt::Display;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody wrote.
    Said {
        /// Who.
        from: Party,
        /// The name at that time.
        name: String,
        /// What.
        text: String,
        /// Who reads it.
        to: Vec<Party>,
    },
    /// One of the seven messages was sent.
    System {
        /// Which.
        key: MessageKey,
        /// The colleague's name.
        name: String,
        /// As it was sent.
        text: String,
        /// Who reads it.
        to: Vec<Party>,
    },
    /// The agent was told how things stand.
    Note(String),
}

/// How a pane shows an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the pane's own person wrote.
    Own,
    /// What somebody else wrote, with the name.
    Other,
    /// A line that nobody wrote.
    Middle,
}

impl Entry {
    /// How the pane of this person shows it, if it does. An invitation looks like any message of the agent's, because it is one.
    pub fn side(&self, pane: Party) -> Option<Side> {
        match &self.what {
            What::Said { from, .. } if *from == pane => Some(Side::Own),
            What::Said { to, .. } => to.contains(&pane).then_some(Side::Other),
            What::System { to, .. } if !to.contains(&pane) => None,
            What::System { key: MessageKey::PartyJoined | MessageKey::PartyLeft, .. } => Some(Side::Middle),
            What::System { .. } => Some(Side::Other),
            What::Note(_) => (pane == Party::Agent).then_some(Side::Middle),
        }
    }

    /// What is read. In a rehearsal, `messages` are those on the screen, so that a change shows at once.
    pub fn text(&self, messages: Option<&SystemMessages>) -> String {
        match (&self.what, messages) {
            (What::System { key, name, .. }, Some(messages)) => full_text(messages, *key, name),
            (What::Said { text, .. } | What::System { text, .. } | What::Note(text), _) => text.clone(),
        }
    }
}

/// All entries of a conference.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    entries: Vec<Entry>,
}

impl Transcript {
    /// Adds what followed from one step.
    pub fn add(&mut self, conference: &Conference, outputs: &[Output], at: DateTime<Utc>) {
        let colleague = |number: usize| conference.name(Party::Colleague(number)).to_owned();
        self.entries.extend(outputs.iter().cloned().map(|output| {
            let what = match output {
                Output::Said { from, text, to } => {
                    What::Said { from, name: conference.name(from).to_owned(), text, to }
                }
                Output::System { key, about, text, to } => What::System { key, name: colleague(about), text, to },
                Output::Note { about, note } => What::Note(note.words(&about.map(colleague).unwrap_or_default())),
            };
            Entry { at, what }
        }));
    }

    /// Adds a line that only the agent's pane shows.
    pub fn tell(&mut self, text: impl Into<String>, at: DateTime<Utc>) {
        self.entries.push(Entry { at, what: What::Note(text.into()) });
    }

    /// In order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// A transcript with all that its text needs.
#[derive(Clone, Debug)]
pub struct Record {
    /// The first line.
    pub title: String,
    /// Who took part.
    pub conference: Conference,
    /// What happened.
    pub transcript: Transcript,
    /// In a rehearsal, the messages on the screen.
    pub messages: Option<SystemMessages>,
}

impl Record {
    /// As a text file: each line with its time, who wrote and who read it.
    pub fn to_text<Z: TimeZone<Offset: Display>>(&self, zone: &Z) -> String {
        let mut text = format!("{}\n", self.title);
        if let Some(first) = self.transcript.entries.first() {
            text += &format!("{}\n", first.at.with_timezone(zone).format("%-d %b %Y, %H:%M:%S %:z"));
        }
        for entry in &self.transcript.entries {
            let words = entry.text(self.messages.as_ref()).replace('\n', "\n          ");
            let line = match &entry.what {
                What::Said { name, to, .. } => format!("{name} ({}): {words}", self.readers(to)),
                What::System { to, .. } => format!("System message ({}): {words}", self.readers(to)),
                What::Note(_) => format!("— {words}"),
            };
            text += &format!("\n{}  {line}", entry.at.with_timezone(zone).format("%H:%M:%S"));
        }
        text.push('\n');
        text
    }

    fn readers(&self, to: &[Party]) -> String {
        let names: Vec<&str> = to.iter().map(|party| self.conference.name(*party)).collect();
        if names.is_empty() { "read by nobody else".into() } else { format!("to {}", names.join(", ")) }
    }
}
