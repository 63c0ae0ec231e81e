//! The draft being edited: what it began from, its undo steps, and which of its problems are shown.
//!
//! Owns one [`Draft`] and its history. Must not know the window; edits by keyboard reach it as a changed draft
//! (`Session::edit_draft`), everything else as an [`Action`].

use super::{paste::PortalValues, vocabulary::Action};
use crate::domain::{
    Draft, Expiry, ExpirySource, Field, Fix, Origin, Problem, Saved, StoredSecret, SystemMessages, draft::SecretDraft,
};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Edits of one field within this time are undone together.
const ONE_STEP: Duration = Duration::milliseconds(1200);

/// Steps that can be undone.
const STEPS: usize = 200;

/// What an undo brings back.
#[derive(Clone, Debug)]
struct Step {
    draft: Draft,
    origin: Origin,
}

/// The pane on the right.
#[derive(Clone, Debug)]
pub struct Editor {
    /// As typed; changed through [`super::Session::edit_draft`].
    pub draft: Draft,
    baseline: Draft,
    is_new: bool,
    /// Where the draft's values come from.
    origin: Origin,
    past: Vec<Step>,
    future: Vec<Step>,
    last_edit: Option<(Vec<Field>, DateTime<Utc>)>,
    show_all: bool,
    touched: BTreeSet<Field>,
}

impl Editor {
    /// A new account.
    pub fn new_account() -> Self {
        Self::from_draft(Draft::new(), true)
    }

    /// The saved account; `session_secret` says whether its secret is kept in memory.
    pub fn of(saved: &Saved, session_secret: bool) -> Self {
        let stored = session_secret || saved.secret != StoredSecret::None;
        let by_hand = saved.expiry.filter(|expiry: &Expiry| expiry.source == ExpirySource::EnteredByHand);
        Self::from_draft(Draft::of(&saved.account, stored, by_hand), false)
    }

    fn from_draft(draft: Draft, is_new: bool) -> Self {
        Self {
            baseline: draft.clone(),
            draft,
            is_new,
            origin: Origin::Edited,
            past: Vec::new(),
            future: Vec::new(),
            last_edit: None,
            show_all: false,
            touched: BTreeSet::new(),
        }
    }

    /// These edits on top of another version of the account. Fields that were not edited take that version's values.
    pub(super) fn rebased(self, mut theirs: Editor) -> Editor {
        let mut draft = theirs.baseline.clone();
        for field in self.changed() {
            draft.revert(&self.draft, field);
        }
        theirs.draft = draft;
        theirs.origin = self.origin;
        theirs
    }

    /// These values as a new account, because the one that they were edits of is gone.
    pub(super) fn into_new(self) -> Editor {
        let mut editor = Self::new_account();
        editor.draft = self.draft;
        editor.origin = self.origin;
        if editor.draft.secret == SecretDraft::Keep {
            editor.draft.secret = SecretDraft::Replace(Zeroizing::default());
        }
        editor
    }

    /// Whether the account was never applied.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Where the draft's values come from, as the history is to say.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The values as applied.
    pub fn baseline(&self) -> &Draft {
        &self.baseline
    }

    /// The fields that differ from what is applied.
    pub fn changed(&self) -> Vec<Field> {
        self.draft.changed(&self.baseline)
    }

    /// Whether there is an edit to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is an edit to do again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// From now on, empty fields that nobody has touched are reported too.
    pub(super) fn show_all_problems(&mut self) {
        self.show_all = true;
    }

    /// Everything wrong, whether shown or not.
    pub fn problems(&self) -> Vec<Problem> {
        self.draft.problems()
    }

    /// The problems to be shown: not those of a field that nobody has got to yet.
    pub fn shown_problems(&self) -> Vec<Problem> {
        let mut problems = self.draft.problems();
        problems.retain(|problem| self.show_all || !self.is_new || self.touched.contains(&problem.field));
        problems
    }

    /// Remembers how the draft was before an edit. Edits of the same field in quick succession become one step.
    pub(super) fn note(&mut self, before: Draft, now: DateTime<Utc>) {
        let fields = self.draft.changed(&before);
        if fields.is_empty() {
            return;
        }
        self.touched.extend(&fields);
        let goes_on = self.last_edit.as_ref().is_some_and(|(last, at)| *last == fields && now - *at < ONE_STEP);
        if !goes_on || self.past.is_empty() {
            self.past.push(Step { draft: before, origin: self.origin.clone() });
            let surplus = self.past.len().saturating_sub(STEPS);
            self.past.drain(..surplus);
        }
        self.future.clear();
        self.last_edit = Some((fields, now));
    }

    pub(super) fn undo(&mut self) {
        if let Some(step) = self.past.pop() {
            let undone = self.go_to(step);
            self.future.push(undone);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(step) = self.future.pop() {
            let before = self.go_to(step);
            self.past.push(before);
        }
    }

    /// Goes to a step and returns the one that it leaves.
    fn go_to(&mut self, Step { draft, origin }: Step) -> Step {
        self.last_edit = None;
        Step { draft: std::mem::replace(&mut self.draft, draft), origin: std::mem::replace(&mut self.origin, origin) }
    }

    /// An edit by button; each is one step.
    pub(super) fn edit(&mut self, action: Action, offer: Option<&PortalValues>, now: DateTime<Utc>) {
        let before = self.draft.clone();
        let discards = matches!(action, Action::Discard);
        match action {
            Action::Discard => self.draft = self.baseline.clone(),
            Action::Revert(field) => self.draft.revert(&self.baseline, field),
            // What is being typed already stays.
            Action::ReplaceSecret if self.draft.secret != SecretDraft::Keep => return,
            Action::ReplaceSecret => self.draft.secret = SecretDraft::Replace(Zeroizing::default()),
            Action::KeepSecret => self.draft.secret = SecretDraft::Keep,
            Action::RestoreMessage(key) => key.default_text().clone_into(self.draft.system_messages.get_mut(key)),
            Action::RestoreMessages => self.draft.system_messages = SystemMessages::default(),
            Action::UseMessages(pack) => self.draft.system_messages = pack.messages(),
            Action::MovePhone(kind, position) => self.draft.directory_options.move_to(kind, position),
            Action::Fix(Fix::ObjectId(id)) => self.draft.object_id = id.to_string(),
            Action::Fix(Fix::Cloud(kind)) => self.draft.cloud.kind = kind,
            Action::AcceptOffer => {
                if let Some(values) = offer {
                    values.fill(&mut self.draft);
                }
            }
            _ => return,
        }
        self.last_edit = None;
        self.note(before, now);
        self.last_edit = None;
        if discards {
            self.origin = Origin::Edited;
        }
    }

    /// Puts another secret or certificate in the place of what was given; one step.
    pub(super) fn set_secret(&mut self, secret: SecretDraft, now: DateTime<Utc>) {
        let before = self.draft.clone();
        self.draft.secret = secret;
        self.last_edit = None;
        self.note(before, now);
        self.last_edit = None;
    }

    /// The account was applied as `applied`; what was typed since stays an unsaved change.
    pub(super) fn applied(&mut self, saved: &Saved, session_secret: bool, applied: &Draft) {
        let mut fresh = Self::of(saved, session_secret);
        for field in self.draft.changed(applied) {
            fresh.draft.revert(&self.draft, field);
        }
        *self = fresh;
    }

    /// A test of the saved account was kept. A date that it read takes the place of one entered by hand.
    pub(super) fn recorded(&mut self, saved: &Saved) {
        if saved.expiry.is_none_or(|expiry| expiry.source != ExpirySource::Graph) {
            return;
        }
        let by_hand = std::mem::take(&mut self.baseline.expires_at);
        let steps = self.past.iter_mut().chain(&mut self.future).map(|step| &mut step.draft);
        let drafts = steps.chain([&mut self.draft]);
        drafts.filter(|draft| draft.expires_at == by_hand).for_each(|draft| draft.expires_at.clear());
    }

    /// Takes settings from elsewhere over the draft; the secret stays.
    pub(super) fn import(&mut self, mut draft: Draft, origin: Origin, now: DateTime<Utc>) {
        let before = self.draft.clone();
        draft.secret = before.secret.clone();
        draft.expires_at.clone_from(&before.expires_at);
        self.draft = draft;
        self.last_edit = None;
        self.note(before, now);
        self.last_edit = None;
        self.origin = origin;
        self.show_all = true;
    }
}
