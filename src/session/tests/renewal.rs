//! The renewal of the secret, step by step, with each step's failure and each cancel.
//! Whatever happens, the saved account keeps a secret that works, and what was made in Azure is used, removed or named.

use super::*;
use crate::{
    domain::{
        AppKey, AppKeyKind, Origin, Typed,
        renewal::{LeftOver, Prepared},
    },
    session::renewal::{Action as Renewal, Added, Command as Wanted, Event as Came, Form, Stage, Step},
};

const NEW: &str = "n3w8Q~the-new-one";

fn failure() -> Failure {
    Failure::new("It did not work.", "Try again.")
}

fn key(id: &str, name: &str) -> AppKey {
    let (key_id, name) = (Some(id.to_owned()), Some(name.to_owned()));
    AppKey { kind: AppKeyKind::Secret, key_id, name, hint: None, start: None, end: Some(in_days(180)), this: false }
}

fn left() -> LeftOver {
    let client_id = crate::domain::Guid::parse(CLIENT).expect("an ID");
    LeftOver { name: "Liaison on desk".into(), client_id, key_id: Some("new-id".into()), made_at: now() }
}

fn added() -> Box<Added> {
    Box::new(Added { left: left(), key: key("new-id", "Liaison on desk"), secret: Secret::new(NEW) })
}

/// A desk with an account, its renewal open, and what the app may.
fn desk(may: bool) -> Desk {
    let mut desk = Desk::with(Some(kept(1)));
    let commands = desk.act(Action::Renewal(Renewal::Renew));
    let [Command::Renewal(Wanted::Prepare { job, .. })] = &commands[..] else { panic!("{commands:?}") };
    let old = Some(key("old-id", "First"));
    desk.hear(Event::Renewal(Came::Prepared(*job, Ok(Box::new(Prepared { may, old })))));
    desk
}

fn stage(desk: &Desk) -> &Stage {
    &desk.session.renewal.wizard.as_ref().expect("a renewal").stage
}

fn act(desk: &mut Desk, action: Renewal) -> Vec<Command> {
    desk.act(Action::Renewal(action))
}

/// Until the new secret is being tried; the job of that.
fn trying(desk: &mut Desk) -> u64 {
    let commands = act(desk, Renewal::Add);
    let [Command::Renewal(Wanted::Add { job, months: 6, .. })] = &commands[..] else { panic!("{commands:?}") };
    let commands = desk.hear(Event::Renewal(Came::Added(*job, Ok(added()))));
    let [Command::Renewal(Wanted::Try { job, patient: true, access })] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(access.session_secret, Some(Secret::new(NEW).into()), "it is the new one that is tried");
    *job
}

/// Until it is being applied; the job of that.
fn applying(desk: &mut Desk) -> u64 {
    let job = trying(desk);
    let commands = desk.hear(Event::Renewal(Came::Tried(job, Ok(()))));
    let [Command::Apply { job, secret, expected: Some(1), origin: Origin::Renewal(_), .. }] = &commands[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(secret, &Some(Secret::new(NEW).into()));
    *job
}

#[test]
fn nothing_is_applied_before_it_was_tried_and_nothing_removed_unasked() {
    let mut desk = desk(true);
    let job = applying(&mut desk);
    assert!(desk.act(Action::CloseDialog).is_empty(), "a save is not cut off");
    let saved = Saved { revision: 2, secret: keychain("second"), ..kept(1) };
    let commands = desk.hear(Event::Applied(job, Box::new(saved), None));
    assert!(matches!(stage(&desk), Stage::Applied));
    let forgets =
        |command: &Command| matches!(command, Command::Renewal(Wanted::Forget { name }) if *name == left().name);
    assert!(commands.iter().any(forgets), "{commands:?}");
    let removes = |command: &Command| matches!(command, Command::Renewal(Wanted::Remove { .. }));
    assert!(!commands.iter().any(removes));
    let commands = act(&mut desk, Renewal::RemoveOld);
    let [Command::Renewal(Wanted::Remove { job, key_id, .. })] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(key_id, "old-id");
    desk.hear(Event::Renewal(Came::Removed(*job, Err(failure()))));
    assert!(matches!(stage(&desk), Stage::Failed(Step::Remove, _)));
    let commands = act(&mut desk, Renewal::Again);
    let [Command::Renewal(Wanted::Remove { job, .. })] = &commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::Renewal(Came::Removed(*job, Ok(()))));
    assert!(matches!(stage(&desk), Stage::Done));
    desk.act(Action::CloseDialog);
    assert!(desk.session.renewal.wizard.is_none() && desk.session.dialog.is_none());
}

#[test]
fn a_step_that_fails_can_be_made_again_or_taken_back() {
    let mut desk = desk(true);
    let job = trying(&mut desk);
    desk.hear(Event::Renewal(Came::Tried(job, Err(failure()))));
    assert!(matches!(stage(&desk), Stage::Failed(Step::Try, _)));
    let commands = act(&mut desk, Renewal::Again);
    assert!(matches!(&commands[..], [Command::Renewal(Wanted::Try { .. })]), "{commands:?}");
    // What came of the first try is no news any more.
    desk.hear(Event::Renewal(Came::Tried(job, Ok(()))));
    assert!(matches!(stage(&desk), Stage::Trying(0)));
    let commands = desk.act(Action::CloseDialog);
    let [Command::Renewal(Wanted::Stop { .. }), Command::Renewal(Wanted::TakeBack { job, left: taken, .. })] =
        &commands[..]
    else {
        panic!("{commands:?}")
    };
    assert_eq!(taken, &left());
    desk.hear(Event::Renewal(Came::TakenBack(*job, Err(failure()))));
    assert!(matches!(stage(&desk), Stage::Failed(Step::TakeBack, _)));
    desk.act(Action::CloseDialog);
    assert!(desk.session.renewal.wizard.is_none(), "it stays named by what is written down");
    assert_eq!(desk.session.saved, Some(kept(1)));
}

#[test]
fn an_apply_that_fails_is_the_renewals_and_opens_no_other_dialog() {
    for (failure, step) in [
        (ApplyFailure::Keychain(failure()), Step::Keychain),
        (ApplyFailure::Other(failure()), Step::Apply),
        (ApplyFailure::Changed(Some(Box::new(kept(7)))), Step::Try),
    ] {
        let mut desk = desk(true);
        let job = applying(&mut desk);
        desk.hear(Event::ApplyFailed(job, failure));
        let Stage::Failed(failed, _) = stage(&desk) else { panic!("{:?}", stage(&desk)) };
        assert_eq!(*failed, step);
        assert!(
            matches!(desk.session.dialog, Some(Dialog::Renewal(Form::Renew { .. }))) && desk.session.busy.is_none()
        );
    }
    let mut desk = desk(true);
    let job = applying(&mut desk);
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Keychain(failure())));
    let commands = act(&mut desk, Renewal::ApplyForSession);
    assert!(matches!(&commands[..], [Command::Apply { without_keychain: true, .. }]), "{commands:?}");
}

#[test]
fn a_cancel_while_azure_makes_the_secret_waits_for_it_and_takes_it_back() {
    for made in [true, false] {
        let mut desk = desk(true);
        let commands = act(&mut desk, Renewal::Add);
        let [Command::Renewal(Wanted::Add { job, .. })] = &commands[..] else { panic!("{commands:?}") };
        assert!(desk.act(Action::CloseDialog).is_empty());
        assert!(matches!(stage(&desk), Stage::Adding));
        let commands = desk.hear(Event::Renewal(Came::Added(*job, if made { Ok(added()) } else { Err(failure()) })));
        if made {
            assert!(matches!(&commands[..], [Command::Renewal(Wanted::TakeBack { .. })]), "{commands:?}");
        } else {
            assert!(commands.is_empty() && desk.session.renewal.wizard.is_none());
        }
    }
}

#[test]
fn what_is_pasted_is_judged_first_and_never_removed_from_azure() {
    let mut desk = desk(false);
    assert!(matches!(stage(&desk), Stage::ByHand(None)));
    let paste = |desk: &mut Desk, text: &str| {
        let Some(Dialog::Renewal(Form::Renew { typed, .. })) = &mut desk.session.dialog else { panic!("no dialog") };
        *typed = Typed(Zeroizing::new(text.to_owned()));
        act(desk, Renewal::UsePasted)
    };
    assert!(paste(&mut desk, OTHER).is_empty(), "that is a Secret ID");
    assert!(matches!(stage(&desk), Stage::ByHand(Some(_))));
    let commands = paste(&mut desk, NEW);
    assert!(matches!(&commands[..], [Command::Renewal(Wanted::Try { patient: false, .. })]), "{commands:?}");
    let commands = desk.act(Action::CloseDialog);
    assert!(matches!(&commands[..], [Command::Renewal(Wanted::Stop { .. })]), "{commands:?}");
    assert!(matches!(stage(&desk), Stage::ByHand(None)));
}

#[test]
fn a_certificate_is_replaced_and_not_renewed() {
    let with = crate::domain::Certificate {
        der: Vec::new(),
        subject: "CN=x".into(),
        thumbprint: "AB".into(),
        not_before: now(),
        not_after: in_days(9),
    };
    let secret = StoredSecret::Certificate { reference: "first".into(), certificate: Box::new(with) };
    let mut desk = Desk::with(Some(Saved { secret, ..kept(1) }));
    assert!(act(&mut desk, Renewal::Renew).is_empty() && desk.session.dialog.is_none());
}
