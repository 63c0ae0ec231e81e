//! The only door to SQLite: the one account, when its secret ends, how its last test went, and preferences.
//!
//! Owns revisions: whoever writes says which revision it looked at. Knows the keychain's references but never a secret.
//! A [`Store`] is a connection for one piece of work. Nothing stays open in between, so that a backup put back, a removed
//! folder or a newer Liaison's migration is noticed the next time. Start with `Store::save`.

mod agents;
mod error;
mod file;
mod history;
mod left_over;
mod lock;
mod report;
mod rows;

pub use error::KeepError;
pub(crate) use lock::Lock;

use crate::{
    domain::{Account, Deed, Expiry, ExpiryChange, History, LastTest, Origin, Saved, StoredSecret},
    profile::Profile,
};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::PathBuf;

/// What a save changes.
pub(crate) struct Change {
    pub(crate) account: Account,
    pub(crate) secret: StoredSecret,
    /// The secret is not the one that was tested and whose end is known.
    pub(crate) other_secret: bool,
    pub(crate) expiry: ExpiryChange,
    pub(crate) origin: Origin,
    pub(crate) now: DateTime<Utc>,
}

/// The database, opened.
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the database to write; makes folder and file where there are none.
    pub(crate) fn open(profile: &Profile) -> Result<Self, KeepError> {
        Ok(Self { connection: file::open(profile)?, path: profile.database() })
    }

    /// Opens the database to read and makes nothing; `None` where there is none.
    pub(crate) fn open_to_read(profile: &Profile) -> Result<Option<Self>, KeepError> {
        Ok(file::open_to_read(profile)?.map(|connection| Self { connection, path: profile.database() }))
    }

    /// The account, if there is one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn load(&self) -> Result<Option<Saved>, KeepError> {
        let read = || rows::read(&*self.connection.unchecked_transaction()?);
        read().map_err(|error| self.error(&error))
    }

    /// A preference, if it was ever set.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn preference(&self, key: &str) -> Result<Option<String>, KeepError> {
        self.connection
            .query_one("SELECT value FROM preference WHERE key = ?1", [key], |row| row.get(0))
            .optional()
            .map_err(|error| self.error(&error))
    }

    /// Sets a preference.
    pub(crate) fn set_preference(&mut self, key: &str, value: &str) -> Result<(), KeepError> {
        let sql = "INSERT INTO preference (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
        self.write(|tx| Ok(tx.execute(sql, [key, value]).map(drop)?))
    }

    /// Saves the account if what is there still has the expected revision; `None` expects that there is none.
    pub(crate) fn save(&mut self, expected: Option<i64>, change: Change) -> Result<Saved, KeepError> {
        self.write(|tx| {
            let before = expect(tx, expected)?;
            let valid = before.as_ref().filter(|old| !change.other_secret && same(&old.account, &change.account));
            let (expiry, last_test) = valid.map(|old| (old.expiry, old.last_test.clone())).unwrap_or_default();
            // A certificate says itself when it ends; nobody else does.
            let expiry = change.secret.own_expiry().or_else(|| change.expiry.apply(expiry));
            let saved = Saved {
                revision: tx.query_one("UPDATE revision SET last = last + 1 RETURNING last", [], |row| row.get(0))?,
                account: change.account,
                secret: change.secret,
                expiry,
                last_test,
                applied_at: change.now,
            };
            rows::write(tx, &saved)?;
            if let Some(before) = &before {
                agents::account_changed(tx, &before.account, &saved.account)?;
            }
            history::append(tx, &Deed::saved(&change.origin, before.as_ref(), &saved))?;
            Ok(saved)
        })
    }

    /// Removes the account if it still has the expected revision and has this name.
    pub(crate) fn remove(&mut self, name: &str, expected: i64, now: DateTime<Utc>) -> Result<(), KeepError> {
        self.write(|tx| {
            let saved = expect(tx, Some(expected))?.ok_or(KeepError::Changed { current: None })?;
            if saved.account.name != name.trim() {
                return Err(KeepError::WrongName.into());
            }
            rows::remove(tx)?;
            agents::remove_all(tx)?;
            Ok(history::append(tx, &Deed::deleted(&saved, now))?)
        })
    }

    /// Keeps how a test went if what was tested is still what is saved. The revision stays.
    pub(crate) fn record_test(
        &mut self,
        expected: i64,
        test: &LastTest,
        expiry: Option<Expiry>,
    ) -> Result<Saved, KeepError> {
        self.write(|tx| {
            let saved = expect(tx, Some(expected))?;
            let before = saved.as_ref().and_then(|saved| saved.expiry);
            let expiry = expiry.filter(|_| saved.is_some_and(|saved| saved.secret.certificate().is_none()));
            rows::write_test(tx, Some(test))?;
            if expiry.is_some() {
                rows::write_expiry(tx, expiry)?;
            }
            let deed = Deed::tested(test, before, expiry.or(before));
            // What was tested before it was applied is remembered again afterwards.
            if !history::has(tx, &deed)? {
                history::append(tx, &deed)?;
            }
            Ok(expect(tx, Some(expected))?.ok_or(KeepError::Changed { current: None })?)
        })
    }

    /// Writes down what changes nothing that is kept here. What does change something is written down together with it:
    /// `history::append` in the same transaction.
    pub(crate) fn record(&mut self, deed: &Deed) -> Result<(), KeepError> {
        self.write(|tx| Ok(history::append(tx, deed)?))
    }

    /// Everything that was done, with the verdict on each entry.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn history(&self) -> Result<History, KeepError> {
        let read = || history::read(&*self.connection.unchecked_transaction()?);
        read().map_err(|error| self.error(&error))
    }

    /// The settings of an entry, as the text of a settings file; `None` where it has none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn settings_at(&self, entry: i64) -> Result<Option<String>, KeepError> {
        history::settings(&self.connection, entry).map_err(|error| self.error(&error))
    }

    /// Counts messages that were sent to Teams.
    pub(crate) fn add_messages(&mut self, number: u32, now: DateTime<Utc>) -> Result<(), KeepError> {
        let sql = "INSERT INTO message_count (month, messages) VALUES (?1, ?2)
            ON CONFLICT (month) DO UPDATE SET messages = messages + ?2";
        self.write(|tx| Ok(tx.execute(sql, params![month(now), number]).map(drop)?))
    }

    /// How many messages were sent to Teams in this month of the calendar, in UTC.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn messages(&self, now: DateTime<Utc>) -> Result<u64, KeepError> {
        self.connection
            .query_one("SELECT messages FROM message_count WHERE month = ?1", [month(now)], |row| row.get::<_, i64>(0))
            .optional()
            .map(|count| count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
            .map_err(|error| self.error(&error))
    }

    /// Fails as [`Store::save`] would, before anything is done for it.
    pub(crate) fn expect(&mut self, expected: Option<i64>) -> Result<Option<Saved>, KeepError> {
        self.write(|tx| expect(tx, expected))
    }

    /// Writes down a keychain reference before it is used.
    pub(crate) fn announce(&mut self, reference: &str, now: DateTime<Utc>) -> Result<(), KeepError> {
        let sql = "INSERT INTO keychain_entry (reference, created_at) VALUES (?1, ?2)";
        self.write(|tx| Ok(tx.execute(sql, [reference, &rows::moment(now)]).map(drop)?))
    }

    /// The references that were written down and that neither an account nor an agent has, the oldest first.
    pub(crate) fn left_over(&self) -> Result<Vec<String>, KeepError> {
        let read = || -> rusqlite::Result<_> {
            let mut statement = self.connection.prepare(
                "SELECT reference FROM keychain_entry
                WHERE reference NOT IN (SELECT keychain_reference FROM account WHERE keychain_reference IS NOT NULL)
                    AND reference NOT IN (SELECT reference FROM agent_entry)
                ORDER BY created_at, rowid",
            )?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Strikes out a reference whose entry is gone. The database refuses it for the account's own.
    pub(crate) fn forget(&mut self, reference: &str) -> Result<(), KeepError> {
        self.write(|tx| Ok(tx.execute("DELETE FROM keychain_entry WHERE reference = ?1", [reference]).map(drop)?))
    }

    /// One transaction that has the right to write from its first statement on: all of it, or nothing.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, KeepError> {
        let path = &self.path;
        let all = || {
            let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            match file::version(&tx)? {
                file::KNOWN => {}
                found => return Err(KeepError::Newer { path: path.clone(), found, known: file::KNOWN }.into()),
            }
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        all().map_err(|failure| match failure {
            Failure::Keep(error) => *error,
            Failure::Sqlite(error) => KeepError::sqlite(path, &error),
        })
    }

    fn error(&self, error: &rusqlite::Error) -> KeepError {
        KeepError::sqlite(&self.path, error)
    }
}

/// Inside a transaction both kinds of failure come up with `?`.
enum Failure {
    Keep(Box<KeepError>),
    Sqlite(rusqlite::Error),
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        Failure::Keep(Box::new(error))
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

fn expect(tx: &Transaction<'_>, expected: Option<i64>) -> Result<Option<Saved>, Failure> {
    match (expected, rows::read(tx)?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(KeepError::OneAccountOnly.into()),
        (Some(revision), Some(saved)) if saved.revision == revision => Ok(Some(saved)),
        (Some(_), current) => Err(KeepError::Changed { current: current.map(Box::new) }.into()),
    }
}

fn month(at: DateTime<Utc>) -> String {
    at.format("%Y-%m").to_string()
}

/// Whether a test of one says something about the other, their secrets being the same.
fn same(one: &Account, other: &Account) -> bool {
    let tested = |a: &Account| (a.object_id, a.tenant_id, a.client_id, a.cloud.clone());
    tested(one) == tested(other)
}

#[cfg(test)]
mod tests;
