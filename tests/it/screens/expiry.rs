//! Expires at and the pink bar.

use super::window::{Place, TALL, Window, draft, practice};
use chrono::{DateTime, Duration, Utc};
use liaison::{
    domain::{Expiry, ExpirySource, expiry},
    practice::Scenario,
};

fn in_ten_days() -> DateTime<Utc> {
    Utc::now() + Duration::days(10)
}

fn apply_by_test(window: &mut Window) {
    window.click("Test connection");
    window.wait("a result", |session| session.last_result.is_some());
    window.wait("the record", |session| session.saved.as_ref().is_some_and(|saved| saved.last_test.is_some()));
}

#[test]
fn the_date_is_read_from_azure_by_a_test_and_kept() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.expect("Secret expiry not known");
    apply_by_test(&mut window);
    window.expect("in 200 days · read from Azure");
    window.expect("Secret expires in 200 days");
    window.expect_not("The client secret expires");
    drop(window);
    place.open().expect("in 200 days · read from Azure");
}

#[test]
fn the_date_is_read_from_azure_by_an_apply_too() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    place.apply(&draft(&tenant), Some("k3D8Q~something-else"), Some(1));
    let mut window = place.open();
    window.click("Replace…");
    assert!(window.field("Client Secret").is_focused());
    window.paste("Client Secret", &tenant.details().client_secret);
    window.click("Apply");
    window.wait("the date", |session| session.saved.as_ref().is_some_and(|saved| saved.expiry.is_some()));
    window.expect("in 200 days · read from Azure");
}

#[test]
fn from_fifteen_days_before_the_end_a_pink_bar_leads_to_the_secret() {
    let tenant = practice(Scenario::ExpiringIn9Days);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    apply_by_test(&mut window);
    window.announces("The client secret expires in 9 days");
    window.expect("Agents lose chat, presence and directory then.");
    window.click_on(egui::accesskit::Role::Button, "Renew secret…");
    window.expect("Renew the client secret");
}

#[test]
fn once_the_end_has_come_the_bar_says_expired() {
    let tenant = practice(Scenario::ExpiringIn9Days);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    apply_by_test(&mut window);
    drop(window);
    let window = place.open_at(TALL, in_ten_days);
    window.announces("The client secret expired 1 day ago");
    window.expect("Agents have no chat, presence and directory.");
    window.expect("Secret expired 1 day ago");
}

#[test]
fn without_the_permission_the_date_is_entered_by_hand_and_marked_so() {
    let tenant = practice(Scenario::MissingApplicationRead);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    apply_by_test(&mut window);
    window.expect("the application permission Application.Read.All is missing. Enter the date by hand.");
    window.fill("Expires at", "12/2/2030");
    window.announces("This is not a date that can be read for certain.");
    let at = Utc::now() + Duration::days(12) + Duration::hours(1);
    window.fill("Expires at", &expiry::write_by_hand(at));
    window.expect("in 12 days · entered by hand");
    window.expect_not("The client secret expires");
    window.click("Apply");
    window.wait_idle();
    window.announces("The client secret expires in 12 days");
    let kept = place.saved().and_then(|saved| saved.expiry).map(|Expiry { source, .. }| source);
    assert_eq!(kept, Some(ExpirySource::EnteredByHand));
    drop(window);
    let mut window = place.open();
    window.expect("in 12 days · entered by hand");
    tenant.set_scenario(Scenario::Healthy);
    apply_by_test(&mut window);
    window.wait("the date", |session| {
        session.saved.as_ref().and_then(|saved| saved.expiry).is_some_and(|expiry| expiry.source == ExpirySource::Graph)
    });
    window.expect("in 200 days · read from Azure");
    window.expect_not("entered by hand");
    window.announces("No unsaved changes");
}
