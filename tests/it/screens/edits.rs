//! Unsaved changes: seen, counted, taken back, asked about; and the keys for all that.

use super::window::{Place, Window, practice};
use egui::{
    Key, Modifiers,
    accesskit::{Role, Toggled},
};
use egui_kittest::kittest::NodeT;
use liaison::{
    domain::LicensingMode,
    practice::{Practice, Scenario},
};

const CTRL: Modifiers = Modifiers::COMMAND;

fn redo() -> Modifiers {
    Modifiers::COMMAND | Modifiers::SHIFT
}

fn account() -> (Practice, Place, Window) {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let window = place.open();
    (tenant, place, window)
}

#[test]
fn every_unsaved_change_is_marked_at_its_field_and_counted_below() {
    let (_tenant, _place, mut window) = account();
    window.announces("No unsaved changes");
    assert!(!window.is_enabled("Apply") && !window.is_enabled("Discard") && !window.is_enabled("Undo"));
    window.fill("Name", "Fabrikam");
    window.announces("1 unsaved change · Name");
    window.fill("Client ID", "x");
    window.announces("2 unsaved changes · Name, Client ID");
    window.click("Unsaved change in Name: put back");
    assert_eq!(window.value("Name"), "Contoso");
    window.announces("1 unsaved change · Client ID");
    window.click("Discard");
    window.announces("No unsaved changes");
    assert!(!window.has_button("Unsaved change in Client ID: put back"));
}

#[test]
fn typing_is_undone_and_done_again_as_one_step_by_key_and_by_button() {
    let (_tenant, _place, mut window) = account();
    window.focus("Name");
    window.press(CTRL, Key::A);
    for letter in ["F", "a", "b"] {
        window.type_text(letter);
    }
    assert_eq!(window.value("Name"), "Fab");
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Name"), "Contoso");
    window.press(redo(), Key::Z);
    assert_eq!(window.value("Name"), "Fab");
    window.click("Undo");
    assert_eq!(window.value("Name"), "Contoso");
    assert!(!window.is_enabled("Undo") && window.is_enabled("Redo"));
    window.click("Redo");
    assert_eq!(window.value("Name"), "Fab");
}

#[test]
fn a_focused_field_does_not_undo_on_its_own() {
    let (tenant, _place, mut window) = account();
    window.fill("Name", "Fabrikam");
    window.fill("Client ID", "x");
    window.focus("Name");
    window.press(CTRL, Key::Z);
    assert_eq!(
        (window.value("Name"), window.value("Client ID")),
        ("Fabrikam".into(), tenant.details().client_id.clone())
    );
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Name"), "Contoso");
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Name"), "Contoso", "nothing is left to undo, neither for the session nor for the field");
}

#[test]
fn a_field_that_was_filled_from_outside_does_not_bring_its_old_text_back() {
    let (_tenant, _place, mut window) = account();
    window.fill("Party left", "went");
    window.click("Restore the default of Party left");
    window.focus("Party left");
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Party left"), "went", "the session's step");
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Party left"), "left the session");
    window.press(CTRL, Key::Z);
    assert_eq!(window.value("Party left"), "left the session");
}

#[test]
fn undo_behind_a_dialog_changes_nothing() {
    let (_tenant, _place, mut window) = account();
    window.fill("Name", "Fabrikam");
    window.click("Help");
    window.press(CTRL, Key::Z);
    window.press(CTRL, Key::S);
    window.press(CTRL, Key::T);
    window.click("Close");
    assert_eq!(window.value("Name"), "Fabrikam");
    assert!(window.session().busy.is_none() && window.session().running_test.is_none());
}

#[test]
fn the_keys_apply_and_test() {
    let (_tenant, place, mut window) = account();
    window.press(CTRL, Key::T);
    window.wait("a result", |session| session.last_result.is_some());
    window.announces("Connected");
    window.fill("Name", "Fabrikam");
    window.press(CTRL, Key::S);
    window.wait_idle();
    assert_eq!(place.saved().map(|saved| saved.account.name).as_deref(), Some("Fabrikam"));
    assert_eq!(window.value("Name"), "Fabrikam", "the key is not typed into the field");
    window.announces("Applied");
    window.click("Dismiss this message");
    window.announces("No unsaved changes");
}

#[test]
fn closing_asks_about_unsaved_changes_and_does_what_is_answered() {
    let (_tenant, place, mut window) = account();
    window.fill("Name", "Fabrikam");
    assert!(!window.close());
    assert!(window.has(Role::Dialog, "Close with unsaved changes?"));
    window.expect("Not applied yet: Name.");
    window.click("Keep editing");
    assert_eq!(window.value("Name"), "Fabrikam");
    assert!(!window.close());
    window.click("Apply and close");
    window.wait("the end", |session| session.closing);
    assert_eq!(place.saved().map(|saved| saved.account.name).as_deref(), Some("Fabrikam"));
}

#[test]
fn closing_without_applying_keeps_what_was_applied() {
    let (_tenant, place, mut window) = account();
    window.fill("Name", "Fabrikam");
    window.close();
    window.click("Close without applying");
    assert!(window.session().closing);
    window.step();
    assert!(window.commanded(&egui::ViewportCommand::Close));
    drop(window);
    assert_eq!(place.saved().map(|saved| saved.account.name).as_deref(), Some("Contoso"));
}

#[test]
fn a_clean_window_closes_without_a_question() {
    let (_tenant, _place, mut window) = account();
    assert!(window.close());
}

#[test]
fn what_cannot_be_applied_cannot_be_applied_on_closing_either() {
    let (_tenant, _place, mut window) = account();
    window.fill("Client ID", "x");
    window.close();
    assert!(!window.is_enabled("Apply and close"));
    assert!(window.is_enabled("Close without applying"));
}

#[test]
fn the_licensing_mode_is_one_of_two_named_choices() {
    let (_tenant, place, mut window) = account();
    let on = |window: &Window, mode: LicensingMode| {
        window.find(Role::RadioButton, mode.label()).accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(on(&window, LicensingMode::Evaluation) && !on(&window, LicensingMode::Production));
    for mode in LicensingMode::ALL {
        window.expect(mode.explanation());
        assert!(window.has(Role::Link, mode.link().0));
    }
    let group = "Licensing Mode for MS Graph API Used for MS Teams Messages";
    assert!(window.has(Role::RadioGroup, group) && window.has(Role::Heading, group));
    window.click_on(Role::RadioButton, "Production mode");
    assert!(!on(&window, LicensingMode::Evaluation) && on(&window, LicensingMode::Production));
    window.announces("1 unsaved change · Licensing mode");
    window.click("Apply");
    window.wait_idle();
    assert_eq!(place.saved().map(|saved| saved.account.licensing_mode), Some(LicensingMode::Production));
}

#[test]
fn what_an_edit_means_for_agents_is_said_beside_it() {
    let tenant = practice(Scenario::Healthy);
    let mut window = Place::with_account(&tenant).open();
    let guard = "agents are signed out";
    window.expect_not(guard);
    window.fill("Client ID", "11111111-2222-4333-8444-555555555555");
    window.announces("With another Client ID, agents are signed out.");
    window.fill("Client ID", &tenant.details().client_id.to_uppercase());
    window.expect_not(guard);
    window.click("Replace…");
    window.fill("Client Secret", "n3w8Q~value");
    window.announces("Agents stay signed in");
    window.fill("Name", "Contoso Europe");
    window.announces("Agents stay signed in");
}
