//! Asking before agents are signed out: an Apply that would do so waits for a yes.
//!
//! Owns the question. The rule is `domain::guard`'s; where nobody is signed in, nothing is asked.

use super::{Command, Dialog, Session};
use crate::domain::guard::Consequence;

impl Session {
    pub(super) fn apply_unless_locking_out(&mut self, then_close: bool) -> Vec<Command> {
        let agents = self.agents.enabled();
        // What cannot be applied says so first.
        let valid = self.can_apply() && self.editor.as_ref().is_some_and(|editor| editor.draft.parse().is_ok());
        match self.consequence() {
            Some(what @ Consequence::MustReEnable(_)) if agents > 0 && valid => {
                self.dialog = Some(Dialog::LockingOut { text: what.text(agents), then_close });
                Vec::new()
            }
            _ => self.apply(false, then_close),
        }
    }

    pub(super) fn apply_locking_out(&mut self) -> Vec<Command> {
        match self.dialog.take() {
            Some(Dialog::LockingOut { then_close, .. }) => self.apply(false, then_close),
            other => {
                self.dialog = other;
                Vec::new()
            }
        }
    }
}
