//! The account and its secret as one pair, over the database and the keychain.
//!
//! Owns the order of the steps, so that a crash between any two of them leaves the old pair or the new one: a fresh
//! reference is written down, the secret stored under it, the account switched to it in one transaction, and only then the
//! old entry removed. Whatever is left over is removed by the next save or start. Calls can block on the keychain's own
//! question: use it on a worker thread. Start with [`Keeper::apply`].

mod agents;
mod left_over;
mod network;

pub use crate::store::{KeepError, Store};
pub use network::NetworkKept;

use crate::{
    domain::{
        Account, ClientCertificate, Credential, Deed, Expiry, ExpiryChange, History, LastTest, Origin, PrivateKey,
        Saved, StoredSecret,
    },
    profile::Profile,
    store::{Change, Lock},
    vault::{Vault, VaultError},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Keeps the one account of a profile.
#[derive(Clone, Debug)]
pub struct Keeper {
    profile: Profile,
    vault: Vault,
}

/// What is to be saved.
#[derive(Clone, Debug)]
pub struct Apply {
    /// The account's new values.
    pub account: Account,
    /// What becomes of its secret.
    pub secret: SecretChange,
    /// What becomes of what is known of the secret's end.
    pub expiry: ExpiryChange,
    /// The revision that was looked at; `None`: no account may exist.
    pub expected: Option<i64>,
    /// Where the values come from, for the history.
    pub origin: Origin,
    /// What is to happen if the keychain refuses.
    pub without_keychain: WithoutKeychain,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What becomes of the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretChange {
    /// It stays where it is.
    Keep,
    /// It is kept in the keychain, in place of the one before.
    Store(Credential),
    /// It is removed from the keychain.
    Forget,
}

/// What is to happen if the keychain refuses a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutKeychain {
    /// Nothing is saved: [`KeepError::Vault`].
    Refuse,
    /// The settings are saved without a secret: [`Applied::secret_not_kept`].
    SaveSettings,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The account as it is kept now.
    pub saved: Saved,
    /// Why the new secret is not in the keychain, with [`WithoutKeychain::SaveSettings`].
    pub secret_not_kept: Option<VaultError>,
}

/// What was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Why the secret is still in the keychain. It is removed by a later start or save.
    pub secret_left: Option<VaultError>,
}

/// The credential that an account refers to, without the database; else as [`Keeper::credential`].
///
/// # Errors
/// As those of [`Keeper::credential`].
pub fn credential_of(stored: &StoredSecret, vault: &Vault) -> Result<Option<Credential>, VaultError> {
    match stored {
        StoredSecret::None => Ok(None),
        StoredSecret::Keychain { reference, .. } => Ok(Some(vault.load(reference)?.into())),
        StoredSecret::Certificate { reference, certificate } => {
            let key = PrivateKey::new(std::mem::take(&mut *vault.load_bytes(reference)?));
            Ok(Some(Credential::Certificate(Box::new(ClientCertificate { certificate: *certificate.clone(), key }))))
        }
    }
}

fn put(vault: &Vault, reference: &str, credential: &Credential) -> Result<(), VaultError> {
    match credential {
        Credential::Secret(secret) => vault.store(reference, secret),
        Credential::Certificate(certificate) => vault.store_bytes(reference, certificate.key.expose()),
    }
}

impl Keeper {
    /// Looks into the profile, makes its folder and database where there are none, and removes from the keychain what a
    /// crash left there. The keychain is asked only if something was left.
    ///
    /// # Errors
    /// The file cannot be used; it has not been touched then.
    pub fn open(profile: &Profile, vault: Vault) -> Result<Self, KeepError> {
        let keeper = Self::open_as_it_is(profile, vault)?;
        let mut store = keeper.store()?;
        if !store.left_over()?.is_empty() {
            // Not worth waiting for: a process that is saving cleans up itself.
            if let Ok(Some(lock)) = Lock::take(profile) {
                keeper.clean_up(&mut store, &lock);
            }
        }
        Ok(keeper)
    }

    /// As [`Keeper::open`], but what a crash left stays for later: the keychain is not asked.
    ///
    /// # Errors
    /// The file cannot be used; it has not been touched then.
    pub fn open_as_it_is(profile: &Profile, vault: Vault) -> Result<Self, KeepError> {
        let keeper = Self { profile: profile.clone(), vault };
        keeper.store()?.load()?;
        Ok(keeper)
    }

    /// Reads without the keychain and without making anything; `None` where there is no database.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open_read_only(profile: &Profile) -> Result<Option<Store>, KeepError> {
        Store::open_to_read(profile)
    }

    /// The account, if there is one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn load(&self) -> Result<Option<Saved>, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(None), |store| store.load())
    }

    /// The secret or certificate of an account; `None` if none was stored. May block until the person unlocks the keychain.
    ///
    /// # Errors
    /// What the keychain refuses; [`VaultError::NotFound`] too when another process has replaced the secret since.
    pub fn credential(&self, saved: &Saved) -> Result<Option<Credential>, VaultError> {
        credential_of(&saved.secret, &self.vault)
    }

    /// Saves account and secret together. May block until the person unlocks the keychain.
    ///
    /// # Errors
    /// Nothing was saved then, and the pair from before is whole.
    pub fn apply(&mut self, change: Apply) -> Result<Applied, KeepError> {
        let Apply { account, secret, expiry, expected, origin, without_keychain, now } = change;
        let mut store = self.store()?;
        let lock = Lock::wait(&self.profile)?;
        let before = store.expect(expected)?.map_or(StoredSecret::None, |saved| saved.secret);
        let kept = self.keep(&mut store, &before, secret, now)?;
        let (secret, other_secret, secret_not_kept) = match kept {
            Ok((secret, other_secret)) => (secret, other_secret, None),
            Err(error) if without_keychain == WithoutKeychain::SaveSettings => (StoredSecret::None, true, Some(error)),
            Err(error) => {
                self.clean_up(&mut store, &lock);
                return Err(KeepError::Vault(error));
            }
        };
        let saved = store.save(expected, Change { account, secret, other_secret, expiry, origin, now });
        // After a failed save too: whether it took place is only known by what the database refers to. Not after a refusal
        // of the keychain: the person should not be asked twice.
        if secret_not_kept.is_none() {
            self.clean_up(&mut store, &lock);
        }
        Ok(Applied { saved: saved?, secret_not_kept })
    }

    /// Deletes the account and its secret, if the name is the account's and nobody changed it since.
    ///
    /// # Errors
    /// Nothing was deleted then.
    pub fn delete(&mut self, name: &str, expected: i64, now: DateTime<Utc>) -> Result<Deleted, KeepError> {
        let mut store = self.store()?;
        let lock = Lock::wait(&self.profile)?;
        store.expect(Some(expected))?;
        store.remove(name, expected, now)?;
        Ok(Deleted { secret_left: self.clean_up(&mut store, &lock) })
    }

    /// Keeps how a test went, and when the secret ends if the test told. An open window's revision stays valid.
    ///
    /// # Errors
    /// [`KeepError::Changed`] when the tested values are no longer the saved ones.
    pub fn record_test(&mut self, expected: i64, test: &LastTest, expiry: Option<Expiry>) -> Result<Saved, KeepError> {
        self.store()?.record_test(expected, test, expiry)
    }

    /// Writes down in the history what changes nothing that is kept here.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn record(&mut self, deed: &Deed) -> Result<(), KeepError> {
        self.store()?.record(deed)
    }

    /// Everything that was done, with the verdict on each entry.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn history(&self) -> Result<History, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(History::default()), |store| store.history())
    }

    /// The settings of an entry of the history, as the text of a settings file; `None` where it has none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn settings_at(&self, entry: i64) -> Result<Option<String>, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(None), |store| store.settings_at(entry))
    }

    /// Counts messages that a conference sent to Teams.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add_messages(&mut self, number: u32, now: DateTime<Utc>) -> Result<(), KeepError> {
        self.store()?.add_messages(number, now)
    }

    /// How many messages conferences sent to Teams in this month of the calendar, in UTC.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn messages(&self, now: DateTime<Utc>) -> Result<u64, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(0), |store| store.messages(now))
    }

    /// A preference, if it was ever set.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn preference(&self, key: &str) -> Result<Option<String>, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(None), |store| store.preference(key))
    }

    /// Sets a preference.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_preference(&mut self, key: &str, value: &str) -> Result<(), KeepError> {
        self.store()?.set_preference(key, value)
    }

    fn store(&self) -> Result<Store, KeepError> {
        Store::open(&self.profile)
    }

    /// Where the secret is after a change, and whether it is another one. The inner error is the keychain's.
    fn keep(
        &self,
        store: &mut Store,
        before: &StoredSecret,
        change: SecretChange,
        now: DateTime<Utc>,
    ) -> Result<Result<(StoredSecret, bool), VaultError>, KeepError> {
        let credential = match change {
            SecretChange::Keep => return Ok(Ok((before.clone(), false))),
            SecretChange::Forget => return Ok(Ok((StoredSecret::None, *before != StoredSecret::None))),
            SecretChange::Store(credential) => credential,
        };
        // The same secret again, as a script gives it every night, is no change: its known end stays known.
        let reached = match credential_of(before, &self.vault) {
            Ok(None) => self.vault.reach(),
            Ok(Some(kept)) if kept == credential => return Ok(Ok((before.clone(), false))),
            Ok(Some(_)) | Err(VaultError::NotFound | VaultError::Other(_)) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = reached {
            return Ok(Err(error));
        }
        let reference = self.new_reference(match &credential {
            Credential::Secret(_) => "client secret",
            Credential::Certificate(_) => "certificate",
        });
        store.announce(&reference, now)?;
        let stored = put(&self.vault, &reference, &credential);
        let now_stored = match credential {
            Credential::Secret(secret) => StoredSecret::Keychain { reference, hint: secret.hint() },
            Credential::Certificate(certificate) => {
                StoredSecret::Certificate { reference, certificate: Box::new(certificate.certificate) }
            }
        };
        Ok(stored.map(|()| (now_stored, true)))
    }

    /// A reference that nothing has yet. It says what it refers to, because the keychain's own program shows it to people.
    fn new_reference(&self, what: &str) -> String {
        let place = if self.profile.is_practice() { "practice tenant " } else { "" };
        format!("{place}{what} {}", Uuid::new_v4())
    }

    /// Removes from the keychain what neither account nor agent refers to, and says what kept it from that. What could not be removed
    /// stays written down for the next time.
    fn clean_up(&self, store: &mut Store, _held: &Lock) -> Option<VaultError> {
        let unknown = |error: KeepError| VaultError::Other(error.headline().trim_end_matches('.').to_owned());
        let left_over = match store.left_over() {
            Ok(left_over) => left_over,
            Err(error) => return Some(unknown(error)),
        };
        for reference in left_over {
            match self.vault.delete(&reference) {
                Ok(()) | Err(VaultError::NotFound) => {}
                Err(error) => return Some(error),
            }
            if let Err(error) = store.forget(&reference) {
                return Some(unknown(error));
            }
        }
        None
    }
}
