//! The part of the session that is about what was done to the account, and going back to it.
//!
//! Owns which entries are shown. Must not know egui, the services or threads. Start with `update`.

use super::{Command as SessionCommand, Editor, Notice, Screen, Session};
use crate::domain::{
    Draft, Failure, History, Origin,
    history::{Entry, Kind},
};
use chrono::{DateTime, Datelike, Utc};
use std::{path::PathBuf, sync::Arc};

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The entries, as they were read last.
    pub read: Option<Arc<Read>>,
    /// Why they could not be read.
    pub failure: Option<Failure>,
    /// What is searched for, as typed.
    pub search: String,
    /// Which kind is shown; `None`: every one.
    pub kind: Option<Kind>,
    /// The entry whose details are shown, by its number.
    pub selected: Option<i64>,
    /// Positions of what is shown in [`History::entries`], the newest first.
    shown: Vec<usize>,
    /// Of the last command whose answer is awaited.
    job: Option<u64>,
    /// When the messages were counted, and how many there were in that month.
    messages: Option<(DateTime<Utc>, u64)>,
}

/// The entries, ready to be searched.
#[derive(Debug)]
pub struct Read {
    /// The entries.
    pub history: History,
    /// What is wrong with them, as sentences.
    pub faults: Vec<String>,
    /// Of each entry what a search looks into, in lower case.
    texts: Vec<String>,
}

impl Read {
    /// Prepares the search, which takes its time and is not for the window's thread.
    pub fn new(history: History) -> Self {
        let faults = history.faults();
        Self { texts: history.entries.iter().map(searched).collect(), history, faults }
    }
}

/// Everything of an entry that can be read on the screen, but for the time.
fn searched(entry: &Entry) -> String {
    let mut text = format!("{} {} {}", entry.label(), entry.user, entry.note);
    if let Some(at) = entry.at {
        text += &at.format(" %Y-%m-%d").to_string();
    }
    for change in &entry.changes {
        for part in [change.field.label(), &change.old, &change.new] {
            text.push('\n');
            text += part;
        }
    }
    text.to_lowercase()
}

impl State {
    /// How many messages conferences sent to Teams in this month of the calendar, in UTC, as far as it is known.
    pub fn messages(&self, now: DateTime<Utc>) -> Option<u64> {
        let month = |at: DateTime<Utc>| (at.year(), at.month());
        self.messages.map(|(at, count)| if month(at) == month(now) { count } else { 0 })
    }

    /// How many entries are shown.
    pub fn count(&self) -> usize {
        self.shown.len()
    }

    /// The entry in this row, counted from 0.
    pub fn row(&self, row: usize) -> Option<&Entry> {
        self.read.as_ref()?.history.entries.get(*self.shown.get(row)?)
    }

    /// The row of the entry whose details are shown.
    pub fn selected_row(&self) -> Option<usize> {
        let (read, selected) = (self.read.as_ref()?, self.selected?);
        // Numbers fall from row to row.
        self.shown.binary_search_by(|index| selected.cmp(&read.history.entries[*index].number)).ok()
    }

    /// The entry whose details are shown.
    pub fn details(&self) -> Option<&Entry> {
        self.row(self.selected_row()?)
    }

    fn filter(&mut self) {
        let Some(read) = &self.read else { return self.shown.clear() };
        let words: Vec<String> = self.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let finders: Vec<_> = words.iter().map(memchr::memmem::Finder::new).collect();
        let fits = |index: &usize| {
            let (entry, text) = (&read.history.entries[*index], &read.texts[*index]);
            self.kind.is_none_or(|kind| entry.kind == Some(kind))
                && finders.iter().all(|finder| finder.find(text.as_bytes()).is_some())
        };
        self.shown = (0..read.history.entries.len()).rev().filter(fits).collect();
    }
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Shows what holds these words.
    Search(String),
    /// Shows this kind only, or every one.
    Filter(Option<Kind>),
    /// Shows an entry's details.
    Select(i64),
    /// Reads the entries again.
    Reload,
    /// Fills an entry's settings in, to be looked over and applied.
    Restore(i64),
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read and verify the entries.
    Load {
        /// Answers carry it.
        job: u64,
    },
    /// Read an entry's settings.
    Settings {
        /// Answers carry it.
        job: u64,
        /// Its number.
        entry: i64,
    },
    /// Write something down that changes nothing that is kept.
    Record(Box<crate::domain::Deed>),
    /// Count messages that a conference sent to Teams; none only asks how many there were this month.
    AddMessages(u32),
    /// Write the entries to a file.
    Export {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// The entries were read, or could not be.
    Loaded(u64, Result<Arc<Read>, Failure>),
    /// So many messages were sent to Teams this month.
    Messages(u64),
    /// An entry's settings were read, or could not be.
    Settings {
        /// Of the command.
        job: u64,
        /// Its number.
        entry: i64,
        /// The settings.
        draft: Result<Box<Draft>, Failure>,
    },
}

pub(super) fn update(session: &mut Session, action: Action, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let state = &mut session.history;
    match action {
        Action::Search(text) => {
            state.search = text;
            state.filter();
        }
        Action::Filter(kind) => {
            state.kind = kind;
            state.filter();
        }
        Action::Select(entry) => state.selected = Some(entry),
        Action::Reload => return shown(session),
        Action::Restore(entry) if session.busy.is_none() => {
            let job = session.job();
            session.history.job = Some(job);
            return vec![SessionCommand::History(Command::Settings { job, entry })];
        }
        Action::Restore(_) => {}
    }
    Vec::new()
}

/// How many messages were sent to Teams this month is asked for.
pub(super) fn count_messages() -> Vec<SessionCommand> {
    vec![SessionCommand::History(Command::AddMessages(0))]
}

/// The screen is open, or something was written down while it is.
pub(super) fn shown(session: &mut Session) -> Vec<SessionCommand> {
    let job = session.job();
    session.history.job = Some(job);
    vec![SessionCommand::History(Command::Load { job })]
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let state = &mut session.history;
    match event {
        Event::Loaded(job, read) if state.job == Some(job) => {
            state.job = None;
            state.failure = read.as_ref().err().cloned();
            state.read = read.ok();
            state.filter();
        }
        Event::Settings { job, entry, draft } if state.job == Some(job) => {
            state.job = None;
            match draft {
                Ok(draft) => restore(session, entry, *draft, now),
                Err(failure) => session.notice = Some(Notice::bad(failure.to_string())),
            }
        }
        Event::Messages(count) => state.messages = Some((now, count)),
        // Of a question that was asked again, or of another profile.
        Event::Loaded(..) | Event::Settings { .. } => {}
    }
    Vec::new()
}

fn restore(session: &mut Session, entry: i64, draft: Draft, now: DateTime<Utc>) {
    let editor = session.editor.get_or_insert_with(Editor::new_account);
    editor.import(draft, Origin::Entry(entry), now);
    let same = !editor.is_new() && editor.changed().is_empty();
    session.screen = Screen::Accounts;
    session.notice = Some(Notice::neutral(if same {
        format!("The settings of entry {entry} are those that are applied now.")
    } else {
        format!("The settings of entry {entry} are filled in. Look them over, then apply. The secret stays as it is.")
    }));
}

/// The data folder was read: this profile is open now, with or without an account.
pub(super) fn opened(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let mut commands = count_messages();
    commands.extend(reload(session));
    commands
}

/// The account was applied; `before` is how it was.
pub(super) fn applied(
    session: &mut Session,
    _before: Option<&super::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    reload(session)
}

/// The account was deleted.
pub(super) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    reload(session)
}

fn reload(session: &mut Session) -> Vec<SessionCommand> {
    if session.screen == Screen::History { shown(session) } else { Vec::new() }
}
