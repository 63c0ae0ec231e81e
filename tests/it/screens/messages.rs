//! System messages: seven fields, their defaults, and their checks as they are typed.

use super::window::{Place, practice};
use liaison::{
    domain::{MessageKey, messages::Pack},
    practice::Scenario,
};

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

#[test]
fn another_language_takes_the_place_of_all_seven_in_one_step() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_for_any_text();
    window.fill("Party left", "went away");
    for pack in Pack::ALL.into_iter().skip(1) {
        window.click("Use another language…");
        window.click(pack.label());
        for key in MessageKey::ALL {
            assert_eq!(window.value(key.label()), pack.messages().get(key), "{pack:?}");
        }
        window.announces("7 unsaved changes");
        window.expect_not("It does not name");
        let joined = pack.messages().get(MessageKey::PartyJoined).to_owned();
        window.expect(&format!("Follows the colleague's name: “Adele Vance {joined}”."));
        window.click("Undo");
        assert_eq!(window.value("Party left"), "went away");
    }
    window.click("Use another language…");
    window.click("Korean");
    window.click("Apply");
    window.wait_idle();
    assert_eq!(Pack::of(&place.saved().unwrap().account.system_messages), Some(Pack::Korean));
}

#[test]
fn an_input_method_writes_into_every_field() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_for_any_text();
    for key in MessageKey::ALL {
        window.fill(key.label(), "");
        window.compose(&["た", "たい", "退", "退出"], "退出しました");
        assert_eq!(window.value(key.label()), "退出しました", "{key:?}");
    }
    window.fill("Name", "");
    window.compose(&["ㅎ", "하", "한"], "한국");
    assert_eq!(window.value("Name"), "한국");
}

#[test]
fn a_character_that_no_font_has_is_named_and_kept() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_for_any_text();
    window.expect_not("No font of this computer has");
    window.fill("Party left", "출 – auf Wiedersehen!");
    window.announces("No font of this computer has U+CD9C, so boxes stand there. What is saved is what you typed.");
    window.click("Apply");
    window.wait_idle();
    assert_eq!(place.saved().unwrap().account.system_messages.get(MessageKey::PartyLeft), "출 – auf Wiedersehen!");
}
