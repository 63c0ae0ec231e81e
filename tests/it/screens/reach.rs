//! What can be reached: in a small window, and by keyboard alone.

use super::window::{Place, Window, practice};
use egui::{Key, Modifiers, Vec2, accesskit::Role};
use liaison::{
    domain::{Field, LicensingMode, MessageKey},
    practice::Scenario,
};
use std::collections::BTreeSet;

const SMALL: Vec2 = Vec2::new(900.0, 600.0);

/// What can be focused, by pressing Tab until it begins anew.
fn by_tab(window: &mut Window) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut again = 0;
    while again < 5 {
        window.press(Modifiers::NONE, Key::Tab);
        let Some(focused) = window.focused() else { continue };
        again = if seen.insert(focused) { 0 } else { again + 1 };
        assert!(seen.len() < 200, "{seen:#?}");
    }
    seen
}

#[test]
fn in_a_small_window_everything_is_reached_by_tab_and_scrolled_to() {
    let tenant = practice(Scenario::ExpiringIn9Days);
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(SMALL);
    window.press(Modifiers::COMMAND, Key::T);
    window.wait("the date", |session| session.saved.as_ref().is_some_and(|saved| saved.expiry.is_some()));
    window.fill("Name", "Fabrikam");
    let reached = by_tab(&mut window);
    let mut expected: Vec<String> = ["Add", "Delete…", "Apply", "Discard", "Undo", "Help", "Theme: System"]
        .into_iter()
        .chain(["Renew secret…", "Replace…", "Test connection", "Hide details", "Copy report", "Cloud"])
        .chain(["Import settings…", "Export settings…", "Integration Accounts", "Set-up checklist"])
        .chain(["Business phone", "Move Business phone down", "Move Other phone up"])
        .chain(LicensingMode::ALL.map(LicensingMode::label))
        .chain([Field::Name, Field::ObjectId, Field::TenantId, Field::ClientId].map(Field::label))
        .map(str::to_owned)
        .collect();
    expected.extend(MessageKey::ALL.map(|key| key.label().to_owned()));
    let missing: Vec<&String> = expected.iter().filter(|name| !reached.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {reached:#?}");
}

#[test]
fn what_has_the_focus_is_scrolled_into_view() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(SMALL);
    for _ in 0..200 {
        window.press(Modifiers::NONE, Key::Tab);
        if window.focused().as_deref() == Some("Leave any time command") {
            break;
        }
    }
    window.run();
    let rect = window.field("Leave any time command").rect();
    assert!(rect.top() >= 0.0 && rect.bottom() <= SMALL.y, "{rect:?}");
    window.type_text("CIAO");
    window.announces("1 unsaved change · Leave any time command");
}

#[test]
fn in_a_small_window_the_practice_tenant_is_named_and_can_be_left() {
    let place = Place::new();
    let mut window = place.open_sized(SMALL);
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    window.click("Practice tenant");
    window.expect("Nothing here reaches Microsoft.");
    window.click("Leave the practice tenant");
    window.click("Leave without applying");
    window.wait("the real profile", |session| session.practice.is_none());
}

#[test]
fn every_dialog_fits_into_a_small_window() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(SMALL);
    for (open, close) in [("Help", "Close"), ("Add", "Close"), ("Delete…", "Keep it")] {
        window.click(open);
        let dialog = window.find(Role::Button, close).rect();
        assert!(dialog.bottom() <= SMALL.y && dialog.right() <= SMALL.x, "{open}: {dialog:?}");
        window.click(close);
        assert!(window.session().dialog.is_none(), "{open}");
    }
}

#[test]
fn a_radio_a_switch_and_a_button_work_by_keyboard() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.find(Role::RadioButton, "Production mode").focus();
    window.run();
    window.press(Modifiers::NONE, Key::Space);
    window.find(Role::CheckBox, "Home phone").focus();
    window.run();
    window.press(Modifiers::NONE, Key::Space);
    window.announces("2 unsaved changes · Licensing mode, Directory Options");
    window.find(Role::Button, "Apply").focus();
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.wait_idle();
    assert_eq!(place.saved().map(|saved| saved.revision), Some(2));
}
