//! What is known of the directory, what was asked of it, and what follows from an action or an answer.
//!
//! Owns [`State`]: the snapshot, the filter, who was found, how a load goes, and how many have numbers. Presence and photos
//! are [`super::faces`]'. Must not know egui or the services. Start with [`update`].

use super::{Command, Event, Kept, List, Progress, Source, faces::Faces};
use crate::{
    domain::{
        Coverage, Failure, PhoneType, Presence, PresenceKind,
        directory::DirectoryOptions,
        people::{Ask, Found, HasNumber, Order, People, PersonRef, Query, Rows},
    },
    session::{Command as SessionCommand, Notice, Session},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{path::PathBuf, sync::Arc};

/// People who are older than this are read again when the screen is opened.
const STALE: TimeDelta = TimeDelta::minutes(15);

/// Which numbers somebody is to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// Any or none.
    #[default]
    Any,
    /// At least one of this type.
    Of(PhoneType),
    /// None of a type that agents see.
    NoneShown,
    /// At least one that is not in E.164.
    NotE164,
}

impl Numbers {
    /// In the order of the choice.
    pub const ALL: [Numbers; 7] = [
        Numbers::Any,
        Numbers::Of(PhoneType::Business),
        Numbers::Of(PhoneType::Mobile),
        Numbers::Of(PhoneType::Home),
        Numbers::Of(PhoneType::Other),
        Numbers::NoneShown,
        Numbers::NotE164,
    ];

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            Numbers::Any => "Any numbers",
            Numbers::Of(kind) => kind.label(),
            Numbers::NoneShown => "No number that agents see",
            Numbers::NotE164 => "A number that is not in E.164",
        }
    }
}

/// What narrows the list, as chosen and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// As typed.
    pub text: String,
    /// Only people of this presence, as far as it is known.
    pub presence: Option<PresenceKind>,
    /// Only people of this department.
    pub department: Option<Box<str>>,
    /// Only people with these numbers.
    pub numbers: Numbers,
    /// In which order.
    pub order: Order,
    /// The other way round.
    pub descending: bool,
}

impl Filter {
    /// Whether it leaves anybody out.
    pub fn narrows(&self) -> bool {
        !Query::new(&self.text).is_empty()
            || self.presence.is_some()
            || self.department.is_some()
            || self.numbers != Numbers::Any
    }
}

/// Who has numbers, counted for a snapshot.
#[derive(Debug)]
pub struct Counted {
    /// How many.
    pub coverage: Coverage,
    /// Those with a number that is not in E.164.
    pub not_e164: Arc<Rows>,
}

/// A load under way.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub(super) job: u64,
    /// How far it is.
    pub progress: Progress,
}

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The snapshot.
    pub people: Arc<People>,
    /// When it was read; `None` while nothing was ever read.
    pub at: Option<DateTime<Utc>>,
    /// Whether what is kept on this computer was read.
    pub opened: bool,
    /// How many people a load had brought that did not end.
    pub cut_off: Option<usize>,
    /// A load under way.
    pub load: Option<Load>,
    /// Why the last load did not end.
    pub failure: Option<Failure>,
    /// What narrows the list.
    pub filter: Filter,
    /// Who was found, in order.
    pub found: Option<Arc<Found>>,
    /// Who has numbers.
    pub counted: Option<Arc<Counted>>,
    /// Presence and photos.
    pub faces: Faces,
    /// Of the transfer dialog's preview, while it is open: what was chosen in it.
    pub transfer: Option<Option<String>>,
    job: Option<u64>,
    search: Option<u64>,
    search_again: bool,
    count: Option<u64>,
    refreshed_once: bool,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Narrow the list.
    Filter(Filter),
    /// Read the directory again.
    Refresh {
        /// All of it, not only what has changed.
        everybody: bool,
    },
    /// Stop the load under way.
    Cancel,
    /// The screen is open, and these rows are in sight and around it.
    Look {
        /// In sight.
        seen: Vec<u32>,
        /// In sight and around it.
        around: Vec<u32>,
    },
    /// Ask again for presence, which was refused.
    AskPresence,
    /// Put the order that follows from the numbers into the account's draft.
    SuggestedOrder,
    /// This link would be opened, were this not the practice tenant.
    WouldOpen(String),
    /// Show what the transfer dialog shows, or close it.
    Transfer(Option<Option<String>>),
}

impl State {
    /// How many rows the list has.
    pub fn count(&self) -> usize {
        self.rows().len()
    }

    fn rows(&self) -> &[u32] {
        match &self.found {
            Some(found) if found.is_of(&self.people) => &found.rows,
            _ => &[],
        }
    }

    /// The row at a position of the list.
    pub fn row(&self, position: usize) -> Option<u32> {
        let rows = self.rows();
        let at = if self.filter.descending { rows.len().checked_sub(position + 1)? } else { position };
        rows.get(at).copied()
    }

    /// Who stands at a position of the list.
    pub fn person(&self, position: usize) -> Option<PersonRef<'_>> {
        self.people.person(self.row(position)?)
    }

    /// The presence of a person, as far as it is known.
    pub fn presence(&self, person: PersonRef<'_>) -> Option<&Presence> {
        self.faces.presence(person.id())
    }

    /// Somebody with numbers of two types, to show what agents see; the first such in the alphabet, if there is one soon.
    pub fn example(&self) -> Option<PersonRef<'_>> {
        let rows = self.people.in_order(Order::Name).iter().take(500);
        let mut people = rows.filter_map(|row| self.people.person(*row));
        people.find(|person| person.has(PhoneType::Business) && person.has(PhoneType::Mobile))
    }

    /// Whether numbers have to be counted.
    pub fn wants_count(&self) -> bool {
        self.counted.is_none() && self.count.is_none() && !self.people.is_empty()
    }

    /// Whether the screen should ask for a fresh load by itself.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        !self.refreshed_once && self.load.is_none() && self.at.is_some_and(|at| now - at > STALE)
    }
}

impl Session {
    /// The phone types as they stand on the screen, applied or not.
    pub fn directory_options(&self) -> DirectoryOptions {
        let draft = self.editor.as_ref().map(|editor| &editor.draft.directory_options);
        let saved = self.saved.as_ref().map(|saved| &saved.account.directory_options);
        draft.or(saved).cloned().unwrap_or_default()
    }

    pub(in crate::session) fn directory_source(&self) -> Option<Box<Source>> {
        let saved = self.saved.as_ref()?;
        Some(Box::new(Source {
            account: saved.account.clone(),
            stored: saved.secret.clone(),
            session_secret: self.session_secret.clone(),
        }))
    }

    fn load_directory(&mut self, everybody: bool) -> Vec<SessionCommand> {
        if self.directory.load.is_some() {
            return Vec::new();
        }
        let Some(source) = self.directory_source() else { return Vec::new() };
        let job = self.job();
        let state = &mut self.directory;
        state.refreshed_once = true;
        state.failure = None;
        state.load = Some(Load { job, progress: Progress::default() });
        vec![SessionCommand::Directory(Command::Refresh { job, source, everybody })]
    }

    /// One search at a time; what was asked meanwhile is asked when it ends.
    pub(super) fn search_directory(&mut self) -> Vec<SessionCommand> {
        if self.directory.search.is_some() {
            self.directory.search_again = true;
            return Vec::new();
        }
        if self.directory.people.is_empty() {
            self.directory.found = None;
            return Vec::new();
        }
        let options = self.directory_options();
        let job = self.job();
        let state = &mut self.directory;
        let filter = &state.filter;
        let shown = |kind| options.shown().any(|one| one == kind);
        let none_shown = HasNumber::NoneOf { business: shown(PhoneType::Business), mobile: shown(PhoneType::Mobile) };
        let not_e164 = || state.counted.as_ref().map(|counted| counted.not_e164.clone()).unwrap_or_default();
        let with_presence = filter.presence.map(|kind| state.faces.rows_of(kind, &state.people));
        let among = match (filter.numbers == Numbers::NotE164, with_presence) {
            (true, Some(rows)) => {
                Some(Arc::new(rows.iter().filter(|row| not_e164().contains(**row)).copied().collect()))
            }
            (true, None) => Some(not_e164()),
            (false, rows) => rows.map(|rows| Arc::new(rows.into_iter().collect())),
        };
        let ask = Ask {
            query: Query::new(&filter.text),
            department: filter.department.clone(),
            number: match filter.numbers {
                Numbers::Any | Numbers::NotE164 => None,
                Numbers::Of(kind) => Some(HasNumber::Of(kind)),
                Numbers::NoneShown => Some(none_shown),
            },
            among,
            order: filter.order,
        };
        state.search = Some(job);
        let (people, before) = (state.people.clone(), state.found.clone());
        vec![SessionCommand::Directory(Command::Search { job, people, ask: Box::new(ask), before })]
    }

    /// Counts who has numbers, where that is not known for this snapshot and these options.
    fn count_numbers(&mut self) -> Vec<SessionCommand> {
        let options = self.directory_options();
        let known = self.directory.counted.as_ref().is_some_and(|counted| counted.coverage.is_for(&options));
        if known || self.directory.count.is_some() || self.directory.people.is_empty() {
            return Vec::new();
        }
        let job = self.job();
        self.directory.count = Some(job);
        let people = self.directory.people.clone();
        vec![SessionCommand::Directory(Command::Count { job, people, options })]
    }

    /// Another snapshot takes the place of the one on the screen.
    fn take_people(&mut self, kept: Kept) -> Vec<SessionCommand> {
        let state = &mut self.directory;
        (state.people, state.at) = (kept.people, Some(kept.at));
        (state.counted, state.count) = (None, None);
        state.faces.remap(&state.people);
        let mut commands = self.search_directory();
        commands.extend(self.count_numbers());
        commands
    }

    fn open_directory(&mut self) -> Vec<SessionCommand> {
        let Some(tenant) = self.saved.as_ref().map(|saved| saved.account.tenant_id) else { return Vec::new() };
        let job = self.job();
        self.directory.job = Some(job);
        vec![SessionCommand::Directory(Command::Open { job, tenant })]
    }

    /// Nothing of the tenant before is left; what is under way for it is stopped.
    fn forget_directory(&mut self) -> Vec<SessionCommand> {
        let state = std::mem::take(&mut self.directory);
        let jobs = [state.load.map(|load| load.job), state.search, state.count].into_iter().flatten();
        jobs.chain(state.faces.jobs()).map(|job| SessionCommand::Directory(Command::Cancel { job })).collect()
    }

    fn suggest_order(&mut self, now: DateTime<Utc>) {
        let Some(counted) = self.directory.counted.clone() else { return };
        let Some(mut draft) = self.editor.as_ref().map(|editor| editor.draft.clone()) else { return };
        draft.directory_options = counted.coverage.suggested();
        self.edit_draft(draft, now);
        self.notice = Some(Notice::neutral("The suggested order is in Directory Options. Apply it when it is right."));
    }
}

/// Writes the list as it is on the screen.
pub(in crate::session) fn export(session: &mut Session, job: u64, path: PathBuf) -> Vec<SessionCommand> {
    let options = session.directory_options();
    let state = &session.directory;
    let rows = state.found.as_ref().filter(|found| found.is_of(&state.people)).map(|found| found.rows.clone());
    let Some(rows) = rows else {
        session.busy = None;
        return Vec::new();
    };
    let list = List {
        people: state.people.clone(),
        rows,
        descending: state.filter.descending,
        options,
        presences: state.faces.all(),
    };
    vec![SessionCommand::Directory(Command::Export { job, path, list: Box::new(list) })]
}

pub(in crate::session) fn update(session: &mut Session, action: Action, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {
        Action::Filter(filter) => {
            let before = std::mem::replace(&mut session.directory.filter, filter).presence;
            let mut commands = session.search_directory();
            if before != session.directory.filter.presence {
                commands.extend(session.ask_presence_for_filter(now));
            }
            commands
        }
        Action::Refresh { everybody } => {
            session.directory.faces.ask_again();
            session.load_directory(everybody)
        }
        Action::Cancel => {
            let load = session.directory.load.take();
            load.map(|load| SessionCommand::Directory(Command::Cancel { job: load.job })).into_iter().collect()
        }
        Action::Look { seen, around } => {
            let mut commands = session.look(&seen, &around, now);
            commands.extend(session.count_numbers());
            if session.directory.is_stale(now) {
                commands.extend(session.load_directory(false));
            }
            commands
        }
        Action::AskPresence => {
            session.directory.faces.ask_again();
            Vec::new()
        }
        Action::SuggestedOrder => {
            session.suggest_order(now);
            let mut commands = session.count_numbers();
            commands.extend(session.search_directory());
            commands
        }
        Action::WouldOpen(link) => {
            session.notice = Some(Notice::neutral(format!("In practice nothing is opened. It would be {link}")));
            Vec::new()
        }
        Action::Transfer(transfer) => {
            session.directory.transfer = transfer;
            Vec::new()
        }
    }
}

pub(in crate::session) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let state = &mut session.directory;
    let loads = |job| state.load.is_some_and(|load| load.job == job);
    match event {
        Event::Opened { job, kept, cut_off } if state.job == Some(job) => {
            (state.opened, state.cut_off) = (true, cut_off);
            kept.map(|kept| session.take_people(kept)).unwrap_or_default()
        }
        Event::OpenFailed(job, failure) if state.job == Some(job) => {
            (state.opened, state.failure) = (true, Some(failure));
            Vec::new()
        }
        Event::Progress(job, progress) if loads(job) => {
            state.load = Some(Load { job, progress });
            Vec::new()
        }
        Event::Refreshed(job, kept, not_kept) if loads(job) => {
            (state.load, state.cut_off, state.failure) = (None, None, not_kept);
            session.take_people(kept)
        }
        Event::Stopped { job, failure, resumable } if loads(job) => {
            let reached = state.load.take().map(|load| load.progress.people);
            state.failure = Some(failure);
            state.cut_off = reached.filter(|_| resumable);
            Vec::new()
        }
        Event::Found(job, found) if state.search == Some(job) => {
            state.search = None;
            state.found = Some(found);
            if std::mem::take(&mut state.search_again) { session.search_directory() } else { Vec::new() }
        }
        Event::Counted(job, counted) if state.count == Some(job) => {
            state.count = None;
            let again = state.filter.numbers == Numbers::NotE164;
            state.counted = Some(counted);
            let mut commands = session.count_numbers();
            if again {
                commands.extend(session.search_directory());
            }
            commands
        }
        Event::Presences(job, answer) => session.take_presences(job, answer, now),
        Event::Photo(job, person, face) => {
            state.faces.take_photo(job, person, face);
            Vec::new()
        }
        // Late answers to questions that nobody asks any more.
        _ => Vec::new(),
    }
}

/// The data folder was read: this profile is open now, with or without an account.
pub(in crate::session) fn opened(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let mut commands = session.forget_directory();
    commands.extend(session.open_directory());
    commands
}

/// The account was applied; `before` is how it was.
pub(in crate::session) fn applied(
    session: &mut Session,
    before: Option<&crate::domain::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    let whose = |saved: &crate::domain::Saved| (saved.account.tenant_id, saved.account.cloud.clone());
    if before.map(whose) == session.saved.as_ref().map(whose) {
        session.directory.faces.ask_again();
        let mut commands = session.count_numbers();
        commands.extend(session.search_directory());
        return commands;
    }
    let mut commands = session.forget_directory();
    commands.extend(session.open_directory());
    commands
}

/// The account was deleted.
pub(in crate::session) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    session.forget_directory()
}
