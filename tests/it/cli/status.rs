//! `status`: each state, from a date by hand, from a test, and asked for.

use super::{Place, SECRET, account, place, tenant};
use chrono::{DateTime, TimeDelta, Utc};
use liaison::{
    domain::{Expiry, ExpirySource, Secret},
    keeper::SecretChange,
    practice::{CLIENT_SECRET, Scenario},
};
use serde_json::{Value, json};

/// State, days left and source, with the exit status.
fn told(place: &Place, words: &[&str], variables: &[(&str, &str)]) -> (i32, Value) {
    let run = place.run_with(words, variables, "");
    let document = run.json();
    let names: Vec<&str> = document.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(document["expires_at"].is_null(), document["state"] == "unknown");
    (run.exit, json!([document["state"], document["days_left"], document["source"]]))
}

fn status(place: &Place) -> (i32, Value) {
    told(place, &["status", "--json"], &[])
}

#[test]
fn each_state_has_its_word_and_its_exit_status() {
    let place = place();
    for (hours, exit, state, line) in [
        (200 * 24 + 1, 0, json!(["ok", 200, "entered_by_hand"]), "OK - the client secret expires in 200 days ("),
        (15 * 24 + 1, 0, json!(["ok", 16, "entered_by_hand"]), "OK - the client secret expires in 16 days ("),
        (15 * 24 - 1, 1, json!(["warning", 15, "entered_by_hand"]), "WARNING - the client secret expires in 15 days ("),
        (1, 1, json!(["warning", 1, "entered_by_hand"]), "WARNING - the client secret expires in "),
        (-1, 2, json!(["expired", 0, "entered_by_hand"]), "CRITICAL - the client secret expired today ("),
        (-73, 2, json!(["expired", -3, "entered_by_hand"]), "CRITICAL - the client secret expired 3 days ago ("),
    ] {
        let at = Utc::now() + TimeDelta::hours(hours);
        place.save(account(), SecretChange::Keep, Some(Expiry { at, source: ExpirySource::EnteredByHand }));
        assert_eq!(status(&place), (exit, state));
        let run = place.run(&["status"]).ends(exit);
        assert!(run.out.starts_with(line) && run.out.ends_with(")\n") && run.err.is_empty(), "{run:?}");
        let shown = place.run(&["status", "--json"]).json()["expires_at"].clone();
        let shown: DateTime<Utc> = shown.as_str().expect("a date").parse().expect("RFC 3339");
        assert!((shown - at).abs() < TimeDelta::seconds(2));
    }
}

#[test]
fn nothing_known_is_unknown() {
    let place = place();
    assert_eq!(status(&place), (3, json!(["unknown", null, null])));
    let run = place.run(&["status"]).ends(3);
    assert_eq!(run.out, "UNKNOWN - There is no integration account yet\n");
    place.save(account(), SecretChange::Keep, None);
    assert_eq!(status(&place), (3, json!(["unknown", null, null])));
    assert!(place.run(&["status"]).ends(3).out.starts_with("UNKNOWN - it is not known when"));
}

#[test]
fn a_test_tells_status_the_date() {
    let practice = tenant(Scenario::ExpiringIn9Days);
    let place = place().with_account(&practice);
    place.run_with(&["test"], &[SECRET], "").ends(0);
    let asked = practice.requests().len();
    assert_eq!(status(&place), (1, json!(["warning", 9, "graph"])));
    assert_eq!(practice.requests().len(), asked, "the network is left alone");
}

#[test]
fn refresh_asks_first_and_falls_back_on_what_is_known() {
    let practice = tenant(Scenario::ExpiringIn9Days);
    let place = place().with_account(&practice);
    let refresh = ["status", "--refresh", "--json"];
    assert_eq!(told(&place, &refresh, &[SECRET]), (1, json!(["warning", 9, "graph"])));
    assert_eq!(status(&place), (1, json!(["warning", 9, "graph"])), "it is remembered");
    practice.set_scenario(Scenario::Healthy);
    assert_eq!(told(&place, &refresh, &[SECRET]), (0, json!(["ok", 200, "graph"])));
    for (scenario, says) in [
        (Scenario::WrongSecret, "The client secret is wrong. Paste"),
        (Scenario::Offline, "closed the connection"),
        (Scenario::MissingApplicationRead, "Application.Read.All"),
    ] {
        practice.set_scenario(scenario);
        let run = place.run_with(&refresh, &[SECRET], "").ends(0).says("the last known one counts").says(says);
        assert_eq!((&run.json()["state"], &run.json()["days_left"]), (&json!("ok"), &json!(200)));
    }
    place.run(&["status", "--refresh"]).ends(0).says("Client Secret: It is empty. Paste").says("LIAISON_CLIENT_SECRET");
}

#[cfg_attr(not(target_os = "linux"), ignore = "the keychain of this computer would be asked")]
#[test]
fn a_monitor_without_a_keychain_gives_the_secret_itself() {
    let practice = tenant(Scenario::ExpiringIn9Days);
    let place = place();
    let account = super::parsed(&super::settings(&practice));
    place.save(account, SecretChange::Store(Secret::new(CLIENT_SECRET).into()), None);
    let refresh = ["status", "--refresh", "--json"];
    assert_eq!(told(&place, &refresh, &[SECRET]), (1, json!(["warning", 9, "graph"])));
    // It begins like the stored one, which is enough for the date, but not to say that the account was tested.
    assert_eq!(status(&place), (3, json!(["unknown", null, null])));
    place.run(&refresh).ends(3).says("is not available").says("LIAISON_CLIENT_SECRET");
}

#[test]
fn a_misspelt_status_is_unknown_to_a_monitor() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_liaison")).args(["status", "--jsn"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}
