//! `test`: every scenario of the practice tenant, the document, and what is remembered.

use super::{Place, SECRET, place, tenant};
use liaison::{
    domain::{
        Secret,
        check::{INCOMPLETE, TOKEN_REFUSED},
    },
    keeper::SecretChange,
    practice::{CLIENT_SECRET, SECRET_ID, Scenario},
};
use serde_json::{Value, json};
use std::thread;

/// Message, code of the failed check, and the fields at fault; `None` where it passes.
type Failed = Option<(&'static str, Option<&'static str>, &'static [&'static str])>;

/// No arm is a catch-all, so a new scenario cannot go untested.
fn expected(scenario: Scenario) -> Failed {
    let refused = |code, fields: &'static [&'static str]| Some((TOKEN_REFUSED, Some(code), fields));
    let other = |message, code| Some((message, code, &[][..]));
    match scenario {
        Scenario::WrongSecret => refused("AADSTS7000215", &["client_secret"]),
        Scenario::SecretExpired => refused("AADSTS7000222", &["client_secret"]),
        Scenario::SecretRevoked => refused("AADSTS7005003", &["client_secret"]),
        Scenario::AppNotFound => refused("AADSTS700016", &["tenant_id", "client_id"]),
        Scenario::TenantNotFound => refused("AADSTS90002", &["tenant_id"]),
        Scenario::TenantMalformed => refused("AADSTS900023", &["tenant_id"]),
        Scenario::NoTenantInformation => refused("AADSTS50059", &["tenant_id"]),
        Scenario::OtherCloud => {
            Some(("An app with a secret cannot sign in across clouds", Some("AADSTS900382"), &["cloud"]))
        }
        Scenario::NotSingleTenant => refused("AADSTS50194", &["tenant_id"]),
        Scenario::UnknownError => refused("AADSTS7009999", &[]),
        Scenario::NoServicePrincipal => {
            other("The app has no service principal in this directory", Some("AADSTS7000229"))
        }
        Scenario::AppDisabled => other("The app is disabled", Some("AADSTS7000112")),
        Scenario::ConditionalAccess => other("A Conditional Access policy blocks this sign-in", Some("AADSTS53003")),
        Scenario::ResourceNotFound => Some((
            "Microsoft Graph is not known in this directory under the chosen cloud's address",
            Some("AADSTS500011"),
            &["cloud"],
        )),
        Scenario::ClockSkew => other("Microsoft's clock and the clock of the sign-in differ", Some("AADSTS700024")),
        Scenario::PublicClient => {
            other("The app is registered as a public client, which may not use a secret", Some("AADSTS700025"))
        }
        Scenario::StsBusy => other("Microsoft's sign-in service is not available for the moment", Some("AADSTS90033")),
        Scenario::ThrottledSignIn => other("Microsoft receives too many sign-ins for this tenant", Some("AADSTS90055")),
        Scenario::ClientLoop => other("This app has signed in too often in a short time", Some("AADSTS50196")),
        Scenario::ThrottledHard => {
            other("Microsoft Graph receives too many requests and asks to wait 1 second", Some("TooManyRequests"))
        }
        Scenario::ServerError => other("Microsoft's sign-in service has a trouble of its own (HTTP 503)", None),
        Scenario::GraphDown => other("Microsoft Graph has a trouble of its own (HTTP 503)", None),
        Scenario::Offline => other("closed the connection before its answer was complete", None),
        Scenario::Healthy
        | Scenario::AgentRevoked
        | Scenario::AgentExpired
        | Scenario::AgentInactive
        | Scenario::AgentMalformed
        | Scenario::ConsentWithdrawn
        | Scenario::NoConsent
        | Scenario::MissingApplicationRead
        | Scenario::MissingUserRead
        | Scenario::MissingPresenceRead
        | Scenario::ExpiringIn9Days
        | Scenario::TwoSecretsSameHint
        | Scenario::MayRenew
        | Scenario::MayRenewNotOwner
        | Scenario::MayRenewAny
        | Scenario::LateSecret
        | Scenario::TokensExpired
        | Scenario::LostAnswer
        | Scenario::PaymentRequired
        | Scenario::Throttled
        | Scenario::ThrottledMidLoad
        | Scenario::OutageMidLoad
        | Scenario::UntidyPages
        | Scenario::PeopleChange
        | Scenario::DeltaExpired
        | Scenario::Slow => None,
    }
}

fn holds(scenario: Scenario) {
    let practice = tenant(scenario);
    let place = place().with_account(&practice);
    let key = scenario.key();
    let run = place.run_with(&["test", "--json"], &[SECRET], "");
    let document = run.json();
    let (exit, outcome) = if expected(scenario).is_some() { (1, "failed") } else { (0, "passed") };
    let run = run.ends(exit);
    assert_eq!(document["outcome"], outcome, "{key}: {run:?}");
    let failed = document["checks"].as_array().expect("checks").iter().find(|check| check["state"] == "failed");
    match expected(scenario) {
        None => {
            assert_eq!((&document["message"], failed), (&Value::Null, None), "{key}");
            assert_eq!(document["fields_at_fault"], json!([]), "{key}");
        }
        Some((message, code, fields)) => {
            let said = document["message"].as_str().expect("a message");
            // Where nothing answers, the sentence begins with the address.
            assert!(said == message || (scenario == Scenario::Offline && said.ends_with(message)), "{key}: {said}");
            let failed = failed.expect("a failed check");
            assert_eq!((&failed["code"], &document["fields_at_fault"]), (&json!(code), &json!(fields)), "{key}");
            assert!(failed["remedy"].as_str().is_some_and(|remedy| remedy.ends_with('.')), "{key}");
        }
    }
    let tested = place.run(&["show", "--json"]).json()["last_test"].clone();
    assert_eq!((&tested["outcome"], &tested["message"]), (&document["outcome"], &document["message"]), "{key}");
}

#[test]
fn every_scenario_gives_its_answer() {
    // Some take seconds of waiting, so several run side by side.
    for some in Scenario::ALL.chunks(8) {
        thread::scope(|scope| some.iter().for_each(|scenario| drop(scope.spawn(|| holds(*scenario)))));
    }
}

#[test]
fn the_document_has_the_contracts_members_in_their_order() {
    let practice = tenant(Scenario::WrongSecret);
    let run = place().with_account(&practice).run_with(&["test", "--json"], &[SECRET], "").ends(1);
    assert_eq!(run.err, "");
    let document = run.json();
    let members = |value: &Value| value.as_object().expect("an object").len();
    let places = |names: &[&str], from: usize| -> Vec<usize> {
        names.iter().map(|name| run.out[from..].find(&format!("\"{name}\":")).expect("a member")).collect()
    };
    let top = ["outcome", "message", "fields_at_fault", "checks", "permissions", "consent_url"];
    assert_eq!(members(&document), top.len());
    assert!(places(&top, 0).is_sorted());
    let names = [
        "id",
        "state",
        "headline",
        "remedy",
        "code",
        "http_status",
        "trace_id",
        "correlation_id",
        "timestamp",
        "duration_ms",
    ];
    assert!(places(&names, places(&["checks"], 0)[0]).is_sorted());
    let checks = document["checks"].as_array().expect("checks");
    assert!(checks.iter().all(|check| members(check) == names.len()), "{checks:?}");
    assert_eq!(checks[0]["id"], "complete");
    for name in ["remedy", "code", "http_status", "trace_id", "correlation_id", "timestamp"] {
        assert_eq!(checks[0].get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(checks.len(), 9);
    let token = &checks[3];
    assert_eq!((&token["id"], &token["http_status"]), (&json!("token"), &json!(401)));
    assert!(["trace_id", "correlation_id", "timestamp"].iter().all(|name| token[*name].is_string()), "{token}");
    assert!(checks[4..].iter().all(|check| check["state"] == "skipped"));
}

#[test]
fn permissions_are_told_side_by_side() {
    let practice = tenant(Scenario::MissingPresenceRead);
    let place = place().with_account(&practice);
    let document = place.run_with(&["test", "--json"], &[SECRET], "").ends(0).json();
    let details = practice.details();
    let url = format!("{}/{}/adminconsent?client_id={}", details.login_url, details.tenant_id, details.client_id);
    assert_eq!(document["consent_url"], json!(url));
    let permissions = document["permissions"].as_array().expect("permissions");
    let standing = |name: &str| permissions.iter().find(|one| one["name"] == name).expect(name)["standing"].clone();
    assert_eq!((standing("User.Read.All"), standing("Presence.Read.All")), (json!("granted"), json!("missing")));
    let text = place.run_with(&["test"], &[SECRET], "").ends(0).out;
    for wanted in ["Presence.Read.All: Missing: agents see no presence", "User.Read.All: Granted", &url] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn people_get_a_headline_and_a_line_for_each_check() {
    let practice = tenant(Scenario::Healthy);
    let place = place().with_account(&practice);
    let text = place.run_with(&["test", "--secret-stdin"], &[], &format!("{CLIENT_SECRET}\n")).ends(0).out;
    assert!(text.starts_with("Connected\n  passed   Details complete ("), "{text}");
    practice.set_scenario(Scenario::WrongSecret);
    let text = place.run_with(&["test"], &[SECRET], "").ends(1).out;
    assert!(text.starts_with(TOKEN_REFUSED), "{text}");
    for wanted in
        ["  failed   Sign-in (", " ms): The client secret is wrong", "    Paste what", "    Code: AADSTS7000215"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

/// The first check, and the whole document.
fn not_sent(place: &Place, words: &[&str], variables: &[(&str, &str)], stdin: &str) -> (Value, Value) {
    let document = place.run_with(words, variables, stdin).ends(1).json();
    let first = document["checks"][0].clone();
    assert_eq!((&first["id"], &first["state"]), (&json!("complete"), &json!("failed")));
    assert_eq!(document["fields_at_fault"], json!(["client_secret"]));
    (first, document)
}

#[test]
fn what_cannot_work_is_not_sent() {
    let practice = tenant(Scenario::Healthy);
    let place = place().with_account(&practice);
    let (first, document) = not_sent(&place, &["test", "--json"], &[], "");
    assert_eq!(document["message"], INCOMPLETE);
    assert!(first["remedy"].as_str().is_some_and(|text| text.contains("LIAISON_CLIENT_SECRET")), "{first}");
    for (words, variables, stdin) in [
        (&["test", "--json"][..], &[("LIAISON_CLIENT_SECRET", SECRET_ID)][..], ""),
        (&["test", "--json", "--secret-stdin"], &[], SECRET_ID),
    ] {
        let (first, document) = not_sent(&place, words, variables, stdin);
        assert_eq!(document["message"], TOKEN_REFUSED);
        assert_eq!(first["headline"], "Client Secret: This is the Secret ID, not the Value");
    }
    place.run_with(&["test", "--secret-stdin"], &[], "").ends(2).says("There is none on the first line");
    assert_eq!(practice.requests(), []);
    assert_eq!(place.run(&["show", "--json"]).json()["last_test"], Value::Null, "it says nothing about the account");
}

#[cfg_attr(not(target_os = "linux"), ignore = "the keychain of this computer would be asked")]
#[test]
fn a_keychain_that_is_not_there_is_named() {
    let practice = tenant(Scenario::Healthy);
    let place = place();
    let account = super::parsed(&super::settings(&practice));
    place.save(account, SecretChange::Store(Secret::new(CLIENT_SECRET).into()), None);
    let run = place.run(&["test", "--json"]).ends(2).says("is not available").says("LIAISON_CLIENT_SECRET");
    assert_eq!(run.json(), Value::Null, "it says nothing about the account");
    assert_eq!(practice.requests(), []);

    // Whether a given one is the stored one cannot be known then, so nothing is remembered.
    place.run_with(&["test"], &[SECRET], "").ends(0);
    assert_eq!(place.run(&["show", "--json"]).json()["last_test"], Value::Null);
    let entries = place.run(&["history", "--json"]).ends(0).json();
    let note = entries["entries"][1]["note"].as_str().unwrap_or_default().to_owned();
    assert!(note.ends_with("with values that are not applied"), "{note}");
}

#[test]
fn a_test_that_cannot_be_written_down_says_so_and_counts_all_the_same() {
    let practice = tenant(Scenario::Healthy);
    let place = place().with_account(&practice);
    let database = place.profile().database();
    let connection = rusqlite::Connection::open(&database).expect("opens");
    // Not by the file's permissions, which are nothing to an administrator.
    connection
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END")
        .expect("writes");
    let run = place.run_with(&["test", "--json"], &[SECRET], "").ends(0).says("The test was not written down: ");
    assert_eq!(run.json()["outcome"], "passed");
}
