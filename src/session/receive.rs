//! What came of the commands: `Session::receive`.
//!
//! Answers carry the job number of their command; an answer to an abandoned question is dropped here and nowhere else.

use super::{
    Busy, Command, Conflict, Dialog, Editor, Event, FileTask, Notice, Opened, Session, TestResult, ThemeChoice,
    history, renewal, vocabulary::ApplyFailure,
};
use crate::domain::{Deed, Draft, Failure, LastTest, Origin, Report, Saved, StoredSecret};
use chrono::{DateTime, Utc};

impl Session {
    /// Takes in what came of a command. What it needs next is in the returned commands.
    pub fn receive(&mut self, event: Event, now: DateTime<Utc>) -> Vec<Command> {
        let commands = self.take_in(event, now);
        self.hold_policies();
        commands
    }

    fn take_in(&mut self, event: Event, now: DateTime<Utc>) -> Vec<Command> {
        match event {
            Event::Loaded { saved, theme } => {
                self.loaded(saved, theme);
                return self.rooms_opened(now);
            }
            Event::LoadFailed(failure) => self.opened = Opened::Failed(failure),
            Event::Applied(job, saved, not_kept) => return self.applied(job, *saved, not_kept, now),
            Event::ApplyFailed(job, failure) => match renewal::not_applied(self, job, failure, now) {
                Ok(commands) => return commands,
                Err(failure) => self.apply_failed(job, failure),
            },
            Event::DeleteFailed(job, failure) => self.apply_failed(job, failure),
            Event::Deleted(job, left) => return self.deleted(job, left, now),
            Event::Checked(job, check) => {
                if let Some(test) = self.running_test.as_mut().filter(|test| test.job == job) {
                    test.checks.push(*check);
                }
            }
            Event::Tested(job, report) => return self.tested(job, *report),
            Event::Recorded(saved) => {
                if self.saved.as_ref().is_some_and(|known| known.revision == saved.revision) {
                    if let Some(editor) = &mut self.editor {
                        editor.recorded(&saved);
                    }
                    self.saved = Some(*saved);
                    return renewal::watch(self);
                }
                return self.room_shown();
            }
            Event::FileChosen(job, task, path) => {
                if let Some(busy) = self.finish(job) {
                    return self.use_path(task, path, busy.then_close);
                }
            }
            Event::FileNotChosen { job, task, no_dialog } => match self.finish(job) {
                Some(_) if no_dialog => {
                    self.dialog = Some(Dialog::Path { task, typed: String::new(), failure: None });
                }
                Some(busy) => self.close_if_asked(&busy),
                None => {}
            },
            Event::Exported(job, path) => {
                if let Some(busy) = self.finish(job) {
                    self.notice = Some(Notice::good(format!("Exported without the secret to {}", path.display())));
                    self.close_if_asked(&busy);
                }
            }
            Event::Written(job, path) => {
                if let Some(busy) = self.finish(job) {
                    self.notice = Some(Notice::good(format!("Exported to {}", path.display())));
                    self.close_if_asked(&busy);
                }
            }
            Event::Imported(job, draft, warnings) => self.imported(job, *draft, &warnings, now),
            Event::FileFailed(job, task, failure) => self.file_failed(job, task, failure),
            Event::PracticeStarted(info) => {
                self.practice = Some(*info);
                if matches!(self.opened, Opened::Ready) && self.saved.is_none() && self.editor.is_none() {
                    self.fill_practice_values(now);
                }
            }
            Event::ScenarioSet(key) => {
                if let Some(practice) = &mut self.practice {
                    practice.current = key;
                }
            }
            Event::Failed(failure) => self.notice = Some(Notice::bad(failure.to_string())),
            of_a_room => return self.room_receive(of_a_room, now).unwrap_or_default(),
        }
        Vec::new()
    }

    /// Ends the job that keeps the account busy, if it is this one.
    pub(super) fn finish(&mut self, job: u64) -> Option<Busy> {
        let busy = self.busy.take_if(|busy| busy.job == job)?;
        self.dialog.take_if(|dialog| matches!(dialog, Dialog::CloseWhileBusy));
        Some(busy)
    }

    /// The window was asked to close while this was under way.
    pub(super) fn close_if_asked(&mut self, busy: &Busy) {
        if busy.then_close {
            self.request_close();
        }
    }

    fn loaded(&mut self, saved: Option<Box<Saved>>, theme: Option<String>) {
        self.opened = Opened::Ready;
        if let Some(theme) = ThemeChoice::ALL.into_iter().find(|choice| Some(choice.key()) == theme.as_deref()) {
            self.theme = theme;
        }
        self.saved = saved.map(|saved| *saved);
        let without = |saved: &Saved| saved.secret == StoredSecret::None;
        self.session_secret.take_if(|_| !self.saved.as_ref().is_some_and(without));
        let in_memory = self.session_secret.is_some();
        self.editor = self.saved.as_ref().map(|saved| Editor::of(saved, in_memory));
        self.remember_the_last_test();
    }

    /// What the last test of the saved values found, if none was made since the window was opened.
    fn remember_the_last_test(&mut self) {
        let known = self.saved.as_ref().and_then(|saved| saved.last_test.as_ref()?.report.as_deref());
        if let (None, Some(report), Some(editor)) = (&self.last_result, known, &self.editor) {
            self.last_result = Some(TestResult { draft: editor.baseline().clone(), report: report.clone() });
        }
    }

    fn applied(&mut self, job: u64, saved: Saved, not_kept: Option<Failure>, now: DateTime<Utc>) -> Vec<Command> {
        let Some(mut busy) = self.finish(job) else { return Vec::new() };
        let Some(applied) = busy.applied.take() else { return Vec::new() };
        self.session_secret = match (&saved.secret, applied.secret.given()) {
            (StoredSecret::Keychain { .. } | StoredSecret::Certificate { .. }, _) => None,
            (StoredSecret::None, Some(given)) => Some(given),
            (StoredSecret::None, None) => self.session_secret.take(),
        };
        let in_memory = self.session_secret.is_some();
        if let Some(editor) = &mut self.editor {
            editor.applied(&saved, in_memory, &applied);
        }
        let mut commands = self.carry_tests_over(&applied);
        self.notice = Some(match not_kept {
            Some(_) => Notice::neutral("Applied. The secret is kept for this session only."),
            None => Notice::good("Applied"),
        });
        let before = self.saved.replace(saved);
        commands.extend(self.rooms_applied(before.as_ref(), now));
        self.close_if_asked(&busy);
        if self.closing {
            return commands;
        }
        commands.extend(if self.fresh_result().is_some() { self.record() } else { self.test_applied() });
        commands
    }

    /// A test of exactly what was applied is from now on one of the saved values.
    fn carry_tests_over(&mut self, applied: &Draft) -> Vec<Command> {
        let Some(editor) = &self.editor else { return Vec::new() };
        let baseline = editor.baseline().clone();
        let commands = if applied.secret.keeps() { Vec::new() } else { self.forget_tests_with_stored_secret() };
        let result = self.last_result.as_mut().map(|result| &mut result.draft);
        let running = self.running_test.as_mut().map(|test| &mut test.draft);
        for draft in result.into_iter().chain(running).filter(|draft| draft.same_credentials(applied)) {
            draft.clone_from(&baseline);
        }
        commands
    }

    /// Reads the end of the secret that was just applied, unless the screen has moved on or there is no secret.
    pub(super) fn test_applied(&mut self) -> Vec<Command> {
        let untouched = self.unsaved().is_empty();
        if untouched && self.kept_secret().is_some() && self.running_test.is_none() { self.test() } else { Vec::new() }
    }

    fn apply_failed(&mut self, job: u64, failure: ApplyFailure) {
        let Some(busy) = self.finish(job) else { return };
        match failure {
            ApplyFailure::Changed(current) => {
                let theirs = current.as_ref().map(|saved| Editor::of(saved, false));
                let differs = match (theirs, &self.editor) {
                    (Some(theirs), Some(mine)) => mine.baseline().changed(theirs.baseline()),
                    _ => Vec::new(),
                };
                self.dialog = Some(Dialog::Changed(Conflict { current, differs }));
            }
            ApplyFailure::Keychain(failure) if busy.applied.is_some() => {
                self.dialog = Some(Dialog::NoKeychain(failure))
            }
            ApplyFailure::Keychain(failure) | ApplyFailure::Other(failure) => {
                self.notice = Some(Notice::bad(format!("Nothing was changed. {failure}")));
            }
        }
    }

    fn deleted(&mut self, job: u64, left: Option<Failure>, now: DateTime<Utc>) -> Vec<Command> {
        let Some(busy) = self.finish(job) else { return Vec::new() };
        self.saved = None;
        self.editor = None;
        self.offer = None;
        self.session_secret = None;
        self.notice = Some(match left {
            None => Notice::neutral("The account and its secret are deleted."),
            Some(failure) => Notice::bad(format!(
                "The account is deleted. Its secret is still in the keychain and is removed at a later start: {}",
                failure.headline
            )),
        });
        self.close_if_asked(&busy);
        let mut commands = self.forget_tests();
        commands.extend(self.rooms_deleted(now));
        commands
    }

    fn tested(&mut self, job: u64, report: Report) -> Vec<Command> {
        let Some(test) = self.running_test.take_if(|test| test.job == job) else { return Vec::new() };
        self.last_result = Some(TestResult { draft: test.draft, report });
        self.record()
    }

    /// Remembers the last result: with the account where it is of exactly the saved values, else in the history only.
    fn record(&mut self) -> Vec<Command> {
        let Some(result) = &self.last_result else { return Vec::new() };
        let (test, expiry) = (LastTest::of(&result.report), result.report.expiry.expiry());
        match (&self.saved, &self.editor) {
            (Some(saved), Some(editor)) if result.draft.same_credentials(editor.baseline()) => {
                vec![Command::RecordTest { revision: saved.revision, test, expiry }]
            }
            _ => vec![Command::History(history::Command::Record(Box::new(Deed::tested_unsaved(&test))))],
        }
    }

    fn imported(&mut self, job: u64, draft: Draft, warnings: &[String], now: DateTime<Utc>) {
        let Some(busy) = self.finish(job) else { return };
        let name = busy.path.as_ref().and_then(|path| path.file_name()).unwrap_or_default();
        let origin = Origin::File(name.to_string_lossy().into_owned());
        self.editor.get_or_insert_with(Editor::new_account).import(draft, origin, now);
        self.notice = Some(match warnings {
            [] => Notice::good("Imported. Look the values over, then apply."),
            warnings => Notice::neutral(format!("Imported. {}", warnings.join(" "))),
        });
        self.close_if_asked(&busy);
    }

    fn file_failed(&mut self, job: u64, task: FileTask, failure: Failure) {
        if let Some(busy) = self.finish(job) {
            let typed = busy.path.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
            self.dialog = Some(Dialog::Path { task, typed, failure: Some(failure) });
        }
    }
}
