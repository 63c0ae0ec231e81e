//! The history: what was done, found again, taken back, exported; and what other hands did to it.

use super::window::{Place, Window, practice};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::NodeT;
use liaison::{domain::Deed, domain::history::Kind, keeper::Keeper, practice::Scenario, session::Screen};
use std::fs;

fn open(window: &mut Window) {
    window.click_on(Role::Tab, "History");
    window.wait("the history", |session| session.history.read.is_some() && session.screen == Screen::History);
}

fn rows(window: &Window) -> Vec<String> {
    let item = |line: String| line.strip_prefix("ListItem: ").map(str::to_owned);
    window.texts().into_iter().filter_map(item).collect()
}

fn row(window: &Window, begins: &str) -> String {
    rows(window)
        .into_iter()
        .find(|row| row.starts_with(begins))
        .unwrap_or_else(|| panic!("{begins}: {:?}", rows(window)))
}

#[test]
fn nothing_was_done_yet() {
    let mut window = Place::new().open();
    window.click_on(Role::Tab, "History");
    window.wait("the history", |session| session.history.read.is_some());
    window.expect("Nothing was done yet");
}

#[test]
fn an_apply_and_its_test_are_written_down_and_an_earlier_state_comes_back() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.fill("Name", "Fabrikam");
    window.fill("Party left", "went away");
    window.click("Apply");
    window.wait_idle();
    window.wait("the test", |session| session.saved.as_ref().is_some_and(|saved| saved.last_test.is_some()));
    open(&mut window);
    window.announces("3 entries, none changed or removed since it was written.");
    let (all, user) = (rows(&window), crate::user());
    assert!(all[0].starts_with(&format!("Tested · {user}, ")), "{all:?}");
    assert!(all[1].ends_with("Name, Party left") && all[2].starts_with("Applied · "), "{all:?}");

    window.click_on(Role::ListItem, &all[1]);
    window.expect("Name: “Contoso” → “Fabrikam”");
    window.expect("Party left: “left the session” → “went away”");
    window.click_on(Role::ListItem, &all[2]);
    window.click("Restore these settings…");
    window.wait("the settings", |session| session.screen == Screen::Accounts);
    window.announces("The secret stays as it is.");
    assert_eq!((window.value("Name"), window.value("Party left")), ("Contoso".into(), "left the session".into()));
    window.click("Apply");
    window.wait_idle();
    assert_eq!(place.saved().unwrap().account.name, "Contoso");
    assert_eq!(place.secret().as_deref(), Some(tenant.details().client_secret.as_str()));
    open(&mut window);
    window
        .wait("the newest", |session| session.history.read.as_ref().is_some_and(|read| read.history.entries.len() > 3));
    let restored = row(&window, "Restored · ");
    assert!(restored.contains("As in entry 1 · Name, Party left"), "{restored}");
}

#[test]
fn it_is_searched_by_words_and_kinds_and_walked_by_keys() {
    let place = Place::with_account(&practice(Scenario::Healthy));
    let mut keeper = Keeper::open(&place.profile, place.vault.clone()).unwrap();
    for name in ["Adele Vance", "Zoë Ångström", "Megan Bowen"] {
        keeper.record(&Deed::new(Kind::AgentEnabled, chrono::Utc::now(), name)).unwrap();
    }
    let mut window = place.open();
    open(&mut window);
    assert_eq!(rows(&window).len(), 4);
    window.fill("Search the history", "zoë");
    assert!(rows(&window).len() == 1 && rows(&window)[0].contains("Zoë Ångström"));
    window.fill("Search the history", "nobody");
    window.expect("Nothing fits the search.");
    window.fill("Search the history", "");
    window.choose("Kind", "Applied");
    assert_eq!(rows(&window).len(), 1);
    window.choose("Kind", "All kinds");

    let all = rows(&window);
    window.click_on(Role::ListItem, &all[0]);
    window.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(window.focused().as_ref(), Some(&all[1]));
    window.expect("Agent enabled by ");
    window.press(Modifiers::NONE, Key::End);
    assert_eq!(window.focused().as_ref(), Some(&all[3]));
    window.expect("Applied by ");
    window.press(Modifiers::NONE, Key::Home);
    assert_eq!(window.focused().as_ref(), Some(&all[0]));
}

#[test]
fn it_is_exported_as_a_table() {
    let place = Place::with_account(&practice(Scenario::Healthy));
    let mut window = place.open();
    open(&mut window);
    let path = place.path("history.csv");
    window.click("Export…");
    window.fill("Path of the file", &path);
    window.click("Export");
    window.wait_idle();
    window.announces("Exported to ");
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written.starts_with("\u{feff}entry,time,user,what,") && written.contains("Client Secret stored (8Qk…)"),
        "{written}"
    );
}

#[test]
fn what_other_hands_changed_is_marked_and_cannot_be_restored() {
    let place = Place::with_account(&practice(Scenario::Healthy));
    let database = rusqlite::Connection::open(place.profile.database()).unwrap();
    database.execute("UPDATE history SET user = 'nobody'", []).unwrap();
    let mut window = place.open();
    open(&mut window);
    window.announces("This history was changed by other hands");
    window.expect("Entry 1: This entry was changed after it was written.");
    let row = row(&window, "Applied · nobody");
    window.click_on(Role::ListItem, &row);
    assert!(!window.has_button("Restore these settings…"));

    database.execute("DELETE FROM history", []).unwrap();
    window.click_on(Role::Tab, "History");
    window.wait("the history", |session| session.history.read.as_ref().is_some_and(|r| r.history.entries.is_empty()));
    window.expect("The newest entry was removed.");
}

#[test]
fn a_hundred_thousand_entries_make_only_the_rows_in_sight() {
    let place = Place::with_account(&practice(Scenario::Healthy));
    let database = rusqlite::Connection::open(place.profile.database()).unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        INSERT INTO history SELECT i, at, user, 'tested', 'Connected ' || i, '[]', NULL, previous, hash FROM history, n WHERE number = 1";
    database.execute_batch(many).unwrap();
    let mut window = place.open_sized(egui::vec2(1280.0, 800.0));
    open(&mut window);
    assert!((8..30).contains(&rows(&window).len()), "{:?}", rows(&window).len());
    let newest = row(&window, "Tested · ");
    assert!(newest.ends_with("Connected 100000"), "{newest}");
    assert_eq!(window.find(Role::ListItem, &newest).accesskit_node().size_of_set(), Some(100_000));
    window.fill("Search the history", "77777");
    assert_eq!(rows(&window).len(), 1);
}
