//! The part of the session that the company and the system decide: policies, the data folder, and whether notifications show.
//!
//! Owns [`Managed`], and that the account on the screen obeys the policies. Must not know egui, the services, or threads. Start
//! with [`Managed`]; `Session::hold_policies` is called after every change.

use super::{Notice, Session};
use crate::domain::{CloudDraft, Failure, Policy, reminder::Silence};
use std::path::PathBuf;

/// What stays the same while the window is open.
#[derive(Clone, Debug, Default)]
pub struct Managed {
    /// The policies in force.
    pub policy: Policy,
    /// Why the desktop shows no reminders, where that is known.
    pub silence: Option<Silence>,
    /// The real account's data folder.
    pub folder: PathBuf,
    /// Where that folder comes from, in words.
    pub folder_source: &'static str,
    /// Whether the account of the practice tenant is open: the company's cloud does not count there.
    pub in_practice: bool,
}

impl Session {
    /// A session under these conditions. Policies that cannot be used are said at once.
    pub fn managed_by(managed: Managed) -> Self {
        let mut session = Self { managed, ..Self::default() };
        if let Some(problem) = session.managed.policy.problems.first() {
            session.notice = Some(Notice::bad(Failure::to_string(problem)));
        }
        session
    }

    /// Puts the company's cloud in the place of any other one, wherever that came from: a saved account, an import, or an undo.
    pub(super) fn hold_policies(&mut self) {
        let (Some(kind), false) = (self.managed.policy.cloud, self.managed.in_practice) else { return };
        if let Some(editor) = self.editor.as_mut().filter(|editor| editor.draft.cloud.kind != kind) {
            editor.draft.cloud = CloudDraft { kind, ..CloudDraft::default() };
        }
    }
}
