//! How far the reading of people is, and what was kept of it.
//!
//! Owns the values that go from whoever loads to whoever shows. Knows nothing of either.

use super::People;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The people of a tenant as they are kept on this computer.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who.
    pub people: Arc<People>,
    /// When they were read from the directory.
    pub at: DateTime<Utc>,
}

/// How far a load is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many people have come, or how many changes.
    pub people: usize,
    /// How many there are, where Graph tells.
    pub total: Option<usize>,
    /// Only what has changed since the last load is read.
    pub changes_only: bool,
    /// Why it does not go on at the moment.
    pub pause: Option<Pause>,
}

/// A load waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Microsoft asked for it; else the network does not work.
    pub asked_for: bool,
    /// When it goes on.
    pub until: DateTime<Utc>,
}
