//! The closed sets of words between the window, the session and the worker.
//!
//! Owns [`Action`], [`Command`] and [`Event`]. Plain enums with job numbers: an answer to an abandoned question is dropped.

use super::{FileTask, agents, conference, directory, history, network, paste::PortalValues, renewal};
use crate::domain::{
    Account, Agent, CloudDraft, Credential, Draft, Expiry, ExpiryChange, Failure, Field, Fix, LastTest, MessageKey,
    Origin, PhoneType, Report, Saved, StoredSecret, check::Check, messages::Pack,
};
use std::path::PathBuf;

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Opens a screen.
    Go(Screen),
    /// Begins a new account, or says why there can be only one.
    Add,
    /// Saves what is on the screen.
    Apply,
    /// Saves it although no keychain keeps the secret, which stays in memory.
    ApplyWithoutKeychain,
    /// Saves it, then closes the window.
    ApplyAndClose,
    /// Saves it although agents must enable Teams integration again.
    ApplyLockingOut,
    /// Puts everything back as it was applied.
    Discard,
    /// Puts one field back as it was applied.
    Revert(Field),
    /// Takes back the last edit.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Opens the secret's field for a new value.
    ReplaceSecret,
    /// Goes back to the stored secret.
    KeepSecret,
    /// Puts a message's default back.
    RestoreMessage(MessageKey),
    /// Puts all messages' defaults back.
    RestoreMessages,
    /// Puts a language's messages in place of all seven.
    UseMessages(Pack),
    /// Moves a phone number type to a position counted from 0.
    MovePhone(PhoneType, usize),
    /// Values were recognised in what was pasted.
    Offer(Box<PortalValues>),
    /// Fills in what was recognised in the clipboard.
    AcceptOffer,
    /// Does not.
    DismissOffer,
    /// Tests what is on the screen.
    Test,
    /// Stops that.
    CancelTest,
    /// Puts right what the test found wrong, and tests again.
    Fix(Fix),
    /// Asks whether the account is to be deleted.
    AskDelete,
    /// Deletes it, if the name was typed.
    Delete,
    /// Closes the dialog on top.
    CloseDialog,
    /// After a conflict: shows the newer account.
    TakeTheirs,
    /// After a conflict: keeps the edits on top of the newer account.
    KeepMine,
    /// The window is asked to close.
    RequestClose,
    /// It closes, unsaved changes or not.
    CloseAnyway,
    /// Goes to the practice tenant's own profile.
    EnterPractice,
    /// Goes back to the real one.
    LeavePractice,
    /// Does one of the two although there are unsaved changes.
    LeaveAnyway(Box<Command>),
    /// Changes how the practice tenant behaves.
    SetScenario(&'static str),
    /// Fills in the practice tenant's own values.
    FillPracticeValues,
    /// Light, dark, or as the system has it.
    SetTheme(ThemeChoice),
    /// Reads the data folder again.
    Reopen,
    /// Asks for a file with the system's dialog.
    ChooseFile(FileTask),
    /// Uses a path typed by hand.
    UsePath(FileTask, PathBuf),
    /// Shows keys and links.
    ShowHelp,
    /// Removes the line in the bottom bar.
    DismissNotice,
    /// About the colleagues of the tenant as agents see them.
    Directory(directory::Action),
    /// About the people who enabled Teams integration, and their signing in.
    Agents(agents::Action),
    /// About rehearsed and live conferences of customer, agent and colleague.
    Conference(conference::Action),
    /// About what was done to the account, and going back to it.
    History(history::Action),
    /// About renewing the secret without a gap, and reminding of its end.
    Renewal(renewal::Action),
    /// About how this computer reaches Microsoft.
    Network(network::Action),
}

/// What the session wants from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read the data folder.
    Load,
    /// Save the account, both its values and its secret or neither.
    Apply {
        /// Answers carry it.
        job: u64,
        /// The values.
        account: Box<Account>,
        /// The secret or certificate that takes the stored one's place.
        secret: Option<Credential>,
        /// What becomes of what is known of its end.
        expiry: ExpiryChange,
        /// The revision that the edits began from; `None` where there was no account.
        expected: Option<i64>,
        /// Where the values come from.
        origin: Origin,
        /// Whether to save the values although no keychain keeps the secret.
        without_keychain: bool,
    },
    /// Delete the account and its secret.
    Delete {
        /// Answers carry it.
        job: u64,
        /// Its name, typed by hand.
        name: String,
        /// The revision that was shown.
        expected: i64,
    },
    /// Test these values.
    Test {
        /// Answers carry it.
        job: u64,
        /// The values.
        draft: Box<Draft>,
        /// Where the saved account's secret is.
        stored: StoredSecret,
        /// The secret or key that no keychain keeps.
        session_secret: Option<Credential>,
    },
    /// Stop that test.
    CancelTest {
        /// Of the test.
        job: u64,
    },
    /// Remember a test of the saved values, and what it learnt of the secret's end.
    RecordTest {
        /// The revision that was tested.
        revision: i64,
        /// The test.
        test: LastTest,
        /// The end, where it was read.
        expiry: Option<Expiry>,
    },
    /// Ask for a file with the system's dialog.
    ChooseFile {
        /// Answers carry it.
        job: u64,
        /// What for.
        task: FileTask,
    },
    /// Write the settings to a file.
    Export {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// The settings.
        account: Box<Account>,
    },
    /// Read settings from a file.
    Import {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
    },
    /// Go to the practice tenant's profile and start it.
    EnterPractice,
    /// Go back to the real profile and stop it.
    LeavePractice,
    /// Change how it behaves.
    SetScenario {
        /// Which way.
        key: &'static str,
    },
    /// Remember a setting of the window.
    SetPreference {
        /// Which.
        key: &'static str,
        /// Its value.
        value: &'static str,
    },
    /// About the colleagues of the tenant as agents see them.
    Directory(directory::Command),
    /// About the people who enabled Teams integration, and their signing in.
    Agents(agents::Command),
    /// About rehearsed and live conferences of customer, agent and colleague.
    Conference(conference::Command),
    /// About what was done to the account, and going back to it.
    History(history::Command),
    /// About renewing the secret without a gap, and reminding of its end.
    Renewal(renewal::Command),
    /// About how this computer reaches Microsoft.
    Network(network::Command),
}

/// What came of a command.
#[derive(Clone, Debug)]
pub enum Event {
    /// The data folder was read.
    Loaded {
        /// The account, if there is one.
        saved: Option<Box<Saved>>,
        /// The theme that was chosen once.
        theme: Option<String>,
    },
    /// It could not be.
    LoadFailed(Failure),
    /// The account was saved; the failure says why the secret was not kept.
    Applied(u64, Box<Saved>, Option<Failure>),
    /// It was not.
    ApplyFailed(u64, ApplyFailure),
    /// The account is gone; the failure says why its secret is still in the keychain.
    Deleted(u64, Option<Failure>),
    /// It is not.
    DeleteFailed(u64, ApplyFailure),
    /// One check of a test is done.
    Checked(u64, Box<Check>),
    /// The test is done.
    Tested(u64, Box<Report>),
    /// The test of the saved account is remembered.
    Recorded(Box<Saved>),
    /// A file was chosen.
    FileChosen(u64, FileTask, PathBuf),
    /// No file was chosen. `no_dialog` where the system has none to show.
    FileNotChosen {
        /// Of the command.
        job: u64,
        /// What for.
        task: FileTask,
        /// Whether it came back too fast for a person.
        no_dialog: bool,
    },
    /// The settings were written.
    Exported(u64, PathBuf),
    /// Another file was written.
    Written(u64, PathBuf),
    /// The settings were read; the warnings name what was left out.
    Imported(u64, Box<Draft>, Vec<String>),
    /// Neither.
    FileFailed(u64, FileTask, Failure),
    /// The practice tenant runs.
    PracticeStarted(Box<PracticeInfo>),
    /// It behaves differently now.
    ScenarioSet(&'static str),
    /// Something failed that no job asked for.
    Failed(Failure),
    /// About the colleagues of the tenant as agents see them.
    Directory(directory::Event),
    /// About the people who enabled Teams integration, and their signing in.
    Agents(agents::Event),
    /// About rehearsed and live conferences of customer, agent and colleague.
    Conference(conference::Event),
    /// About what was done to the account, and going back to it.
    History(history::Event),
    /// About renewing the secret without a gap, and reminding of its end.
    Renewal(renewal::Event),
    /// About how this computer reaches Microsoft.
    Network(network::Event),
}

/// Why an Apply or a delete did not happen. Nothing was changed.
#[derive(Clone, Debug)]
pub enum ApplyFailure {
    /// Somebody else changed the account in the meantime; this is how it is now.
    Changed(Option<Box<Saved>>),
    /// The keychain does not take the secret.
    Keychain(Failure),
    /// Anything else.
    Other(Failure),
}

/// Two versions of the account.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The account as it is now; `None` where it was deleted.
    pub current: Option<Box<Saved>>,
    /// The fields in which it differs from what was edited.
    pub differs: Vec<Field>,
}

/// The dialog on top of the window.
#[derive(Clone, Debug)]
pub enum Dialog {
    /// There can be only one account.
    OneInstance,
    /// Deleting asks for the name.
    Delete {
        /// The account's.
        name: String,
        /// As typed so far.
        typed: String,
    },
    /// A new account with edits is about to be dropped.
    DropNew,
    /// The account was changed by somebody else.
    Changed(Conflict),
    /// What is about to be applied signs agents out.
    LockingOut {
        /// What follows, in words.
        text: String,
        /// Whether the window closes afterwards.
        then_close: bool,
    },
    /// No keychain keeps the secret.
    NoKeychain(Failure),
    /// A person is about to be disabled.
    DisableAgent(Box<Agent>),
    /// The window is about to close.
    UnsavedOnClose,
    /// The window is asked to close once more while something is under way.
    CloseWhileBusy,
    /// Another profile is about to be opened.
    UnsavedOnLeave(Box<Command>),
    /// A path is to be typed, because the system shows no file dialog.
    Path {
        /// What for.
        task: FileTask,
        /// As typed so far.
        typed: String,
        /// What went wrong with the last one.
        failure: Option<Failure>,
    },
    /// How this computer reaches Microsoft.
    Network(Box<network::Form>),
    /// Keys and links.
    Help,
    /// About the secret's renewal, or a certificate in its place.
    Renewal(renewal::Form),
}

/// The screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The account and its properties.
    #[default]
    Accounts,
    /// The colleagues of the tenant, as agents see them.
    Directory,
    /// Conferences, rehearsed and live.
    Conference,
    /// The people who enabled Teams integration.
    Agents,
    /// What was done to the account.
    History,
    /// What to do in the Azure portal.
    Setup,
}

impl Screen {
    /// In the order of the navigation.
    pub const ALL: [Screen; 6] =
        [Screen::Accounts, Screen::Directory, Screen::Conference, Screen::Agents, Screen::History, Screen::Setup];

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            Screen::Accounts => "Integration Accounts",
            Screen::Directory => "Directory",
            Screen::Conference => "Conference",
            Screen::Agents => "Agents",
            Screen::History => "History",
            Screen::Setup => "Set-up checklist",
        }
    }
}

/// How a notice looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// It did not.
    Bad,
    /// For information.
    Neutral,
}

/// A line in the bottom bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it looks.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

impl Notice {
    /// It worked.
    pub fn good(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into() }
    }

    /// It did not.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into() }
    }

    /// For information.
    pub fn neutral(text: impl Into<String>) -> Self {
        Self { tone: Tone::Neutral, text: text.into() }
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// Follows the system where it tells.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl ThemeChoice {
    /// The name of the preference.
    pub const KEY: &'static str = "theme";
    /// In the order of the menu.
    pub const ALL: [ThemeChoice; 3] = [ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark];

    /// As kept.
    pub fn key(self) -> &'static str {
        match self {
            ThemeChoice::System => "system",
            ThemeChoice::Light => "light",
            ThemeChoice::Dark => "dark",
        }
    }

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            ThemeChoice::System => "System",
            ThemeChoice::Light => "Light",
            ThemeChoice::Dark => "Dark",
        }
    }
}

/// One way for the practice tenant to behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// Its name for the command line.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What happens in it.
    pub description: &'static str,
}

/// The running practice tenant.
#[derive(Clone, Debug)]
pub struct PracticeInfo {
    /// Its app registration's values.
    pub values: PortalValues,
    /// Its addresses.
    pub cloud: CloudDraft,
    /// How it can behave.
    pub scenarios: Vec<ScenarioInfo>,
    /// How it behaves now.
    pub current: &'static str,
}
