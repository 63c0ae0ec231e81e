//! The one account: a second one is explained, and deleting it says what that means.

use super::window::{Place, practice};
use egui::{Key, Modifiers, accesskit::Role};
use liaison::{keeper::Keeper, practice::Scenario};

const NAME_FIELD: &str = "To delete it, type its name: Contoso";

#[test]
fn a_second_account_is_explained_instead_of_begun() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click("Add");
    assert!(window.has(Role::Dialog, "There can be only one Microsoft Teams account"));
    window.expect("Your contact center is allowed only one instance of a Microsoft Teams integration account.");
    window.click("Close");
    assert!(window.session().dialog.is_none());
    window.click("Add");
    window.click("Delete the existing account…");
    assert!(window.has(Role::Dialog, "Delete this Microsoft Teams account?"));
}

#[test]
fn deleting_says_what_it_means_asks_for_the_name_and_takes_the_secret_along() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    assert_eq!(place.vault.references().len(), 1);
    let mut window = place.open();
    window.click("Delete…");
    window.expect("Deleting it will disable access for all users in the account.");
    window.expect("all users in the account will need to re-enable Teams integration");
    window.expect("The client secret is removed from the keychain, too.");
    assert!(window.field(NAME_FIELD).is_focused(), "typing can begin at once");
    assert!(!window.is_enabled("Delete"));
    window.fill(NAME_FIELD, "Contos");
    assert!(!window.is_enabled("Delete"));
    window.fill(NAME_FIELD, "Contoso");
    assert!(window.is_enabled("Delete"));
    window.click("Delete");
    window.wait("the deletion", |session| session.saved.is_none());
    window.announces("The account and its secret are deleted.");
    window.expect("Connect your contact center to Microsoft Teams");
    assert_eq!((place.saved(), place.vault.references().len()), (None, 0));
}

#[test]
fn enter_deletes_once_the_name_is_typed_and_escape_keeps_everything() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click("Delete…");
    window.fill(NAME_FIELD, "Contoso");
    window.press(Modifiers::NONE, Key::Escape);
    if window.session().dialog.is_some() {
        // The first Escape may only leave the field.
        window.press(Modifiers::NONE, Key::Escape);
    }
    assert!(window.session().dialog.is_none() && place.saved().is_some());
    window.click("Delete…");
    assert_eq!(window.value(NAME_FIELD), "", "it is asked for anew");
    window.press(Modifiers::NONE, Key::Enter);
    window.fill(NAME_FIELD, "Contoso");
    window.press(Modifiers::NONE, Key::Enter);
    window.wait("the deletion", |session| session.saved.is_none());
}

#[test]
fn a_new_account_with_entries_is_dropped_only_after_asking() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window.fill("Name", "Half done");
    window.click("Delete…");
    window.expect("It was never applied. What you entered is lost.");
    window.click("Keep editing");
    assert_eq!(window.value("Name"), "Half done");
    window.click("Delete…");
    window.click("Drop it");
    window.expect("Connect your contact center to Microsoft Teams");
}

#[test]
fn the_months_messages_stand_against_the_limit_that_was() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window.expect("No conference has sent a message to Teams this month.");
    let mut keeper = Keeper::open(&place.profile, place.vault.clone()).unwrap();
    keeper.add_messages(11, chrono::Utc::now()).unwrap();
    keeper.add_messages(1, chrono::Utc::now()).unwrap();
    keeper.add_messages(300, chrono::Utc::now() - chrono::Duration::days(40)).unwrap();
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window.expect("Conferences have sent 12 messages to Teams this month. Evaluation mode once ended at 500 a month");
}
