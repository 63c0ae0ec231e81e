//! The part of the session that is about rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns [`State`] and its words; conferences with real messages are `live`'s. Must not know egui, the services or threads.
//! How a conference goes on is `domain::conference`'s. Start with `update`.

pub mod live;

use super::{Command as SessionCommand, Session, directory::Source};
use crate::domain::{
    Cloud, Failure, Guid,
    conference::{Input, PATIENCE, Party, Rules, people::Character, rehearsal::Rehearsal, transcript::Record},
    field::Field,
    messages::MessageKey,
    people::People,
};
use chrono::{DateTime, Utc};
use live::Live;
use std::{path::PathBuf, sync::Arc};

/// With whom a conference is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// With nobody but the person at the window.
    #[default]
    Rehearsal,
    /// With colleagues in Teams.
    Live,
}

/// Somebody in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The Object ID.
    pub id: Guid,
    /// As colleagues see them.
    pub name: String,
    /// The user principal name.
    pub principal_name: String,
}

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// Which conference is shown.
    pub mode: Mode,
    /// The conference that is played on this computer.
    pub rehearsal: Rehearsal,
    /// The conference with real messages.
    pub live: Live,
    /// The number of the colleague whose pane is shown.
    pub shown: usize,
    /// Somebody is being chosen to be invited.
    pub inviting: bool,
    /// What waits for the end of a live conference.
    closing: Option<u64>,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Shows the other kind of conference.
    Mode(Mode),
    /// Invites somebody into the rehearsal.
    Invite {
        /// Their name.
        name: String,
        /// How they behave.
        character: Character,
    },
    /// About the conference with real messages.
    Live(live::Action),
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
    /// Something has come due.
    Tick,
    /// Forgets the conference that is shown.
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
    /// Look for somebody: among these people, or in Graph where there is nobody. Answered by `Found`.
    Find {
        /// Answers carry it.
        job: u64,
        /// Whose directory.
        source: Box<Source>,
        /// Who is kept of it.
        people: Arc<People>,
        /// As typed.
        text: String,
    },
    /// Begin a colleague's chat and read in it until it is finished. Answered by any number of `Line`.
    Call {
        /// Answers carry it.
        job: u64,
        /// Where.
        cloud: Box<Cloud>,
        /// In whose name.
        agent: Guid,
        /// With whom.
        colleague: Box<Person>,
    },
    /// Write this in that chat, after what was to be written before.
    Write {
        /// Of the chat.
        job: u64,
        /// The text.
        text: String,
    },
    /// End that chat once everything is written.
    Finish {
        /// Of the chat.
        job: u64,
    },
    /// Nothing more is wanted of that job.
    Cancel {
        /// Of the command.
        job: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// Who was found, or why nobody could be looked for.
    Found(u64, Result<Vec<Person>, Failure>),
    /// Something happened in a colleague's chat.
    Line(u64, Told),
}

/// What happened in a colleague's chat.
#[derive(Clone, Debug)]
pub enum Told {
    /// The colleague wrote this.
    Heard(String),
    /// A message arrived; so many are on their way.
    Written(usize),
    /// It does not work just now and is tried again; `None` when it works again.
    Trouble(Option<Failure>),
    /// It does not work, and trying again does not help. Nothing more comes.
    Failed(Failure),
    /// Everything is written. Nothing more comes.
    Finished,
}

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
    let state = &mut session.conference;
    match action {
        Action::Mode(mode) => (state.mode, state.shown, state.inviting) = (mode, 0, false),
        Action::Live(action) => return live::update(session, action, now),
        Action::Choose(choosing) => state.inviting = choosing,
        Action::Show(number) => (state.shown, state.inviting) = (number, false),
        Action::StartAgain => start_again(state),
        action => match (state.mode, action) {
            (Mode::Live, Action::Say { from, text }) => return live::happen(session, Input::Say { from, text }, now),
            (Mode::Live, Action::Leave(party)) => return live::happen(session, Input::Go(party), now),
            (Mode::Live, Action::Tick) => return live::happen(session, Input::Wait, now),
            (Mode::Live, _) => {}
            (Mode::Rehearsal, action) => rehearse(session, action, now),
        },
    }
    Vec::new()
}

fn rehearse(session: &mut Session, action: Action, now: DateTime<Utc>) {
    let rules = rehearsal_rules(session);
    let State { rehearsal, shown, inviting, .. } = &mut session.conference;
    match action {
        Action::Invite { name, character } => {
            rehearsal.invite(&name, character, now, &rules);
            *shown = rehearsal.conference.find(name.trim()).unwrap_or(*shown);
            *inviting = false;
        }
        Action::Say { from, text } => rehearsal.input(Input::Say { from, text }, now, &rules),
        Action::Leave(party) => rehearsal.input(Input::Go(party), now, &rules),
        Action::LetTimePass => rehearsal.skip(rules.patience, now, &rules),
        _ => rehearsal.catch_up(now, &rules),
    }
}

/// A real conference is forgotten only when it is over.
fn start_again(state: &mut State) {
    match state.mode {
        Mode::Rehearsal => state.rehearsal = Rehearsal::default(),
        Mode::Live if state.live.call.as_ref().is_some_and(|call| call.is_on()) => return,
        Mode::Live => state.live.call = None,
    }
    (state.shown, state.inviting) = (0, false);
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    live::receive(session, event, now)
}

/// The transcript is to be written there.
pub(super) fn save(session: &Session, job: u64, path: PathBuf) -> Vec<SessionCommand> {
    let rehearsal = &session.conference.rehearsal;
    let record = match (session.conference.mode, &session.conference.live.call) {
        (Mode::Live, Some(call)) => Record {
            title: "Conference with colleagues in Microsoft Teams.".into(),
            conference: call.conference.clone(),
            transcript: call.transcript.clone(),
            messages: None,
        },
        _ => Record {
            title: "Conference rehearsal. Nothing of it reached a customer or Microsoft Teams.".into(),
            conference: rehearsal.conference.clone(),
            transcript: rehearsal.transcript.clone(),
            messages: Some(rehearsal_rules(session).messages),
        },
    };
    vec![SessionCommand::Conference(Command::Save { job, path, record: Box::new(record) })]
}

/// The account was deleted: nobody can be reached any more.
pub(super) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let live = std::mem::take(&mut session.conference.live);
    let jobs = live.call.iter().flat_map(|call| call.jobs());
    jobs.map(|job| SessionCommand::Conference(Command::Cancel { job })).collect()
}
