//! What the application is doing, without a window: `update(Action)` and `receive(Event)` answer with commands.
//!
//! Owns the state behind the screens. Must not know egui, the services or threads: commands say what is wanted, events say
//! what came of it. Start with [`Session::update`]; `vocabulary` holds the closed sets of words, `editor` the draft being edited.

pub mod agents;
mod closing;
pub mod conference;
pub mod directory;
mod editor;
mod file_task;
mod guard;
pub mod history;
pub mod managed;
pub mod network;
pub mod paste;
mod receive;
pub mod renewal;
mod rooms;
mod shown;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use editor::Editor;
pub use file_task::FileTask;
pub use paste::PortalValues;
pub use vocabulary::{
    Action, ApplyFailure, Command, Conflict, Dialog, Event, Notice, PracticeInfo, ScenarioInfo, Screen, ThemeChoice,
    Tone,
};

use crate::domain::{Credential, Draft, ExpiryChange, Fix, Report, Saved, Secret, StoredSecret, check::Check};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// What is known of the data folder.
#[derive(Clone, Debug)]
pub enum Opened {
    /// It is being read.
    Loading,
    /// It cannot be used; nothing was changed in it.
    Failed(crate::domain::Failure),
    /// Read.
    Ready,
}

/// A test under way.
#[derive(Clone, Debug)]
pub struct RunningTest {
    job: u64,
    /// What is being tested.
    draft: Draft,
    /// The checks that are done.
    pub checks: Vec<Check>,
}

/// A test that has ended, tied to what it tested.
#[derive(Clone, Debug)]
pub struct TestResult {
    draft: Draft,
    /// What it found.
    pub report: Report,
}

/// The state behind the window.
#[derive(Debug)]
pub struct Session {
    /// Which screen is open.
    pub screen: Screen,
    /// Whether the data folder could be read.
    pub opened: Opened,
    /// The account as it is kept.
    pub saved: Option<Saved>,
    /// The pane on the right: the saved account's draft, or a new one's.
    pub editor: Option<Editor>,
    /// A test under way.
    pub running_test: Option<RunningTest>,
    /// The last test.
    pub last_result: Option<TestResult>,
    /// The dialog on top.
    pub dialog: Option<Dialog>,
    /// The line in the bottom bar.
    pub notice: Option<Notice>,
    /// Values recognised in the clipboard, offered to be filled in.
    pub offer: Option<PortalValues>,
    /// The practice tenant, while this profile is its own.
    pub practice: Option<PracticeInfo>,
    /// Light, dark, or as the system has it.
    pub theme: ThemeChoice,
    /// An Apply, a delete or a file is under way.
    pub busy: Option<Busy>,
    /// Whether the window may close now.
    pub closing: bool,
    /// The colleagues.
    pub directory: directory::State,
    /// The agents.
    pub agents: agents::State,
    /// The conferences.
    pub conference: conference::State,
    /// The history.
    pub history: history::State,
    /// The secret's renewal and its reminders.
    pub renewal: renewal::State,
    /// How this computer reaches Microsoft.
    pub network: network::State,
    /// What the company and the system decide.
    pub managed: managed::Managed,
    /// A secret or key that no keychain keeps.
    session_secret: Option<Credential>,
    /// The real account's such secret, while the practice tenant's profile is open.
    waiting_secret: Option<Credential>,
    next_job: u64,
}

/// What keeps the account from being changed just now.
#[derive(Clone, Debug)]
pub struct Busy {
    job: u64,
    /// What is under way, in words.
    pub what: &'static str,
    applied: Option<Draft>,
    path: Option<PathBuf>,
    then_close: bool,
}

impl Busy {
    fn new(job: u64, what: &'static str) -> Self {
        Self { job, what, applied: None, path: None, then_close: false }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            screen: Screen::default(),
            opened: Opened::Loading,
            saved: None,
            editor: None,
            running_test: None,
            last_result: None,
            dialog: None,
            notice: None,
            offer: None,
            practice: None,
            theme: ThemeChoice::default(),
            busy: None,
            closing: false,
            directory: Default::default(),
            agents: Default::default(),
            conference: Default::default(),
            history: Default::default(),
            renewal: Default::default(),
            network: Default::default(),
            managed: Default::default(),
            session_secret: None,
            waiting_secret: None,
            next_job: 1,
        }
    }
}

impl Session {
    /// Carries out what a person asked for. What it needs from outside is in the returned commands.
    pub fn update(&mut self, action: Action, now: DateTime<Utc>) -> Vec<Command> {
        let commands = self.carry_out(action, now);
        self.hold_policies();
        commands
    }

    fn carry_out(&mut self, action: Action, now: DateTime<Utc>) -> Vec<Command> {
        match action {
            Action::Go(screen) => {
                self.screen = screen;
                return self.room_shown();
            }
            Action::Add => self.add(),
            Action::Apply => return self.apply_unless_locking_out(false),
            Action::ApplyWithoutKeychain => return self.apply(true, false),
            Action::ApplyAndClose => return self.apply_unless_locking_out(true),
            Action::ApplyLockingOut => return self.apply_locking_out(),
            Action::Test => return self.test(),
            Action::CancelTest => return self.cancel_test(),
            Action::Fix(fix) => return self.put_right(fix, now),
            Action::AskDelete => return self.ask_delete(),
            Action::Delete => return self.delete(),
            Action::CloseDialog => match self.dialog {
                Some(Dialog::Renewal(renewal::Form::Renew { .. })) => return renewal::close(self),
                _ => self.dialog = None,
            },
            Action::TakeTheirs => return self.resolve_conflict(false, now),
            Action::KeepMine => return self.resolve_conflict(true, now),
            Action::RequestClose if self.busy.is_none() && self.live_is_unfinished() => {
                return self.end_live_and_close(now);
            }
            Action::RequestClose => self.request_close(),
            Action::CloseAnyway => self.close(),
            Action::EnterPractice => return self.leave_for(Command::EnterPractice),
            Action::LeavePractice => return self.leave_for(Command::LeavePractice),
            Action::LeaveAnyway(command) => return self.go_away(*command),
            Action::SetScenario(key) => return vec![Command::SetScenario { key }],
            Action::FillPracticeValues => self.fill_practice_values(now),
            Action::SetTheme(theme) => return self.set_theme(theme),
            Action::Reopen => {
                self.opened = Opened::Loading;
                return vec![Command::Load];
            }
            Action::ChooseFile(task) => return self.choose_file(task),
            Action::UsePath(task, path) if self.busy.is_none() => return self.use_path(task, path, false),
            Action::DismissNotice => self.notice = None,
            Action::Offer(values) => self.offer = Some(*values),
            Action::DismissOffer => self.offer = None,
            Action::ShowHelp => self.dialog = Some(Dialog::Help),
            other => match self.room_update(other, now) {
                Ok(commands) => return commands,
                Err(edit) => return self.edit(edit, now),
            },
        }
        Vec::new()
    }

    /// Edits that only touch the draft.
    fn edit(&mut self, action: Action, now: DateTime<Utc>) -> Vec<Command> {
        let offer = self.offer.take();
        self.forget_good_news();
        let Some(editor) = &mut self.editor else { return Vec::new() };
        match action {
            Action::Undo => editor.undo(),
            Action::Redo => editor.redo(),
            Action::Discard if editor.is_new() && editor.changed().is_empty() => return self.drop_new(),
            action => editor.edit(action, offer.as_ref(), now),
        }
        Vec::new()
    }

    /// The new account, which was only a draft, is gone, and with it whatever was tested of it.
    fn drop_new(&mut self) -> Vec<Command> {
        self.editor = None;
        self.offer = None;
        self.forget_tests()
    }

    /// What was tested says nothing any more; a test under way is stopped.
    fn forget_tests(&mut self) -> Vec<Command> {
        self.last_result = None;
        self.cancel_test()
    }

    /// The stored secret is another one now, so what was tested with it says nothing any more.
    fn forget_tests_with_stored_secret(&mut self) -> Vec<Command> {
        self.last_result.take_if(|result| result.draft.secret.keeps());
        let running = self.running_test.as_ref().is_some_and(|test| test.draft.secret.keeps());
        if running { self.cancel_test() } else { Vec::new() }
    }

    fn cancel_test(&mut self) -> Vec<Command> {
        self.running_test.take().map(|test| Command::CancelTest { job: test.job }).into_iter().collect()
    }

    /// Takes in the draft as it was edited on the pane.
    pub fn edit_draft(&mut self, draft: Draft, now: DateTime<Utc>) {
        if let Some(editor) = &mut self.editor {
            if editor.draft == draft {
                return;
            }
            let before = std::mem::replace(&mut editor.draft, draft);
            editor.note(before, now);
            self.forget_good_news();
        }
    }

    /// "Applied" is no longer the last word once something is edited; bad news stays until it is dismissed.
    fn forget_good_news(&mut self) {
        self.notice = self.notice.take().filter(|notice| notice.tone == Tone::Bad);
    }

    fn job(&mut self) -> u64 {
        self.next_job += 1;
        self.next_job
    }

    fn add(&mut self) {
        if self.saved.is_some() {
            self.dialog = Some(Dialog::OneInstance);
        } else if self.editor.is_none() {
            self.editor = Some(Editor::new_account());
        }
        self.screen = Screen::Accounts;
    }

    fn apply(&mut self, without_keychain: bool, then_close: bool) -> Vec<Command> {
        if !self.can_apply() {
            return Vec::new();
        }
        self.dialog = None;
        let job = self.job();
        let expiry = self.expiry_change();
        let Some(editor) = &mut self.editor else { return Vec::new() };
        let account = match editor.draft.parse() {
            Ok(account) => account,
            Err(problems) => {
                editor.show_all_problems();
                let mut fields: Vec<&str> = problems.iter().map(|problem| problem.field.label()).collect();
                fields.dedup();
                self.notice = Some(Notice::bad(format!("Not applied. Please look at: {}", fields.join(", "))));
                return Vec::new();
            }
        };
        let secret = editor.draft.secret.given();
        self.busy = Some(Busy { applied: Some(editor.draft.clone()), then_close, ..Busy::new(job, "Applying…") });
        self.notice = None;
        vec![Command::Apply {
            job,
            account: Box::new(account),
            secret,
            expiry,
            expected: self.saved.as_ref().map(|saved| saved.revision),
            origin: editor.origin().clone(),
            without_keychain,
        }]
    }

    /// One step of undo, and a new test of what it made.
    fn put_right(&mut self, fix: Fix, now: DateTime<Utc>) -> Vec<Command> {
        if fix == Fix::Network {
            return network::update(self, network::Action::Open, now);
        }
        self.edit(Action::Fix(fix), now);
        self.test()
    }

    /// What an Apply does to what is known of the secret's end.
    fn expiry_change(&self) -> ExpiryChange {
        let other = self.editor.as_ref().is_some_and(|editor| !editor.draft.same_credentials(editor.baseline()));
        match self.shown_expiry() {
            Some(expiry) => ExpiryChange::Set(expiry),
            None if other => ExpiryChange::Leave,
            None => ExpiryChange::Withdraw,
        }
    }

    fn test(&mut self) -> Vec<Command> {
        let job = self.job();
        let mut commands = self.cancel_test();
        let Some(editor) = &mut self.editor else { return commands };
        self.screen = Screen::Accounts;
        let draft = editor.draft.clone();
        if draft.credentials(Some(&Secret::new("stored").into())).is_err() {
            editor.show_all_problems();
        }
        let secret = self.session_secret.clone();
        let stored = self.saved.as_ref().map(|saved| saved.secret.clone()).unwrap_or(StoredSecret::None);
        self.running_test = Some(RunningTest { job, draft: draft.clone(), checks: Vec::new() });
        commands.push(Command::Test { job, draft: Box::new(draft), stored, session_secret: secret });
        commands
    }

    fn ask_delete(&mut self) -> Vec<Command> {
        if let Some(saved) = &self.saved {
            self.dialog = Some(Dialog::Delete { name: saved.account.name.clone(), typed: String::new() });
        } else if let Some(editor) = &self.editor {
            // A new account that was never applied is only a draft.
            if editor.changed().is_empty() {
                return self.drop_new();
            }
            self.dialog = Some(Dialog::DropNew);
        }
        Vec::new()
    }

    fn delete(&mut self) -> Vec<Command> {
        if self.busy.is_some() {
            return Vec::new();
        }
        let job = self.job();
        match (self.dialog.take(), &self.saved) {
            (Some(Dialog::DropNew), _) => self.drop_new(),
            (Some(Dialog::Delete { name, typed }), Some(saved)) if typed.trim() == name => {
                self.busy = Some(Busy::new(job, "Deleting…"));
                vec![Command::Delete { job, name, expected: saved.revision }]
            }
            (dialog, _) => {
                self.dialog = dialog;
                Vec::new()
            }
        }
    }

    /// Takes in an account that somebody else changed, with the edits on top of it.
    fn take_newer(&mut self, current: Option<Box<Saved>>, now: DateTime<Utc>) -> Vec<Command> {
        self.dialog = Some(Dialog::Changed(Conflict { current, differs: Vec::new() }));
        self.resolve_conflict(true, now)
    }

    fn resolve_conflict(&mut self, keep_mine: bool, now: DateTime<Utc>) -> Vec<Command> {
        let Some(Dialog::Changed(conflict)) = self.dialog.take() else { return Vec::new() };
        let before = std::mem::replace(&mut self.saved, conflict.current.map(|saved| *saved));
        let same_secret = before.as_ref().map(|saved| &saved.secret) == self.saved.as_ref().map(|saved| &saved.secret);
        let mut commands = Vec::new();
        if !same_secret {
            self.session_secret = None;
            commands = self.forget_tests_with_stored_secret();
        }
        let in_memory = self.session_secret.is_some();
        let editor = self.saved.as_ref().map(|saved| Editor::of(saved, in_memory));
        self.editor = match (editor, self.editor.take()) {
            (Some(theirs), Some(mine)) => {
                let mut editor = mine.rebased(theirs);
                if !keep_mine {
                    // One step, so that an undo brings the edits back.
                    editor.edit(Action::Discard, None, now);
                }
                Some(editor)
            }
            (None, Some(mine)) if keep_mine => Some(mine.into_new()),
            (theirs, _) => theirs,
        };
        self.notice = Some(Notice::neutral(if keep_mine {
            "Your edits now stand on top of the newer account. Look them over, then apply."
        } else {
            "This is the newer account."
        }));
        commands
    }

    fn fill_practice_values(&mut self, now: DateTime<Utc>) {
        let Some(practice) = &self.practice else { return };
        let values = practice.values.clone();
        if self.editor.is_none() {
            self.editor = Some(Editor::new_account());
        }
        if let Some(editor) = &mut self.editor {
            let before = editor.draft.clone();
            values.fill(&mut editor.draft);
            editor.draft.cloud = practice.cloud.clone();
            editor.note(before, now);
        }
        self.screen = Screen::Accounts;
    }

    fn set_theme(&mut self, theme: ThemeChoice) -> Vec<Command> {
        self.theme = theme;
        vec![Command::SetPreference { key: ThemeChoice::KEY, value: theme.key() }]
    }

    fn choose_file(&mut self, task: FileTask) -> Vec<Command> {
        if self.busy.is_some() {
            return Vec::new();
        }
        let job = self.job();
        if task == FileTask::Export && self.saved.is_none() {
            self.notice = Some(Notice::neutral("There is nothing to export yet: apply the account first."));
            return Vec::new();
        }
        self.busy = Some(Busy::new(job, "Waiting for the file dialog…"));
        vec![Command::ChooseFile { job, task }]
    }

    fn use_path(&mut self, task: FileTask, path: PathBuf, then_close: bool) -> Vec<Command> {
        let job = self.job();
        self.dialog = None;
        self.busy = Some(Busy { path: Some(path.clone()), then_close, ..Busy::new(job, task.progress()) });
        match (task, &self.saved) {
            (FileTask::Export, Some(saved)) => {
                vec![Command::Export { job, path, account: Box::new(saved.account.clone()) }]
            }
            (FileTask::Export, None) => {
                self.busy = None;
                Vec::new()
            }
            (FileTask::Import, _) => vec![Command::Import { job, path }],
            (FileTask::OpenCertificate | FileTask::SaveCertificate | FileTask::Calendar, _) => {
                renewal::use_path(self, job, task, path)
            }
            (FileTask::People, _) => directory::export(self, job, path),
            (FileTask::History, _) => vec![Command::History(history::Command::Export { job, path })],
            (FileTask::Transcript, _) => conference::save(self, job, path),
        }
    }
}
