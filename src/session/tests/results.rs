//! Results of tests: whose they are, when they grow stale, and what they say of the secret's end.
//! Reports are made by hand; how they come about is tested with the probe.

use super::*;

#[test]
fn a_result_is_stale_after_the_next_edit_and_fresh_again_after_undo() {
    type Edit = fn(&mut Draft);
    let edits: [(Edit, bool); 7] = [
        (|draft| draft.object_id = OTHER.into(), true),
        (|draft| draft.tenant_id = OTHER.into(), true),
        (|draft| draft.client_id.clear(), true),
        (|draft| draft.secret = typed("other"), true),
        (|draft| draft.cloud.kind = crate::domain::CloudKind::ALL[1], true),
        (|draft| draft.name.push('!'), false),
        (|draft| draft.system_messages.get_mut(MessageKey::PartyLeft).push('!'), false),
    ];
    for (index, (edit, makes_stale)) in edits.into_iter().enumerate() {
        let mut desk = Desk::account();
        desk.tested(ExpiryReading::NotRead);
        assert!(desk.session.fresh_result().is_some() && desk.session.stale_result().is_none(), "{index}");
        desk.edit(edit);
        assert_eq!(desk.session.stale_result().is_some(), makes_stale, "{index}");
        assert_eq!(desk.session.fresh_result().is_none(), makes_stale, "{index}");
        desk.act(Action::Undo);
        assert!(desk.session.fresh_result().is_some(), "{index}");
    }
}

#[test]
fn an_answer_to_an_abandoned_question_is_dropped() {
    let mut desk = Desk::account();
    let first = desk.test();
    let commands = desk.act(Action::Test);
    assert!(cancels(&commands), "{commands:?}");
    let second = job_of_test(&commands).expect("a test");
    assert_ne!(first, second);
    let check = Check::new(CheckId::Complete, CheckState::Passed, "All there");
    desk.hear(Event::Checked(first, Box::new(check.clone())));
    assert!(desk.hear(Event::Tested(first, Box::new(report(read(in_days(9)))))).is_empty());
    assert!(desk.session.last_result.is_none());
    desk.hear(Event::Checked(second, Box::new(check)));
    assert_eq!(desk.session.running_test.as_ref().map(|test| test.checks.len()), Some(1));
    assert!(cancels(&desk.act(Action::CancelTest)));
    desk.hear(Event::Tested(second, Box::new(report(ExpiryReading::NotRead))));
    assert!(desk.session.last_result.is_none() && desk.session.running_test.is_none());
}

#[test]
fn late_answers_of_saving_deleting_and_files_change_nothing() {
    let late: [Event; 6] = [
        Event::Applied(99, Box::new(kept(7)), None),
        Event::ApplyFailed(99, ApplyFailure::Changed(None)),
        Event::Deleted(99, None),
        Event::FileChosen(99, FileTask::Import, "x.json".into()),
        Event::Imported(99, Box::new(Draft::new()), Vec::new()),
        Event::FileFailed(99, FileTask::Export, no_keychain()),
    ];
    for event in late {
        let mut desk = Desk::account();
        let what = format!("{event:?}");
        assert!(desk.hear(event).is_empty(), "{what}");
        assert_eq!(desk.session.saved, Some(kept(1)), "{what}");
        assert!(desk.session.dialog.is_none() && desk.session.unsaved().is_empty(), "{what}");
    }
}

#[test]
fn a_result_that_began_before_an_edit_belongs_to_the_values_that_were_tested() {
    let mut desk = Desk::account();
    let job = desk.test();
    desk.edit(|draft| draft.client_id = OTHER.into());
    let commands = desk.hear(Event::Tested(job, Box::new(report(read(in_days(9))))));
    assert!(desk.session.stale_result().is_some());
    assert!(records(&commands), "it is of the saved values all the same");
    assert_eq!(desk.session.shown_expiry(), None);
}

#[test]
fn a_test_of_unsaved_values_is_remembered_in_the_history_only() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.client_id = OTHER.into());
    let commands = desk.tested(read(in_days(9)));
    let [Command::History(history::Command::Record(deed))] = &commands[..] else { panic!("{commands:?}") };
    assert!(deed.note.ends_with("with values that are not applied") && deed.settings.is_none(), "{deed:?}");
    assert_eq!(desk.session.shown_expiry().map(|expiry| expiry.at), Some(in_days(9)));
    assert_eq!(desk.session.expiry_state(now()), ExpiryState::Unknown, "the pink bar is of what is applied");
}

#[test]
fn a_remembered_test_of_an_older_revision_is_ignored() {
    let mut desk = Desk::with(Some(kept(2)));
    let test = LastTest {
        at: now(),
        outcome: Outcome::Passed,
        message: None,
        checks: 4,
        duration: std::time::Duration::ZERO,
        report: None,
    };
    desk.hear(Event::Recorded(Box::new(Saved { last_test: Some(test.clone()), ..kept(1) })));
    assert_eq!(desk.session.saved, Some(kept(2)));
    desk.hear(Event::Recorded(Box::new(Saved { last_test: Some(test), ..kept(2) })));
    assert!(desk.session.saved.as_ref().is_some_and(|saved| saved.last_test.is_some()));
}

#[test]
fn a_test_of_what_is_then_applied_stays_fresh_and_is_remembered() {
    let mut desk = Desk::empty();
    desk.act(Action::Add);
    // As people type it: upper case and blanks are no other values.
    desk.edit(|draft| *draft = Draft { client_id: format!(" {} ", CLIENT.to_uppercase()), ..filled() });
    desk.tested(read(in_days(200)));
    let commands = desk.applied(keychain("first"));
    assert!(desk.session.fresh_result().is_some());
    assert!(records(&commands) && job_of_test(&commands).is_none(), "{commands:?}");
}

#[test]
fn a_test_with_the_stored_secret_says_nothing_of_the_one_that_replaces_it() {
    let mut desk = Desk::account();
    let commands = desk.tested(read(in_days(9)));
    desk.recorded(&commands);
    desk.edit(|draft| draft.secret = typed("9Zz9Z~newer"));
    let commands = desk.applied(keychain("second"));
    assert!(desk.session.fresh_result().is_none(), "the old secret's verdict");
    assert!(!records(&commands), "{commands:?}");
    assert!(job_of_test(&commands).is_some(), "the new secret is tested at once");
}

#[test]
fn a_test_under_way_with_the_stored_secret_is_stopped_when_another_is_applied() {
    let mut desk = Desk::account();
    let old = desk.test();
    desk.edit(|draft| draft.secret = typed("9Zz9Z~newer"));
    let commands = desk.applied(keychain("second"));
    assert!(cancels(&commands) && job_of_test(&commands).is_some(), "{commands:?}");
    desk.hear(Event::Tested(old, Box::new(report(read(in_days(9))))));
    assert!(desk.session.last_result.is_none());
}

#[test]
fn a_test_under_way_of_what_is_applied_meanwhile_ends_as_a_test_of_it() {
    let mut desk = Desk::new_account();
    let job = desk.test();
    let commands = desk.applied(keychain("first"));
    assert!(commands.is_empty(), "{commands:?}");
    let commands = desk.hear(Event::Tested(job, Box::new(report(read(in_days(200))))));
    assert!(desk.session.fresh_result().is_some());
    assert!(records(&commands));
}

#[test]
fn an_untested_account_is_tested_after_apply_unless_there_is_no_secret() {
    let mut desk = Desk::new_account();
    assert!(job_of_test(&desk.applied(keychain("first"))).is_some());
    let mut desk = Desk::new_account();
    desk.edit(|draft| draft.secret = typed(""));
    assert!(desk.applied(StoredSecret::None).is_empty());
}

#[test]
fn the_date_on_the_screen_comes_from_the_fresh_test_the_hand_or_the_last_reading() {
    let read_before = Saved { expiry: Some(Expiry { at: in_days(40), source: ExpirySource::Graph }), ..kept(1) };
    let mut desk = Desk::with(Some(read_before));
    assert_eq!(desk.session.shown_expiry().map(|expiry| expiry.at), Some(in_days(40)));
    desk.tested(read(in_days(39)));
    assert_eq!(desk.session.shown_expiry().map(|expiry| expiry.at), Some(in_days(39)));
    desk.edit(|draft| draft.secret = typed("other"));
    assert_eq!(desk.session.shown_expiry(), None, "nothing is known of another secret");
    desk.edit(|draft| draft.expires_at = "2027-01-02".into());
    assert_eq!(desk.session.shown_expiry().map(|expiry| expiry.source), Some(ExpirySource::EnteredByHand));
}

#[test]
fn a_date_by_hand_is_of_one_secret_only() {
    let mut desk = Desk::with(Some(Saved { expiry: Some(by_hand(in_days(30))), ..kept(1) }));
    assert_eq!(desk.session.shown_expiry(), Some(by_hand(in_days(30))));
    desk.edit(|draft| draft.secret = typed("9Zz9Z~newer"));
    assert_eq!(desk.session.shown_expiry(), None);
    assert_eq!(desk.apply().1, ExpiryChange::Leave);
}

#[test]
fn what_an_apply_does_to_the_date() {
    let dated = || Desk::with(Some(Saved { expiry: Some(by_hand(in_days(30))), ..kept(1) }));
    let mut renamed = dated();
    renamed.edit(|draft| draft.name.push('!'));
    assert_eq!(renamed.apply().1, ExpiryChange::Set(by_hand(in_days(30))));
    let mut cleared = dated();
    cleared.edit(|draft| draft.expires_at.clear());
    assert_eq!(cleared.apply().1, ExpiryChange::Withdraw);
    let mut both = dated();
    both.edit(|draft| draft.secret = typed("9Zz9Z~newer"));
    both.edit(|draft| draft.expires_at = crate::domain::expiry::write_by_hand(in_days(90)));
    assert_eq!(both.apply().1, ExpiryChange::Set(by_hand(in_days(90))));
    let mut unreadable = dated();
    unreadable.edit(|draft| draft.expires_at = "12/2/2026".into());
    assert!(unreadable.act(Action::Apply).is_empty());
    assert!(unreadable.notice().contains("Expires at"), "{}", unreadable.notice());
}

#[test]
fn a_date_that_is_read_takes_the_place_of_one_by_hand_for_good() {
    let mut desk = Desk::with(Some(Saved { expiry: Some(by_hand(in_days(30))), ..kept(1) }));
    let commands = desk.tested(read(in_days(200)));
    desk.recorded(&commands);
    // Another result stands in its place now, and the edit that it was of is taken back.
    desk.edit(|draft| draft.client_id = OTHER.into());
    desk.tested(ExpiryReading::NotRead);
    desk.act(Action::Undo);
    assert_eq!(desk.session.unsaved(), []);
    let shown = desk.session.shown_expiry().map(|expiry| (expiry.at, expiry.source));
    assert_eq!(shown, Some((in_days(200), ExpirySource::Graph)));
}

#[test]
fn the_pink_bars_days_are_of_the_applied_account() {
    for (days, state) in [(16, ExpiryState::Ok), (15, ExpiryState::Warning), (-1, ExpiryState::Expired)] {
        let desk = Desk::with(Some(Saved { expiry: Some(by_hand(in_days(days))), ..kept(1) }));
        assert_eq!(desk.session.expiry_state(now()), state, "{days}");
    }
    assert_eq!(Desk::account().session.expiry_state(now()), ExpiryState::Unknown);
}
