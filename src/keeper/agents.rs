//! People and their sign-ins as pairs, over the database and the keychain.
//!
//! Owns the splitting of a sign-in into parts that every keychain takes, in the same order of steps as a secret: each part
//! under a fresh reference that was noted first, one transaction that switches the person to them, then the old ones removed.
//! A crash anywhere leaves the old sign-in or the new one, whole. Start with [`Keeper::keep_agent`].

use super::{Deleted, KeepError, Keeper};
use crate::{
    domain::{Agent, Guid, Secret},
    store::{Lock, Store},
    vault::VaultError,
};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// How much stands in one entry, in bytes. Windows takes 2,560:
/// <https://learn.microsoft.com/en-us/windows/win32/api/wincred/ns-wincred-credentialw>
const PART: usize = 2_000;

impl Keeper {
    /// Everybody who enabled Teams integration, in the order of their names.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn agents(&self) -> Result<Vec<Agent>, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(Vec::new()), |store| store.agents())
    }

    /// Keeps a person who has signed in to this tenant and app, and the refresh token. May block until the person unlocks the
    /// keychain.
    ///
    /// # Errors
    /// Nothing was changed then. [`KeepError::Changed`]: the account names another tenant or app now.
    pub fn keep_agent(
        &mut self,
        (tenant, client): (Guid, Guid),
        agent: &Agent,
        token: &Secret,
        now: DateTime<Utc>,
    ) -> Result<(), KeepError> {
        self.put_parts(token, now, |store, parts| store.keep_agent(tenant, client, agent, parts))
    }

    /// Puts a person's newer refresh token in the older one's place, unless the person has signed in again or gone since.
    ///
    /// # Errors
    /// The older one is still kept then.
    pub fn renew_agent(&mut self, agent: &Agent, token: &Secret, now: DateTime<Utc>) -> Result<(), KeepError> {
        self.put_parts(token, now, |store, parts| store.move_entries(agent, parts).map(drop))
    }

    /// A person with the refresh token; `None` where there is no such person or nothing is kept of the sign-in.
    ///
    /// # Errors
    /// [`KeepError::Vault`] with [`VaultError::NotFound`] where the keychain has lost a part.
    pub fn agent(&self, id: Guid) -> Result<Option<(Agent, Secret)>, KeepError> {
        let Some(store) = Store::open_to_read(&self.profile)? else { return Ok(None) };
        let (Some(agent), parts) = (store.agent(id)?, store.agent_entries(id)?) else { return Ok(None) };
        if parts.is_empty() {
            return Ok(None);
        }
        let mut token = Zeroizing::new(Vec::new());
        for part in parts {
            token.extend_from_slice(&self.vault.load_bytes(&part).map_err(KeepError::Vault)?);
        }
        let unreadable = || KeepError::Vault(VaultError::Other("What it holds is not text".into()));
        let text = std::str::from_utf8(&token).map_err(|_| unreadable())?;
        Ok(Some((agent, Secret::new(text))))
    }

    /// Ends a person's sign-in, for this reason.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn suspend_agent(&mut self, agent: &Agent, reason: &str, now: DateTime<Utc>) -> Result<(), KeepError> {
        let mut store = self.store()?;
        let lock = Lock::wait(&self.profile)?;
        store.suspend_agent(agent, reason, now)?;
        self.clean_up(&mut store, &lock);
        Ok(())
    }

    /// Forgets a person and the sign-in.
    ///
    /// # Errors
    /// Nothing was changed then.
    pub fn remove_agent(&mut self, id: Guid, now: DateTime<Utc>) -> Result<Deleted, KeepError> {
        let mut store = self.store()?;
        let lock = Lock::wait(&self.profile)?;
        store.remove_agent(id, now)?;
        Ok(Deleted { secret_left: self.clean_up(&mut store, &lock) })
    }

    fn put_parts(
        &mut self,
        token: &Secret,
        now: DateTime<Utc>,
        switch: impl FnOnce(&mut Store, &[String]) -> Result<(), KeepError>,
    ) -> Result<(), KeepError> {
        let mut store = self.store()?;
        let lock = Lock::wait(&self.profile)?;
        let stored = self.store_parts(&mut store, token, now);
        let switched = stored.and_then(|parts| switch(&mut store, &parts));
        // After a refusal of the keychain too: what was stored before it is left over. A keychain that refused once is asked
        // no second time.
        if !matches!(switched, Err(KeepError::Vault(VaultError::NotAvailable | VaultError::Locked))) {
            self.clean_up(&mut store, &lock);
        }
        switched
    }

    fn store_parts(&self, store: &mut Store, token: &Secret, now: DateTime<Utc>) -> Result<Vec<String>, KeepError> {
        let mut references = Vec::new();
        for part in token.expose().as_bytes().chunks(PART) {
            let reference = self.new_reference("sign-in");
            store.announce(&reference, now)?;
            self.vault.store_bytes(&reference, part).map_err(KeepError::Vault)?;
            references.push(reference);
        }
        Ok(references)
    }
}
