//! The part of the session that is about how this computer reaches Microsoft.
//!
//! Owns [`State`] and its words. The settings are the computer's: they stay whichever account or profile is open. Must not
//! know egui, the services or threads. Start with `update`.

use super::{Command as SessionCommand, Dialog, Notice, Session};
use crate::domain::{Failure, NetworkDraft, NetworkField, NetworkSettings, ProxyKind, Secret};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The settings in use, without the password.
    pub settings: NetworkSettings,
    /// Whether a password is known for the proxy.
    pub has_password: bool,
    /// Of the save whose answer is awaited.
    job: Option<u64>,
}

/// The settings being edited, in a dialog.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// As chosen and typed, but for the password.
    pub draft: NetworkDraft,
    /// A password as typed; empty leaves the known one.
    pub password: Zeroizing<String>,
    /// Whether one is known for the proxy.
    pub has_password: bool,
    /// What keeps it from being saved.
    pub problems: Vec<(NetworkField, Failure)>,
    /// It is being saved.
    pub saving: bool,
}

impl Form {
    /// What is wrong with a part.
    pub fn problem(&self, field: NetworkField) -> Option<&Failure> {
        self.problems.iter().find(|(wrong, _)| *wrong == field).map(|(_, failure)| failure)
    }
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Opens the settings.
    Open,
    /// Saves what stands in the dialog.
    Save,
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Keep these settings and use them from now on.
    Save {
        /// Answers carry it.
        job: u64,
        /// The settings, with a password where one was typed.
        settings: NetworkSettings,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// These settings are in use, here without the password.
    Read {
        /// The settings.
        settings: NetworkSettings,
        /// Whether a password is known for the proxy.
        has_password: bool,
    },
    /// They are kept; the failure says why the password is only known for this session.
    Saved(u64, Option<Failure>),
    /// They are not.
    NotSaved(u64, Vec<(NetworkField, Failure)>),
    /// Nothing could be written.
    Failed(u64, Failure),
}

pub(super) fn update(session: &mut Session, action: Action, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {
        Action::Open => {
            let State { settings, has_password, .. } = &session.network;
            let form = Form { draft: NetworkDraft::of(settings), has_password: *has_password, ..Form::default() };
            session.dialog = Some(Dialog::Network(Box::new(form)));
            Vec::new()
        }
        Action::Save => save(session),
    }
}

fn save(session: &mut Session) -> Vec<SessionCommand> {
    let job = session.job();
    let Some(Dialog::Network(form)) = &mut session.dialog else { return Vec::new() };
    let typed = Some(&form.password).filter(|text| !text.is_empty() && form.draft.kind == ProxyKind::Address);
    let draft = NetworkDraft { password: typed.map(|text| Secret::new(text.as_str())), ..form.draft.clone() };
    match draft.parse() {
        Ok(settings) => {
            form.problems.clear();
            form.saving = true;
            session.network.job = Some(job);
            vec![SessionCommand::Network(Command::Save { job, settings })]
        }
        Err(problems) => {
            form.problems = problems;
            Vec::new()
        }
    }
}

pub(super) fn receive(session: &mut Session, event: Event, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let state = &mut session.network;
    match event {
        Event::Read { settings, has_password } => {
            state.settings = settings;
            state.has_password = has_password;
        }
        Event::Saved(job, not_kept) if state.job == Some(job) => {
            state.job = None;
            session.dialog.take_if(|dialog| matches!(dialog, Dialog::Network(_)));
            session.notice = Some(match not_kept {
                None => Notice::good("Network settings saved. They are used from now on."),
                Some(failure) => Notice::neutral(format!(
                    "Network settings saved. The proxy's password is known for this session only: {}",
                    failure.headline
                )),
            });
        }
        Event::NotSaved(job, problems) if state.job == Some(job) => refuse(session, problems),
        Event::Failed(job, failure) if state.job == Some(job) => {
            session.notice = Some(Notice::bad(format!("Nothing was changed. {failure}")));
            refuse(session, Vec::new());
        }
        Event::Saved(..) | Event::NotSaved(..) | Event::Failed(..) => {}
    }
    Vec::new()
}

fn refuse(session: &mut Session, problems: Vec<(NetworkField, Failure)>) {
    session.network.job = None;
    if let Some(Dialog::Network(form)) = &mut session.dialog {
        form.problems = problems;
        form.saving = false;
    }
}
