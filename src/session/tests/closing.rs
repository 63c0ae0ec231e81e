//! Closing and leaving: asked about with unsaved changes, and never in the middle of a save.
//! Begins where the window is asked to close, or another profile is asked for.

use super::*;

#[test]
fn the_window_closes_at_once_when_nothing_is_unsaved() {
    for mut desk in [Desk::empty(), Desk::account()] {
        desk.act(Action::RequestClose);
        assert!(desk.session.closing && desk.session.dialog.is_none());
    }
}

#[test]
fn unsaved_changes_are_asked_about_and_each_answer_is_obeyed() {
    let unsaved = || {
        let mut desk = Desk::account();
        desk.edit(|draft| draft.name.push('!'));
        desk.act(Action::RequestClose);
        assert!(!desk.session.closing && matches!(desk.session.dialog, Some(Dialog::UnsavedOnClose)));
        desk
    };
    let mut keep = unsaved();
    keep.act(Action::CloseDialog);
    assert!(!keep.session.closing && keep.session.dialog.is_none());
    let mut anyway = unsaved();
    assert!(anyway.act(Action::CloseAnyway).is_empty() && anyway.session.closing);
    let mut apply = unsaved();
    let commands = apply.act(Action::ApplyAndClose);
    let [Command::Apply { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert!(!apply.session.closing, "not before it is saved");
    let saved = apply.as_kept(keychain("first"), ExpiryChange::Leave);
    let commands = apply.hear(Event::Applied(*job, Box::new(saved), None));
    assert!(apply.session.closing && commands.is_empty(), "{commands:?}");
}

#[test]
fn applying_and_closing_stays_open_when_it_cannot_be_applied() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name.push('!'));
    desk.act(Action::RequestClose);
    let commands = desk.act(Action::ApplyAndClose);
    let [Command::Apply { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::ApplyFailed(*job, ApplyFailure::Keychain(no_keychain())));
    assert!(!desk.session.closing && matches!(desk.session.dialog, Some(Dialog::NoKeychain(_))));
    let mut desk = Desk::new_account();
    desk.edit(|draft| draft.name.clear());
    desk.act(Action::RequestClose);
    assert!(desk.act(Action::ApplyAndClose).is_empty());
    assert!(!desk.session.closing && desk.session.dialog.is_none() && desk.notice().contains("Name"));
}

#[test]
fn a_window_closed_while_busy_closes_when_that_is_done() {
    type Begin = fn(&mut Desk) -> Vec<Command>;
    let delete: Begin = |desk| {
        desk.session.dialog = Some(Dialog::Delete { name: "Microsoft Teams".into(), typed: "Microsoft Teams".into() });
        desk.act(Action::Delete)
    };
    let export: Begin = |desk| desk.act(Action::UsePath(FileTask::Export, "x.json".into()));
    let dialog: Begin = |desk| desk.act(Action::ChooseFile(FileTask::Export));
    for begin in [delete, export, dialog] {
        let mut desk = Desk::account();
        let commands = begin(&mut desk);
        desk.act(Action::RequestClose);
        assert!(!desk.session.closing, "{commands:?}");
        desk.hear(match &commands[..] {
            [Command::Delete { job, .. }] => Event::Deleted(*job, None),
            [Command::Export { job, path, .. }] => Event::Exported(*job, path.clone()),
            [Command::ChooseFile { job, task }] => Event::FileNotChosen { job: *job, task: *task, no_dialog: false },
            other => panic!("{other:?}"),
        });
        assert!(desk.session.closing, "{commands:?}");
    }
}

#[test]
fn a_window_closed_twice_while_busy_asks_whether_to_wait() {
    let waiting = || {
        let mut desk = Desk::account();
        desk.edit(|draft| draft.name = "Mine".into());
        let (job, _) = desk.apply();
        desk.act(Action::RequestClose);
        assert!(desk.session.dialog.is_none());
        desk.act(Action::RequestClose);
        assert!(!desk.session.closing && matches!(desk.session.dialog, Some(Dialog::CloseWhileBusy)));
        (desk, job)
    };
    let (mut now, _) = waiting();
    assert!(now.act(Action::CloseAnyway).is_empty() && now.session.closing);
    let (mut failed, job) = waiting();
    failed.hear(Event::ApplyFailed(job, ApplyFailure::Other(no_keychain())));
    assert!(!failed.session.closing && failed.session.dialog.is_none() && failed.notice().contains("Nothing was"));
}

#[test]
fn nobody_leaves_for_another_profile_in_the_middle_of_a_save() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name = "Mine".into());
    desk.apply();
    assert!(desk.act(Action::EnterPractice).is_empty());
    assert!(desk.session.dialog.is_none() && desk.session.busy.is_some());
}

#[test]
fn what_was_typed_during_the_last_apply_is_asked_about_before_closing() {
    for typed_meanwhile in [false, true] {
        let mut desk = Desk::account();
        desk.edit(|draft| draft.name = "Mine".into());
        let (job, expiry) = desk.apply();
        let saved = desk.as_kept(keychain("first"), expiry);
        desk.act(Action::RequestClose);
        if typed_meanwhile {
            desk.edit(|draft| draft.client_id = OTHER.into());
        }
        desk.hear(Event::Applied(job, Box::new(saved), None));
        assert_eq!(desk.session.closing, !typed_meanwhile);
        assert_eq!(matches!(desk.session.dialog, Some(Dialog::UnsavedOnClose)), typed_meanwhile);
    }
}

#[test]
fn a_failed_save_keeps_the_window_open() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name = "Mine".into());
    let (job, _) = desk.apply();
    desk.act(Action::RequestClose);
    desk.hear(Event::ApplyFailed(job, ApplyFailure::Changed(None)));
    assert!(!desk.session.closing && matches!(desk.session.dialog, Some(Dialog::Changed(_))));
}

#[test]
fn leaving_for_the_practice_tenant_asks_first_and_takes_only_the_theme_along() {
    let mut desk = Desk::account();
    desk.act(Action::SetTheme(ThemeChoice::Dark));
    let job = desk.test();
    desk.edit(|draft| draft.name.push('!'));
    assert!(desk.act(Action::EnterPractice).is_empty());
    let Some(Dialog::UnsavedOnLeave(command)) = desk.session.dialog.clone() else { panic!("no question") };
    let commands = desk.act(Action::LeaveAnyway(command));
    assert!(matches!(&commands[..], [Command::EnterPractice]), "{commands:?}");
    let Session { saved, editor, dialog, theme, .. } = &desk.session;
    assert!(saved.is_none() && editor.is_none() && dialog.is_none() && *theme == ThemeChoice::Dark);
    desk.hear(Event::Tested(job, Box::new(report(ExpiryReading::NotRead))));
    assert!(desk.session.last_result.is_none(), "the other profile's answer");
    desk.hear(Event::Loaded { saved: None, theme: None });
    assert_ne!(desk.session.next_job, 1, "job numbers are never used twice");
}

#[test]
fn a_secret_of_this_session_waits_while_the_practice_tenant_is_visited() {
    let mut desk = Desk::new_account();
    desk.applied(StoredSecret::None);
    let saved = desk.session.saved.clone();
    desk.act(Action::EnterPractice);
    desk.hear(Event::Loaded { saved: Some(Box::new(Saved { secret: StoredSecret::None, ..kept(1) })), theme: None });
    assert_eq!(desk.session.kept_secret(), None, "it is not the practice account's");
    desk.act(Action::LeavePractice);
    desk.hear(Event::Loaded { saved: saved.map(Box::new), theme: None });
    assert!(desk.session.kept_secret().is_some() && desk.session.unsaved().is_empty());
    desk.act(Action::EnterPractice);
    desk.act(Action::LeavePractice);
    desk.hear(Event::Loaded { saved: Some(Box::new(kept(2))), theme: None });
    assert_eq!(desk.session.kept_secret().as_deref(), Some("starts with 8Qk, kept in the keychain"));
}
