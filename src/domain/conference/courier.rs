//! Carries messages into one chat in Teams and reads the answers, each exactly once, over a network that loses and repeats.
//!
//! Owns what to do next: read, write or wait. It makes no request and reads no clock; who does tells it what came of each.
//! Teams has no mark by which it would drop a repeated message. So a message whose answer was lost is looked for in the chat
//! before it is written again. Start with [`Courier::next`].

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashSet, VecDeque};

/// The longest text of one message in Teams, in characters. Teams takes about 28 KB with all the marks that escaping adds.
/// <https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams>
pub const LONGEST: usize = 4000;

/// How long a message whose answer was lost may take to appear in the chat.
const SETTLES: TimeDelta = TimeDelta::seconds(3);
/// Between two readings while there is something to expect. Far below the 20 readings a second that Graph allows.
const POLL: TimeDelta = TimeDelta::seconds(2);
/// Between two readings once the chat was silent for [`QUIET`].
const SLOW_POLL: TimeDelta = TimeDelta::seconds(10);
/// After this long without a message, reading slows down.
const QUIET: TimeDelta = TimeDelta::minutes(3);
/// Messages may become visible out of order: each reading goes back this far behind the newest known one.
const OVERLAP: TimeDelta = TimeDelta::minutes(1);
/// The first and the longest pause after a failure.
const PAUSES: (TimeDelta, TimeDelta) = (TimeDelta::seconds(1), TimeDelta::seconds(30));

/// A message as it stands in the chat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The server's time.
    pub created: DateTime<Utc>,
    /// The server's name for it.
    pub id: String,
    /// Whether it was written by the one whose token this is.
    pub mine: bool,
    /// Without any marks.
    pub text: String,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Read the newest messages, before anything is written: none of them belongs to this conference.
    Open,
    /// Read all messages since then, in any order.
    Read(DateTime<Utc>),
    /// Write this message.
    Write(String),
    /// Nothing until then, unless something is to be written.
    Wait(DateTime<Utc>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Ready,
    /// On its way.
    Sent,
    /// Whether it arrived is not known.
    Unsure(DateTime<Utc>),
}

/// One chat.
#[derive(Clone, Debug)]
pub struct Courier {
    waiting: VecDeque<String>,
    writing: Writing,
    /// The newest message that was there before; nothing up to it belongs to this conference.
    start: Option<(DateTime<Utc>, String)>,
    opened: bool,
    known: HashSet<String>,
    newest: DateTime<Utc>,
    read_at: DateTime<Utc>,
    not_before: DateTime<Utc>,
    last_word: DateTime<Utc>,
    failures: i32,
}

impl Courier {
    /// A chat that was not read yet.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            waiting: VecDeque::new(),
            writing: Writing::Ready,
            start: None,
            opened: false,
            known: HashSet::new(),
            newest: DateTime::UNIX_EPOCH,
            read_at: now,
            not_before: now,
            last_word: now,
            failures: 0,
        }
    }

    /// Has a text written after those before it, in as many messages as it takes.
    pub fn send(&mut self, text: &str, now: DateTime<Utc>) {
        self.waiting.extend(parts(text));
        self.last_word = now;
        self.read_at = self.read_at.min(now + POLL);
    }

    /// How many messages are not known to have arrived.
    pub fn open_letters(&self) -> usize {
        self.waiting.len()
    }

    /// What to do now. After [`Next::Write`], nothing else is written until it is known what came of it.
    pub fn next(&mut self, now: DateTime<Utc>) -> Next {
        if now < self.not_before {
            return Next::Wait(self.not_before);
        }
        if !self.opened {
            return Next::Open;
        }
        match (self.writing, self.waiting.front()) {
            (Writing::Ready, Some(text)) => {
                self.writing = Writing::Sent;
                return Next::Write(text.clone());
            }
            (Writing::Unsure(look), _) if now >= look => return Next::Read(self.beginning()),
            (Writing::Unsure(look), _) => return Next::Wait(look),
            _ => {}
        }
        if now >= self.read_at { Next::Read(self.since()) } else { Next::Wait(self.read_at) }
    }

    fn beginning(&self) -> DateTime<Utc> {
        self.start.as_ref().map_or(DateTime::UNIX_EPOCH, |(created, _)| *created - OVERLAP)
    }

    fn since(&self) -> DateTime<Utc> {
        (self.newest - OVERLAP).max(self.beginning())
    }

    /// The newest messages were read, before anything was written.
    pub fn opened(&mut self, messages: &[Seen]) {
        self.failures = 0;
        self.opened = true;
        self.start = messages.iter().max().map(|seen| (seen.created, seen.id.clone()));
        self.newest = self.start.as_ref().map_or(self.newest, |(created, _)| *created);
        self.known.extend(messages.iter().map(|seen| seen.id.clone()));
    }

    /// The message was taken, and this is the server's name for it.
    pub fn written(&mut self, id: &str) {
        self.failures = 0;
        self.known.insert(id.to_owned());
        self.waiting.pop_front();
        self.writing = Writing::Ready;
    }

    /// The server did not take the message now, for sure. It is written again later.
    pub fn put_off(&mut self, now: DateTime<Utc>, asked: Option<TimeDelta>) {
        self.writing = Writing::Ready;
        self.pause(now, asked);
    }

    /// Whether the server took the message is not known: the answer was lost.
    pub fn lost(&mut self, now: DateTime<Utc>) {
        self.writing = Writing::Unsure(now + SETTLES);
        self.failures += 1;
    }

    /// The messages could not be read.
    pub fn unread(&mut self, now: DateTime<Utc>, asked: Option<TimeDelta>) {
        self.pause(now, asked);
    }

    fn pause(&mut self, now: DateTime<Utc>, asked: Option<TimeDelta>) {
        let grown = PAUSES.0 * (1 << self.failures.min(5));
        self.failures += 1;
        self.not_before = now + asked.unwrap_or_else(|| grown.min(PAUSES.1));
    }

    /// All messages since the time asked for. Answers what others wrote in this conference and was not answered before,
    /// the oldest first.
    pub fn read(&mut self, mut messages: Vec<Seen>, now: DateTime<Utc>) -> Vec<Seen> {
        self.failures = 0;
        messages.sort();
        messages.retain(|seen| self.start.as_ref().is_none_or(|start| (seen.created, &seen.id) > (start.0, &start.1)));
        if let (Writing::Unsure(look), Some(text)) = (self.writing, self.waiting.front())
            && now >= look
        {
            let same = |seen: &&Seen| seen.mine && !self.known.contains(&seen.id) && squash(&seen.text) == squash(text);
            match messages.iter().find(same).map(|seen| seen.id.clone()) {
                Some(id) => self.written(&id),
                None => self.writing = Writing::Ready,
            }
        }
        messages.retain(|seen| !seen.mine && self.known.insert(seen.id.clone()));
        self.newest = messages.last().map_or(self.newest, |seen| self.newest.max(seen.created));
        if !messages.is_empty() {
            self.last_word = now;
        }
        self.read_at = now + if now - self.last_word > QUIET { SLOW_POLL } else { POLL };
        messages
    }
}

/// A text as Teams takes it: in pieces of at most [`LONGEST`] characters, cut at a blank where there is one.
pub fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while let Some((limit, _)) = rest.char_indices().nth(LONGEST) {
        // A blank in the last fifth is near enough; a word without any is cut anywhere.
        let near = rest[..limit].rfind(char::is_whitespace).filter(|at| at * 5 > limit * 4);
        let (part, after) = rest.split_at(near.unwrap_or(limit));
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// A text as it is compared after a way through Teams, which may change its blanks.
fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
