//! The command line through the real executable: words, exit statuses, documents, and that no secret gets out.
//!
//! Every run gets a profile of its own, no `LIAISON_` variable and no keychain. After every run the outputs and all files
//! are searched for the secret.

mod account;
mod agents;
mod directory;
mod history;
mod network;
mod practice;
mod status;
mod test;

use liaison::{
    domain::{Account, Expiry, ExpiryChange, Origin},
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    practice::{CLIENT_SECRET, Options, Practice, Scenario},
    profile::Profile,
    vault::Vault,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const SECRET: (&str, &str) = ("LIAISON_CLIENT_SECRET", CLIENT_SECRET);

/// A folder for one test.
struct Place(tempfile::TempDir);

/// How a run ended.
#[derive(Debug)]
struct Run {
    exit: i32,
    out: String,
    err: String,
}

impl Run {
    /// The one document on standard output.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn ends(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }

    fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words}: {self:?}");
        self
    }
}

fn place() -> Place {
    Place(tempfile::tempdir().expect("a folder"))
}

impl Place {
    fn profile(&self) -> Profile {
        Profile::at(self.0.path().join("data"))
    }

    /// The executable, cut off from whatever this computer has.
    fn bare(&self) -> Command {
        self.bare_of(Path::new(env!("CARGO_BIN_EXE_liaison")))
    }

    fn bare_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LIAISON_")) {
            command.env_remove(name);
        }
        command
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.0.path().join("no-bus").display()))
            .env("HOME", self.0.path())
            .env_remove("XDG_DATA_HOME")
            .current_dir(self.0.path());
        command
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.bare();
        command.arg("--profile").arg(self.profile().dir()).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Run {
        self.finish(self.command(words), "")
    }

    fn run_with(&self, words: &[&str], variables: &[(&str, &str)], stdin: &str) -> Run {
        let mut command = self.command(words);
        command.envs(variables.iter().copied());
        self.finish(command, stdin)
    }

    fn finish(&self, mut command: Command, stdin: &str) -> Run {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the executable starts");
        // It may end without having read it.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let run =
            Run { exit: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) };
        assert!(
            !run.out.contains(CLIENT_SECRET) && !run.err.contains(CLIENT_SECRET),
            "the secret got out: {command:?}"
        );
        assert!(!run.err.contains("panicked"), "{run:?}");
        self.search(self.0.path());
        run
    }

    /// No file holds the secret.
    fn search(&self, dir: &Path) {
        for entry in fs::read_dir(dir).expect("lists").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                self.search(&entry);
            } else {
                let bytes = fs::read(&entry).unwrap_or_default();
                let found = bytes.windows(CLIENT_SECRET.len()).any(|window| window == CLIENT_SECRET.as_bytes());
                assert!(!found, "the secret is in {}", entry.display());
            }
        }
    }

    fn file(&self, settings: &Value) -> PathBuf {
        let path = self.0.path().join("settings.json");
        fs::write(&path, settings.to_string()).expect("writes");
        path
    }

    /// The account of a practice tenant, saved without a secret.
    fn with_account(self, practice: &Practice) -> Self {
        self.run_with(&["apply", "-"], &[], &settings(practice).to_string()).ends(0);
        self
    }

    /// Saves past the executable, with a keychain that only this process sees.
    fn save(&self, account: Account, secret: SecretChange, expiry: Option<Expiry>) {
        let mut keeper = Keeper::open(&self.profile(), Vault::memory()).expect("opens");
        let expected = keeper.load().expect("reads").map(|saved| saved.revision);
        let expiry = expiry.map_or(ExpiryChange::Leave, ExpiryChange::Set);
        let (without_keychain, now) = (WithoutKeychain::Refuse, chrono::Utc::now());
        keeper
            .apply(Apply { account, secret, expiry, expected, origin: Origin::Edited, without_keychain, now })
            .expect("saves");
    }
}

fn tenant(scenario: Scenario) -> Practice {
    Practice::start(Options { scenario, ..Options::default() }).expect("a start")
}

/// The settings file of a practice tenant's account.
fn settings(practice: &Practice) -> Value {
    let details = practice.details();
    json!({
        "format": 1,
        "name": "Contoso Teams",
        "object_id": details.object_id,
        "tenant_id": details.tenant_id,
        "client_id": details.client_id,
        "cloud": {"custom": {"login_url": details.login_url, "graph_url": details.graph_url}},
        "licensing_mode": "evaluation",
    })
}

fn account() -> Account {
    parsed(&settings(&tenant(Scenario::Healthy)))
}

fn parsed(settings: &Value) -> Account {
    liaison::settings_file::read(&settings.to_string()).expect("reads").draft.parse().expect("an account")
}

#[test]
fn the_words_are_a_contract() {
    let place = place();
    for (words, exit, says) in [
        (&["show"][..], 3, "There is no integration account yet."),
        (&["show", "--json"], 3, "There is no integration account yet."),
        (&["test"], 3, "There is no integration account yet."),
        (&["test", "--json"], 3, "There is no integration account yet."),
        (&["status"], 3, "There is no integration account yet."),
        (&["renew"], 3, "There is no integration account yet."),
        (&["renew", "--months", "25"], 2, "24"),
        (&["delete", "--yes", "Contoso Teams"], 3, "There is no integration account yet."),
        (&["delete", "Contoso Teams"], 2, "Add --yes"),
        (&["delete", "--yes"], 2, "<NAME>"),
        (&["apply"], 2, "<FILE>"),
        (&["apply", "none.json"], 2, "none.json cannot be read."),
        (&["apply", "-", "--secret-stdin"], 2, "LIAISON_CLIENT_SECRET"),
        (&["apply", "x.json", "--secret", "abc"], 2, "--secret"),
        (&["test", "--search", "x"], 2, "--search"),
        (&["directory"], 3, "There is no integration account yet."),
        (&["practice", "--scenario", "nonsense"], 2, "two_secrets_same_hint"),
        (&["practice", "--cert", "a.pem"], 2, "--key"),
        (&["--renderer", "glow", "show"], 2, "--renderer"),
        (&["--renderer", "paper"], 2, "wgpu"),
    ] {
        let run = place.run(words).ends(exit).says(says);
        assert!(words.contains(&"--json") || words == ["status"] || run.out.is_empty(), "{run:?}");
    }
    assert!(!place.profile().dir().exists(), "looking makes nothing");
    for words in [&["show", "--json"][..], &["test", "--json"]] {
        assert_eq!(place.run(words).json(), Value::Null);
    }
}

#[test]
fn help_and_version_are_there() {
    let place = place();
    let version = place.run(&["--version"]).ends(0).out;
    assert!(version.starts_with(concat!("liaison ", env!("CARGO_PKG_VERSION"), " (")), "{version}");
    assert!(version.contains(std::env::consts::ARCH) && version.contains(std::env::consts::OS), "{version}");
    for (word, says) in [
        ("apply", "LIAISON_CLIENT_SECRET"),
        ("show", "--json"),
        ("test", "LIAISON_CLIENT_SECRET"),
        ("status", "Nagios"),
        ("renew", "OwnedBy"),
        ("delete", "--yes"),
        ("practice", "expiring_in_9_days"),
    ] {
        let help = place.run(&[word, "--help"]).ends(0).out;
        for wanted in [says, "Example", "Exit status", "--profile"] {
            assert!(help.contains(wanted), "{word}: {wanted}: {help}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_window_leads_to_the_command_line() {
    let place = place();
    let mut command = place.command(&[]);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    place.finish(command, "").ends(1).says("No display is available.").says("liaison --help");
}

#[test]
fn a_folder_beside_the_program_makes_it_portable() {
    let (place, practice) = (place(), tenant(Scenario::Healthy));
    let name = format!("liaison{}", std::env::consts::EXE_SUFFIX);
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join(name);
    // A link would be followed to the folder of the real program.
    fs::hard_link(env!("CARGO_BIN_EXE_liaison"), &program)
        .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_liaison"), &program).map(drop))
        .expect("the program");
    let data = folder.path().join("liaison-data");
    fs::create_dir(&data).expect("a folder");
    let run = |words: &[&str], variable: Option<&Path>| {
        let mut command = place.bare_of(&program);
        command.args(words).envs(variable.map(|dir| ("LIAISON_PROFILE", dir)));
        place.finish(command, &settings(&practice).to_string())
    };
    run(&["apply", "-"], None).ends(0);
    assert!(data.join("liaison.sqlite3").is_file());
    run(&["show"], None).ends(0);
    run(&["show"], Some(place.profile().dir())).ends(3);
    let elsewhere = place.profile().dir().display().to_string();
    run(&["--profile", &elsewhere, "show"], None).ends(3);
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_a_full_disk_is_one() {
    let place = place();
    place.save(account(), SecretChange::Keep, None);
    let mut child = place.command(&["show"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));

    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
        let output = place.command(&["show"]).stdout(full).stderr(Stdio::piped()).output().expect("runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("The output could not be written."));
    }
}

#[test]
fn a_broken_or_newer_database_is_told_and_left_alone() {
    let broken = place();
    fs::create_dir(broken.profile().dir()).expect("a folder");
    fs::write(broken.profile().database(), "no database ".repeat(100)).expect("writes");
    let newer = place();
    newer.save(account(), SecretChange::Keep, None);
    let raw = rusqlite::Connection::open(newer.profile().database()).expect("opens");
    raw.pragma_update(None, "user_version", 99).expect("writes");
    drop(raw);
    for (place, says) in [(broken, "damaged"), (newer, "newer version of Liaison")] {
        let before = fs::read(place.profile().database()).expect("reads");
        let file = place.file(&settings(&tenant(Scenario::Healthy)));
        let file = file.to_str().expect("UTF-8");
        for words in [&["show"][..], &["test"], &["apply", file], &["delete", "--yes", "Contoso Teams"]] {
            let run = place.run(words).ends(2).says(says);
            assert_eq!(run.out, "", "{words:?}");
        }
        assert_eq!(place.run(&["test", "--json"]).ends(2).json(), Value::Null);
        let line = place.run(&["status"]).ends(3).says(says).out;
        assert!(line.starts_with("UNKNOWN - ") && line.contains(says), "{line}");
        assert_eq!(place.run(&["status", "--json"]).ends(3).json()["state"], "unknown");
        assert_eq!(fs::read(place.profile().database()).expect("reads"), before);
    }
}

#[test]
fn the_profile_comes_from_the_flag_else_from_the_variable() {
    let place = place();
    place.save(account(), SecretChange::Keep, None);
    let elsewhere = place.0.path().join("elsewhere");
    for (flag, variable, exit) in [
        (Some(place.profile().dir()), None, 0),
        (None, Some(place.profile().dir()), 0),
        (Some(place.profile().dir()), Some(elsewhere.as_path()), 0),
        (Some(elsewhere.as_path()), Some(place.profile().dir()), 3),
        (Some(Path::new("data")), None, 0),
        (None, Some(Path::new("")), 3),
    ] {
        // An empty variable means the platform's own folder. Only on Linux can a test redirect it; elsewhere the row would
        // read the account of whoever runs the tests.
        if flag.is_none() && variable == Some(Path::new("")) && !cfg!(target_os = "linux") {
            continue;
        }
        let mut command = place.bare();
        command.arg("show");
        if let Some(dir) = flag {
            command.arg("--profile").arg(dir);
        }
        if let Some(dir) = variable {
            command.env("LIAISON_PROFILE", dir);
        }
        place.finish(command, "").ends(exit);
    }
}
