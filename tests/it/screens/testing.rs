//! Test connection: what it says, what it blames, and when it no longer counts.

use super::window::{Place, Window, practice};
use egui::{Key, Modifiers};
use liaison::practice::{CLIENT_ID, OBJECT_ID, Options, Practice, SERVICE_PRINCIPAL_ID, Scenario};
use std::time::Duration;

const INCOMPLETE: &str = "Error: Account credentials are incomplete";
const REFUSED: &str = "Error: Failed to request refresh token";

fn tested(scenario: Scenario) -> (Practice, Place, Window) {
    let tenant = practice(scenario);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click("Test connection");
    let kept =
        |session: &liaison::session::Session| session.saved.as_ref().is_some_and(|saved| saved.last_test.is_some());
    window.wait("a result that is remembered", |session| session.last_result.is_some() && kept(session));
    (tenant, place, window)
}

#[test]
fn incomplete_credentials_are_called_so_in_the_sources_words() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window.click("Test connection");
    window.wait_idle();
    assert!(window.says_exactly(INCOMPLETE), "{:#?}", window.texts());
    window.announces(INCOMPLETE);
    window.expect("Look at: Object ID, Directory (Tenant) ID, Client ID, Client Secret");
}

#[test]
fn a_refused_secret_tenant_or_client_id_is_called_so_in_the_sources_words() {
    for (scenario, code, field) in [
        (Scenario::WrongSecret, "AADSTS7000215", "Client Secret"),
        (Scenario::AppNotFound, "AADSTS700016", "Client ID"),
        (Scenario::TenantNotFound, "AADSTS90002", "Directory (Tenant) ID"),
    ] {
        let (tenant, _place, mut window) = tested(scenario);
        assert!(window.says_exactly(REFUSED), "{scenario:?}: {:#?}", window.texts());
        let blamed = window.texts().into_iter().find(|line| line.contains("Look at: ")).unwrap_or_default();
        assert!(blamed.contains(field), "{scenario:?}: {blamed}");
        assert!(window.says_exactly(code), "{scenario:?}: {:#?}", window.texts());
        for evidence in ["Trace ID", "Correlation ID", "HTTP status"] {
            assert!(window.says_exactly(evidence), "{scenario:?}");
        }
        let report = window.copies("Copy report").unwrap_or_default();
        assert!(report.contains(REFUSED) && report.contains(code) && report.contains("Trace ID"), "{report}");
        assert!(!report.contains(&tenant.details().client_secret));
    }
}

#[test]
fn an_outage_is_not_blamed_on_the_values() {
    for scenario in [Scenario::Offline, Scenario::ServerError, Scenario::GraphDown] {
        let (_tenant, _place, window) = tested(scenario);
        window.expect_not(REFUSED);
        window.expect_not("Look at: ");
        window.expect("Test failed just now");
    }
}

#[test]
fn a_test_that_was_asked_for_shows_its_checks_until_they_are_hidden() {
    let (_tenant, _place, mut window) = tested(Scenario::Healthy);
    window.announces("Connected");
    window.expect("9 checks · ");
    for check in [
        "Details complete",
        "Sign-in host",
        "Tenant",
        "Sign-in",
        "Permissions",
        "App registration",
        "Secret expiry",
        "Directory",
        "Presence",
    ] {
        assert!(window.says_exactly(&format!("{check}: passed")), "{check}: {:#?}", window.texts());
    }
    window.click("Hide details");
    window.expect_not("Details complete");
    window.expect("Tested just now");
    window.click("Details");
    window.expect("Details complete");
}

#[test]
fn permissions_stand_side_by_side_with_the_way_to_the_missing_ones() {
    let (tenant, _place, mut window) = tested(Scenario::MissingPresenceRead);
    window.announces("Connected, with 2 warnings");
    for (name, standing) in [
        ("User.Read.All", "Directory of colleagues · Granted"),
        ("Presence.Read.All", "Presence · Missing: agents see no presence"),
        ("Application.ReadWrite.OwnedBy", "Renew the secret from here · Not granted, optional"),
    ] {
        assert!(window.says_exactly(name) && window.says_exactly(standing), "{name}: {:#?}", window.texts());
    }
    let details = tenant.details();
    let url = format!("{}/{}/adminconsent?client_id={}", details.login_url, details.tenant_id, details.client_id);
    assert_eq!(window.copies("Copy consent link"), Some(url.clone()));
    let text = window.copies("Copy text for the administrator").unwrap_or_default();
    assert!(text.contains(&url) && text.contains("Presence.Read.All") && !text.contains("User.Read.All"), "{text}");
    window.click("Evidence of Presence");
    assert!(window.says_exactly("Forbidden"), "{:#?}", window.texts());
    window.click("Hide evidence of Presence");
    assert!(!window.says_exactly("Forbidden"));
}

#[test]
fn a_wrong_object_id_is_put_right_with_one_click() {
    let tenant = practice(Scenario::Healthy);
    for wrong in [SERVICE_PRINCIPAL_ID, CLIENT_ID] {
        let place = Place::with_account(&tenant);
        let mut window = place.open();
        window.fill("Object ID", wrong);
        window.click("Test connection");
        window.wait_idle();
        window.expect("Look at: Object ID");
        window.click(&format!("Use {OBJECT_ID} and test again"));
        window.wait_idle();
        assert_eq!(window.value("Object ID"), OBJECT_ID);
        window.announces("Connected");
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.value("Object ID"), wrong, "it is a step that can be undone");
    }
}

#[test]
fn a_result_is_stale_after_the_next_edit_and_fresh_again_after_undo() {
    let (_tenant, _place, mut window) = tested(Scenario::Healthy);
    window.announces("Connected");
    window.fill("Name", "Fabrikam");
    window.announces("Connected");
    window.fill("Client ID", "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928");
    window.expect_not("Connected");
    window.expect("is of other values. Test again.");
    window.press(Modifiers::COMMAND, Key::Z);
    window.announces("Connected");
    window.expect_not("is of other values.");
}

#[test]
fn a_slow_test_shows_how_far_it_is_and_can_be_cancelled() {
    // Slower than any machine, so that the test is still under way when it is looked at.
    let slow = Options { delay: Duration::from_secs(60), ..Options::default() };
    let tenant = Practice::start(slow).unwrap();
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click("Test connection");
    window.wait("the first check", |session| session.running_test.as_ref().is_some_and(|test| test.checks.len() == 1));
    window.announces("Sign-in host… (1 of 9 checks done)");
    assert!(window.says_exactly("Details complete: passed") && window.says("Not done yet"));
    window.click("Cancel test");
    assert!(window.session().running_test.is_none() && window.session().last_result.is_none());
    assert!(window.has_button("Test connection"));
}

#[test]
fn a_missing_secret_in_the_keychain_is_told_before_anything_is_sent() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let reference = place.vault.references().remove(0);
    place.vault.delete(&reference).unwrap();
    let mut window = place.open();
    window.click("Test connection");
    window.wait("a result", |session| session.last_result.is_some());
    assert!(window.says_exactly(INCOMPLETE));
    window.expect("The client secret is no longer in the keychain");
    assert!(tenant.requests().is_empty());
}

#[test]
fn the_last_test_is_told_after_a_restart() {
    let (_tenant, place, window) = tested(Scenario::WrongSecret);
    window.expect("Test failed just now");
    drop(window);
    place.open().expect("Test failed just now");
}

#[test]
fn the_last_report_is_there_after_the_window_was_closed() {
    let (_tenant, place, window) = tested(Scenario::MissingPresenceRead);
    drop(window);
    let mut window = place.open();
    window.announces("Connected, with 2 warnings");
    window.expect("9 checks · ");
    window.click("Details");
    assert!(window.says_exactly("Presence: warning") && window.says_exactly("Presence.Read.All"));
    let report = window.copies("Copy report").unwrap_or_default();
    assert!(report.contains("Presence.Read.All: Missing"), "{report}");
    window.fill("Client ID", "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928");
    window.expect_not("Connected");
    window.expect("is of other values. Test again.");
}
