//! Conflicts: somebody else changed the account in the meantime.
//! The other window is a second account with a higher revision.

use super::*;

/// The account was renamed elsewhere, and its messages changed; `secret` is where its secret is then.
fn theirs(secret: StoredSecret) -> Saved {
    let mut saved = Saved { secret, ..kept(2) };
    saved.account.name = "Theirs".into();
    *saved.account.system_messages.get_mut(MessageKey::PartyLeft) = "went".into();
    saved
}

/// Mine are the client ID and the name.
fn in_conflict(current: Option<Saved>) -> Desk {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name = "Mine".into());
    desk.edit(|draft| draft.client_id = OTHER.into());
    let (job, _) = desk.apply();
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Changed(current.map(Box::new))));
    desk
}

#[test]
fn a_conflict_names_what_was_changed_elsewhere() {
    let desk = in_conflict(Some(theirs(keychain("first"))));
    let Some(Dialog::Changed(conflict)) = &desk.session.dialog else { panic!("no dialog") };
    assert_eq!(conflict.differs, [Field::Name, Field::Message(MessageKey::PartyLeft)]);
    assert_eq!(desk.draft().name, "Mine");
}

#[test]
fn my_edits_stand_on_top_of_the_newer_account() {
    let mut desk = in_conflict(Some(theirs(keychain("first"))));
    desk.act(Action::KeepMine);
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::ClientId]);
    assert_eq!(desk.draft().system_messages.get(MessageKey::PartyLeft), "went");
    assert_eq!(desk.editor().baseline().name, "Theirs");
    let commands = desk.act(Action::Apply);
    assert!(matches!(&commands[..], [Command::Apply { expected: Some(2), .. }]), "{commands:?}");
}

#[test]
fn the_newer_account_takes_the_place_of_my_edits() {
    let mut desk = in_conflict(Some(theirs(keychain("first"))));
    desk.act(Action::TakeTheirs);
    assert!(desk.session.unsaved().is_empty() && desk.session.dialog.is_none());
    assert_eq!(desk.draft().name, "Theirs");
    desk.act(Action::Undo);
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::ClientId], "nothing is lost");
}

#[test]
fn deciding_later_loses_nothing_and_asks_again() {
    let mut desk = in_conflict(Some(theirs(keychain("first"))));
    desk.act(Action::CloseDialog);
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::ClientId]);
    let commands = desk.act(Action::Apply);
    assert!(matches!(&commands[..], [Command::Apply { expected: Some(1), .. }]), "{commands:?}");
}

#[test]
fn edits_of_a_deleted_account_become_a_new_one_or_nothing() {
    let mut desk = in_conflict(None);
    desk.act(Action::KeepMine);
    assert!(desk.editor().is_new() && desk.session.saved.is_none());
    assert_eq!((desk.draft().name.as_str(), desk.draft().client_id.as_str()), ("Mine", OTHER));
    assert_eq!(desk.draft().secret, typed(""), "the stored secret is gone with it");
    let mut desk = in_conflict(None);
    desk.act(Action::TakeTheirs);
    assert!(desk.session.editor.is_none() && desk.session.saved.is_none());
}

#[test]
fn a_test_with_the_secret_of_before_says_nothing_of_a_secret_changed_elsewhere() {
    for (secret, still_fresh) in [(keychain("first"), true), (keychain("second"), false)] {
        let mut desk = Desk::account();
        desk.tested(ExpiryReading::NotRead);
        let running = desk.test();
        desk.edit(|draft| draft.name = "Mine".into());
        let (job, _) = desk.apply();
        desk.hear(Event::ApplyFailed(job, ApplyFailure::Changed(Some(Box::new(theirs(secret))))));
        let commands = desk.act(Action::TakeTheirs);
        assert_eq!(cancels(&commands), !still_fresh, "{commands:?}");
        assert_eq!(desk.session.fresh_result().is_some(), still_fresh);
        let commands = desk.hear(Event::Tested(running, Box::new(report(read(in_days(9))))));
        assert_eq!(records(&commands), still_fresh, "{commands:?}");
    }
}

#[test]
fn a_secret_of_this_session_survives_a_conflict_that_is_not_about_it() {
    let mut desk = Desk::new_account();
    desk.applied(StoredSecret::None);
    assert!(desk.session.kept_secret().is_some());
    desk.edit(|draft| draft.name = "Mine".into());
    let (job, _) = desk.apply();
    let theirs = theirs(StoredSecret::None);
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Changed(Some(Box::new(theirs)))));
    desk.act(Action::KeepMine);
    assert!(desk.session.kept_secret().is_some());
    assert_eq!(desk.session.unsaved(), [Field::Name]);
}

#[test]
fn a_delete_can_meet_a_conflict_too() {
    let mut desk = Desk::account();
    desk.session.dialog = Some(Dialog::Delete { name: "Microsoft Teams".into(), typed: "Microsoft Teams".into() });
    let commands = desk.act(Action::Delete);
    let [Command::Delete { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::DeleteFailed(*job, ApplyFailure::Changed(Some(Box::new(theirs(keychain("first")))))));
    assert!(matches!(desk.session.dialog, Some(Dialog::Changed(_))));
    assert_eq!(desk.session.saved, Some(kept(1)), "nothing is deleted");
}
