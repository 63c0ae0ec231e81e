//! One process at a time saves: a lock on an empty file beside the database.
//!
//! SQLite guards the database by itself. This lock spans the keychain as well: without it, a clean-up could take an entry
//! that another process has just written for left over. It ends with its process, however that ends.

use super::KeepError;
use crate::profile::Profile;
use std::{
    fs::{File, TryLockError},
    thread,
    time::{Duration, Instant},
};

/// How long a save waits for another one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Held until it is dropped.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting for [`PATIENCE`].
    pub(crate) fn wait(profile: &Profile) -> Result<Self, KeepError> {
        let end = Instant::now() + PATIENCE;
        loop {
            match Self::take(profile)? {
                Some(lock) => return Ok(lock),
                None if Instant::now() > end => return Err(KeepError::Busy),
                None => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Takes the lock if nobody has it.
    pub(crate) fn take(profile: &Profile) -> Result<Option<Self>, KeepError> {
        let file = lock_file(profile)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(KeepError::io(&profile.lock_file(), &error)),
        }
    }
}

/// Opens the file, and so finds out whether the folder can be written, with the system's own reason if not.
pub(super) fn lock_file(profile: &Profile) -> Result<File, KeepError> {
    let path = profile.lock_file();
    File::options().write(true).create(true).truncate(false).open(&path).map_err(|error| KeepError::io(&path, &error))
}
