//! Settings files, by the path that is typed where the system shows no file dialog.

use super::window::{Place, practice};
use liaison::practice::Scenario;
use std::fs;

#[test]
fn settings_are_exported_without_the_secret_and_imported_elsewhere() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    let path = place.path("settings.json");
    window.click("Export settings…");
    window.expect("This system shows no file dialog, so please type the path.");
    assert!(!window.is_enabled("Export"));
    window.fill("Path of the file", &path);
    window.click("Export");
    window.wait_idle();
    window.announces("Exported without the secret");
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("Contoso") && !written.contains(&tenant.details().client_secret));

    let other = Place::new();
    let mut window = other.open();
    window.click("Add a Microsoft Teams account");
    window.fill("Client Secret", &tenant.details().client_secret);
    window.click("Import settings…");
    window.fill("Path of the file", &path);
    window.press(egui::Modifiers::NONE, egui::Key::Enter);
    window.wait("the import", |session| session.notice.is_some());
    window.announces("Imported. Look the values over, then apply.");
    assert_eq!(window.value("Object ID"), tenant.details().object_id);
    window.click("Apply");
    window.wait_idle();
    assert_eq!(other.saved().map(|saved| saved.account), place.saved().map(|saved| saved.account));
    assert_eq!(other.secret(), place.secret());
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_another_can_be_tried() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    let path = place.path("broken.json");
    fs::write(&path, "{ not settings").unwrap();
    window.click("Import settings…");
    window.fill("Path of the file", &path);
    window.click("Import");
    window.wait_idle();
    assert!(window.session().dialog.is_some() && window.session().unsaved().is_empty());
    window.announces("The file is not JSON: line 1, character 3 is not understood.");
    assert_eq!(window.value("Path of the file"), path, "it can be corrected");
    window.click("Cancel");
    window.announces("No unsaved changes");
}
