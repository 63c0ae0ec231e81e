//! Carries out the session's commands away from the window's thread.
//!
//! Owns one ordered lane for the account, the keychain and files, one for the network whose jobs can be cancelled, and a
//! plain `wake` callback. Must not know egui. Start with [`Worker::send`]; `Lane` is where commands meet the services.

mod agents;
mod conference;
mod directory;
mod history;
mod jobs;
mod network;
mod renewal;
mod tenant;

use crate::{
    domain::{
        CloudDraft, CloudKind, Credential, Draft, ExpiryChange, Failure, NetworkSettings, Origin, Policy, Saved,
        StoredSecret,
    },
    http::Http,
    keeper::{self, Apply, KeepError, Keeper, SecretChange, WithoutKeychain},
    notify::Notifier,
    practice::{self, Practice, Scenario},
    probe::{self, Subject},
    profile::Profile,
    roster,
    session::{ApplyFailure, Command, Event, FileTask, ThemeChoice},
    settings_file,
    vault::Vault,
};
use chrono::{DateTime, Utc};
use jobs::Jobs;
use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

/// The port that the practice tenant takes when it is free, so that the account in its profile stays right.
const PRACTICE_PORT: u16 = 48_917;

/// How many colleagues there are in it: enough to search, filter and scroll.
const PRACTICE_PEOPLE: usize = 1_240;

/// How long the end of the program waits for work under way. The keychain's question may stay open for ever; whatever is cut
/// off then, the account is whole, as after a crash.
const GRACE: Duration = Duration::from_secs(3);

/// Sends events to the session and wakes the window.
#[derive(Clone)]
pub struct Outbox {
    events: mpsc::Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    /// Tells the session what came of a command.
    pub fn send(&self, event: Event) {
        // Nobody listens once the window is gone, and nobody needs to.
        let _ = self.events.send(event);
        (self.wake)();
    }
}

/// The threads behind the window.
pub struct Worker {
    commands: Option<mpsc::Sender<Command>>,
    events: mpsc::Receiver<Event>,
    outbox: Outbox,
    /// Disconnected when the ordered lane has ended.
    ended: mpsc::Receiver<()>,
}

impl Worker {
    /// Starts them. `wake` is called from other threads whenever [`Worker::poll`] has something.
    pub fn start(
        profile: Profile,
        vault: Vault,
        now: fn() -> DateTime<Utc>,
        notifier: Notifier,
        policy: Policy,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (commands, inbox) = mpsc::channel();
        let (sender, events) = mpsc::channel();
        let outbox = Outbox { events: sender, wake: Arc::new(wake) };
        let out = outbox.clone();
        let (running, ended) = mpsc::channel();
        thread::spawn(move || {
            let _running: mpsc::Sender<()> = running;
            let mut lane = Lane {
                home: profile.clone(),
                profile,
                vault,
                now,
                notifier,
                policy,
                out,
                practice: None,
                started: Instant::now(),
                people: roster::Memory::default(),
                jobs: None,
                lines: Default::default(),
                pass: directory::Pass::default(),
                http: Http::new(&NetworkSettings::default()),
                reached: None,
            };
            while let Ok(command) = inbox.recv() {
                lane.carry_out(command);
            }
        });
        Self { commands: Some(commands), events, outbox, ended }
    }

    /// Has a command carried out, after those before it.
    pub fn send(&self, command: Command) {
        if let Some(commands) = &self.commands {
            let _ = commands.send(command);
        }
    }

    /// What has happened since, one at a time.
    pub fn poll(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// For what only the window's thread can begin.
    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }
}

/// A save under way is finished before the program ends, unless it takes too long.
impl Drop for Worker {
    fn drop(&mut self) {
        self.commands = None;
        let _ = self.ended.recv_timeout(GRACE);
    }
}

/// The ordered lane.
struct Lane {
    /// The real profile; preferences are always its.
    home: Profile,
    /// The one in use.
    profile: Profile,
    vault: Vault,
    now: fn() -> DateTime<Utc>,
    notifier: Notifier,
    policy: Policy,
    out: Outbox,
    practice: Option<Practice>,
    /// Started when it is needed first.
    jobs: Option<Jobs>,
    /// The token of those who ask often.
    pass: directory::Pass,
    /// Since when it runs.
    started: Instant,
    /// The people that were read last.
    people: roster::Memory,
    /// Chats of live conferences.
    lines: conference::Lines,
    /// Reaches the world as this computer's settings say; cheap to clone.
    http: Http,
    /// Those settings, once they have been read.
    reached: Option<NetworkSettings>,
}

impl Lane {
    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Load => self.load(),
            Command::Apply { job, account, secret, expiry, expected, origin, without_keychain } => {
                let change = Apply {
                    account: *account,
                    secret: secret.map_or(SecretChange::Keep, SecretChange::Store),
                    expiry,
                    expected,
                    origin,
                    without_keychain: if without_keychain {
                        WithoutKeychain::SaveSettings
                    } else {
                        WithoutKeychain::Refuse
                    },
                    now: (self.now)(),
                };
                self.apply(job, change);
            }
            Command::Delete { job, name, expected } => {
                self.pass = directory::Pass::default();
                self.delete(job, &name, expected);
            }
            Command::Test { job, draft, stored, session_secret } => self.test(job, &draft, &stored, session_secret),
            Command::CancelTest { job } => self.cancel(job),
            Command::RecordTest { revision, test, expiry } => {
                match self.keeper().and_then(|mut keeper| keeper.record_test(revision, &test, expiry)) {
                    Ok(saved) => self.out.send(Event::Recorded(Box::new(saved))),
                    // Somebody else's newer account was not what was tested: then there is nothing to remember.
                    Err(KeepError::Changed { .. }) => {}
                    Err(error) => self.out.send(Event::Failed((&error).into())),
                }
            }
            Command::ChooseFile { .. } => {} // Only the window's thread can.
            Command::Export { job, path, account } => match settings_file::save(&path, &account) {
                Ok(()) => self.out.send(Event::Exported(job, path)),
                Err(error) => self.out.send(Event::FileFailed(job, FileTask::Export, (&error).into())),
            },
            Command::Import { job, path } => self.import(job, &path),
            Command::EnterPractice => self.enter_practice(),
            Command::LeavePractice => {
                self.practice = None;
                self.profile = self.home.clone();
                self.load();
            }
            Command::SetScenario { key } => {
                if let (Some(practice), Some(scenario)) = (&self.practice, Scenario::from_key(key)) {
                    practice.set_scenario(scenario);
                    self.out.send(Event::ScenarioSet(key));
                }
            }
            Command::SetPreference { key, value } => {
                let set = Keeper::open(&self.home, self.vault.clone()).and_then(|mut k| k.set_preference(key, value));
                if let Err(error) = set {
                    self.out.send(Event::Failed((&error).into()));
                }
            }
            Command::Directory(command) => self.directory(command),
            Command::Agents(command) => self.agents(command),
            Command::Conference(command) => self.conference(command),
            Command::History(command) => self.history(command),
            Command::Renewal(command) => self.renewal(command),
            Command::Network(command) => self.network(command),
        }
    }

    /// Has a job done on the network's thread, where it can be cancelled by its number.
    fn spawn(&mut self, job: u64, work: impl Future<Output = ()> + Send + 'static) {
        let out = &self.out;
        self.jobs.get_or_insert_with(|| Jobs::start(out.clone())).run(job, work);
    }

    /// Cancels a job of [`Lane::spawn`]; nothing more comes of it.
    fn cancel(&self, job: u64) {
        if let Some(jobs) = &self.jobs {
            jobs.cancel(job);
        }
    }

    fn keeper(&self) -> Result<Keeper, KeepError> {
        Keeper::open_as_it_is(&self.profile, self.vault.clone())
    }

    fn load(&mut self) {
        // Another profile's token and credential are nobody's business here.
        self.pass = directory::Pass::default();
        self.show_network();
        let home = Keeper::open_read_only(&self.home).ok().flatten();
        let theme = home.and_then(|store| store.preference(ThemeChoice::KEY).ok().flatten());
        match self.keeper().and_then(|keeper| keeper.load()) {
            Ok(saved) => {
                if let (Some(practice), Some(saved)) = (&self.practice, &saved) {
                    tenant::teach(practice, saved);
                }
                self.out.send(Event::Loaded { saved: saved.map(Box::new), theme });
            }
            Err(error) => return self.out.send(Event::LoadFailed((&error).into())),
        }
        // What a crash left in the keychain is removed once the account is on the screen: the keychain may ask. What cannot be
        // removed stays noted for the next time.
        let _ = Keeper::open(&self.profile, self.vault.clone());
        // The same of the proxy's password. Nothing uses the network before.
        self.read_network();
    }

    fn apply(&mut self, job: u64, change: Apply) {
        let elsewhere =
            self.practice.is_none().then(|| self.policy.refuses_cloud(change.account.cloud.kind())).flatten();
        if let Some(failure) = elsewhere {
            return self.out.send(Event::ApplyFailed(job, ApplyFailure::Other(failure)));
        }
        let applied = self.keeper().and_then(|mut keeper| keeper.apply(change));
        self.out.send(match applied {
            Ok(applied) => {
                if let Some(practice) = &self.practice {
                    tenant::teach(practice, &applied.saved);
                }
                let not_kept = applied.secret_not_kept.as_ref().map(Failure::from);
                Event::Applied(job, Box::new(applied.saved), not_kept)
            }
            Err(error) => Event::ApplyFailed(job, self.why(error)),
        });
    }

    fn delete(&mut self, job: u64, name: &str, expected: i64) {
        let deleted = self.keeper().and_then(|mut keeper| keeper.delete(name, expected, (self.now)()));
        if deleted.is_ok()
            && let Err(error) = roster::forget(&self.profile)
        {
            self.out.send(Event::Failed(error));
        }
        self.out.send(match deleted {
            Ok(deleted) => Event::Deleted(job, deleted.secret_left.as_ref().map(Failure::from)),
            Err(error) => Event::DeleteFailed(job, self.why(error)),
        });
    }

    fn why(&self, error: KeepError) -> ApplyFailure {
        match error {
            KeepError::Changed { current } => ApplyFailure::Changed(current),
            // There was none when the edits began, so somebody else has made it since.
            KeepError::OneAccountOnly => match self.keeper().and_then(|keeper| keeper.load()) {
                Ok(current) => ApplyFailure::Changed(current.map(Box::new)),
                Err(error) => ApplyFailure::Other((&error).into()),
            },
            KeepError::Vault(error) => ApplyFailure::Keychain((&error).into()),
            error => ApplyFailure::Other((&error).into()),
        }
    }

    fn test(&mut self, job: u64, draft: &Draft, stored: &StoredSecret, session_secret: Option<Credential>) {
        let kept = || session_secret.map_or_else(|| keeper::credential_of(stored, &self.vault), |kept| Ok(Some(kept)));
        let subject = Subject::of(draft, kept);
        if let Some(practice) = &self.practice {
            tenant::prepare(practice, &subject);
        }
        let (now, out, http, policy) = (self.now, self.out.clone(), self.http.clone(), self.policy.clone());
        self.spawn(job, async move {
            let tell = |check: &crate::domain::Check| out.send(Event::Checked(job, Box::new(check.clone())));
            let report = probe::run_under(&policy, &http, subject, now, tell).await;
            out.send(Event::Tested(job, Box::new(report)));
        });
    }

    fn import(&mut self, job: u64, path: &Path) {
        self.out.send(match settings_file::load(path) {
            Ok(imported) => Event::Imported(job, Box::new(imported.draft), imported.warnings),
            Err(error) => Event::FileFailed(job, FileTask::Import, (&error).into()),
        });
    }

    fn enter_practice(&mut self) {
        let start = |port| Practice::start(practice::Options { port, people: PRACTICE_PEOPLE, ..Default::default() });
        let practice = match start(PRACTICE_PORT).or_else(|_| start(0)) {
            Ok(practice) => practice,
            Err(error) => {
                self.load();
                self.out
                    .send(Event::Failed(Failure::new("The practice tenant could not be started.", error.to_string())));
                return;
            }
        };
        self.profile = self.home.practice();
        let info = tenant::info(&practice);
        let pointed = self.point_at(&info.cloud);
        self.practice = Some(practice);
        match pointed {
            Ok(()) => self.load(),
            Err(error) => self.out.send(Event::LoadFailed((&error).into())),
        }
        self.out.send(Event::PracticeStarted(Box::new(info)));
    }

    /// The account in the practice profile follows the practice tenant to its port.
    fn point_at(&self, cloud: &CloudDraft) -> Result<(), KeepError> {
        let mut keeper = self.keeper()?;
        let Some(Saved { mut account, revision, .. }) = keeper.load()? else { return Ok(()) };
        let elsewhere = account.cloud.kind() == CloudKind::Custom && CloudDraft::of(&account.cloud) != *cloud;
        if let (true, Ok(here)) = (elsewhere, cloud.parse()) {
            account.cloud = here;
            keeper.apply(Apply {
                account,
                secret: SecretChange::Keep,
                expiry: ExpiryChange::Leave,
                expected: Some(revision),
                origin: Origin::Edited,
                without_keychain: WithoutKeychain::Refuse,
                now: (self.now)(),
            })?;
        }
        Ok(())
    }
}
