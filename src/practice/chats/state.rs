//! The chats there are, with their members and messages, and what colleagues are about to say.
//!
//! It owns the only copy of them. It must not know JSON or requests; start reading at `Chats`.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::colleagues::{ConferenceWords, Manner, Mood};
use crate::practice::people::Person;

/// Every chat of the tenant.
#[derive(Default)]
pub(in crate::practice) struct Chats {
    chats: Vec<Chat>,
    pub words: Option<ConferenceWords>,
    /// How long a colleague takes for one answer.
    pace: TimeDelta,
}

pub(super) struct Chat {
    pub id: String,
    pub kind: Kind,
    pub topic: Option<String>,
    pub created: DateTime<Utc>,
    pub members: Vec<Uuid>,
    pub messages: Vec<Message>,
    /// What will be said, and when; in the order of time.
    pending: Vec<Pending>,
    moods: HashMap<Uuid, Mood>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OneOnOne,
    Group,
}

pub(super) struct Message {
    /// Milliseconds since 1970, and unique in its chat.
    pub id: i64,
    pub created: DateTime<Utc>,
    /// Nobody for what the system says.
    pub from: Option<Uuid>,
    pub is_html: bool,
    pub content: String,
}

struct Pending {
    due: DateTime<Utc>,
    from: Uuid,
    content: String,
}

impl Chats {
    pub fn set_pace(&mut self, pace: Duration) {
        self.pace = TimeDelta::from_std(pace).unwrap_or(TimeDelta::MAX);
    }

    /// The chat of these two, or a new one: their ids make its id, so there is only one.
    pub(super) fn one_on_one(&mut self, mut members: Vec<Uuid>) -> &mut Chat {
        members.sort_unstable();
        let ids: Vec<String> = members.iter().map(Uuid::to_string).collect();
        let id = format!("19:{}@unq.gbl.spaces", ids.join("_"));
        match self.chats.iter().position(|chat| chat.id == id) {
            Some(at) => &mut self.chats[at],
            None => self.open(Chat::new(id, Kind::OneOnOne, None, members)),
        }
    }

    pub(super) fn group(&mut self, topic: Option<String>, members: Vec<Uuid>) -> &mut Chat {
        let id = format!("19:{}@thread.v2", Uuid::new_v4().simple());
        self.open(Chat::new(id, Kind::Group, topic, members))
    }

    fn open(&mut self, chat: Chat) -> &mut Chat {
        let at = self.chats.len();
        self.chats.push(chat);
        &mut self.chats[at]
    }

    /// The chat as it is now: what was due has been said.
    pub(super) fn find(&mut self, id: &str, now: DateTime<Utc>) -> Option<&mut Chat> {
        let chat = self.chats.iter_mut().find(|chat| chat.id == id)?;
        chat.catch_up(now);
        Some(chat)
    }

    /// The chats of a person, newest first.
    pub(super) fn of(&mut self, person: Uuid, now: DateTime<Utc>) -> impl Iterator<Item = &Chat> {
        let mine = self.chats.iter_mut().rev().filter(move |chat| chat.members.contains(&person));
        mine.map(move |chat| {
            chat.catch_up(now);
            &*chat
        })
    }

    /// Adds what a member says and lets the colleagues in this chat think about it.
    pub(super) fn say(
        &mut self,
        id: &str,
        from: &Person,
        said: Said,
        others: &[Person],
        now: DateTime<Utc>,
    ) -> Option<&Message> {
        let (words, pace) = (self.words.clone(), self.pace);
        let chat = self.find(id, now)?;
        let at = chat.messages.len();
        chat.add(Some(from.id()), said.is_html, said.content, now);
        for other in others {
            chat.react(other, &said.text, words.as_ref(), pace, now);
        }
        chat.catch_up(now);
        chat.messages.get(at)
    }
}

/// What a member says: as it was sent, and as a person reads it.
pub(super) struct Said {
    pub is_html: bool,
    pub content: String,
    pub text: String,
}

impl Chat {
    fn new(id: String, kind: Kind, topic: Option<String>, members: Vec<Uuid>) -> Chat {
        let created = Utc::now();
        let mut chat = Chat {
            id,
            kind,
            topic,
            created,
            members,
            messages: Vec::new(),
            pending: Vec::new(),
            moods: HashMap::new(),
        };
        // Whoever reads a chat meets messages that nobody wrote.
        chat.add(None, true, "<systemEventMessage/>".to_owned(), created);
        chat
    }

    fn add(&mut self, from: Option<Uuid>, is_html: bool, content: String, at: DateTime<Utc>) {
        let last = self.messages.last().map_or(i64::MIN, |message| message.id);
        let id = at.timestamp_millis().max(last.saturating_add(1));
        let created = DateTime::from_timestamp_millis(id).unwrap_or(at);
        self.messages.push(Message { id, created, from, is_html, content });
    }

    fn catch_up(&mut self, now: DateTime<Utc>) {
        let later = self.pending.split_off(self.pending.partition_point(|one| one.due <= now));
        for said in std::mem::replace(&mut self.pending, later) {
            self.add(Some(said.from), true, said.content, said.due);
        }
    }

    fn react(
        &mut self,
        person: &Person,
        text: &str,
        words: Option<&ConferenceWords>,
        pace: TimeDelta,
        now: DateTime<Utc>,
    ) {
        let mood = self.moods.entry(person.id()).or_insert_with(|| Mood::new(Manner::of(person)));
        let answers = mood.hear(person, text, words);
        let mut due = self.pending.iter().filter(|one| one.from == person.id()).map(|one| one.due).max().unwrap_or(now);
        for answer in answers {
            due = due.max(now) + pace;
            let from = person.id();
            // People who write at the same moment keep the order in which they began.
            let at = self.pending.partition_point(|one| one.due <= due);
            self.pending.insert(at, Pending { due, from, content: answer });
        }
    }

    /// When it last changed.
    pub fn updated(&self) -> DateTime<Utc> {
        self.messages.last().map_or(self.created, |message| message.created)
    }
}
