//! The part of the session that is about rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns [`State`] and its words. Must not know egui, the services or threads. How a conference goes on is
//! `domain::conference`'s. Start with [`update`].

use super::{Command as SessionCommand, Session};
use crate::domain::{
    conference::{Input, PATIENCE, Party, Rules, people::Character, rehearsal::Rehearsal, transcript::Record},
    field::Field,
    messages::MessageKey,
};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The conference that is played on this computer.
    pub rehearsal: Rehearsal,
    /// The number of the colleague whose pane is shown.
    pub shown: usize,
    /// Somebody is being chosen to be invited.
    pub inviting: bool,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Invites somebody into the rehearsal.
    Invite {
        /// Their name.
        name: String,
        /// How they behave.
        character: Character,
    },
    /// Begins to choose somebody, or stops that.
    Choose(bool),
    /// Shows a colleague's pane.
    Show(usize),
    /// Somebody says something.
    Say {
        /// Who.
        from: Party,
        /// What.
        text: String,
    },
    /// Somebody goes.
    Leave(Party),
    /// Does not wait for the end of an invitation's time.
    LetTimePass,
    /// Something in the rehearsal has come due.
    Tick,
    /// Forgets the rehearsal.
    StartAgain,
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Write a transcript to a file.
    Save {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// What is written.
        record: Box<Record>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {}

/// The rules of a rehearsal: the messages as they stand on the screen.
pub fn rehearsal_rules(session: &Session) -> Rules {
    let messages = session.editor.as_ref().map(|editor| editor.draft.system_messages.clone()).unwrap_or_default();
    Rules { messages, patience: PATIENCE }
}

/// Whether the messages on the screen are not the applied ones.
pub fn messages_unsaved(session: &Session) -> bool {
    let changed = |field: &Field| matches!(field, Field::Message(_));
    session.editor.as_ref().is_some_and(|editor| editor.is_new() || editor.changed().iter().any(changed))
}

/// Whether a conference cannot be told apart: a message is missing, or two commands are equal.
pub fn message_at_fault(session: &Session) -> Option<MessageKey> {
    let problems = session.editor.as_ref().map(|editor| editor.draft.system_messages.problems()).unwrap_or_default();
    problems.into_iter().find_map(|problem| match (problem.severity, problem.field) {
        (crate::domain::Severity::Error, Field::Message(key)) => Some(key),
        _ => None,
    })
}

pub(super) fn update(session: &mut Session, action: Action, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let rules = rehearsal_rules(session);
    let State { rehearsal, shown, inviting } = &mut session.conference;
    match action {
        Action::Invite { name, character } => {
            rehearsal.invite(&name, character, now, &rules);
            *shown = rehearsal.conference.find(name.trim()).unwrap_or(*shown);
            *inviting = false;
        }
        Action::Choose(choosing) => *inviting = choosing,
        Action::Show(number) => (*shown, *inviting) = (number, false),
        Action::Say { from, text } => rehearsal.input(Input::Say { from, text }, now, &rules),
        Action::Leave(party) => rehearsal.input(Input::Go(party), now, &rules),
        Action::LetTimePass => rehearsal.skip(rules.patience, now, &rules),
        Action::Tick => rehearsal.catch_up(now, &rules),
        Action::StartAgain => session.conference = State::default(),
    }
    Vec::new()
}

pub(super) fn receive(_session: &mut Session, event: Event, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    match event {}
}

/// The transcript is to be written there.
pub(super) fn save(session: &Session, job: u64, path: PathBuf) -> Vec<SessionCommand> {
    let rehearsal = &session.conference.rehearsal;
    let record = Record {
        title: "Conference rehearsal. Nothing of it reached a customer or Microsoft Teams.".into(),
        conference: rehearsal.conference.clone(),
        transcript: rehearsal.transcript.clone(),
        messages: Some(rehearsal_rules(session).messages),
    };
    vec![SessionCommand::Conference(Command::Save { job, path, record: Box::new(record) })]
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
