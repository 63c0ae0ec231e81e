//! What all requests of one running practice tenant share: its address, its people, the scenario and the request log.
//!
//! It owns the only mutable state of the room. It must not know how requests are checked or worded; for that start
//! reading at `sign_in` and `graph`.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{RequestLog, Scenario, delegated::Grants, roster::Roster};

/// The log is for tests and must not grow without end in a server that runs for weeks.
const LOG_LIMIT: usize = 10_000;

pub(super) struct World {
    pub origin: String,
    pub people: Roster,
    /// Dates of secrets are counted from here, so that they stand still while the server runs.
    pub started: DateTime<Utc>,
    pub delay: Duration,
    dial: Mutex<Dial>,
    grants: Mutex<Grants>,
    log: Mutex<VecDeque<RequestLog>>,
}

struct Dial {
    scenario: Scenario,
    since: DateTime<Utc>,
    graph_requests: u32,
    later_pages: u32,
}

impl World {
    pub fn new(origin: String, people: Roster, scenario: Scenario, delay: Duration) -> World {
        World {
            origin,
            people,
            started: Utc::now(),
            delay,
            dial: Mutex::new(Dial { scenario, since: Utc::now(), graph_requests: 0, later_pages: 0 }),
            grants: Mutex::default(),
            log: Mutex::new(VecDeque::new()),
        }
    }

    pub fn scenario(&self) -> Scenario {
        lock(&self.dial).scenario
    }

    pub fn set_scenario(&self, scenario: Scenario) {
        *lock(&self.dial) = Dial { scenario, since: Utc::now(), graph_requests: 0, later_pages: 0 };
    }

    /// Since when the scenario has been this one.
    pub fn scenario_since(&self) -> DateTime<Utc> {
        lock(&self.dial).since
    }

    /// What people have agreed to and no client has redeemed yet.
    pub fn grants(&self) -> MutexGuard<'_, Grants> {
        lock(&self.grants)
    }

    /// Counts a Graph request and says how many came before it in this scenario.
    pub fn count_graph_request(&self) -> u32 {
        let mut dial = lock(&self.dial);
        let before = dial.graph_requests;
        dial.graph_requests = before.saturating_add(1);
        before
    }

    /// Counts a request for a page after the first and says how many came before it in this scenario.
    pub fn count_later_page(&self) -> u32 {
        let mut dial = lock(&self.dial);
        let before = dial.later_pages;
        dial.later_pages = before.saturating_add(1);
        before
    }

    pub fn remember(&self, entry: RequestLog) {
        let mut log = lock(&self.log);
        if log.len() == LOG_LIMIT {
            log.pop_front();
        }
        log.push_back(entry);
    }

    pub fn requests(&self) -> Vec<RequestLog> {
        lock(&self.log).iter().cloned().collect()
    }
}

/// The data behind these locks is valid after any panic, so a poisoned lock is used as it is.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
