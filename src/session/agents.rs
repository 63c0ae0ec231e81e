//! The part of the session that is about the people who enabled Teams integration, and their signing in.
//!
//! Owns [`State`] and its words. Must not know egui, the services or threads. Start with `update`.

use super::{Command as SessionCommand, Dialog, Notice, Session};
use crate::domain::{Agent, Failure, Guid, Secret, Standing, agent};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// Everybody who enabled Teams integration: who has to sign in again comes first, then in the order of their names.
    pub list: Vec<Agent>,
    /// A sign-in under way; there is one at a time.
    pub sign_in: Option<SignIn>,
    /// Why the last one did not work.
    pub failure: Option<Failure>,
}

impl State {
    /// How many would lose access now.
    pub fn enabled(&self) -> usize {
        agent::enabled(&self.list)
    }

    /// Those who have to do something before they can work with Teams again.
    pub fn waiting(&self) -> impl Iterator<Item = &Agent> {
        self.list.iter().filter(|agent| agent.standing != Standing::Enabled)
    }
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// In the browser of this computer.
    Browser,
    /// With a code that is entered in any browser.
    DeviceCode,
}

/// A sign-in under way.
#[derive(Clone, Debug)]
pub struct SignIn {
    job: u64,
    /// Who is expected, where it is known: the name.
    pub whose: Option<String>,
    /// How far it has come.
    pub step: Step,
}

/// How far a sign-in has come.
#[derive(Clone, Debug)]
pub enum Step {
    /// Microsoft has not answered yet.
    Beginning,
    /// The browser shows this page.
    Browser {
        /// The address. It is worth something only together with this sign-in.
        address: String,
    },
    /// Somebody enters a code.
    DeviceCode {
        /// Where.
        address: String,
        /// The code.
        code: Secret,
        /// Until when it is valid.
        until: DateTime<Utc>,
    },
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Has somebody sign in; the ID is of the person who is expected.
    Enable(How, Option<Guid>),
    /// Stops that.
    Cancel,
    /// Opens the page of the sign-in once more.
    OpenAgain,
    /// Asks whether a person is to be disabled.
    AskDisable(Guid),
    /// Disables the person.
    Disable,
    /// Removes the reason why the last sign-in did not work.
    DismissFailure,
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read who is there.
    List,
    /// Have somebody sign in.
    Enable {
        /// Answers carry it.
        job: u64,
        /// How.
        how: How,
        /// The account with which the page begins.
        hint: Option<String>,
    },
    /// Stop that.
    Cancel {
        /// Of the sign-in.
        job: u64,
    },
    /// Open this page in the browser. Only the window can.
    Open {
        /// Its address.
        address: String,
    },
    /// Forget a person.
    Disable {
        /// Who.
        agent: Box<Agent>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// This is everybody now.
    Listed(Vec<Agent>),
    /// The sign-in waits for this page.
    Page(u64, String),
    /// The sign-in waits for a code.
    Code {
        /// Of the command.
        job: u64,
        /// Where it is entered.
        address: String,
        /// The code.
        code: Secret,
        /// How long it is valid.
        lasts: Duration,
    },
    /// Somebody is enabled.
    Enabled(u64, Box<Agent>),
    /// Nobody is.
    NotEnabled(u64, Failure),
    /// A person is forgotten; the failure says why the sign-in is still in the keychain.
    Disabled(String, Option<Failure>),
    /// A person is not.
    NotDisabled(Failure),
}

pub(super) fn update(session: &mut Session, action: Action, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {
        Action::Enable(how, whose) => enable(session, how, whose),
        Action::Cancel => cancel(session),
        Action::OpenAgain => match &session.agents.sign_in {
            Some(
                SignIn { step: Step::Browser { address }, .. } | SignIn { step: Step::DeviceCode { address, .. }, .. },
            ) => {
                vec![Command::Open { address: address.clone() }.into()]
            }
            _ => Vec::new(),
        },
        Action::AskDisable(id) => {
            let found = session.agents.list.iter().find(|agent| agent.id == id);
            session.dialog = found.map(|agent| Dialog::DisableAgent(Box::new(agent.clone())));
            Vec::new()
        }
        Action::Disable => match session.dialog.take() {
            Some(Dialog::DisableAgent(agent)) => vec![Command::Disable { agent }.into()],
            other => {
                session.dialog = other;
                Vec::new()
            }
        },
        Action::DismissFailure => {
            session.agents.failure = None;
            Vec::new()
        }
    }
}

fn enable(session: &mut Session, how: How, whose: Option<Guid>) -> Vec<SessionCommand> {
    if session.saved.is_none() {
        return Vec::new();
    }
    let mut commands = cancel(session);
    let job = session.job();
    let state = &mut session.agents;
    let expected = state.list.iter().find(|agent| Some(agent.id) == whose);
    let hint = expected.map(|agent| agent.principal_name.clone());
    state.sign_in = Some(SignIn { job, whose: expected.map(|agent| agent.name.clone()), step: Step::Beginning });
    state.failure = None;
    commands.push(Command::Enable { job, how, hint }.into());
    commands
}

fn cancel(session: &mut Session) -> Vec<SessionCommand> {
    let running = session.agents.sign_in.take();
    running.map(|sign_in| Command::Cancel { job: sign_in.job }.into()).into_iter().collect()
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match event {
        Event::Listed(mut list) => {
            list.sort_by_key(|agent| agent.standing == Standing::Enabled);
            session.agents.list = list;
        }
        Event::Page(job, address) => {
            if let Some(sign_in) = under_way(session, job) {
                sign_in.step = Step::Browser { address: address.clone() };
                return vec![Command::Open { address }.into()];
            }
        }
        Event::Code { job, address, code, lasts } => {
            if let Some(sign_in) = under_way(session, job) {
                sign_in.step = Step::DeviceCode { address, code, until: now + lasts };
            }
        }
        Event::Enabled(job, agent) => {
            if under_way(session, job).is_some() {
                session.agents.sign_in = None;
            }
            session.notice = Some(Notice::good(format!("{} enabled Teams integration.", agent.name)));
        }
        Event::NotEnabled(job, failure) => {
            if under_way(session, job).is_some() {
                session.agents.sign_in = None;
                session.agents.failure = Some(failure);
            }
        }
        Event::Disabled(name, left) => {
            session.notice = Some(match left {
                None => Notice::neutral(format!("{name} is disabled, and the sign-in is forgotten.")),
                Some(failure) => Notice::bad(format!(
                    "{name} is disabled. The sign-in is still in the keychain and is removed at a later start: {}",
                    failure.headline
                )),
            });
        }
        Event::NotDisabled(failure) => session.notice = Some(Notice::bad(format!("Nothing was changed. {failure}"))),
    }
    Vec::new()
}

/// The sign-in of this job, unless it was given up.
fn under_way(session: &mut Session, job: u64) -> Option<&mut SignIn> {
    session.agents.sign_in.as_mut().filter(|sign_in| sign_in.job == job)
}

/// The screen is opened: another process may have changed something.
pub(super) fn shown() -> Vec<SessionCommand> {
    vec![Command::List.into()]
}

/// The profile is left.
pub(super) fn left(session: &mut Session) -> Vec<SessionCommand> {
    cancel(session)
}

/// The data folder was read: this profile is open now, with or without an account.
pub(super) fn opened(_session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    vec![Command::List.into()]
}

/// The account was applied; `before` is how it was.
pub(super) fn applied(
    session: &mut Session,
    before: Option<&super::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    let (Some(before), Some(after)) = (before, &session.saved) else { return Vec::new() };
    if agent::re_enable_reason(&before.account, &after.account).is_none() {
        return Vec::new();
    }
    // A sign-in under way is one to the tenant and app from before.
    let mut commands = cancel(session);
    commands.push(Command::List.into());
    commands
}

/// The account was deleted.
pub(super) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let commands = cancel(session);
    session.agents = State::default();
    commands
}

impl From<Command> for SessionCommand {
    fn from(command: Command) -> Self {
        SessionCommand::Agents(command)
    }
}
