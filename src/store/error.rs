//! Why something could not be kept, and what can be done: data, never only text on a screen.
//!
//! Owns [`KeepError`] and the translation of what SQLite and the file system report into it. Nothing in it ever holds a
//! secret. Whoever adds a variant words it here, for somebody who does not program.

use crate::domain::{Failure, Saved};
use crate::vault::VaultError;
use rusqlite::ErrorCode;
use std::{
    fmt,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Why something could not be read or kept. Whatever was saved before still is.
#[derive(Clone, Debug, PartialEq)]
pub enum KeepError {
    /// The account is not the one that was looked at: somebody else saved or deleted it since.
    Changed {
        /// What is saved now; `None` when it was deleted.
        current: Option<Box<Saved>>,
    },
    /// A new account was to be made where there is one.
    OneAccountOnly,
    /// The account to be deleted has another name.
    WrongName,
    /// The file was written by a newer Liaison.
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest schema version that this Liaison knows.
        known: i64,
    },
    /// The file is a database, but of another program.
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The file or its folder must not be written.
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// The file or its folder cannot be used at all.
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why not, in the system's words.
        detail: String,
    },
    /// No room is left.
    Full {
        /// The file or folder.
        path: PathBuf,
    },
    /// Another Liaison is saving and did not finish within a few seconds.
    Busy,
    /// The keychain refused, and nothing was saved.
    Vault(VaultError),
    /// Anything else.
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
}

impl KeepError {
    /// What SQLite reports about this file.
    pub(crate) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => KeepError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => KeepError::Corrupt { path, detail },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => KeepError::ReadOnly { path },
            Some(ErrorCode::DiskFull) => KeepError::Full { path },
            Some(ErrorCode::CannotOpen) => KeepError::Folder { path, detail },
            Some(_) => KeepError::Other { path, detail },
            // Not SQLite but the reading of a row: a value, column or table is not what this version writes.
            None => KeepError::Corrupt { path, detail },
        }
    }

    /// What the file system reports about this file or folder.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => KeepError::ReadOnly { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => KeepError::Full { path },
            ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
                KeepError::Folder { path, detail: "A file stands where a folder should be".into() }
            }
            _ => KeepError::Folder { path, detail: error.to_string() },
        }
    }

    /// What is wrong, as a sentence.
    pub fn headline(&self) -> String {
        match self {
            KeepError::Changed { current: Some(_) } => {
                "The account was changed meanwhile, by another window or the command line.".into()
            }
            KeepError::Changed { current: None } => {
                "The account was deleted meanwhile, by another window or the command line.".into()
            }
            KeepError::OneAccountOnly => "There is an integration account already, and there can only be one.".into(),
            KeepError::WrongName => "This is not the account's name.".into(),
            KeepError::Newer { .. } => "The saved account was written by a newer version of Liaison.".into(),
            KeepError::Foreign { .. } => "The file of the saved account belongs to another program.".into(),
            KeepError::Corrupt { .. } => "The file of the saved account is damaged.".into(),
            KeepError::ReadOnly { .. } => "Liaison may not write its data.".into(),
            KeepError::Folder { .. } => "The place of Liaison's data cannot be used.".into(),
            KeepError::Full { .. } => "There is no room left to save.".into(),
            KeepError::Busy => "Another Liaison is saving at this moment.".into(),
            KeepError::Vault(error) => error.headline(),
            KeepError::Other { .. } => "The saved account could not be read or written.".into(),
        }
    }

    /// What to do, as one or more sentences that name the file in full.
    pub fn remedy(&self) -> String {
        const ELSEWHERE: &str = "or start Liaison with another folder (--profile)";
        match self {
            KeepError::Changed { current: Some(_) } => {
                "Nothing was saved. Look at what is saved now, then apply your changes again.".into()
            }
            KeepError::Changed { current: None } => {
                "Nothing was saved. If it should exist again, apply it as a new account.".into()
            }
            KeepError::OneAccountOnly => "Nothing was saved. Change that account, or delete it first.".into(),
            KeepError::WrongName => "Nothing was deleted. Enter the name exactly as it is shown.".into(),
            KeepError::Newer { path, found, known } => format!(
                "{} has version {found}; this Liaison knows versions up to {known}. The file was not touched. Use the newer Liaison, {ELSEWHERE}.",
                path.display()
            ),
            KeepError::Foreign { path } => format!(
                "{} was not touched. Move it elsewhere and Liaison starts with an empty file, {ELSEWHERE}.",
                path.display()
            ),
            KeepError::Corrupt { path, detail } => format!(
                "{} was not touched. Put a backup of it in its place; or move it elsewhere, and Liaison starts with an empty file into which you can import exported settings. What was found: {}.",
                path.display(),
                detail.trim_end_matches('.')
            ),
            KeepError::ReadOnly { path } => format!(
                "Nothing was changed. Allow writing to {} and to the folder that it is in, {ELSEWHERE}.",
                path.display()
            ),
            KeepError::Folder { path, detail } => format!(
                "{}: {}. Nothing was changed. Make that place usable, {ELSEWHERE}.",
                path.display(),
                detail.trim_end_matches('.')
            ),
            KeepError::Full { path } => {
                format!("Nothing was changed. Free some space on the disk that holds {}, then try again.", path.display())
            }
            KeepError::Busy => {
                "Nothing was changed. See whether another window or the command line waits for the keychain, then try again.".into()
            }
            KeepError::Vault(error) => format!("Nothing was saved. {}", error.remedy()),
            KeepError::Other { path, detail } => {
                format!("Nothing was changed in {}. Try again; SQLite says: {}.", path.display(), detail.trim_end_matches('.'))
            }
        }
    }
}

impl fmt::Display for KeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for KeepError {}

impl From<&KeepError> for Failure {
    fn from(error: &KeepError) -> Self {
        Failure::new(error.headline(), error.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_reports_gets_the_right_name() {
        let path = Path::new("/data/liaison.sqlite3");
        let named = |code: i32| {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            KeepError::sqlite(path, &error)
        };
        assert_eq!(named(rusqlite::ffi::SQLITE_BUSY), KeepError::Busy);
        assert_eq!(named(rusqlite::ffi::SQLITE_FULL), KeepError::Full { path: path.into() });
        for code in [rusqlite::ffi::SQLITE_READONLY, rusqlite::ffi::SQLITE_READONLY_DIRECTORY] {
            assert_eq!(named(code), KeepError::ReadOnly { path: path.into() });
        }
        assert!(matches!(named(rusqlite::ffi::SQLITE_NOTADB), KeepError::Corrupt { .. }));
        assert!(matches!(named(rusqlite::ffi::SQLITE_CANTOPEN), KeepError::Folder { .. }));
        assert!(matches!(named(rusqlite::ffi::SQLITE_IOERR), KeepError::Other { .. }));
    }

    #[test]
    fn every_error_about_a_file_names_it_in_full() {
        let path = PathBuf::from("/data/liaison.sqlite3");
        let detail = String::from("it is so.");
        for error in [
            KeepError::Newer { path: path.clone(), found: 9, known: 1 },
            KeepError::Foreign { path: path.clone() },
            KeepError::Corrupt { path: path.clone(), detail: detail.clone() },
            KeepError::ReadOnly { path: path.clone() },
            KeepError::Folder { path: path.clone(), detail: detail.clone() },
            KeepError::Full { path: path.clone() },
            KeepError::Other { path: path.clone(), detail: detail.clone() },
        ] {
            let text = error.to_string();
            assert!(text.contains("/data/liaison.sqlite3") && text.ends_with('.') && !text.contains(".."), "{text}");
        }
    }
}
