//! What one frame needs to know besides the draft: worked out once, before anything is drawn.
//!
//! Owns no state. Sections get a copy of the draft as `&mut` and this as `&`; everything else they return as actions.

use crate::{
    domain::{Expiry, Field, Problem, Report, Severity},
    session::{Action, Editor, Session},
};
use chrono::{DateTime, Utc};

/// Where drawing puts what people ask for.
pub type Actions = Vec<Action>;

/// The frame's knowledge.
pub struct View<'a> {
    /// The state behind the window.
    pub session: &'a Session,
    /// Problems to be shown.
    pub problems: Vec<Problem>,
    /// Fields with unsaved changes.
    pub changed: Vec<Field>,
    /// Where the stored secret is, in words.
    pub kept_secret: Option<String>,
    /// When the secret on the screen ends.
    pub expiry: Option<Expiry>,
    /// A result of the values on the screen.
    pub fresh: Option<&'a Report>,
    /// A result of other values.
    pub stale: Option<&'a Report>,
    /// Now.
    pub now: DateTime<Utc>,
}

impl<'a> View<'a> {
    /// Looks at the session as it is now.
    pub fn of(session: &'a Session, now: DateTime<Utc>) -> Self {
        Self {
            session,
            problems: session.editor.as_ref().map(Editor::shown_problems).unwrap_or_default(),
            changed: session.unsaved(),
            kept_secret: session.kept_secret(),
            expiry: session.shown_expiry(),
            fresh: session.fresh_result(),
            stale: session.stale_result(),
            now,
        }
    }

    /// Whether a field has an unsaved change.
    pub fn is_changed(&self, field: Field) -> bool {
        self.changed.contains(&field)
    }

    /// The worst problem of a field.
    pub fn problem(&self, field: Field) -> Option<&Problem> {
        let mut of_field = self.problems.iter().filter(|problem| problem.field == field);
        let first = of_field.clone().next();
        of_field.find(|problem| problem.severity == Severity::Error).or(first)
    }
}
