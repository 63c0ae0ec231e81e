//! The first run, the practice tenant, the checklist and the help.

use super::window::{Place, draft, practice};
use egui::accesskit::Role;
use liaison::{domain::setup::PERMISSIONS, practice::Scenario, session::Screen};

#[test]
fn the_first_run_explains_itself_and_offers_two_ways_in() {
    let place = Place::new();
    let window = place.open();
    assert!(window.has(Role::Heading, "Connect your contact center to Microsoft Teams"));
    window.expect("You need the IDs and a client secret of an app registered in Azure.");
    window.expect("Nothing reaches Microsoft.");
    assert!(window.has_button("Add a Microsoft Teams account"));
    assert!(window.has_button("Explore with the practice tenant"));
    assert!(!window.has_button("Apply"), "there is nothing to apply yet");
}

#[test]
fn from_nothing_to_a_proven_account_by_hand() {
    let tenant = practice(Scenario::Healthy);
    let (place, values) = (Place::new(), draft(&tenant));
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window.expect("New, not applied yet");
    for (field, text) in [
        ("Name", "Contoso"),
        ("Object ID", &values.object_id),
        ("Directory (Tenant) ID", &values.tenant_id),
        ("Client ID", &values.client_id),
        ("Client Secret", &tenant.details().client_secret),
    ] {
        window.fill(field, text);
    }
    window.choose("Cloud", "Custom addresses");
    window.fill("Sign-in address", &values.cloud.login_url);
    window.fill("Graph address", &values.cloud.graph_url);
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    window.expect("· not applied yet");
    window.click("Apply");
    window.wait("the account", |session| session.saved.is_some());
    window.wait_idle();
    window.announces("Applied");
    window.expect("starts with 8Qk, kept in the keychain");
    window.expect("read from Azure");
    assert_eq!(place.secret().as_deref(), Some(tenant.details().client_secret.as_str()));
    assert_eq!(place.saved().map(|saved| saved.account), draft(&tenant).parse().ok());
}

#[test]
fn the_practice_tenant_is_entered_tried_applied_changed_and_left() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    window.expect("Practice tenant");
    window.expect("Nothing here reaches Microsoft.");
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    window.click("Apply");
    window.wait("the account", |session| session.saved.is_some());
    window.wait_idle();
    window.expect("Secret expires in 200 days");
    window.choose("How the practice tenant behaves", "Wrong client secret");
    window.wait("the scenario", |session| session.practice.as_ref().is_some_and(|p| p.current == "wrong_secret"));
    window.expect("No secret of the app matches, so every sign-in is refused with AADSTS7000215.");
    window.click("Test connection");
    window.wait_idle();
    window.announces("Error: Failed to request refresh token");
    window.click("Leave the practice tenant");
    window.wait("the real profile", |session| {
        session.practice.is_none() && matches!(session.opened, liaison::session::Opened::Ready)
    });
    window.expect("Connect your contact center to Microsoft Teams");
    assert!(place.saved().is_none(), "the practice account never was in the real profile");
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.saved.is_some());
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
}

#[test]
fn leaving_the_practice_tenant_with_unsaved_changes_asks_first() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    window.click("Leave the practice tenant");
    window.expect("Leave with unsaved changes?");
    window.click("Stay");
    assert!(window.session().practice.is_some() && window.session().dialog.is_none());
    window.click("Leave the practice tenant");
    window.click("Leave without applying");
    window.wait("the real profile", |session| session.practice.is_none());
}

#[test]
fn the_checklist_shows_every_permission_with_a_button_that_copies_it() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Show the set-up checklist");
    assert_eq!(window.session().screen, Screen::Setup);
    assert!(window.has(Role::Heading, "Register the app in Azure, step by step"));
    for permission in PERMISSIONS {
        let button = format!("Copy {} ({})", permission.name, permission.kind.label());
        assert_eq!(window.copies(&button).as_deref(), Some(permission.name));
        window.expect(permission.feature);
    }
    window.click_on(Role::CheckBox, "1. Register the app");
    window.click_on(Role::Tab, "Integration Accounts");
    window.click_on(Role::Tab, "Set-up checklist");
    let node = window.find(Role::CheckBox, "1. Register the app");
    assert_eq!(egui_kittest::kittest::NodeT::accesskit_node(&node).toggled(), Some(egui::accesskit::Toggled::True));
}

#[test]
fn help_shows_the_keys_and_escape_closes_it() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Help");
    assert!(window.has(Role::Dialog, "Help"));
    for keys in ["Ctrl+S", "Ctrl+T", "Ctrl+Z, Ctrl+Shift+Z", "Alt+Up, Alt+Down"] {
        window.expect(keys);
    }
    window.press(egui::Modifiers::NONE, egui::Key::Escape);
    assert!(window.session().dialog.is_none());
}
