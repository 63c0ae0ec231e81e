//! How the session answers, without a window or a disk.
//!
//! [`Desk`] is a session with a clock that stands still: it acts, edits, hears events and hands back the commands.

mod closing;
mod conflict;
mod deeds;
mod edits;
mod files;
mod locking_out;
mod people;
mod renewal;
mod results;
mod saving;

use super::*;
use crate::domain::{
    CheckId, CheckState, Expiry, ExpiryReading, ExpirySource, ExpiryState, Failure, Field, LastTest, MessageKey,
    Outcome, PhoneType, Report, SecretDraft,
};
use chrono::{Duration, TimeZone};
use zeroize::Zeroizing;

const OBJECT: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";
const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";
const OTHER: &str = "11111111-2222-4333-8444-555555555555";
const SECRET: &str = "8Qk8Q~the-secret";

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).single().expect("a moment")
}

fn typed(text: &str) -> SecretDraft {
    SecretDraft::Replace(Zeroizing::new(text.to_owned()))
}

fn filled() -> Draft {
    Draft {
        object_id: OBJECT.into(),
        tenant_id: TENANT.into(),
        client_id: CLIENT.into(),
        secret: typed(SECRET),
        ..Draft::new()
    }
}

fn keychain(reference: &str) -> StoredSecret {
    StoredSecret::Keychain { reference: reference.into(), hint: "8Qk".into() }
}

/// An account as it is kept, with its secret in the keychain.
fn kept(revision: i64) -> Saved {
    Saved {
        account: filled().parse().expect("an account"),
        revision,
        secret: keychain("first"),
        expiry: None,
        last_test: None,
        applied_at: now(),
    }
}

fn by_hand(at: DateTime<Utc>) -> Expiry {
    Expiry { at, source: ExpirySource::EnteredByHand }
}

fn in_days(days: i64) -> DateTime<Utc> {
    now() + Duration::days(days)
}

fn read(at: DateTime<Utc>) -> ExpiryReading {
    ExpiryReading::Read { at, candidates: 1 }
}

fn report(expiry: ExpiryReading) -> Report {
    let checks = vec![Check::new(CheckId::Token, CheckState::Passed, "Signed in")];
    Report {
        checks,
        message: None,
        expiry,
        granted: None,
        keys: None,
        at: now(),
        duration: std::time::Duration::from_millis(5),
    }
}

fn no_keychain() -> Failure {
    Failure::new("There is no keychain.", "Start one.")
}

struct Desk {
    session: Session,
    now: DateTime<Utc>,
}

impl Desk {
    /// The data folder was read, and this was in it.
    fn with(saved: Option<Saved>) -> Self {
        let mut desk = Self { session: Session::default(), now: now() };
        desk.hear(Event::Loaded { saved: saved.map(Box::new), theme: None });
        desk
    }

    fn empty() -> Self {
        Self::with(None)
    }

    fn account() -> Self {
        Self::with(Some(kept(1)))
    }

    /// A new account with every value typed.
    fn new_account() -> Self {
        let mut desk = Self::empty();
        desk.act(Action::Add);
        desk.edit(|draft| *draft = filled());
        desk
    }

    fn act(&mut self, action: Action) -> Vec<Command> {
        self.session.update(action, self.now)
    }

    /// Without what the directory asks for on the way: that is its own tests' affair.
    fn hear(&mut self, event: Event) -> Vec<Command> {
        let commands = self.session.receive(event, self.now);
        commands.into_iter().filter(|command| !matches!(command, Command::Directory(_))).collect()
    }

    fn edit(&mut self, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft().clone();
        change(&mut draft);
        self.session.edit_draft(draft, self.now);
    }

    fn wait(&mut self, milliseconds: i64) {
        self.now += Duration::milliseconds(milliseconds);
    }

    fn editor(&self) -> &Editor {
        self.session.editor.as_ref().expect("the pane is open")
    }

    fn draft(&self) -> &Draft {
        &self.editor().draft
    }

    fn notice(&self) -> &str {
        self.session.notice.as_ref().map_or("", |notice| &notice.text)
    }

    /// Begins an Apply and answers with its job and what would be done to the expiry.
    fn apply(&mut self) -> (u64, ExpiryChange) {
        match self.act(Action::Apply).as_slice() {
            [Command::Apply { job, expiry, .. }] => (*job, *expiry),
            other => panic!("no Apply: {other:?}, {}", self.notice()),
        }
    }

    /// Applies, and the services keep it as they would; `secret` is where the secret is then.
    fn applied(&mut self, secret: StoredSecret) -> Vec<Command> {
        let (job, expiry) = self.apply();
        let saved = self.as_kept(secret, expiry);
        self.hear(Event::Applied(job, Box::new(saved), None))
    }

    /// What the services would make of the draft.
    fn as_kept(&self, secret: StoredSecret, expiry: ExpiryChange) -> Saved {
        let revision = self.session.saved.as_ref().map_or(1, |saved| saved.revision + 1);
        let account = self.draft().parse().expect("an account");
        Saved { account, secret, expiry: expiry.apply(None), ..kept(revision) }
    }

    /// Begins a test and answers with its job.
    fn test(&mut self) -> u64 {
        job_of_test(&self.act(Action::Test)).expect("a test")
    }

    /// A whole test that passes, and what it leads to.
    fn tested(&mut self, expiry: ExpiryReading) -> Vec<Command> {
        let job = self.test();
        self.hear(Event::Tested(job, Box::new(report(expiry))))
    }

    /// The services remember the test.
    fn recorded(&mut self, commands: &[Command]) {
        let [Command::RecordTest { test, expiry, .. }] = commands else { panic!("nothing to remember: {commands:?}") };
        let mut saved = self.session.saved.clone().expect("an account");
        saved.last_test = Some(test.clone());
        saved.expiry = expiry.or(saved.expiry);
        self.hear(Event::Recorded(Box::new(saved)));
    }
}

fn job_of_test(commands: &[Command]) -> Option<u64> {
    commands.iter().find_map(|command| match command {
        Command::Test { job, .. } => Some(*job),
        _ => None,
    })
}

fn cancels(commands: &[Command]) -> bool {
    commands.iter().any(|command| matches!(command, Command::CancelTest { .. }))
}

fn records(commands: &[Command]) -> bool {
    commands.iter().any(|command| matches!(command, Command::RecordTest { .. }))
}
