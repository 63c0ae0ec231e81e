//! The steps of a renewal: each asks the keychain on the ordered lane, and Azure on the network's thread.
//!
//! Owns the notes around them: a secret is written down before Azure makes it, so that a crash cannot make it forgotten. The
//! secret itself goes to the session and nowhere else. Start with `Lane::step`.

use crate::{
    domain::{
        Credentials, Failure, Guid,
        renewal::{self, LeftOver},
    },
    http::Http,
    keeper::{self, Keeper},
    profile::Profile,
    renew::{self, NotAdded},
    session::{
        Event as SessionEvent,
        renewal::{Access, Added, Command, Event},
    },
    vault::Vault,
    worker::{Lane, Outbox},
};
use chrono::{DateTime, Utc};

/// The database, for the notes. Each piece of work opens it anew.
#[derive(Clone)]
struct Notes {
    profile: Profile,
    vault: Vault,
    out: Outbox,
}

impl Notes {
    fn keeper(&self) -> Result<Keeper, Failure> {
        Keeper::open(&self.profile, self.vault.clone()).map_err(|error| (&error).into())
    }

    fn write(&self, left: &LeftOver) -> Result<(), Failure> {
        self.keeper()?.note_secret(left).map_err(|error| Failure::from(&error))?;
        self.tell();
        Ok(())
    }

    fn strike(&self, name: &str) {
        // What cannot be struck out is offered for removal again, which does no harm.
        let _ = self.keeper().map(|mut keeper| keeper.forget_secret(name));
        self.tell();
    }

    /// Tells the session what is left over now.
    fn tell(&self) {
        let left = self.keeper().and_then(|keeper| keeper.secrets_left_over().map_err(|error| (&error).into()));
        self.out.send(match left {
            Ok(left) => SessionEvent::Renewal(Event::LeftOver(left)),
            Err(failure) => SessionEvent::Failed(failure),
        });
    }
}

impl Lane {
    pub(super) fn step(&mut self, command: Command) {
        let notes = Notes { profile: self.profile.clone(), vault: self.vault.clone(), out: self.out.clone() };
        match command {
            Command::Prepare { job, access } => {
                self.with(job, access, Event::Prepared, move |credentials, http, out| async move {
                    let prepared = renew::prepare(&http, &credentials).await.map(Box::new);
                    out.send(SessionEvent::Renewal(Event::Prepared(job, prepared)));
                });
            }
            Command::Try { job, access, patient } => {
                self.with(job, access, Event::Tried, move |credentials, http, out| async move {
                    let patience = if patient { renew::PATIENCE } else { renew::PATIENCE_WITH_PASTED };
                    let not_yet = |tries| out.send(SessionEvent::Renewal(Event::NotYet(job, tries)));
                    let tried = renew::try_out(&http, &credentials, patience, not_yet).await;
                    out.send(SessionEvent::Renewal(Event::Tried(job, tried)));
                });
            }
            Command::Remove { job, access, key_id } => {
                self.with(job, access, Event::Removed, move |credentials, http, out| async move {
                    let removed = renew::remove(&http, &credentials, &key_id).await;
                    out.send(SessionEvent::Renewal(Event::Removed(job, removed)));
                });
            }
            Command::TakeBack { job, access, left } => {
                let ours = left.client_id == access.account.client_id;
                self.with(job, access, Event::TakenBack, move |credentials, http, out| async move {
                    let taken =
                        if ours { renew::take_back(&http, &credentials, &left).await } else { Err(another_app()) };
                    if taken.is_ok() {
                        notes.strike(&left.name);
                    }
                    out.send(SessionEvent::Renewal(Event::TakenBack(job, taken)));
                });
            }
            Command::Add { job, access, months } => self.add(job, access, months, notes),
            Command::Forget { name } => notes.strike(&name),
            _ => notes.tell(),
        }
    }

    fn add(&mut self, job: u64, access: Access, months: u32, notes: Notes) {
        let now = (self.now)();
        let computer = whoami::hostname().unwrap_or_else(|_| "a computer".into());
        let left = note(&computer, access.account.client_id, now);
        let end = renewal::end_of(months, now);
        if let Err(failure) = notes.write(&left) {
            return self.out.send(SessionEvent::Renewal(Event::Added(job, Err(failure))));
        }
        let unused = (notes.clone(), left.name.clone());
        let begun = self.with(job, access, Event::Added, move |credentials, http, out| async move {
            let added = match renew::add(&http, &credentials, &left.name, end).await {
                Ok((key, secret)) => {
                    let left = LeftOver { key_id: key.key_id.clone(), ..left };
                    // It is in the list by its name already; the ID makes it easier to find.
                    let _ = notes.write(&left);
                    Ok(Box::new(Added { left, key, secret }))
                }
                Err(not_added) => Err(cleared_up(&http, &credentials, &left, not_added, &notes).await),
            };
            out.send(SessionEvent::Renewal(Event::Added(job, added)));
        });
        if !begun {
            unused.0.strike(&unused.1);
        }
    }

    /// Asks the keychain here and does the work on the network's thread; without a secret, the answer says why. Whether the
    /// work was begun.
    fn with<T, W>(
        &mut self,
        job: u64,
        access: Access,
        answer: fn(u64, Result<T, Failure>) -> Event,
        work: impl FnOnce(Credentials, Http, Outbox) -> W,
    ) -> bool
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let Access { account, stored, session_secret } = access;
        let kept = session_secret.map_or_else(|| keeper::credential_of(&stored, &self.vault), |kept| Ok(Some(kept)));
        let failure = match kept {
            Ok(Some(credential)) => {
                let work = work(account.credentials(credential), self.http.clone(), self.out.clone());
                self.spawn(job, work);
                return true;
            }
            Ok(None) => Failure::new("No client secret is stored for this account.", "Paste a new one by hand."),
            Err(error) => (&error).into(),
        };
        self.out.send(SessionEvent::Renewal(answer(job, Err(failure))));
        false
    }
}

fn note(computer: &str, client_id: Guid, now: DateTime<Utc>) -> LeftOver {
    LeftOver { name: renewal::description(computer, now), client_id, key_id: None, made_at: now }
}

fn another_app() -> Failure {
    Failure::new(
        "It belongs to another app than the one of this account.",
        "Remove it in the Azure portal: that app › Certificates & secrets.",
    )
}

/// After a lost answer, a secret that nobody knows may be there: it is looked for and removed.
async fn cleared_up(
    http: &Http,
    credentials: &Credentials,
    left: &LeftOver,
    NotAdded { mut failure, uncertain }: NotAdded,
    notes: &Notes,
) -> Failure {
    if !uncertain || renew::take_back(http, credentials, left).await.is_ok() {
        notes.strike(&left.name);
    } else {
        failure.remedy +=
            &format!(" If Azure made a secret all the same, it is called “{}”; it is offered for removal.", left.name);
    }
    failure
}
