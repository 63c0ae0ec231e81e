//! The part of the session that is about renewing the secret without a gap, and reminding of its end.
//!
//! Owns [`State`] and its words. Must not know egui, the services or threads. Start with [`update`].

mod certificate;
mod reminders;

pub(super) use reminders::{stop, watch};

use super::{Command as SessionCommand, FileTask, Session};
use crate::domain::{Account, Certificate, ClientCertificate, Failure, Secret, Typed, reminder::Deadline};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// What is known of it.
#[derive(Debug, Default)]
pub struct State {
    /// The reminders that are waited for.
    watch: Option<Watch>,
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
}

pub(super) fn update(session: &mut Session, action: Action, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match action {
        Action::OpenCertificate => certificate::open(session),
        Action::AskToMake => certificate::ask_to_make(session),
        Action::MakeCertificate => certificate::make(session),
        Action::UseSecret => certificate::use_secret(session, now),
    }
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    match event {
        Event::Certificate(job, with) => certificate::arrived(session, job, with, now),
        Event::NotMade(job, failure) => certificate::not_made(session, job, &failure),
        Event::Locked(job, path, failure) => certificate::locked(session, job, path, failure),
        Event::Written(job, task, path) => written(session, job, task, &path),
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
    watch(session)
}

/// The account was applied; `before` is how it was.
pub(super) fn applied(
    session: &mut Session,
    _before: Option<&super::Saved>,
    _now: DateTime<Utc>,
) -> Vec<SessionCommand> {
    watch(session)
}

/// The account was deleted.
pub(super) fn deleted(session: &mut Session, _now: DateTime<Utc>) -> Vec<SessionCommand> {
    watch(session)
}
