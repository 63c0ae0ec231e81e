//! The people of a tenant: read from Graph, kept on this computer, brought up to date.
//!
//! Owns the order of a load: the link to later changes first, then everybody, so that no change falls between; next time only
//! the changes; everybody again where Graph has forgotten the link. What was kept stays as it is until the new is complete.
//! Must not know the session or the window. Start with [`Refresh::run`]; `file` is how people are kept.

mod changes;
mod file;
mod load;
mod reader;
mod words;

pub use load::people_of;
pub use reader::Reader;

use crate::{
    domain::{
        Credentials, Failure, Guid, People,
        people::{Kept, Progress},
    },
    graph::users,
    http::Http,
    profile::Profile,
};
use chrono::{DateTime, TimeDelta, Utc};
use file::{File, Load};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, Weak},
};

/// A load that was cut off longer ago is not gone on with: its first people would be too old.
const GO_ON_WITHIN: TimeDelta = TimeDelta::hours(12);

/// What is kept of a tenant.
#[derive(Debug, Default)]
pub struct State {
    /// The last complete load.
    pub kept: Option<Kept>,
    /// How many people a load has brought that was cut off.
    pub cut_off: Option<usize>,
}

/// Remembers which people were read from the file last, as long as anybody uses them, so that they are not read again.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Option<Known>>>);

struct Known {
    path: PathBuf,
    load: Load,
    people: Weak<People>,
}

impl Memory {
    fn know(&self, path: &PathBuf) -> Option<(Load, Arc<People>)> {
        let known = self.0.lock().ok()?;
        let known = known.as_ref().filter(|known| known.path == *path)?;
        Some((known.load, known.people.upgrade()?))
    }

    fn note(&self, path: PathBuf, load: Load, people: &Arc<People>) {
        if let Ok(mut known) = self.0.lock() {
            *known = Some(Known { path, load, people: Arc::downgrade(people) });
        }
    }
}

/// Reads what is kept of a tenant. Takes a tenth of a second for a hundred thousand people.
///
/// # Errors
/// The file cannot be read; a refresh makes a damaged one anew.
pub fn open(profile: &Profile, tenant: Guid, memory: &Memory) -> Result<State, Failure> {
    let path = profile.people(tenant);
    let (complete, cut_off) = file::read(&path, memory.know(&path))?;
    let kept = complete.map(|complete| {
        memory.note(path, complete.load, &complete.kept.people);
        complete.kept
    });
    Ok(State { kept, cut_off: cut_off.map(|cut_off| cut_off.people) })
}

/// Removes the people of all tenants from a profile.
///
/// # Errors
/// A file is still there.
pub fn forget(profile: &Profile) -> Result<(), Failure> {
    file::remove_all(profile.dir(), Profile::holds_people)
}

/// Reads the people of an account's tenant.
#[derive(Clone)]
pub struct Refresh {
    /// The client; its own retries are not used, so that pauses can be told.
    pub http: Http,
    /// The account's.
    pub credentials: Credentials,
    /// Where the people are kept.
    pub profile: Profile,
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
    /// What the file was read as before.
    pub memory: Memory,
    /// Everybody from the beginning, although changes would do.
    pub everybody: bool,
}

/// A load that has reached its end.
#[derive(Debug)]
pub struct Refreshed {
    /// The people.
    pub kept: Kept,
    /// Why they are not kept on this computer.
    pub not_kept: Option<Failure>,
}

/// A load that has not.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub failure: Failure,
    /// Whether the next one goes on from there.
    pub resumable: bool,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { failure, resumable: false }
    }
}

impl Refresh {
    /// Loads, and tells how far it is. Dropping the future ends the load; what it has brought is kept to go on from.
    ///
    /// # Errors
    /// The directory could not be read to its end. What was kept before still is.
    pub async fn run(&self, tell: impl FnMut(Progress) + Send) -> Result<Refreshed, Stopped> {
        let mut reader = Reader::new(&self.http, self.credentials.clone(), self.now, tell);
        let path = self.profile.people(self.credentials.tenant_id);
        // A file that cannot be read is made anew.
        let known = self.memory.know(&path);
        let found = blocking({
            let path = path.clone();
            move || file::read(&path, known)
        });
        let (complete, cut_off) = found.await?.unwrap_or_default();
        let cloud = &self.credentials.cloud;
        if let Some(complete) = complete.filter(|_| !self.everybody)
            && let Some(link) = complete.delta_link.clone().filter(|link| users::is_ours(cloud, link))
        {
            match changes::read(&mut reader, link).await {
                Ok(read) => return self.apply(complete, read, path).await,
                Err(changes::Error::TooOld) => {}
                Err(changes::Error::Stopped(failure)) => return Err(failure.into()),
            }
        }
        let fresh_enough = |cut_off: &file::CutOff| {
            (self.now)() - cut_off.at < GO_ON_WITHIN && users::is_ours(cloud, &cut_off.next_link)
        };
        let cut_off = cut_off.filter(|cut_off| !self.everybody && fresh_enough(cut_off));
        let (load, refreshed) = load::everybody(&mut reader, path.clone(), cut_off).await?;
        if let Some(load) = load {
            self.memory.note(path, load, &refreshed.kept.people);
        }
        Ok(refreshed)
    }

    async fn apply(
        &self,
        complete: file::Complete,
        read: changes::Changes,
        path: PathBuf,
    ) -> Result<Refreshed, Stopped> {
        let at = (self.now)();
        let memory = self.memory.clone();
        let applied = blocking(move || {
            let people = Arc::new(read.apply(&complete.kept.people));
            let changed = changes::blocks(&complete.kept.people, &people);
            let kept = File::open(&path).and_then(|mut file| {
                file.change(complete.load, &changed, people.len(), at, read.delta_link.as_deref())
            });
            if let Ok(load) = kept {
                memory.note(path, load, &people);
            }
            Refreshed { kept: Kept { people, at }, not_kept: kept.err() }
        });
        Ok(applied.await?)
    }
}

/// Does work that takes its time beside the network.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| words::no_threads())
}
