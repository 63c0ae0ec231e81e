//! A certificate in the secret's place: from a file, with a password where it has one, or made here.
//!
//! Owns the order of the questions. What a certificate is, `domain::credential` says; how it is read, nothing here knows.

use super::{Command, Form, SessionCommand};
use crate::{
    domain::{ClientCertificate, Failure, Secret, SecretDraft, Typed},
    session::{Busy, Dialog, FileTask, Notice, Session},
};
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// How long a certificate made here is valid unless something else is chosen.
const MONTHS: u32 = 12;

/// The password was typed.
pub(super) fn open(session: &mut Session) -> Vec<SessionCommand> {
    if session.busy.is_some() {
        return Vec::new();
    }
    let Some(Dialog::Renewal(Form::Password { path, typed, .. })) = session.dialog.take() else { return Vec::new() };
    let job = session.job();
    let what = FileTask::OpenCertificate.progress();
    session.busy = Some(Busy { path: Some(path.clone()), ..Busy::new(job, what) });
    let password = Some(Secret::new(typed.0.as_str()));
    vec![SessionCommand::Renewal(Command::ReadCertificate { job, path, password })]
}

pub(super) fn ask_to_make(session: &mut Session) -> Vec<SessionCommand> {
    if session.busy.is_none() && session.editor.is_some() {
        session.dialog = Some(Dialog::Renewal(Form::Make { months: MONTHS }));
    }
    Vec::new()
}

pub(super) fn make(session: &mut Session) -> Vec<SessionCommand> {
    if session.busy.is_some() {
        return Vec::new();
    }
    let Some(Dialog::Renewal(Form::Make { months })) = session.dialog.take() else { return Vec::new() };
    let job = session.job();
    session.busy = Some(Busy::new(job, "Making a certificate…"));
    vec![SessionCommand::Renewal(Command::MakeCertificate { job, months })]
}

pub(super) fn use_secret(session: &mut Session, now: DateTime<Utc>) -> Vec<SessionCommand> {
    if let Some(editor) = &mut session.editor {
        editor.set_secret(SecretDraft::Replace(Zeroizing::default()), now);
    }
    Vec::new()
}

pub(super) fn arrived(session: &mut Session, job: u64, with: Box<ClientCertificate>, now: DateTime<Utc>) {
    let Some(busy) = session.finish(job) else { return };
    let Some(editor) = &mut session.editor else { return };
    let ended = with.certificate.not_after <= now;
    editor.set_secret(SecretDraft::Certificate(with), now);
    session.notice = Some(if ended {
        Notice::bad("This certificate has expired. Use a newer one.")
    } else {
        Notice::neutral("Upload the certificate's .cer file in the Azure portal, then test the connection and apply.")
    });
    session.close_if_asked(&busy);
}

pub(super) fn not_made(session: &mut Session, job: u64, failure: &Failure) {
    let Some(busy) = session.finish(job) else { return };
    session.notice = Some(Notice::bad(failure.to_string()));
    session.close_if_asked(&busy);
}

/// The file stays closed until the right password is there; a window that was to close asks again.
pub(super) fn locked(session: &mut Session, job: u64, path: PathBuf, failure: Option<Failure>) {
    if session.finish(job).is_some() {
        session.dialog = Some(Dialog::Renewal(Form::Password { path, typed: Typed::default(), failure }));
    }
}
