//! A failure that a person can act on: what happened, and what to do.
//!
//! Owns [`Failure`], the form in which the services' errors reach the session, the window and the command line.

use std::fmt;

/// What happened and what to do about it. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened: a sentence.
    pub headline: String,
    /// What to do: one or more sentences.
    pub remedy: String,
}

impl Failure {
    /// A failure in words.
    pub fn new(headline: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { headline: headline.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline, self.remedy)
    }
}
