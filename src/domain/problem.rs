//! What is wrong with a value, and what to do about it: data, never only text on a screen.
//!
//! Owns [`Problem`]. Whoever checks a value returns these; the window and the command line word them alike.

use super::field::Field;
use std::fmt;

/// Whether a problem keeps the account from being saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a second look; can be saved.
    Warning,
    /// Cannot be saved like this.
    Error,
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field that it stands at.
    pub field: Field,
    /// Whether it keeps the account from being saved.
    pub severity: Severity,
    /// What is wrong: one sentence with its full stop.
    pub what: String,
    /// What to do: one sentence with its full stop.
    pub remedy: String,
}

impl Problem {
    /// A problem that keeps the account from being saved.
    pub fn error(field: Field, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field, severity: Severity::Error, what: what.into(), remedy: remedy.into() }
    }

    /// A problem that is worth a second look.
    pub fn warning(field: Field, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(field, what, remedy) }
    }
}

/// `Field: what is wrong. What to do.`, the form that the command line promises.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.field.label(), self.what, self.remedy)
    }
}
