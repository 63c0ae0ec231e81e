//! The part of the session that is about renewing the secret without a gap, and reminding of its end.
//!
//! Owns [`State`] and its words. Must not know egui, the services or threads. Start with `update`.

mod certificate;
mod left_over;
mod reminders;
mod wizard;

pub(super) use reminders::{stop, watch};
pub use wizard::{NewSecret, Stage, Step, Wizard};
pub(super) use wizard::{close, keeps_open, not_applied};

use super::{Command as SessionCommand, FileTask, Session};
use crate::domain::{
    Account, AppKey, Certificate, ClientCertificate, Credential, Failure, Secret, StoredSecret, Typed,
    reminder::Deadline,
    renewal::{LeftOver, Prepared},
};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The renewal under way.
    pub wizard: Option<Wizard>,
    /// What earlier ones left in Azure, the oldest first.
    pub left_over: Vec<LeftOver>,
    /// The reminders that are waited for.
    watch: Option<Watch>,
}

/// What is needed to speak to Azure for an account.
#[derive(Clone, Debug)]
pub struct Access {
    /// The account.
    pub account: Box<Account>,
    /// Where its secret is.
    pub stored: StoredSecret,
    /// The secret that no keychain keeps; it goes before the stored one.
    pub session_secret: Option<Credential>,
}

#[derive(Debug)]
struct Watch {
    job: u64,
    deadline: Deadline,
}

/// The dialog of this room that is open, with what is typed into it.
#[derive(Clone, Debug)]
pub enum Form {
    /// A certificate's file asks for its password.
    Password {
        /// The file.
        path: PathBuf,
        /// As typed so far.
        typed: Typed,
        /// What was wrong with the last one.
        failure: Option<Failure>,
    },
    /// A certificate is to be made.
    Make {
        /// How long it is to be valid.
        months: u32,
    },
    /// The secret is being renewed; [`State::wizard`] says how far that is.
    Renew {
        /// How long the new one is to last.
        months: u32,
        /// The new secret, as it is pasted by hand.
        typed: Typed,
    },
}

/// A secret that Azure has made.
#[derive(Clone, Debug)]
pub struct Added {
    /// As it is written down until it is in use.
    pub left: LeftOver,
    /// What Azure tells of it.
    pub key: AppKey,
    /// Its value.
    pub secret: Secret,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Opens the certificate's file with the typed password.
    OpenCertificate,
    /// Asks how long a new certificate is to be valid.
    AskToMake,
    /// Makes one.
    MakeCertificate,
    /// Takes a client secret in a certificate's place.
    UseSecret,
    /// Opens the renewal of the secret.
    Renew,
    /// Has Azure make a new secret.
    Add,
    /// Goes the way by hand.
    ByHand,
    /// Tries the pasted secret, then applies it.
    UsePasted,
    /// Makes the step again that failed.
    Again,
    /// Keeps the new secret in memory, because no keychain takes it.
    ApplyForSession,
    /// Removes the new secret, which is not in use, from Azure.
    TakeBack,
    /// Removes the old secret, which is no longer in use here, from Azure.
    RemoveOld,
    /// Removes what an earlier renewal left in Azure.
    RemoveLeftOver(String),
    /// It is gone from Azure already.
    ForgetLeftOver(String),
}

/// What is wanted from outside.
#[derive(Clone, Debug)]
pub enum Command {
    /// Read a certificate with its key from a file.
    ReadCertificate {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// The password, once one was asked for.
        password: Option<Secret>,
    },
    /// Make a certificate with its key.
    MakeCertificate {
        /// Answers carry it.
        job: u64,
        /// How long it is to be valid.
        months: u32,
    },
    /// Write a certificate's public half to a file.
    SaveCertificate {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// The certificate.
        certificate: Box<Certificate>,
    },
    /// Look what the account may, and which of the app's secrets is in use.
    Prepare {
        /// Answers carry it.
        job: u64,
        /// The account.
        access: Access,
    },
    /// Have Azure make a secret, and write down that it may be left over.
    Add {
        /// Answers carry it.
        job: u64,
        /// The account.
        access: Access,
        /// How long it is to last.
        months: u32,
    },
    /// Sign in with a new secret until Entra knows it.
    Try {
        /// Answers carry it.
        job: u64,
        /// The account, with the new secret.
        access: Access,
        /// Whether Azure has just made it, so that it is certainly right and only new.
        patient: bool,
    },
    /// Remove the secret with this ID from Azure.
    Remove {
        /// Answers carry it.
        job: u64,
        /// The account.
        access: Access,
        /// The portal's Secret ID.
        key_id: String,
    },
    /// Remove from Azure what a renewal made and nobody uses.
    TakeBack {
        /// Answers carry it.
        job: u64,
        /// The account.
        access: Access,
        /// What was made.
        left: LeftOver,
    },
    /// It is in use, or gone: it is no longer left over.
    Forget {
        /// Its description.
        name: String,
    },
    /// Look what earlier renewals left in Azure.
    LookForLeftOver,
    /// Write a calendar file.
    SaveCalendar {
        /// Answers carry it.
        job: u64,
        /// The file.
        path: PathBuf,
        /// What ends.
        deadline: Deadline,
        /// Whose.
        account: Box<Account>,
    },
    /// Remind of this end while the program runs, once at each rung of the ladder.
    Watch {
        /// To stop it by.
        job: u64,
        /// What ends.
        deadline: Deadline,
    },
    /// Stop a job of this room; nothing more comes of it.
    Stop {
        /// Of the command.
        job: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Event {
    /// The certificate was read, or made.
    Certificate(u64, Box<ClientCertificate>),
    /// It could not be made.
    NotMade(u64, Failure),
    /// Its file wants a password, or another one.
    Locked(u64, PathBuf, Option<Failure>),
    /// A file was written.
    Written(u64, FileTask, PathBuf),
    /// What the account may; or why nothing can be renewed from here.
    Prepared(u64, Result<Box<Prepared>, Failure>),
    /// The new secret; or why there is none.
    Added(u64, Result<Box<Added>, Failure>),
    /// Entra does not know the new secret yet; so often it was tried.
    NotYet(u64, u32),
    /// The new secret works, or does not.
    Tried(u64, Result<(), Failure>),
    /// The old one is gone, or is not.
    Removed(u64, Result<(), Failure>),
    /// What nobody uses is gone, or is not.
    TakenBack(u64, Result<(), Failure>),
    /// What earlier renewals left in Azure, now.
    LeftOver(Vec<LeftOver>),
}

pub(super) fn update(session: &mut Session, action: Action, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {
        Action::OpenCertificate => certificate::open(session),
        Action::AskToMake => certificate::ask_to_make(session),
        Action::MakeCertificate => certificate::make(session),
        Action::UseSecret => certificate::use_secret(session, now),
        Action::Renew => wizard::open(session),
        Action::Add => wizard::add(session),
        Action::ByHand => wizard::by_hand(session),
        Action::UsePasted => wizard::use_pasted(session),
        Action::Again => wizard::again(session),
        Action::ApplyForSession => wizard::apply(session, true),
        Action::TakeBack => wizard::take_back(session),
        Action::RemoveOld => wizard::remove_old(session),
        Action::RemoveLeftOver(name) => left_over::remove(session, &name),
        Action::ForgetLeftOver(name) => left_over::forget(name),
    }
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match event {
        Event::Certificate(job, with) => certificate::arrived(session, job, with, now),
        Event::NotMade(job, failure) => certificate::not_made(session, job, &failure),
        Event::Locked(job, path, failure) => certificate::locked(session, job, path, failure),
        Event::Written(job, task, path) => written(session, job, task, &path),
        Event::Prepared(job, prepared) => wizard::prepared(session, job, prepared),
        Event::Added(job, added) => return wizard::added(session, job, added),
        Event::NotYet(job, tries) => wizard::not_yet(session, job, tries),
        Event::Tried(job, tried) => return wizard::tried(session, job, tried),
        Event::Removed(job, removed) => return wizard::removed(session, job, removed),
        Event::TakenBack(job, taken) => left_over::taken_back(session, job, taken),
        Event::LeftOver(left_over) => session.renewal.left_over = left_over,
    }
    Vec::new()
}

/// A file was chosen for a task of this room.
pub(super) fn use_path(session: &mut Session, job: u64, task: FileTask, path: PathBuf) -> Vec<SessionCommand> {
    let command = match task {
        FileTask::SaveCertificate => session.shown_certificate().cloned().map(|certificate| Command::SaveCertificate {
            job,
            path,
            certificate: Box::new(certificate),
        }),
        FileTask::Calendar => session.saved.as_ref().and_then(|saved| {
            let (deadline, account) = (Deadline::of(saved)?, Box::new(saved.account.clone()));
            Some(Command::SaveCalendar { job, path, deadline, account })
        }),
        _ => Some(Command::ReadCertificate { job, path, password: None }),
    };
    if command.is_none() {
        session.busy = None;
    }
    command.map(SessionCommand::Renewal).into_iter().collect()
}

fn written(session: &mut Session, job: u64, task: FileTask, path: &std::path::Path) {
    let Some(busy) = session.finish(job) else { return };
    let next = match task {
        FileTask::SaveCertificate => {
            " Upload it in the Azure portal: your app › Certificates & secrets › Certificates, then test the connection."
        }
        FileTask::Calendar => " Open it with your calendar, which then reminds you, whether Liaison runs or not.",
        _ => "",
    };
    session.notice = Some(super::Notice::good(format!("Saved to {}.{next}", path.display())));
    session.close_if_asked(&busy);
}

/// The data folder was read: this profile is open now, with or without an account.
pub(super) fn opened(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    let mut commands = watch(session);
    commands.push(SessionCommand::Renewal(Command::LookForLeftOver));
    commands
}

/// The account was applied; `before` is how it was.
pub(super) fn applied(
    session: &mut Session,
    _before: Option<&super::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    let mut commands = wizard::applied(session);
    commands.extend(watch(session));
    commands
}

/// The account was deleted.
pub(super) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    watch(session)
}
