//! Test connection: what it says, what it blames, and when it no longer counts.

use super::window::{Place, Window, practice};
use egui::{Key, Modifiers};
use liaison::practice::{Options, Practice, Scenario};
use std::time::Duration;

const INCOMPLETE: &str = "Error: Account credentials are incomplete";
const REFUSED: &str = "Error: Failed to request refresh token";

fn tested(scenario: Scenario) -> (Practice, Place, Window) {
    let tenant = practice(scenario);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click("Test connection");
    window.wait("a result", |session| session.last_result.is_some());
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
fn a_passed_test_shows_its_checks_on_demand() {
    let (_tenant, _place, mut window) = tested(Scenario::Healthy);
    window.announces("Connected");
    window.expect("9 checks · ");
    window.expect_not("Details complete");
    window.click("Details");
    for check in
        ["Details complete", "Sign-in host", "Tenant", "Sign-in", "Permissions", "App registration", "Secret expiry"]
    {
        assert!(window.says_exactly(check), "{check}");
    }
    window.click("Hide details");
    window.expect_not("Details complete");
    window.expect("Tested just now");
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
