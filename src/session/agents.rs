//! The part of the session that is about the people who enabled Teams integration, and their signing in.
//!
//! Owns [`State`] and its words. Must not know egui, the services or threads. Start with [`update`].

use super::{Command as SessionCommand, Session};
use crate::domain::{Agent, agent};
use chrono::{DateTime, Utc};

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// Everybody who enabled Teams integration, in the order of their names.
    pub list: Vec<Agent>,
}

impl State {
    /// How many would lose access now.
    pub fn enabled(&self) -> usize {
        agent::enabled(&self.list)
    }
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {}

pub(super) fn update(_session: &mut Session, action: Action, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {}
}

pub(super) fn receive(_session: &mut Session, event: Event, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    match event {}
}

/// The data folder was read: this profile is open now, with or without an account.
pub(super) fn opened(_session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    Vec::new()
}

/// The account was applied; `before` is how it was.
pub(super) fn applied(
    _session: &mut Session,
    _before: Option<&super::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    Vec::new()
}

/// The account was deleted.
pub(super) fn deleted(_session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    Vec::new()
}
