//! Edits: what counts as one, what is taken back, and what is shown of their problems.
//! The draft is edited as the window does it: a changed copy is handed back.

use super::*;

#[test]
fn edits_of_one_field_in_quick_succession_are_undone_together() {
    let mut desk = Desk::account();
    for letter in ["C", "o", "n"] {
        desk.edit(|draft| draft.name.push_str(letter));
        desk.wait(300);
    }
    desk.act(Action::Undo);
    assert_eq!(desk.draft(), desk.editor().baseline());
    assert!(!desk.editor().can_undo() && desk.editor().can_redo());
    desk.act(Action::Redo);
    assert_eq!(desk.draft().name, "Microsoft TeamsCon");
}

#[test]
fn a_pause_another_field_and_a_button_each_begin_a_new_step() {
    let mut desk = Desk::account();
    let before = desk.draft().clone();
    desk.edit(|draft| draft.name.push('1'));
    desk.wait(5_000);
    desk.edit(|draft| draft.name.push('2'));
    desk.edit(|draft| draft.client_id.clear());
    desk.edit(|draft| draft.name.push('3'));
    desk.act(Action::MovePhone(PhoneType::Other, 0));
    desk.act(Action::MovePhone(PhoneType::Other, 1));
    for steps in 1..=6 {
        assert!(desk.editor().can_undo(), "after {steps} steps");
        desk.act(Action::Undo);
    }
    assert_eq!((desk.draft(), desk.editor().can_undo()), (&before, false));
    for _ in 0..6 {
        desk.act(Action::Redo);
    }
    assert_eq!(desk.draft().name, "Microsoft Teams123");
    assert_eq!(desk.draft().directory_options.as_slice()[1].kind, PhoneType::Other);
}

#[test]
fn a_new_edit_ends_what_could_be_done_again() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name.push('1'));
    desk.act(Action::Undo);
    desk.edit(|draft| draft.tenant_id.clear());
    assert!(!desk.editor().can_redo());
    desk.act(Action::Redo);
    assert!(desk.draft().tenant_id.is_empty());
}

#[test]
fn drawing_the_draft_as_it_was_is_no_edit() {
    let mut desk = Desk::account();
    desk.edit(|_| {});
    assert!(!desk.editor().can_undo() && desk.session.unsaved().is_empty());
}

#[test]
fn every_edit_by_button_is_counted_and_can_be_undone() {
    let cases: [(Action, Field); 3] = [
        (Action::KeepSecret, Field::ClientSecret),
        (Action::MovePhone(PhoneType::Mobile, 0), Field::DirectoryOptions),
        (Action::Revert(Field::Name), Field::Name),
    ];
    for (action, field) in cases {
        let mut desk = Desk::account();
        match field {
            Field::Name => desk.edit(|draft| draft.name.push('!')),
            Field::ClientSecret => desk.edit(|draft| draft.secret = typed("9Zz9Z~newer")),
            _ => {}
        }
        let before = desk.draft().clone();
        desk.act(action);
        assert_ne!(desk.draft(), &before, "{field:?}");
        desk.act(Action::Undo);
        assert_eq!(desk.draft(), &before, "{field:?}");
    }
}

#[test]
fn a_message_goes_back_to_its_default_singly_and_with_all_others() {
    let mut desk = Desk::account();
    desk.edit(|draft| MessageKey::ALL.into_iter().for_each(|key| draft.system_messages.get_mut(key).push('!')));
    assert_eq!(desk.session.unsaved().len(), 7);
    desk.act(Action::RestoreMessage(MessageKey::PartyLeft));
    assert_eq!(desk.draft().system_messages.get(MessageKey::PartyLeft), MessageKey::PartyLeft.default_text());
    assert_eq!(desk.session.unsaved().len(), 6);
    desk.act(Action::RestoreMessages);
    assert!(desk.session.unsaved().is_empty());
}

#[test]
fn opening_the_secrets_field_again_keeps_what_is_being_typed() {
    let mut desk = Desk::account();
    desk.act(Action::ReplaceSecret);
    assert!(desk.session.unsaved().is_empty(), "an empty field replaces nothing");
    desk.edit(|draft| draft.secret = typed("8Qk8Q~newer"));
    desk.act(Action::ReplaceSecret);
    assert_eq!(desk.draft().secret, typed("8Qk8Q~newer"));
    desk.act(Action::KeepSecret);
    assert!(desk.session.unsaved().is_empty());
}

#[test]
fn a_new_accounts_empty_fields_are_reported_once_somebody_got_to_them() {
    let mut desk = Desk::empty();
    desk.act(Action::Add);
    assert!(desk.editor().shown_problems().is_empty());
    desk.edit(|draft| draft.tenant_id = "contoso.com".into());
    let shown: Vec<Field> = desk.editor().shown_problems().iter().map(|problem| problem.field).collect();
    assert_eq!(shown, [Field::TenantId]);
    assert!(desk.act(Action::Apply).is_empty());
    assert!(desk.editor().shown_problems().len() > 3);
}

#[test]
fn discarding_goes_back_to_what_is_applied_and_can_itself_be_undone() {
    let mut desk = Desk::account();
    desk.edit(|draft| draft.name = "Other".into());
    desk.edit(|draft| draft.client_id = OTHER.into());
    desk.act(Action::Discard);
    assert!(desk.session.unsaved().is_empty());
    desk.act(Action::Undo);
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::ClientId]);
}

#[test]
fn discarding_a_new_account_empties_it_first_and_then_removes_it_with_its_test() {
    let mut desk = Desk::new_account();
    desk.tested(ExpiryReading::NotRead);
    desk.test();
    assert!(desk.act(Action::Discard).is_empty());
    assert_eq!(desk.draft(), &Draft::new());
    assert!(cancels(&desk.act(Action::Discard)));
    assert!(desk.session.editor.is_none() && desk.session.last_result.is_none());
}

#[test]
fn an_offer_fills_the_fields_as_one_step_and_goes_when_declined() {
    let overview =
        format!("Object ID : {OBJECT}\nApplication (client) ID : {CLIENT}\nDirectory (tenant) ID : {TENANT}");
    let values = paste::recognise(&overview).expect("an overview");
    let mut desk = Desk::empty();
    desk.act(Action::Add);
    desk.act(Action::Offer(Box::new(values.clone())));
    desk.act(Action::DismissOffer);
    assert!(desk.session.offer.is_none() && desk.draft().object_id.is_empty());
    desk.act(Action::Offer(Box::new(values)));
    desk.act(Action::AcceptOffer);
    assert!(desk.session.offer.is_none());
    assert_eq!(desk.session.unsaved(), [Field::ObjectId, Field::TenantId, Field::ClientId]);
    desk.act(Action::Undo);
    assert!(desk.session.unsaved().is_empty());
}

#[test]
fn there_can_be_only_one_account() {
    let mut desk = Desk::empty();
    desk.act(Action::Add);
    assert!(desk.editor().is_new() && desk.session.dialog.is_none());
    desk.edit(|draft| draft.name = "Mine".into());
    desk.act(Action::Add);
    assert_eq!(desk.draft().name, "Mine", "a second press begins nothing anew");
    let mut desk = Desk::account();
    desk.act(Action::Add);
    assert!(matches!(desk.session.dialog, Some(Dialog::OneInstance)));
}
