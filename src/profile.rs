//! Where everything is kept: one folder.
//!
//! Owns the names inside it, and which folder it is: the company's, the person's, the portable one, or the platform's.
//! Creates nothing and reads nothing; [`crate::store`] does. Start with [`Profile::choose`].

use crate::domain::Guid;
use directories::{ProjectDirs, UserDirs};
use std::{
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

/// A folder of this name beside the program is the data folder.
const PORTABLE: &str = "liaison-data";

/// How the names of the files with people begin.
const PEOPLE: &str = "people-";

/// The folder of one installation's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    dir: PathBuf,
    practice: bool,
}

/// Why there is no data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoProfile {
    /// The platform tells no place for data, because it knows no home folder of the person.
    NoHomeFolder,
    /// The company sets the folder, and the person asked for another one.
    SetByOrganization {
        /// The company's folder.
        folder: PathBuf,
        /// Where the other one was asked for: `--profile` or `LIAISON_PROFILE`.
        asked: &'static str,
    },
    /// The folder that the company sets has a variable in it that has no value here.
    UnknownVariable {
        /// As written in the policy.
        folder: String,
    },
}

/// Where a data folder comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The company's policy.
    Organization,
    /// `--profile` or `LIAISON_PROFILE`.
    Person,
    /// The folder beside the program.
    Portable,
    /// The platform.
    Platform,
}

impl Source {
    /// Where the folder comes from, in words.
    pub fn words(self) -> &'static str {
        match self {
            Source::Organization => crate::domain::policy::LOCKED,
            Source::Person => "Chosen at the start with --profile or LIAISON_PROFILE",
            Source::Portable => "Portable: beside the program",
            Source::Platform => "This system's usual place",
        }
    }
}

impl Profile {
    /// A folder of the person's choice; a relative path counts from the current folder.
    pub fn at(dir: PathBuf) -> Self {
        // Messages name files by their full path.
        Self { dir: std::path::absolute(&dir).unwrap_or(dir), practice: false }
    }

    /// The data folder: the one that the company sets, else `flag`, else the value of `LIAISON_PROFILE`, else the portable
    /// one, else the platform's.
    ///
    /// # Errors
    /// [`NoProfile`].
    pub fn choose(set: Option<&str>, flag: Option<PathBuf>) -> Result<(Self, Source), NoProfile> {
        let variable = env::var_os("LIAISON_PROFILE").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        if let Some(set) = set {
            let profile = Self::at(expand(set, |name| env::var_os(name))?);
            let asked = flag.map(|dir| (dir, "--profile")).or(variable.map(|dir| (dir, "LIAISON_PROFILE")));
            return match asked.map(|(dir, asked)| (Self::at(dir), asked)) {
                Some((other, asked)) if other != profile => {
                    Err(NoProfile::SetByOrganization { folder: profile.dir, asked })
                }
                _ => Ok((profile, Source::Organization)),
            };
        }
        if let Some(dir) = flag.or(variable) {
            return Ok((Self::at(dir), Source::Person));
        }
        let program = env::current_exe().ok();
        if let Some(dir) = program.as_deref().and_then(portable_folder).filter(|dir| dir.is_dir()) {
            return Ok((Self::at(dir), Source::Portable));
        }
        Self::default_location().map(|profile| (profile, Source::Platform))
    }

    /// The platform's folder for local data: `~/.local/share/liaison`, `~/Library/Application Support/Liaison` or
    /// `%LOCALAPPDATA%\Liaison\data`.
    ///
    /// # Errors
    /// [`NoProfile::NoHomeFolder`].
    pub fn default_location() -> Result<Self, NoProfile> {
        let dirs = ProjectDirs::from("", "", "Liaison").ok_or(NoProfile::NoHomeFolder)?;
        Ok(Self::at(dirs.data_local_dir().to_owned()))
    }

    /// The folder of the practice mode, apart from the real account.
    pub fn practice(&self) -> Self {
        Self { dir: self.dir.join("practice"), practice: true }
    }

    /// Whether it is that of the practice mode.
    pub(crate) fn is_practice(&self) -> bool {
        self.practice
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

    /// The file with the window's place and size; it may not exist yet.
    pub fn window(&self) -> PathBuf {
        self.dir.join("window.ron")
    }

    /// The file whose lock a saving process holds. It stays empty.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.dir.join("liaison.lock")
    }
}

/// The portable data folder of a program. On macOS it lies beside the bundle, not inside.
fn portable_folder(program: &Path) -> Option<PathBuf> {
    Some(bundle_of(program).as_deref().unwrap_or(program).parent()?.join(PORTABLE))
}

/// The macOS bundle that this program runs from.
#[cfg(target_os = "macos")]
pub(crate) fn bundle() -> Option<PathBuf> {
    bundle_of(&env::current_exe().ok()?)
}

/// `Liaison.app` of `Liaison.app/Contents/MacOS/liaison`.
fn bundle_of(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let bundle = folder.parent()?.parent()?;
    let inside = folder.ends_with("Contents/MacOS") && bundle.extension().is_some_and(|extension| extension == "app");
    inside.then(|| bundle.to_owned())
}

/// Fills in variables like `%LOCALAPPDATA%`, and the home folder for a leading `~`.
fn expand(folder: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, NoProfile> {
    let unknown = || NoProfile::UnknownVariable { folder: folder.to_owned() };
    let mut expanded = OsString::new();
    let mut rest = folder;
    if let Some(inside) = rest.strip_prefix('~').filter(|inside| inside.is_empty() || inside.starts_with(['/', '\\'])) {
        expanded.push(UserDirs::new().ok_or_else(unknown)?.home_dir());
        rest = inside;
    }
    while let Some((before, after)) = rest.split_once('%') {
        let (name, behind) = after.split_once('%').ok_or_else(unknown)?;
        expanded.push(before);
        expanded.push(variable(name).filter(|value| !value.is_empty()).ok_or_else(unknown)?);
        rest = behind;
    }
    expanded.push(rest);
    Ok(expanded.into())
}

impl NoProfile {
    /// What is wrong, as a sentence.
    pub fn headline(&self) -> String {
        match self {
            NoProfile::NoHomeFolder => {
                "Liaison has no folder for its data, because you have no home folder on this computer.".into()
            }
            NoProfile::SetByOrganization { .. } => "Your organization sets the data folder.".into(),
            NoProfile::UnknownVariable { folder } => {
                format!("The data folder that your organization sets, {folder}, has a variable without a value.")
            }
        }
    }

    /// What to do, as a sentence.
    pub fn remedy(&self) -> String {
        match self {
            NoProfile::NoHomeFolder => "Start it with --profile and a folder, or set LIAISON_PROFILE to one.".into(),
            NoProfile::SetByOrganization { folder, asked } => {
                format!("Start Liaison without {asked}. It uses {}.", folder.display())
            }
            NoProfile::UnknownVariable { .. } => {
                "Ask the people who manage this computer to correct the policy DataFolder.".into()
            }
        }
    }
}

impl fmt::Display for NoProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for NoProfile {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_companys_folder_may_have_variables() {
        let variable = |name: &str| (name == "LOCALAPPDATA").then(|| OsString::from("C:\\Users\\Zoë\\AppData\\Local"));
        let expanded = |folder: &str| expand(folder, variable);
        assert_eq!(expanded("D:\\Data"), Ok("D:\\Data".into()));
        let local = "C:\\Users\\Zoë\\AppData\\Local\\Contoso\\Liaison";
        assert_eq!(expanded("%LOCALAPPDATA%\\Contoso\\Liaison"), Ok(local.into()));
        for unknown in ["%NOWHERE%\\Liaison", "C:\\100%"] {
            let error = expanded(unknown).expect_err("is refused");
            assert!(error.headline().contains(unknown) && error.remedy().contains("DataFolder"), "{error}");
        }
        if let Some(dirs) = UserDirs::new() {
            assert_eq!(expanded("~/liaison"), Ok(dirs.home_dir().join("liaison")));
        }
        assert_eq!(expanded("~other/liaison"), Ok("~other/liaison".into()));
    }

    #[test]
    fn another_folder_than_the_companys_is_refused() {
        let set = std::env::temp_dir().join("company").display().to_string();
        let chosen = |dir: &str| Profile::choose(Some(&set), Some(PathBuf::from(dir)));
        assert_eq!(chosen(&set), Ok((Profile::at(set.clone().into()), Source::Organization)));
        let error = chosen("elsewhere").expect_err("is refused");
        assert!(error.remedy().contains(&set) && error.remedy().contains("--profile"), "{error}");
        assert_eq!(Profile::choose(None, Some("elsewhere".into())).map(|(_, source)| source), Ok(Source::Person));
    }

    #[test]
    fn the_portable_folder_lies_beside_the_program_or_its_bundle() {
        let folder = |program: &str| portable_folder(Path::new(program));
        assert_eq!(folder("/usb/liaison"), Some("/usb/liaison-data".into()));
        assert_eq!(folder("/usb/Liaison.app/Contents/MacOS/liaison"), Some("/usb/liaison-data".into()));
        assert_eq!(folder("/usb/Contents/MacOS/liaison"), Some("/usb/Contents/MacOS/liaison-data".into()));
    }

    #[test]
    fn a_relative_folder_is_named_in_full_and_practice_lies_inside() {
        let profile = Profile::at(PathBuf::from("data"));
        assert!(profile.dir().is_absolute() && profile.dir().ends_with("data"));
        assert!(profile.practice().database().ends_with("data/practice/liaison.sqlite3"));
    }
}
