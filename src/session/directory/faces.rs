//! Presence and photos of who is in sight: asked for in batches, kept for a while, never more often than Microsoft allows.
//!
//! Owns what is known of both and when to ask again. Must not know egui or the services. Start with [`Session::look`].
//!
//! The limits: 650 ids in a question and 1,500 questions in 30 seconds, for one app in one tenant
//! (<https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>). The worker keeps its distance.

use super::Command;
use crate::{
    domain::{
        Failure, Guid, Presence, PresenceKind,
        people::People,
        presence::{MOST_IDS, not_in_this_cloud},
    },
    session::{Command as SessionCommand, Session},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Presence in sight is asked for again after this long.
pub const GENTLE: TimeDelta = TimeDelta::seconds(30);
/// How many people a filter by presence asks for at most.
const MOST_ASKED: usize = 50_000;
/// How many photos are kept.
const MOST_PHOTOS: usize = 600;

/// A photo, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Face {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Red, green, blue and alpha of each pixel, in rows.
    pub rgba: Vec<u8>,
}

/// Not the pixels.
impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({}×{})", self.size[0], self.size[1])
    }
}

/// Why presence did not come.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What to tell.
    pub failure: Failure,
    /// Whether it is of no use to ask again before somebody has acted.
    pub lasting: bool,
    /// How long to wait otherwise.
    pub wait: Option<TimeDelta>,
}

/// What is known.
#[derive(Debug, Default)]
pub struct Faces {
    presences: HashMap<Guid, (u32, Presence)>,
    photos: HashMap<Guid, Option<Arc<Face>>>,
    /// In the order in which they came.
    photo_age: VecDeque<Guid>,
    /// The last question about who is in sight.
    looked: Option<(DateTime<Utc>, Vec<u32>)>,
    asking: Option<u64>,
    fetching: Option<u64>,
    /// Whose photos were asked for last.
    fetched: Vec<u32>,
    /// Rows that a filter by presence still has to ask for.
    sweep: VecDeque<u32>,
    /// Nothing is asked before.
    not_before: Option<DateTime<Utc>>,
    /// Why presence is not shown.
    pub refused: Option<Failure>,
}

impl Faces {
    /// The presence of a person.
    pub fn presence(&self, person: Guid) -> Option<&Presence> {
        self.presences.get(&person).map(|(_, presence)| presence)
    }

    /// All presence that is known.
    pub(super) fn all(&self) -> HashMap<Guid, Presence> {
        self.presences.iter().map(|(person, (_, presence))| (*person, presence.clone())).collect()
    }

    /// The photo of a person; `None` where there is none, or it is not known yet.
    pub fn photo(&self, person: Guid) -> Option<&Arc<Face>> {
        self.photos.get(&person)?.as_ref()
    }

    /// How many people's presence is known.
    pub fn known(&self) -> usize {
        self.presences.len()
    }

    /// How many a filter by presence still has to ask for.
    pub fn to_come(&self) -> usize {
        self.sweep.len()
    }

    /// Whether it is time to look again at who is in sight.
    pub fn is_due(&self, seen: &[u32], now: DateTime<Utc>) -> bool {
        match &self.looked {
            None => true,
            Some((at, before)) => before != seen || now - *at >= GENTLE,
        }
    }

    pub(super) fn rows_of(&self, kind: PresenceKind, people: &People) -> Vec<u32> {
        let fits = self.presences.values().filter(|(_, presence)| presence.kind() == kind);
        fits.map(|(row, _)| *row).filter(|row| people.person(*row).is_some()).collect()
    }

    /// Rows mean other people in another snapshot.
    pub(super) fn remap(&mut self, people: &People) {
        self.presences.retain(|person, (row, _)| people.find(*person).map(|now| *row = now).is_some());
        self.looked = None;
        self.fetched.clear();
        self.sweep.clear();
    }

    pub(super) fn ask_again(&mut self) {
        (self.refused, self.not_before, self.looked) = (None, None, None);
    }

    pub(super) fn jobs(&self) -> impl Iterator<Item = u64> + use<> {
        [self.asking, self.fetching].into_iter().flatten()
    }

    pub(super) fn take_photo(&mut self, job: u64, person: Guid, face: Option<Arc<Face>>) {
        if self.fetching != Some(job) || self.photos.insert(person, face).is_some() {
            return;
        }
        self.photo_age.push_back(person);
        if self.photo_age.len() > MOST_PHOTOS
            && let Some(oldest) = self.photo_age.pop_front()
        {
            self.photos.remove(&oldest);
        }
    }
}

impl Session {
    /// Asks for the presence of who is in sight and around it, and for the photos of who is in sight.
    pub(super) fn look(&mut self, seen: &[u32], around: &[u32], now: DateTime<Utc>) -> Vec<SessionCommand> {
        if !self.directory.faces.is_due(seen, now) {
            return Vec::new();
        }
        let mut commands = self.fetch_photos(seen);
        // While a question is open, this one is asked as soon as that is answered.
        if self.directory.faces.asking.is_none() {
            self.directory.faces.looked = Some((now, seen.to_vec()));
            let ids = self.ids(around.iter().copied().take(MOST_IDS));
            commands.extend(self.ask_presence(ids, now));
        }
        commands
    }

    fn ids(&self, rows: impl IntoIterator<Item = u32>) -> Vec<Guid> {
        let people = &self.directory.people;
        rows.into_iter().filter_map(|row| people.person(row)).map(|person| person.id()).collect()
    }

    fn ask_presence(&mut self, people: Vec<Guid>, now: DateTime<Utc>) -> Vec<SessionCommand> {
        let Some(source) = self.directory_source() else { return Vec::new() };
        let faces = &self.directory.faces;
        let nowhere = not_in_this_cloud(source.account.cloud.kind()).is_some();
        let waits = faces.not_before.is_some_and(|at| now < at);
        if people.is_empty() || nowhere || waits || faces.refused.is_some() || faces.asking.is_some() {
            return Vec::new();
        }
        let job = self.job();
        self.directory.faces.asking = Some(job);
        vec![SessionCommand::Directory(Command::Presences { job, source, people })]
    }

    fn fetch_photos(&mut self, seen: &[u32]) -> Vec<SessionCommand> {
        if self.directory.faces.fetched == seen {
            return Vec::new();
        }
        self.directory.faces.fetched = seen.to_vec();
        let faces = &self.directory.faces;
        let mut people = self.ids(seen.iter().copied());
        people.retain(|person| !faces.photos.contains_key(person));
        let Some(source) = self.directory_source().filter(|_| !people.is_empty()) else { return Vec::new() };
        let job = self.job();
        // Who has gone out of sight needs no photo any more.
        let before = self.directory.faces.fetching.replace(job);
        let cancel = before.map(|job| SessionCommand::Directory(Command::Cancel { job }));
        cancel.into_iter().chain([SessionCommand::Directory(Command::Photos { job, source, people })]).collect()
    }

    /// A filter by presence needs the presence of everybody whom the rest of the filter finds.
    pub(super) fn ask_presence_for_filter(&mut self, now: DateTime<Utc>) -> Vec<SessionCommand> {
        let state = &mut self.directory;
        state.faces.sweep.clear();
        if state.filter.presence.is_none() {
            return Vec::new();
        }
        let unknown = |row: &u32| {
            let person = state.people.person(*row);
            person.is_some_and(|person| state.faces.presence(person.id()).is_none())
        };
        let rows = state.people.in_order(state.filter.order).iter().copied();
        state.faces.sweep = rows.filter(unknown).take(MOST_ASKED).collect();
        self.go_on(now)
    }

    fn go_on(&mut self, now: DateTime<Utc>) -> Vec<SessionCommand> {
        if self.directory.faces.asking.is_some() || self.directory.faces.sweep.is_empty() {
            return Vec::new();
        }
        let most = self.directory.faces.sweep.len().min(MOST_IDS);
        let rows: Vec<u32> = self.directory.faces.sweep.drain(..most).collect();
        let ids = self.ids(rows);
        self.ask_presence(ids, now)
    }

    pub(super) fn take_presences(
        &mut self,
        job: u64,
        answer: Result<Vec<(Guid, Presence)>, Refused>,
        now: DateTime<Utc>,
    ) -> Vec<SessionCommand> {
        let state = &mut self.directory;
        if state.faces.asking != Some(job) {
            return Vec::new();
        }
        state.faces.asking = None;
        match answer {
            Ok(presences) => {
                for (person, presence) in presences {
                    if let Some(row) = state.people.find(person) {
                        state.faces.presences.insert(person, (row, presence));
                    }
                }
                let mut commands = self.go_on(now);
                if self.directory.filter.presence.is_some() {
                    commands.extend(self.search_directory());
                }
                commands
            }
            Err(refused) => {
                state.faces.sweep.clear();
                match refused.lasting {
                    true => state.faces.refused = Some(refused.failure),
                    false => state.faces.not_before = Some(now + refused.wait.unwrap_or(GENTLE)),
                }
                Vec::new()
            }
        }
    }
}
