//! System messages: seven fields, their defaults, and their checks as they are typed.

use super::window::{Place, practice};
use liaison::{domain::MessageKey, practice::Scenario};

fn restore(key: MessageKey) -> String {
    format!("Restore the default of {}", key.label())
}

#[test]
fn seven_fields_have_their_defaults() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    for key in MessageKey::ALL {
        assert_eq!(window.value(key.label()), key.default_text());
        assert!(!window.is_enabled(&restore(key)), "{key:?} is its default");
    }
    assert!(!window.is_enabled("Restore all defaults"));
}

#[test]
fn a_default_is_restored_singly_and_for_all() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    for key in MessageKey::ALL {
        window.fill(key.label(), &format!("Neu {}", key.label()));
    }
    window.announces("7 unsaved changes");
    let left = MessageKey::PartyLeft;
    window.click(&restore(left));
    assert_eq!(window.value(left.label()), left.default_text());
    assert!(!window.is_enabled(&restore(left)));
    window.announces("6 unsaved changes");
    window.click("Restore all defaults");
    for key in MessageKey::ALL {
        assert_eq!(window.value(key.label()), key.default_text());
    }
    window.announces("No unsaved changes");
    window.click("Undo");
    window.announces("6 unsaved changes");
}

#[test]
fn messages_are_checked_against_each_other_as_they_are_typed() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.fill("Leave any time command", " no ");
    window.announces("It equals “Negative response” once upper case and blanks are ignored.");
    window.fill("Leave any time command", "BYE");
    window.expect_not("It equals");
    window.fill("Positive response", "SURE");
    window.announces("It does not name “SURE”.");
    window.fill("Session ended", "");
    window.announces("Enter a text or restore the default “Customer chat session ended”.");
    window.expect("1 to be corrected");
    window.click("Apply");
    window.announces("Not applied. Please look at: Session ended");
    assert_eq!(place.saved().map(|saved| saved.revision), Some(1));
}

#[test]
fn messages_in_other_scripts_are_kept_as_typed() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    let text = "hat die Sitzung verlassen – auf Wiedersehen! Größe, Ärger, „Süßes“";
    window.fill("Party left", text);
    window.click("Apply");
    window.wait_idle();
    drop(window);
    assert_eq!(place.open().value("Party left"), text);
}
