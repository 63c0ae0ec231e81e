//! An Apply that signs agents out waits for a yes; every other one does not.
//!
//! Who is signed in is the agents' room's; the rule is `domain::guard`'s.

use super::*;
use crate::domain::{Agent, Guid, agent::Standing};

/// An account with one agent.
fn with_agent() -> Desk {
    let mut desk = Desk::account();
    desk.session.agents.list.push(Agent {
        id: Guid::parse(OBJECT).expect("a GUID"),
        name: "Adele Vance".into(),
        principal_name: "adele@contoso.com".into(),
        enabled_at: now(),
        standing: Standing::Enabled,
    });
    desk
}

fn asks(desk: &Desk) -> bool {
    matches!(&desk.session.dialog, Some(Dialog::LockingOut { text, .. }) if text.contains("The one agent"))
}

#[test]
fn another_client_asks_first_and_a_yes_applies() {
    let mut desk = with_agent();
    desk.edit(|draft| draft.client_id = OTHER.into());
    assert!(desk.act(Action::Apply).is_empty() && asks(&desk));
    desk.act(Action::CloseDialog);
    assert!(desk.act(Action::ApplyLockingOut).is_empty(), "nobody said yes");
    desk.act(Action::Apply);
    let commands = desk.act(Action::ApplyLockingOut);
    assert!(matches!(&commands[..], [Command::Apply { .. }]) && desk.session.dialog.is_none(), "{commands:?}");
}

#[test]
fn closing_after_it_asks_too_and_closes_then() {
    let mut desk = with_agent();
    desk.edit(|draft| draft.tenant_id = OTHER.into());
    desk.act(Action::RequestClose);
    assert!(desk.act(Action::ApplyAndClose).is_empty() && asks(&desk));
    let commands = desk.act(Action::ApplyLockingOut);
    let [Command::Apply { job, .. }] = commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::Applied(job, Box::new(kept(2)), None));
    assert!(desk.session.closing);
}

#[test]
fn a_new_secret_and_an_account_without_agents_ask_nothing() {
    let mut desk = with_agent();
    desk.edit(|draft| draft.secret = typed("n3w8Q~value"));
    assert_eq!(desk.act(Action::Apply).len(), 1);
    let mut desk = Desk::account();
    desk.edit(|draft| draft.client_id = OTHER.into());
    assert_eq!(desk.act(Action::Apply).len(), 1);
}

#[test]
fn what_cannot_be_applied_says_so_and_asks_nothing() {
    let mut desk = with_agent();
    desk.edit(|draft| (draft.client_id, draft.name) = (OTHER.into(), String::new()));
    assert!(desk.act(Action::Apply).is_empty() && desk.session.dialog.is_none());
    assert!(desk.notice().contains("Name"));
}
