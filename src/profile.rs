//! Where everything is kept: one folder.
//!
//! Owns the names inside it and the platform's place for it. Creates nothing and reads nothing; [`crate::store`] does.

use crate::domain::Guid;
use directories::ProjectDirs;
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// How the names of the files with people begin.
const PEOPLE: &str = "people-";

/// The folder of one installation's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    dir: PathBuf,
}

/// The platform tells no place for data, because it knows no home folder of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoHomeFolder;

impl Profile {
    /// A folder of the person's choice; a relative path counts from the current folder.
    pub fn at(dir: PathBuf) -> Self {
        // Messages name files by their full path.
        Self { dir: std::path::absolute(&dir).unwrap_or(dir) }
    }

    /// The platform's folder for local data: `~/.local/share/liaison`, `~/Library/Application Support/Liaison` or
    /// `%LOCALAPPDATA%\Liaison\data`.
    ///
    /// # Errors
    /// The person has no home folder.
    pub fn default_location() -> Result<Self, NoHomeFolder> {
        let dirs = ProjectDirs::from("", "", "Liaison").ok_or(NoHomeFolder)?;
        Ok(Self::at(dirs.data_local_dir().to_owned()))
    }

    /// The folder of the practice mode, apart from the real account.
    pub fn practice(&self) -> Self {
        Self { dir: self.dir.join("practice") }
    }

    /// The folder; it may not exist yet.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database; it may not exist yet.
    pub fn database(&self) -> PathBuf {
        self.dir.join("liaison.sqlite3")
    }

    /// The people of a tenant; it may not exist yet. The number is that of the file's form: another Liaison with another form
    /// keeps its own.
    pub fn people(&self, tenant: Guid) -> PathBuf {
        self.dir.join(format!("{PEOPLE}1-{tenant}.sqlite3"))
    }

    /// Whether a file of this name holds people, of whatever tenant and form.
    pub(crate) fn holds_people(name: &str) -> bool {
        name.starts_with(PEOPLE)
    }

    /// The file whose lock a saving process holds. It stays empty.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.dir.join("liaison.lock")
    }
}

impl NoHomeFolder {
    /// What is wrong, as a sentence.
    pub fn headline(self) -> String {
        "Liaison does not know where to keep its data, because you have no home folder on this computer.".into()
    }

    /// What to do, as a sentence.
    pub fn remedy(self) -> String {
        "Start it with --profile and a folder, or name the folder in LIAISON_PROFILE.".into()
    }
}

impl fmt::Display for NoHomeFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for NoHomeFolder {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_folder_is_named_in_full_and_practice_lies_inside() {
        let profile = Profile::at(PathBuf::from("data"));
        assert!(profile.dir().is_absolute() && profile.dir().ends_with("data"));
        assert!(profile.practice().database().ends_with("data/practice/liaison.sqlite3"));
    }
}
