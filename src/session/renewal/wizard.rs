//! The renewal itself, step by step: look, make, try, apply, and only then offer to remove the old one.
//!
//! Owns the order, and what a failure or a cancel leaves: always a working account, and a name for whatever is left in Azure.
//! Start with [`open`]; [`Stage`] is where a renewal can stand.

use super::{Access, Added, Command, Form, SessionCommand};
use crate::{
    domain::{
        Account, AppKey, Expiry, ExpiryChange, ExpirySource, Failure, Origin, Secret, SecretDraft, StoredSecret, Typed,
        renewal::{LeftOver, Prepared, RECOMMENDED},
    },
    session::{Busy, Command as Outer, Dialog, Session, paste, vocabulary::ApplyFailure},
};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// A renewal under way.
#[derive(Clone, Debug)]
pub struct Wizard {
    /// Where it stands.
    pub stage: Stage,
    /// Whether the app may add a secret to itself.
    pub may: bool,
    /// The secret in use before, where it is certain which of the app's that is.
    pub old: Option<AppKey>,
    /// The new secret, once it is there.
    pub new: Option<NewSecret>,
    /// It was asked to stop while Azure was making the secret.
    pub cancelled: bool,
    /// The window was asked to close meanwhile.
    pub warned: bool,
    job: u64,
}

/// Where a renewal stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Azure is asked what is allowed.
    Looking,
    /// How long the new one is to last is asked.
    Choose,
    /// The guided way by hand; the failure says why, or what is wrong with what was pasted.
    ByHand(Option<Failure>),
    /// Azure is making the secret.
    Adding,
    /// Entra is asked whether it knows it; so often it did not yet.
    Trying(u32),
    /// It is being kept.
    Applying,
    /// It is in use.
    Applied,
    /// The old one is being removed from Azure.
    Removing,
    /// All is done: the new one is in use, the old one is gone.
    Done,
    /// The new one, which is not in use, is being removed from Azure.
    TakingBack,
    /// The new one was removed again; the old one is in use as before.
    TakenBack,
    /// A step failed.
    Failed(Step, Failure),
}

/// What can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Making the secret.
    Add,
    /// Trying it.
    Try,
    /// Keeping it.
    Apply,
    /// The same, because no keychain takes it.
    Keychain,
    /// Removing the old one.
    Remove,
    /// Removing the new one.
    TakeBack,
}

/// A secret that was made or pasted, and is not in use yet.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// As it is written down while it may be left over; `None` of a pasted one.
    pub left: Option<LeftOver>,
    /// When it ends, where Azure told.
    pub end: Option<DateTime<Utc>>,
    secret: Secret,
}

impl NewSecret {
    /// Its first three characters, which Azure shows too.
    pub fn hint(&self) -> String {
        self.secret.hint()
    }
}

/// What is needed to speak for the saved account.
fn access(session: &Session) -> Option<Access> {
    let saved = session.saved.as_ref()?;
    let (account, stored) = (Box::new(saved.account.clone()), saved.secret.clone());
    Some(Access { account, stored, session_secret: session.session_secret.clone() })
}

/// Opens the dialog; a renewal that is under way goes on.
pub(super) fn open(session: &mut Session) -> Vec<SessionCommand> {
    let certificate = session.saved.as_ref().is_some_and(|saved| saved.secret.certificate().is_some());
    if session.busy.is_some() || session.dialog.is_some() || certificate {
        return Vec::new();
    }
    let Some(access) = access(session) else { return Vec::new() };
    session.dialog = Some(Dialog::Renewal(Form::Renew { months: RECOMMENDED, typed: Typed::default() }));
    if session.renewal.wizard.is_some() {
        return Vec::new();
    }
    let job = session.job();
    let (may, old, new) = (false, None, None);
    let wizard = Wizard { stage: Stage::Looking, may, old, new, cancelled: false, warned: false, job };
    session.renewal.wizard = Some(wizard);
    vec![Outer::Renewal(Command::Prepare { job, access })]
}

/// The next step begins: a job of its own, and whatever came of an earlier one is dropped.
fn go(session: &mut Session, stage: Stage) -> Option<u64> {
    let job = session.job();
    let wizard = session.renewal.wizard.as_mut()?;
    wizard.stage = stage;
    wizard.job = job;
    Some(job)
}

/// The renewal that waits for this job.
fn waiting(session: &mut Session, job: u64) -> Option<&mut Wizard> {
    session.renewal.wizard.as_mut().filter(|wizard| wizard.job == job)
}

pub(super) fn prepared(session: &mut Session, job: u64, prepared: Result<Box<Prepared>, Failure>) {
    let Some(wizard) = waiting(session, job) else { return };
    match prepared {
        Ok(prepared) => {
            wizard.stage = if prepared.may { Stage::Choose } else { Stage::ByHand(None) };
            (wizard.may, wizard.old) = (prepared.may, prepared.old);
        }
        Err(failure) => wizard.stage = Stage::ByHand(Some(failure)),
    }
}

/// Has Azure make a secret that lasts as long as was chosen.
pub(super) fn add(session: &mut Session) -> Vec<SessionCommand> {
    let Some(Dialog::Renewal(Form::Renew { months, .. })) = session.dialog else { return Vec::new() };
    let (Some(access), true) = (access(session), session.busy.is_none()) else { return Vec::new() };
    let Some(job) = go(session, Stage::Adding) else { return Vec::new() };
    vec![Outer::Renewal(Command::Add { job, access, months })]
}

pub(super) fn added(session: &mut Session, job: u64, added: Result<Box<Added>, Failure>) -> Vec<SessionCommand> {
    let Some(wizard) = waiting(session, job) else { return Vec::new() };
    match added {
        Ok(added) => {
            let Added { left, key, secret } = *added;
            wizard.new = Some(NewSecret { left: Some(left), end: key.end, secret });
            if wizard.cancelled { take_back(session) } else { try_out(session) }
        }
        Err(_) if wizard.cancelled => {
            leave(session);
            Vec::new()
        }
        Err(failure) => {
            wizard.stage = Stage::Failed(Step::Add, failure);
            Vec::new()
        }
    }
}

/// By hand: what was pasted is tried.
pub(super) fn use_pasted(session: &mut Session) -> Vec<SessionCommand> {
    let Some(Dialog::Renewal(Form::Renew { typed, .. })) = &session.dialog else { return Vec::new() };
    // The Azure command line prints JSON with the secret in it.
    let recognised = paste::recognise(&typed.0).and_then(|values| values.secret);
    let secret = recognised.map_or_else(|| Secret::parse(&typed.0), Ok);
    let Some(wizard) = &mut session.renewal.wizard else { return Vec::new() };
    match secret {
        Ok(secret) => {
            wizard.new = Some(NewSecret { left: None, end: None, secret });
            try_out(session)
        }
        Err(why) => {
            wizard.stage = Stage::ByHand(Some(Failure::new(why.what(), why.remedy())));
            Vec::new()
        }
    }
}

fn try_out(session: &mut Session) -> Vec<SessionCommand> {
    let new = session.renewal.wizard.as_ref().and_then(|wizard| wizard.new.clone());
    let (Some(new), Some(access)) = (new, access(session)) else { return Vec::new() };
    let access = Access { stored: StoredSecret::None, session_secret: Some(new.secret.into()), ..access };
    let Some(job) = go(session, Stage::Trying(0)) else { return Vec::new() };
    vec![Outer::Renewal(Command::Try { job, access, patient: new.left.is_some() })]
}

pub(super) fn not_yet(session: &mut Session, job: u64, tries: u32) {
    if let Some(wizard) = waiting(session, job) {
        wizard.stage = Stage::Trying(tries);
    }
}

pub(super) fn tried(session: &mut Session, job: u64, tried: Result<(), Failure>) -> Vec<SessionCommand> {
    let Some(wizard) = waiting(session, job) else { return Vec::new() };
    match tried {
        Ok(()) => apply(session, false),
        Err(failure) => {
            wizard.stage = Stage::Failed(Step::Try, failure);
            Vec::new()
        }
    }
}

/// Keeps the new secret with the account as it is applied; edits that are not applied stay as they are.
pub(super) fn apply(session: &mut Session, without_keychain: bool) -> Vec<SessionCommand> {
    let new = session.renewal.wizard.as_ref().and_then(|wizard| wizard.new.clone());
    let (Some(new), Some(saved), Some(editor)) = (new, &session.saved, &session.editor) else { return Vec::new() };
    if session.busy.is_some() {
        let busy = Failure::new("Something else is under way.", "Wait until it is done, then try again.");
        if let Some(wizard) = &mut session.renewal.wizard {
            wizard.stage = Stage::Failed(Step::Apply, busy);
        }
        return Vec::new();
    }
    let account: Box<Account> = Box::new(saved.account.clone());
    let expected = Some(saved.revision);
    let mut applied = editor.baseline().clone();
    applied.secret = SecretDraft::Replace(Zeroizing::new(new.secret.expose().to_owned()));
    let read = |at| ExpiryChange::Set(Expiry { at, source: ExpirySource::Graph });
    let expiry = new.end.map_or(ExpiryChange::Leave, read);
    let name = new.left.as_ref().map_or("A new secret was pasted".into(), |left| format!("New secret “{}”", left.name));
    let Some(job) = go(session, Stage::Applying) else { return Vec::new() };
    session.busy = Some(Busy { applied: Some(applied), ..Busy::new(job, "Applying the new secret…") });
    vec![Outer::Apply {
        job,
        account,
        secret: Some(new.secret.into()),
        expiry,
        expected,
        origin: Origin::Renewal(name),
        without_keychain,
    }]
}

/// The account was applied: by this renewal, if it waited for that.
pub(super) fn applied(session: &mut Session) -> Vec<SessionCommand> {
    let Some(wizard) = &mut session.renewal.wizard else { return Vec::new() };
    if !matches!(wizard.stage, Stage::Applying) {
        return Vec::new();
    }
    wizard.stage = Stage::Applied;
    // It is in use now, and no longer left over.
    let left = wizard.new.as_mut().and_then(|new| new.left.take());
    left.map(|left| Outer::Renewal(Command::Forget { name: left.name })).into_iter().collect()
}

/// Takes a failed Apply that was this renewal's, or gives it back.
pub(in crate::session) fn not_applied(
    session: &mut Session,
    job: u64,
    failure: ApplyFailure,
    now: DateTime<Utc>,
) -> Result<Vec<SessionCommand>, ApplyFailure> {
    if waiting(session, job).is_none() || session.finish(job).is_none() {
        return Err(failure);
    }
    let form = session.dialog.take();
    let mut commands = Vec::new();
    let (step, failure) = match failure {
        ApplyFailure::Keychain(failure) => (Step::Keychain, failure),
        ApplyFailure::Other(failure) => (Step::Apply, failure),
        ApplyFailure::Changed(current) => {
            commands = session.take_newer(current, now);
            let what = "The account was changed by another window or the command line in the meantime.";
            // It may be another app's now, so the new secret has to prove itself once more.
            (
                Step::Try,
                Failure::new(what, "Nothing was applied. Try again to use the new secret with the newer account."),
            )
        }
    };
    session.dialog = form;
    if let Some(wizard) = &mut session.renewal.wizard {
        wizard.stage = Stage::Failed(step, failure);
    }
    Ok(commands)
}

/// The new one works and is kept: the old one may go.
pub(super) fn remove_old(session: &mut Session) -> Vec<SessionCommand> {
    let old = session.renewal.wizard.as_ref().and_then(|wizard| wizard.old.as_ref()?.key_id.clone());
    let (Some(key_id), Some(access)) = (old, access(session)) else { return Vec::new() };
    let Some(job) = go(session, Stage::Removing) else { return Vec::new() };
    vec![Outer::Renewal(Command::Remove { job, access, key_id })]
}

pub(super) fn removed(session: &mut Session, job: u64, removed: Result<(), Failure>) -> Vec<SessionCommand> {
    let Some(wizard) = waiting(session, job) else { return Vec::new() };
    match removed {
        Ok(()) => {
            wizard.stage = Stage::Done;
            // The list of the app's secrets has one less now.
            session.test_applied()
        }
        Err(failure) => {
            wizard.stage = Stage::Failed(Step::Remove, failure);
            Vec::new()
        }
    }
}

/// The new one is not wanted after all: it is removed from Azure again.
pub(super) fn take_back(session: &mut Session) -> Vec<SessionCommand> {
    let left = session.renewal.wizard.as_ref().and_then(|wizard| wizard.new.as_ref()?.left.clone());
    let (Some(left), Some(access)) = (left, access(session)) else { return Vec::new() };
    let Some(job) = go(session, Stage::TakingBack) else { return Vec::new() };
    vec![Outer::Renewal(Command::TakeBack { job, access, left })]
}

/// Whether the answer was this renewal's.
pub(super) fn taken_back(session: &mut Session, job: u64, taken: &Result<(), Failure>) -> bool {
    let Some(wizard) = waiting(session, job) else { return false };
    match taken {
        Ok(()) => (wizard.new, wizard.stage) = (None, Stage::TakenBack),
        Err(failure) => wizard.stage = Stage::Failed(Step::TakeBack, failure.clone()),
    }
    true
}

/// The step that failed is made again.
pub(super) fn again(session: &mut Session) -> Vec<SessionCommand> {
    let Some(wizard) = &mut session.renewal.wizard else { return Vec::new() };
    match wizard.stage {
        Stage::Failed(Step::Add, _) => add(session),
        Stage::Failed(Step::Try, _) => try_out(session),
        Stage::Failed(Step::Apply | Step::Keychain, _) => apply(session, false),
        Stage::Failed(Step::Remove, _) => remove_old(session),
        Stage::Failed(Step::TakeBack, _) => take_back(session),
        Stage::ByHand(_) => {
            wizard.stage = Stage::Looking;
            let Some(access) = access(session) else { return Vec::new() };
            let Some(job) = go(session, Stage::Looking) else { return Vec::new() };
            vec![Outer::Renewal(Command::Prepare { job, access })]
        }
        _ => Vec::new(),
    }
}

/// Goes the way by hand, although Azure may do it or would have.
pub(super) fn by_hand(session: &mut Session) -> Vec<SessionCommand> {
    if let Some(wizard) = session.renewal.wizard.as_mut()
        && wizard.new.as_ref().is_none_or(|new| new.left.is_none())
    {
        (wizard.stage, wizard.new) = (Stage::ByHand(None), None);
    }
    Vec::new()
}

/// Cancel, Close and Escape. What was made and is not in use is taken back, or stays named; a save is not cut off.
pub(in crate::session) fn close(session: &mut Session) -> Vec<SessionCommand> {
    let Some(wizard) = &mut session.renewal.wizard else {
        session.dialog = None;
        return Vec::new();
    };
    let made = wizard.new.as_ref().is_some_and(|new| new.left.is_some());
    match wizard.stage {
        Stage::Adding => wizard.cancelled = true,
        Stage::Applying | Stage::TakingBack | Stage::Removing => {}
        Stage::Trying(_) => {
            let mut commands = vec![Outer::Renewal(Command::Stop { job: wizard.job })];
            if made {
                commands.extend(take_back(session));
            } else {
                (wizard.stage, wizard.new) = (Stage::ByHand(None), None);
            }
            return commands;
        }
        Stage::Looking => {
            let commands = vec![Outer::Renewal(Command::Stop { job: wizard.job })];
            leave(session);
            return commands;
        }
        _ => leave(session),
    }
    Vec::new()
}

fn leave(session: &mut Session) {
    session.renewal.wizard = None;
    session.dialog = None;
}

/// Whether the window had better stay open: a secret was made that is not in use. Asked again, it may close.
pub(in crate::session) fn keeps_open(session: &mut Session) -> bool {
    let Some(wizard) = &mut session.renewal.wizard else { return false };
    let unused = wizard.new.as_ref().is_some_and(|new| new.left.is_some()) || matches!(wizard.stage, Stage::Adding);
    unused && !std::mem::replace(&mut wizard.warned, true)
}
