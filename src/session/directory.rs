//! The part of the session that is about the colleagues of the tenant as agents see them.
//!
//! Owns the words between the session and the worker; [`State`] and what follows from them is `state`'s. Must not know egui,
//! the services or threads. Start with [`Command`].

mod faces;
mod state;

pub use crate::domain::people::{Kept, Pause, Progress};
pub use faces::{Face, Faces, GENTLE, Refused};
pub use state::{Action, Counted, Filter, Load, Numbers, State};
pub(super) use state::{applied, deleted, export, opened, receive, update};

use crate::domain::{
    Account, Credential, DirectoryOptions, Failure, Guid, People, Presence, StoredSecret,
    people::{Ask, Found},
};
use std::{collections::HashMap, path::PathBuf, sync::Arc};

/// Whose people, and with which secret they are read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The account as it is kept.
    pub account: Account,
    /// Where its secret is.
    pub stored: StoredSecret,
    /// The secret that no keychain keeps.
    pub session_secret: Option<Credential>,
}

/// The list as it is on the screen, to be written to a file.
#[derive(Clone, Debug)]
pub struct List {
    /// The snapshot.
    pub people: Arc<People>,
    /// Who of them, in order.
    pub rows: Arc<[u32]>,
    /// The other way round.
    pub descending: bool,
    /// The types of numbers, in order.
    pub options: DirectoryOptions,
    /// How available they are, as far as that is known.
    pub presences: HashMap<Guid, Presence>,
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read the people who are kept of a tenant. Answered by `Opened` or `OpenFailed`.
    Open {
        /// Answers carry it.
        job: u64,
        /// Whose.
        tenant: Guid,
    },
    /// Read the people from Graph: only what has changed where that is possible, and from where a load was cut off.
    /// Answered by any number of `Progress`, then `Refreshed` or `Stopped`.
    Refresh {
        /// Answers carry it.
        job: u64,
        /// Whose.
        source: Box<Source>,
        /// Everybody, from the beginning.
        everybody: bool,
    },
    /// Stop a load or a search. Nothing more comes of it, and what was kept before still is.
    Cancel {
        /// Of that command.
        job: u64,
    },
    /// Find people away from the window's thread. Answered by `Found`.
    Search {
        /// Answers carry it.
        job: u64,
        /// Among whom.
        people: Arc<People>,
        /// What is asked for.
        ask: Box<Ask>,
        /// What was found last, which often makes it faster.
        before: Option<Arc<Found>>,
    },
    /// Count who has numbers, away from the window's thread. Answered by `Counted`.
    Count {
        /// Answers carry it.
        job: u64,
        /// Among whom.
        people: Arc<People>,
        /// What agents see.
        options: DirectoryOptions,
    },
    /// Ask for the presence of at most 650 people. Answered by `Presences`.
    Presences {
        /// Answers carry it.
        job: u64,
        /// Whose app asks.
        source: Box<Source>,
        /// Of whom.
        people: Vec<Guid>,
    },
    /// Write people to a file as a table. Answered by the session's own `Written` or `FileFailed`.
    Export {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// Who is in the list.
        list: Box<List>,
    },
    /// Fetch photos. Answered by one `Photo` for each person, as they come.
    Photos {
        /// Answers carry it.
        job: u64,
        /// Whose app asks.
        source: Box<Source>,
        /// Of whom.
        people: Vec<Guid>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// The kept people, if there are any. `cut_off` is how many people a load had brought that did not end.
    Opened {
        /// Of the command.
        job: u64,
        /// The last complete load.
        kept: Option<Kept>,
        /// What a refresh would go on from.
        cut_off: Option<usize>,
    },
    /// The kept people cannot be used; a refresh makes them anew.
    OpenFailed(u64, Failure),
    /// A load goes on.
    Progress(u64, Progress),
    /// The people are complete and kept. The failure says why they are not kept.
    Refreshed(u64, Kept, Option<Failure>),
    /// A load has ended before its end. What it has brought is kept where `resumable`, and the next one goes on from there.
    Stopped {
        /// Of the command.
        job: u64,
        /// Why.
        failure: Failure,
        /// Whether a part of it is kept.
        resumable: bool,
    },
    /// Who was found.
    Found(u64, Arc<Found>),
    /// Who has numbers.
    Counted(u64, Arc<Counted>),
    /// How available people are, or why that is not known.
    Presences(u64, Result<Vec<(Guid, Presence)>, Refused>),
    /// A person's photo, or that there is none.
    Photo(u64, Guid, Option<Arc<Face>>),
}
