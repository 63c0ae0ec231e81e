//! Closing the window, and leaving for another profile: neither loses an edit unasked.
//!
//! Owns what is asked first, and what is waited for. Start with `Session::request_close`.

use super::{Command, Dialog, Notice, Screen, Session, renewal};

impl Session {
    pub(super) fn request_close(&mut self) {
        if renewal::keeps_open(self) {
            return;
        }
        if let Some(busy) = &mut self.busy {
            if busy.then_close {
                // Asked again: a keychain or a file dialog may never answer.
                self.dialog = Some(Dialog::CloseWhileBusy);
            }
            busy.what = "The window closes when this is done…";
            busy.then_close = true;
        } else if self.unsaved().is_empty() {
            self.close();
        } else {
            self.dialog = Some(Dialog::UnsavedOnClose);
        }
    }

    /// What kept the window from closing is done.
    pub(super) fn done_waiting(&mut self, job: u64) {
        if let Some(busy) = self.finish(job) {
            self.close_if_asked(&busy);
        }
    }

    pub(super) fn close(&mut self) {
        self.dialog = None;
        self.closing = true;
    }

    pub(super) fn leave_for(&mut self, command: Command) -> Vec<Command> {
        if matches!(command, Command::EnterPractice) && !self.managed.policy.allows_practice() {
            self.notice = Some(Notice::bad("Your organization turned off the practice tenant."));
            return Vec::new();
        }
        if self.busy.is_some() {
            // What comes of it would be told to nobody.
            return Vec::new();
        }
        if let Some(names) = self.live_names() {
            self.screen = Screen::Conference;
            self.notice = Some(Notice::bad(format!("End the live conference first, so that {names} is told.")));
            return Vec::new();
        }
        if self.unsaved().is_empty() {
            return self.go_away(command);
        }
        self.dialog = Some(Dialog::UnsavedOnLeave(Box::new(command)));
        Vec::new()
    }

    pub(super) fn go_away(&mut self, command: Command) -> Vec<Command> {
        let mut commands = renewal::stop(self);
        commands.extend(super::agents::left(self));
        let (theme, next_job) = (self.theme, self.next_job + 1);
        let (session_secret, waiting_secret) = match command {
            Command::EnterPractice => (None, self.session_secret.take()),
            _ => (self.waiting_secret.take(), None),
        };
        let mut managed = std::mem::take(&mut self.managed);
        managed.in_practice = matches!(command, Command::EnterPractice);
        *self = Self { theme, next_job, session_secret, waiting_secret, managed, ..Self::default() };
        commands.push(command);
        commands
    }
}
