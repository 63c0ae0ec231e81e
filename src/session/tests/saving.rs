//! Apply and delete: what is sent, what survives, and what is said when it does not work.
//! What the keeper does with it is tested with the keeper.

use super::*;

#[test]
fn an_apply_with_problems_sends_nothing_and_names_them() {
    let mut desk = Desk::new_account();
    desk.edit(|draft| {
        draft.client_id = "contoso".into();
        draft.system_messages.get_mut(MessageKey::PartyLeft).clear();
    });
    assert!(desk.act(Action::Apply).is_empty());
    assert_eq!(desk.notice(), "Not applied. Please look at: Client ID, Party left");
    assert!(desk.session.busy.is_none() && desk.session.has_errors());
}

#[test]
fn apply_is_there_for_a_new_account_or_a_change_and_not_while_one_is_under_way() {
    assert!(!Desk::account().session.can_apply() && Desk::new_account().session.can_apply());
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name.push('!'));
    assert!(desk.session.can_apply());
    desk.apply();
    assert!(!desk.session.can_apply());
    assert!(desk.act(Action::Apply).is_empty(), "twice in a row is once");
}

#[test]
fn only_a_typed_secret_is_sent_and_the_revision_that_was_looked_at() {
    let mut desk = Desk::with(Some(kept(4)));
    desk.act(Action::ReplaceSecret);
    desk.edit(|draft| draft.name.push('!'));
    let commands = desk.act(Action::Apply);
    assert!(matches!(&commands[..], [Command::Apply { secret: None, expected: Some(4), .. }]), "{commands:?}");
    let mut desk = Desk::new_account();
    let commands = desk.act(Action::Apply);
    let [Command::Apply { secret, expected: None, without_keychain: false, .. }] = &commands[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(secret, &Some(Secret::new(SECRET).into()));
}

#[test]
fn what_is_typed_during_an_apply_stays_an_unsaved_change() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name = "First".into());
    let (job, expiry) = desk.apply();
    let saved = desk.as_kept(keychain("first"), expiry);
    desk.edit(|draft| draft.name = "First and second".into());
    desk.edit(|draft| draft.licensing_mode = crate::domain::LicensingMode::Production);
    desk.hear(Event::Applied(job, Box::new(saved), None));
    assert_eq!(desk.editor().baseline().name, "First");
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::LicensingMode]);
    assert_eq!(desk.draft().name, "First and second");
}

#[test]
fn after_an_apply_the_draft_reads_as_it_is_kept() {
    let mut desk = Desk::new_account();
    desk.edit(|draft| {
        draft.name = "  Contoso  ".into();
        draft.object_id = OBJECT.to_uppercase();
    });
    desk.applied(keychain("first"));
    assert!(desk.session.unsaved().is_empty() && !desk.editor().is_new());
    assert_eq!((desk.draft().name.as_str(), desk.draft().object_id.as_str()), ("Contoso", OBJECT));
    assert_eq!(desk.draft().secret, SecretDraft::Keep);
    assert_eq!(desk.session.kept_secret().as_deref(), Some("starts with 8Qk, kept in the keychain"));
}

#[test]
fn a_refusing_keychain_asks_and_the_secret_can_stay_in_memory() {
    let mut desk = Desk::new_account();
    let (job, expiry) = desk.apply();
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Keychain(no_keychain())));
    assert!(matches!(desk.session.dialog, Some(Dialog::NoKeychain(_))));
    let commands = desk.act(Action::ApplyWithoutKeychain);
    let [Command::Apply { job, without_keychain: true, .. }] = &commands[..] else { panic!("{commands:?}") };
    let saved = desk.as_kept(StoredSecret::None, expiry);
    let commands = desk.hear(Event::Applied(*job, Box::new(saved), Some(no_keychain())));
    assert_eq!(desk.session.kept_secret().as_deref(), Some("starts with 8Qk, kept for this session only"));
    assert!(desk.notice().contains("for this session only"), "{}", desk.notice());
    let [Command::Test { session_secret, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(session_secret, &Some(Secret::new(SECRET).into()));
    desk.edit(|draft| draft.name.push('!'));
    desk.applied(StoredSecret::None);
    assert!(desk.session.kept_secret().is_some(), "another Apply does not lose it");
    desk.edit(|draft| draft.secret = typed("9Zz9Z~newer"));
    desk.applied(keychain("second"));
    assert_eq!(desk.session.kept_secret().as_deref(), Some("starts with 8Qk, kept in the keychain"));
}

#[test]
fn another_failure_says_that_nothing_was_changed() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name.push('!'));
    let (job, _) = desk.apply();
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Other(Failure::new("The disk is full.", "Make room."))));
    assert_eq!(desk.notice(), "Nothing was changed. The disk is full. Make room.");
    assert_eq!(desk.session.unsaved(), [Field::Name]);
    assert!(desk.session.can_apply());
}

#[test]
fn deleting_needs_the_name_and_leaves_nothing_behind() {
    let mut desk = Desk::account();
    desk.tested(ExpiryReading::NotRead);
    desk.act(Action::AskDelete);
    assert!(desk.act(Action::Delete).is_empty(), "no name was typed");
    assert!(matches!(desk.session.dialog, Some(Dialog::Delete { .. })));
    if let Some(Dialog::Delete { typed, .. }) = &mut desk.session.dialog {
        typed.push_str(" Microsoft Teams ");
    }
    let commands = desk.act(Action::Delete);
    let [Command::Delete { job, name, expected: 1 }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(name, "Microsoft Teams");
    desk.test();
    let commands = desk.hear(Event::Deleted(*job, None));
    assert!(cancels(&commands));
    let Session { saved, editor, last_result, running_test, .. } = &desk.session;
    assert!(saved.is_none() && editor.is_none() && last_result.is_none() && running_test.is_none());
    assert_eq!(desk.notice(), "The account and its secret are deleted.");
}

#[test]
fn a_secret_that_the_keychain_keeps_after_a_delete_is_told() {
    let mut desk = Desk::account();
    desk.session.dialog = Some(Dialog::Delete { name: "Microsoft Teams".into(), typed: "Microsoft Teams".into() });
    let commands = desk.act(Action::Delete);
    let [Command::Delete { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::Deleted(*job, Some(no_keychain())));
    assert!(desk.notice().contains("still in the keychain"), "{}", desk.notice());
    assert!(desk.session.saved.is_none());
}

#[test]
fn a_new_account_is_dropped_after_asking_and_an_untouched_one_at_once() {
    let mut desk = Desk::empty();
    desk.act(Action::Add);
    desk.act(Action::AskDelete);
    assert!(desk.session.editor.is_none() && desk.session.dialog.is_none());
    let mut desk = Desk::new_account();
    let job = desk.test();
    desk.act(Action::AskDelete);
    assert!(matches!(desk.session.dialog, Some(Dialog::DropNew)));
    assert!(cancels(&desk.act(Action::Delete)));
    desk.hear(Event::Tested(job, Box::new(report(ExpiryReading::NotRead))));
    assert!(desk.session.editor.is_none() && desk.session.last_result.is_none());
}

#[test]
fn nothing_else_begins_while_something_is_under_way() {
    for begin in [
        Action::Delete,
        Action::ChooseFile(FileTask::Import),
        Action::ChooseFile(FileTask::Export),
        Action::UsePath(FileTask::Import, "x.json".into()),
    ] {
        let mut desk = Desk::account();
        desk.edit(|draft| draft.name = "Mine".into());
        let (job, expiry) = desk.apply();
        let saved = desk.as_kept(keychain("first"), expiry);
        desk.session.dialog = Some(Dialog::Delete { name: "Microsoft Teams".into(), typed: "Microsoft Teams".into() });
        let what = format!("{begin:?}");
        assert!(desk.act(begin).is_empty(), "{what}");
        desk.hear(Event::Applied(job, Box::new(saved), None));
        assert_eq!(desk.notice(), "Applied", "{what}");
        assert!(desk.session.busy.is_none() && desk.session.unsaved().is_empty(), "{what}");
    }
}

#[test]
fn no_secret_stands_in_what_is_written_for_debugging() {
    let mut desk = Desk::new_account();
    let mut written = format!("{:?}", desk.session);
    let test = desk.act(Action::Test);
    let apply = desk.act(Action::Apply);
    written += &format!("{test:?}{apply:?}{:?}", desk.session);
    let Some(Command::Apply { job, .. }) = apply.first() else { panic!("no Apply") };
    let saved = desk.as_kept(StoredSecret::None, ExpiryChange::Leave);
    let applied = Event::Applied(*job, Box::new(saved), Some(no_keychain()));
    written += &format!("{applied:?}");
    let commands = desk.hear(applied);
    written += &format!("{commands:?}{:?}", desk.session);
    let made = format!(r#"{{"appId":"{CLIENT}","password":"{SECRET}"}}"#);
    let values = paste::recognise(&made).expect("values");
    assert_eq!(values.secret, Some(Secret::new(SECRET)));
    let offer = Action::Offer(Box::new(values.clone()));
    written += &format!("{offer:?}{:?}{:?}", paste::into_id(&made), paste::into_secret(SECRET));
    desk.act(offer);
    desk.act(Action::AcceptOffer);
    let info = PracticeInfo { values, cloud: Default::default(), scenarios: Vec::new(), current: "healthy" };
    let started = Event::PracticeStarted(Box::new(info));
    written += &format!("{started:?}");
    desk.hear(started);
    desk.act(Action::Undo);
    written += &format!("{:?}", desk.session);
    assert!(written.len() > 1000);
    let at = written.find("the-secret");
    assert_eq!(at.map(|at| &written[at.saturating_sub(200)..at]), None, "a secret follows this");
}
