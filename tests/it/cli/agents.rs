//! `agents` through the real executable, where there is no keychain. With one and a real browser, `tests/browser` proves it.

use super::{Place, place, tenant};
use chrono::{TimeZone, Utc};
use liaison::{
    domain::{Agent, Guid, Secret, Standing},
    keeper::Keeper,
    practice::{CLIENT_ID, Practice, Scenario, TENANT_ID},
    vault::Vault,
};
use serde_json::{Value, json};

fn practice() -> Practice {
    tenant(Scenario::Healthy)
}

fn guid(text: &str) -> Guid {
    Guid::parse(text).expect("an ID")
}

/// Two people who signed in where there was a keychain.
fn keep(place: &Place) {
    let mut keeper = Keeper::open(&place.profile(), Vault::memory()).expect("opens");
    let now = Utc.with_ymd_and_hms(2026, 11, 26, 12, 0, 0).single().expect("a moment");
    for (number, name) in [(1, "Adele Vance"), (2, "Zoë")] {
        let agent = Agent {
            id: guid(&format!("0d3c1a52-6a0e-4f8e-9d6e-2f6c3f1f7a0{number}")),
            name: name.into(),
            principal_name: format!("{number}@contoso.example"),
            enabled_at: now,
            standing: Standing::Enabled,
        };
        let token = Secret::new("t".repeat(3000));
        keeper.keep_agent((guid(TENANT_ID), guid(CLIENT_ID)), &agent, &token, now).expect("keeps");
        if number == 2 {
            keeper.suspend_agent(&agent, "The sign-in has expired (AADSTS70008).", now).expect("ends");
        }
    }
}

#[test]
fn who_enabled_teams_integration_is_listed_and_can_be_disabled() {
    let place = place().with_account(&practice());
    place.run(&["agents", "list"]).ends(0).says("Nobody has enabled Teams integration yet.");
    assert_eq!(place.run(&["agents", "list", "--json"]).ends(0).json(), json!({"agents": []}));

    keep(&place);
    let text = place.run(&["agents", "list"]).ends(1).out;
    let lines = "Adele Vance (1@contoso.example): Enabled\n\
        Zoë (2@contoso.example): Must sign in again. The sign-in has expired (AADSTS70008).\n";
    assert_eq!(text, lines);
    let listed = place.run(&["agents", "list", "--json"]).ends(1).json();
    assert_eq!(
        listed["agents"][1],
        json!({
            "id": "0d3c1a52-6a0e-4f8e-9d6e-2f6c3f1f7a02",
            "name": "Zoë",
            "user_principal_name": "2@contoso.example",
            "enabled_at": "2026-11-26T12:00:00Z",
            "state": "must_sign_in",
            "reason": "The sign-in has expired (AADSTS70008).",
        })
    );

    place.run(&["agents", "remove", "nobody@contoso.example"]).ends(2).says("Nobody named nobody@contoso.example");
    assert!(place.run(&["agents", "remove", "2@Contoso.Example"]).ends(0).out.contains("Zoë"));
    place.run(&["agents", "remove", "0d3c1a52-6a0e-4f8e-9d6e-2f6c3f1f7a01"]).ends(0);
    place.run(&["agents", "list"]).ends(0).says("Nobody has enabled");
}

#[test]
fn nobody_signs_in_without_an_account_and_its_secret() {
    let place = place();
    for words in [&["agents", "list"][..], &["agents", "add"], &["agents", "remove", "x"]] {
        place.run(words).ends(3).says("There is no integration account yet.");
    }
    assert_eq!(place.run(&["agents", "list", "--json"]).ends(3).json(), Value::Null);
    let place = place.with_account(&practice());
    for words in [&["agents", "add"][..], &["agents", "add", "--device"]] {
        place.run(words).ends(2).says("The account's client secret is not in the keychain.");
    }
    place.run(&["agents"]).ends(2);
    place.run(&["agents", "add", "--device", "--wait", "3"]).ends(2);
}
