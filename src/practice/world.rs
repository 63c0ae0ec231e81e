//! What all requests of one running practice tenant share: its address, its people, the scenario and the request log.
//!
//! It owns the only mutable state of the room. It must not know how requests are checked or worded; for that start
//! reading at `sign_in` and `graph`.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{
    RequestLog, Scenario,
    chats::Chats,
    credentials::{Certificate, Registration, Secret},
    delegated::Grants,
    roster::Roster,
};

/// The log is for tests and must not grow without end in a server that runs for weeks.
const LOG_LIMIT: usize = 10_000;
/// Long enough to see a program wait.
const PROPAGATION: Duration = Duration::from_secs(20);

pub(super) struct World {
    pub origin: String,
    pub people: Roster,
    /// Dates of secrets are counted from here, so that they stand still while the server runs.
    pub started: DateTime<Utc>,
    pub delay: Duration,
    dial: Mutex<Dial>,
    grants: Mutex<Grants>,
    log: Mutex<VecDeque<RequestLog>>,
    registration: Mutex<Registration>,
    chats: Mutex<Chats>,
}

struct Dial {
    scenario: Scenario,
    since: DateTime<Utc>,
    graph_requests: u32,
    later_pages: u32,
    lost_answers: u32,
    /// With which code and words every sign-in of the app is refused.
    refusal: Option<(u32, String)>,
    /// How long the sign-in does not know a new secret in the scenario `late_secret`.
    propagation: Duration,
    /// Access tokens that were used, by their `uti`.
    used_tokens: HashSet<String>,
    /// Those of them that ended early, in the scenario `tokens_expired`.
    ended_tokens: HashSet<String>,
}

impl World {
    pub fn new(origin: String, people: Roster, scenario: Scenario, delay: Duration) -> World {
        World {
            origin,
            people,
            started: Utc::now(),
            delay,
            dial: Mutex::new(Dial {
                scenario,
                since: Utc::now(),
                graph_requests: 0,
                later_pages: 0,
                lost_answers: 0,
                refusal: None,
                propagation: PROPAGATION,
                used_tokens: HashSet::new(),
                ended_tokens: HashSet::new(),
            }),
            grants: Mutex::default(),
            log: Mutex::new(VecDeque::new()),
            registration: Mutex::new(Registration::default()),
            chats: Mutex::default(),
        }
    }

    pub fn refusal(&self) -> Option<(u32, String)> {
        lock(&self.dial).refusal.clone()
    }

    pub fn refuse(&self, code: u32, text: &str) {
        lock(&self.dial).refusal = Some((code, text.to_owned()));
    }

    pub fn scenario(&self) -> Scenario {
        lock(&self.dial).scenario
    }

    pub fn set_scenario(&self, scenario: Scenario) {
        let mut dial = lock(&self.dial);
        dial.scenario = scenario;
        dial.since = Utc::now();
        dial.graph_requests = 0;
        dial.later_pages = 0;
        dial.lost_answers = 0;
        if scenario == Scenario::TokensExpired {
            let used = std::mem::take(&mut dial.used_tokens);
            dial.ended_tokens.extend(used);
        }
    }

    /// Since when the scenario has been this one.
    pub fn scenario_since(&self) -> DateTime<Utc> {
        lock(&self.dial).since
    }

    /// What people have agreed to and no client has redeemed yet.
    pub fn grants(&self) -> MutexGuard<'_, Grants> {
        lock(&self.grants)
    }

    /// The chats of the tenant.
    pub fn chats(&self) -> MutexGuard<'_, Chats> {
        lock(&self.chats)
    }

    /// True once in the scenario `lost_answer`.
    pub fn loses_answer(&self) -> bool {
        let mut dial = lock(&self.dial);
        let loses = dial.scenario == Scenario::LostAnswer && dial.lost_answers == 0;
        dial.lost_answers += u32::from(loses);
        loses
    }

    pub fn set_propagation(&self, propagation: Duration) {
        lock(&self.dial).propagation = propagation;
    }

    /// True when the sign-in has heard of a secret, which can take a while after it was made.
    pub fn has_heard_of(&self, secret: &Secret) -> bool {
        let dial = lock(&self.dial);
        let age = secret.made.map(|made| (Utc::now() - made).to_std().unwrap_or_default());
        dial.scenario != Scenario::LateSecret || age.is_none_or(|age| age >= dial.propagation)
    }

    /// Notes that a token is used and says whether it ended early, as all did that were used before the scenario
    /// `tokens_expired` was chosen.
    pub fn has_ended_early(&self, token: String) -> bool {
        let mut dial = lock(&self.dial);
        let has_ended = dial.ended_tokens.contains(&token);
        dial.used_tokens.insert(token);
        has_ended
    }

    /// The app's secrets, newest first.
    pub fn secrets(&self) -> Vec<Secret> {
        let scenario = self.scenario();
        lock(&self.registration).secrets(scenario, self.started)
    }

    pub fn add_secret(&self, secret: Secret) {
        lock(&self.registration).add_secret(secret);
    }

    pub fn remove_secret(&self, key_id: String) {
        lock(&self.registration).remove_secret(key_id);
    }

    pub fn certificates(&self) -> Vec<Certificate> {
        lock(&self.registration).certificates().to_vec()
    }

    pub fn set_certificates(&self, certificates: Vec<Certificate>) {
        lock(&self.registration).set_certificates(certificates);
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
