//! What earlier renewals left in Azure: shown, and removed when a person asks for it.
//!
//! Owns that nothing but what was written down is ever removed.

use super::{Access, Command, SessionCommand, wizard};
use crate::{
    domain::Failure,
    session::{Busy, Notice, Session},
};

pub(super) fn remove(session: &mut Session, name: &str) -> Vec<SessionCommand> {
    let left = session.renewal.left_over.iter().find(|left| left.name == name).cloned();
    let (Some(left), Some(saved), None) = (left, &session.saved, &session.busy) else { return Vec::new() };
    let (account, stored) = (Box::new(saved.account.clone()), saved.secret.clone());
    let access = Access { account, stored, session_secret: session.session_secret.clone() };
    let job = session.job();
    session.busy = Some(Busy::new(job, "Removing the unused secret from Azure…"));
    vec![SessionCommand::Renewal(Command::TakeBack { job, access, left })]
}

pub(super) fn forget(name: String) -> Vec<SessionCommand> {
    vec![SessionCommand::Renewal(Command::Forget { name })]
}

pub(super) fn taken_back(session: &mut Session, job: u64, taken: Result<(), Failure>) {
    if wizard::taken_back(session, job, &taken) {
        return;
    }
    let Some(busy) = session.finish(job) else { return };
    session.notice = Some(match taken {
        Ok(()) => Notice::good("The unused secret is gone from Azure."),
        Err(failure) => Notice::bad(format!("The unused secret is still in Azure. {failure}")),
    });
    session.close_if_asked(&busy);
}
