//! What is kept: over a restart, without a keychain, beside a second window, and in a damaged file.

use super::window::{Place, draft, practice};
use egui::accesskit::Role;
use liaison::{
    domain::{PhoneType, StoredSecret},
    practice::Scenario,
    session::Opened,
    vault::{Step, Vault, VaultError},
};
use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

#[test]
fn a_restart_finds_everything_as_it_was_applied() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.fill("Name", "Fabrikam");
    window.click_on(Role::RadioButton, "Production mode");
    window.click_on(Role::CheckBox, "Home phone");
    window.click("Move Home phone up");
    window.fill("Session ended", "Bye-bye");
    window.click("Apply");
    window.wait_idle();
    let before = place.saved().unwrap();
    assert_eq!(place.secret().as_deref(), Some(tenant.details().client_secret.as_str()), "an Apply keeps the secret");
    assert_eq!(place.vault.references().len(), 1);
    drop(window);
    let mut window = place.open();
    window.announces("No unsaved changes");
    assert_eq!(window.value("Name"), "Fabrikam");
    assert_eq!(window.value("Session ended"), "Bye-bye");
    let shown: Vec<PhoneType> = before.account.directory_options.shown().collect();
    assert_eq!(shown, [PhoneType::Business, PhoneType::Home, PhoneType::Mobile]);
    assert_eq!(window.session().saved.as_ref().map(|saved| &saved.account), Some(&before.account));
    window.click("Test connection");
    window.wait("a result", |session| session.last_result.is_some());
    window.announces("Connected");
}

#[test]
fn without_a_keychain_the_secret_lasts_for_the_session_if_that_is_wanted() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with(Vault::unavailable());
    place.apply(&draft(&tenant), None, None);
    let mut window = place.open();
    window.paste("Client Secret", &tenant.details().client_secret);
    window.click("Apply");
    window.wait("the dialog", |session| session.dialog.is_some());
    assert!(window.has(Role::Dialog, "The keychain does not keep the secret"));
    window.expect("is not available.");
    window.click("Cancel");
    assert_eq!(place.saved().map(|saved| saved.revision), Some(1));
    window.announces("1 unsaved change · Client Secret");
    window.click("Apply");
    window.wait("the dialog", |session| session.dialog.is_some());
    window.click("Apply, keep it for this session");
    window.wait("a result", |session| session.busy.is_none() && session.last_result.is_some());
    window.expect("starts with 8Qk, kept for this session only");
    window.announces("Connected");
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    assert_eq!(place.saved().map(|saved| saved.secret), Some(StoredSecret::None));
    drop(window);
    let mut window = place.open();
    window.expect_not("kept for this session");
    window.click("Test connection");
    window.wait("a result", |session| session.last_result.is_some());
    window.announces("Error: Account credentials are incomplete");
}

#[test]
fn a_change_in_another_window_is_noticed_and_my_edits_can_stand_on_top() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let (mut mine, mut theirs) = (place.open(), place.open());
    theirs.fill("Name", "Theirs");
    theirs.fill("Party left", "went");
    theirs.click("Apply");
    theirs.wait_idle();
    mine.fill("Name", "Mine");
    mine.click("Apply");
    mine.wait("the dialog", |session| session.dialog.is_some());
    assert!(mine.has(Role::Dialog, "The account was changed in the meantime"));
    mine.expect(": Name, Party left. Nothing of yours was saved, and nothing is lost.");
    mine.click("Keep my edits on top");
    assert_eq!((mine.value("Name"), mine.value("Party left")), ("Mine".into(), "went".into()));
    mine.click("Apply");
    mine.wait_idle();
    let kept = place.saved().unwrap();
    assert_eq!((kept.account.name.as_str(), kept.revision), ("Mine", 3));
}

#[test]
fn a_change_in_another_window_can_be_taken_over() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let (mut mine, mut theirs) = (place.open(), place.open());
    theirs.fill("Name", "Theirs");
    theirs.click("Apply");
    theirs.wait_idle();
    mine.fill("Name", "Mine");
    mine.click("Apply");
    mine.wait("the dialog", |session| session.dialog.is_some());
    mine.click("Decide later");
    assert_eq!(mine.value("Name"), "Mine");
    mine.click("Apply");
    mine.wait("the dialog", |session| session.dialog.is_some());
    mine.click("Show the newer one");
    assert_eq!(mine.value("Name"), "Theirs");
    assert!(mine.session().unsaved().is_empty());
}

#[test]
fn an_account_deleted_in_another_window_can_be_made_anew_from_my_edits() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let (mut mine, mut theirs) = (place.open(), place.open());
    theirs.click("Delete…");
    theirs.fill("To delete it, type its name: Contoso", "Contoso");
    theirs.click("Delete");
    theirs.wait("the deletion", |session| session.saved.is_none());
    mine.fill("Name", "Mine");
    mine.click("Apply");
    mine.wait("the dialog", |session| session.dialog.is_some());
    mine.expect("Another window or the command line deleted the account.");
    mine.click("Make it a new account");
    mine.expect("New, not applied yet");
    mine.paste("Client Secret", &tenant.details().client_secret);
    mine.click("Apply");
    mine.wait_idle();
    assert_eq!(place.saved().map(|saved| saved.account.name).as_deref(), Some("Mine"));
}

#[test]
fn a_damaged_file_is_named_left_alone_and_tried_again() {
    let place = Place::new();
    let file = place.profile.database();
    fs::create_dir_all(place.profile.dir()).unwrap();
    fs::write(&file, b"this is no database, whatever its name says").unwrap();
    let mut window = place.open();
    assert!(matches!(window.session().opened, Opened::Failed(_)));
    window.expect("liaison.sqlite3");
    assert!(!window.has_button("Add a Microsoft Teams account") && !window.has_button("Apply"));
    let message = window.copies("Copy this message").unwrap_or_default();
    assert!(message.contains("liaison.sqlite3"), "{message}");
    assert_eq!(fs::read(&file).unwrap(), b"this is no database, whatever its name says");
    fs::remove_file(&file).unwrap();
    window.click("Try again");
    window.wait("the data folder", |session| matches!(session.opened, Opened::Ready));
    window.expect("Connect your contact center to Microsoft Teams");
}

#[test]
fn the_theme_is_kept_over_a_restart() {
    let place = Place::new();
    let mut window = place.open();
    for (from, to, dark) in [("System", "Light", false), ("Light", "Dark", true)] {
        window.click(&format!("Theme: {from}"));
        window.click(to);
        assert!(window.has_button(&format!("Theme: {to}")));
        assert_eq!(window.is_dark(), dark);
    }
    drop(window);
    let window = place.open();
    assert!(window.has_button("Theme: Dark") && window.is_dark());
}

#[test]
fn a_keychain_that_asks_before_it_forgets_keeps_nobody_from_the_account() {
    let tenant = practice(Scenario::Healthy);
    let (answer, question) = mpsc::channel::<()>();
    let (asks, question) = (Arc::new(AtomicBool::new(false)), Mutex::new(question));
    let asked = asks.clone();
    let place = Place::with(Vault::rehearsed(move |step| match step {
        Step::BeforeDelete if asked.load(Ordering::SeqCst) => {
            question.lock().unwrap().recv().map_err(|_| VaultError::Locked)
        }
        Step::BeforeDelete => Err(VaultError::Locked),
        _ => Ok(()),
    }));
    place.apply(&draft(&tenant), Some("8Qk8Q~old"), None);
    place.apply(&draft(&tenant), Some("8Qk8Q~new"), Some(1));
    assert_eq!(place.vault.references().len(), 2, "one is left over");
    asks.store(true, Ordering::SeqCst);
    let window = place.open();
    assert_eq!(window.value("Name"), "Contoso", "the account is there while the keychain waits");
    answer.send(()).unwrap();
    drop((window, answer));
    assert_eq!(place.vault.references().len(), 1);
}
