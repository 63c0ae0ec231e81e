//! The Directory screen: people with presence and numbers, found, filtered, walked through by key and reached; their numbers
//! counted, suggested and exported.

use super::window::{Place, TALL, Window};
use egui::{Key, Modifiers, Vec2, accesskit::Role, vec2};
use egui_kittest::kittest::NodeT;
use liaison::{
    domain::people::{Order, Query},
    practice::{Colleague, Options, Practice, Removal, Scenario},
    session::directory::Numbers,
};

const SIZE: Vec2 = vec2(1280.0, 800.0);
const NONE: Modifiers = Modifiers::NONE;

/// A window on the Directory screen, before anything was read.
fn closed(scenario: Scenario, people: usize, size: Vec2) -> (Practice, Place, Window) {
    let tenant = Practice::start(Options { scenario, people, ..Options::default() }).unwrap();
    let place = Place::with_account(&tenant);
    let mut window = place.open_for_any_text_sized(size);
    window.wait("what is kept", |session| session.directory.opened);
    window.click_on(Role::Tab, "Directory");
    (tenant, place, window)
}

/// The same, read.
fn open(people: usize) -> (Practice, Place, Window) {
    open_sized(people, SIZE)
}

fn open_sized(people: usize, size: Vec2) -> (Practice, Place, Window) {
    let (tenant, place, mut window) = closed(Scenario::Healthy, people, size);
    window.click("Read the directory");
    window.wait("the people", |session| session.directory.at.is_some() && session.directory.counted.is_some());
    (tenant, place, window)
}

/// The rows in sight, as a screen reader hears them.
fn rows(window: &Window) -> Vec<String> {
    let texts = window.texts();
    texts.iter().filter_map(|line| line.strip_prefix("ListItem: ")).map(str::to_owned).collect()
}

#[track_caller]
fn row(window: &Window, name: &str) -> String {
    let found: Vec<String> = rows(window).into_iter().filter(|row| row.starts_with(name)).collect();
    assert_eq!(found.len(), 1, "{name} in {:?}", rows(window));
    found.into_iter().next().unwrap()
}

#[track_caller]
fn search(window: &mut Window, text: &str, expected: usize) {
    window.fill("Search the directory", text);
    let asked = Query::new(text);
    window.wait(&format!("{expected} found"), |session| {
        let found = session.directory.found.as_ref();
        found.is_some_and(|found| found.ask.query == asked) && session.directory.count() == expected
    });
}

#[track_caller]
fn shows(window: &mut Window, expected: usize) {
    window.wait(&format!("{expected} people"), |session| session.directory.count() == expected);
}

#[test]
fn without_an_account_there_is_nothing_to_read() {
    let mut window = Place::new().open_sized(SIZE);
    window.click_on(Role::Tab, "Directory");
    window.expect("There is no account yet");
    window.click("Go to the account");
    window.expect("Connect your contact center");
}

#[test]
fn people_are_shown_with_presence_and_the_numbers_that_agents_see() {
    let (_tenant, _place, mut window) = open(25);
    window.announces("25 people · as of just now");
    window.wait("presence", |session| session.directory.faces.known() == 25);
    assert!(window.has(Role::List, "People"));
    let adele = row(&window, "Adele Vance");
    assert!(adele.ends_with("Available, +1 425 555 0109, 2 numbers"), "{adele}");
    let position = {
        let node = window.find(Role::ListItem, &adele);
        let data = node.accesskit_node();
        (data.data().position_in_set(), data.data().size_of_set())
    };
    assert_eq!(position, (Some(0), Some(25)));
    // The navigation tells how many.
    assert!(window.has_button("Chat with Adele Vance") && window.has_button("Call Adele Vance"));
    // Both splits of the documented values in any case, and words that nobody knows.
    for (text, said) in [
        ("anna-lena", "In a meeting"),
        ("przybylska", "Focusing"),
        ("okonkwo", "Commuting · OnTheTrain"),
        ("jose", "Away, Working from home today"),
    ] {
        search(&mut window, text, 1);
        let row = rows(&window)[0].clone();
        assert!(row.contains(said), "{row}");
    }
}

#[test]
fn people_are_found_whatever_the_accents_and_the_punctuation() {
    let (_tenant, _place, mut window) = open(25);
    search(&mut window, "zoe angstrom", 1);
    row(&window, "Zoë Ångström");
    window.announces("1 of 25 people");
    search(&mut window, "4255550109", 1);
    row(&window, "Adele Vance");
    search(&mut window, "nobody at all", 0);
    window.expect("Nobody fits");
    window.click("Show everybody");
    shows(&mut window, 25);
    assert_eq!(window.value("Search the directory"), "");
}

#[test]
fn the_menu_has_the_numbers_in_the_configured_order_and_only_those_switched_on() {
    let (_tenant, _place, mut window) = open_sized(25, TALL);
    search(&mut window, "adele", 1);
    let menu = |window: &Window| -> Vec<String> {
        let texts = window.texts();
        texts.iter().filter_map(|line| line.strip_prefix("MenuItem: ")).map(str::to_owned).collect()
    };
    let name = rows(&window)[0].clone();
    window.click_on(Role::ListItem, &name);
    assert_eq!(menu(&window), ["+1 425 555 0109, Business phone", "+1 425 555 0134, Mobile phone"]);
    window.press(NONE, Key::Escape);
    assert!(menu(&window).is_empty());

    window.click_on(Role::Tab, "Integration Accounts");
    window.click("Move Mobile phone up");
    window.click_on(Role::Tab, "Directory");
    let name = row(&window, "Adele Vance");
    assert!(name.contains("+1 425 555 0134, 2 numbers"), "{name}");
    window.click_on(Role::ListItem, &name);
    assert_eq!(menu(&window), ["+1 425 555 0134, Mobile phone", "+1 425 555 0109, Business phone"]);
    assert_eq!(
        window.opens(Role::MenuItem, "+1 425 555 0109, Business phone"),
        teams("call/0/0?users=4:%2B14255550109")
    );

    window.click_on(Role::Tab, "Integration Accounts");
    window.click_on(Role::CheckBox, "Mobile phone");
    window.click_on(Role::Tab, "Directory");
    assert!(row(&window, "Adele Vance").ends_with("+1 425 555 0109"));
}

fn teams(path: &str) -> String {
    format!("https://teams.microsoft.com/l/{path}")
}

#[test]
fn chat_and_call_open_teams() {
    let (tenant, _place, mut window) = open(25);
    let id = tenant.details().tenant_id.clone();
    search(&mut window, "zoe", 1);
    let chat = window.opens(Role::Button, "Chat with Zoë Ångström");
    assert_eq!(chat, teams(&format!("chat/0/0?tenantId={id}&users=zoe.angstrom@contoso.example")));
    let call = window.opens(Role::Button, "Call Zoë Ångström");
    assert_eq!(call, teams("call/0/0?users=zoe.angstrom@contoso.example"));
    let name = rows(&window)[0].clone();
    window.click_on(Role::ListItem, &name);
    let dial = window.texts().iter().find_map(|line| line.strip_prefix("Button: Dial ").map(str::to_owned)).unwrap();
    let opened = window.opens(Role::Button, &format!("Dial {dial}"));
    assert!(opened.starts_with("tel:"), "{opened}");
}

#[test]
fn filters_by_presence_department_and_numbers() {
    let (_tenant, _place, mut window) = open(60);
    window.choose("Presence", "Busy");
    window.wait("everybody's presence", |session| {
        let faces = &session.directory.faces;
        faces.known() == 60 && faces.to_come() == 0 && session.directory.count() > 0
    });
    let busy = rows(&window);
    assert!(busy.iter().all(|row| ["In a", "Busy", "busy"].iter().any(|word| row.contains(word))), "{busy:?}");
    window.choose("Presence", "Any presence");
    shows(&mut window, 60);

    window.choose("Department", "Legal");
    window.wait("a department", |session| (1..60).contains(&session.directory.count()));
    assert!(rows(&window).iter().all(|row| row.contains(", Legal")));
    window.choose("Department", "Any department");
    shows(&mut window, 60);

    window.choose("Has number", "No number that agents see");
    window.wait("people without numbers", |session| (1..10).contains(&session.directory.count()));
    assert!(rows(&window).iter().all(|row| row.ends_with("no number")));
}

#[test]
fn the_list_is_sorted_by_its_headings() {
    let (_tenant, _place, mut window) = open(25);
    assert!(rows(&window)[0].starts_with("Adele Vance"));
    window.click("Sort by name, sorted from A to Z");
    let last = rows(&window)[0].clone();
    assert!(!last.starts_with("Adele"), "{last}");
    assert!(window.has_button("Sort by name, sorted from Z to A"));
    window.click("Sort by department");
    window.wait("the other order", |session| {
        session.directory.found.as_ref().is_some_and(|found| found.ask.order != Default::default())
    });
    assert!(rows(&window)[0].contains(", Customer Service"), "{:?}", rows(&window));
}

#[test]
fn the_list_is_walked_through_by_key() {
    let (_tenant, _place, mut window) = open(2_000);
    window.focus("Search the directory");
    window.press(NONE, Key::ArrowDown);
    let on = |window: &Window| {
        let name = window.focused().expect("a focus");
        let node = window.find(Role::ListItem, &name);
        node.accesskit_node().data().position_in_set()
    };
    assert_eq!(on(&window), Some(0));
    window.press(NONE, Key::ArrowDown);
    window.press(NONE, Key::ArrowDown);
    assert_eq!(on(&window), Some(2));
    window.press(NONE, Key::ArrowUp);
    assert_eq!(on(&window), Some(1));
    window.press(NONE, Key::PageDown);
    let paged = on(&window).unwrap();
    assert!((8..20).contains(&paged), "{paged}");
    // The row is scrolled into sight, whole.
    let name = window.focused().unwrap();
    let bottom = window.find(Role::ListItem, &name).rect().bottom();
    assert!(bottom < 740.0, "{bottom}");
    window.press(NONE, Key::End);
    assert_eq!(on(&window), Some(1_999));
    // Another filter is another list, which begins at its top.
    window.click("Sort by department");
    window.wait("the other order", |session| {
        session.directory.found.as_ref().is_some_and(|found| found.ask.order == Order::Department)
    });
    let first = rows(&window)[0].clone();
    assert_eq!(window.find(Role::ListItem, &first).accesskit_node().data().position_in_set(), Some(0));
    window.click("Sort by name");
    window.wait("the first order", |session| {
        session.directory.found.as_ref().is_some_and(|found| found.ask.order == Order::Name)
    });
    window.focus("Search the directory");
    window.press(NONE, Key::ArrowDown);
    window.press(NONE, Key::End);
    // Only what is in sight is made.
    assert!(rows(&window).len() < 30);
    window.press(NONE, Key::Home);
    assert_eq!(on(&window), Some(0));
    window.press(NONE, Key::Enter);
    assert!(window.texts().iter().any(|line| line.starts_with("MenuItem: ")));
    window.press(NONE, Key::Escape);
    window.press(NONE, Key::Tab);
    assert_eq!(window.focused().as_deref(), Some("Chat with Adele Vance"));
}

#[test]
fn number_coverage_leads_to_the_people_and_to_an_order() {
    let (tenant, _place, mut window) = open(60);
    window.expect("Business phone: ");
    let bar =
        window.texts().iter().find_map(|line| line.strip_prefix("Button: Mobile phone: ").map(str::to_owned)).unwrap();
    window.click(&format!("Mobile phone: {bar}"));
    window.wait("people with a mobile number", |session| {
        session.directory.filter.numbers != Numbers::Any && session.directory.count() < 60
    });
    let count = window.session().directory.count();
    assert!(bar.starts_with(&format!("{count} of 60 people")), "{bar} {count}");
    window.click(&format!("Mobile phone: {bar}"));
    shows(&mut window, 60);
    window.click("Show whose they are");
    window.wait("people with local numbers", |session| session.directory.filter.numbers == Numbers::NotE164);
    assert!(window.session().directory.count() > 0);
    window.fill("Search the directory", "");

    // Now more people have a mobile number than one for business.
    for index in 0..60 {
        tenant.add_person(Colleague {
            display_name: format!("Mobile {index}"),
            alias: format!("mobile.{index}"),
            mobile_phone: Some("+14255550100".to_owned()),
            ..Colleague::default()
        });
    }
    window.click("Refresh");
    window.wait("the newcomers", |session| {
        session.directory.people.len() == 120 && session.directory.counted.is_some() && session.directory.load.is_none()
    });
    window.click("Use this order");
    window.announces("The suggested order is in Directory Options");
    let order = window.session().directory_options();
    assert_eq!(order.shown().map(|kind| kind.key()).collect::<Vec<_>>(), ["mobile", "business"]);
    assert!(!window.has_button("Use this order"));
}

#[test]
fn the_transfer_dialog_shows_the_same_menu() {
    let (_tenant, _place, mut window) = open(25);
    window.click("Transfer dialog…");
    assert!(window.has(Role::Dialog, "Transfer the call"));
    window.fill("Transfer to", "adele");
    shows(&mut window, 1);
    window.click("Transfer to Adele Vance");
    window.click_on(Role::MenuItem, "+1 425 555 0134, Mobile phone");
    window.announces("The call would go to Adele Vance, +1 425 555 0134.");
    window.click("Close");
    assert!(!window.has(Role::Dialog, "Transfer the call"));
}

#[test]
fn the_list_is_exported_as_it_stands() {
    let (_tenant, place, mut window) = open(25);
    search(&mut window, "adele", 1);
    window.wait("presence", |session| session.directory.faces.known() > 0);
    window.click("Export…");
    let path = place.path("people.csv");
    window.fill("Path of the file", &path);
    window.click("Export");
    window.wait_idle();
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("Name,User principal name,Mail,Job title,Department,Presence,Message,Business phone"));
    assert!(lines[1].starts_with("Adele Vance,adele.vance@contoso.example,"), "{text}");
    // A number that begins with a plus is a formula to a spreadsheet.
    assert!(lines[1].contains(",'+1 425 555 0109,'+1 425 555 0134,"), "{text}");
}

#[test]
fn what_changes_in_the_tenant_comes_with_a_refresh() {
    let (tenant, place, mut window) = open(25);
    assert!(tenant.remove_person("ruth.mbeki@contoso.example", Removal::Deleted));
    assert!(tenant.change_person("ann.lee@contoso.example", |one| one.display_name = "Ann Lee-Meyer".to_owned()));
    window.click("Refresh");
    window.wait("the change", |session| session.directory.people.len() == 24 && session.directory.load.is_none());
    search(&mut window, "meyer", 1);
    drop(window);
    // They are there at once the next time, without a question to Graph.
    tenant.set_scenario(Scenario::Offline);
    let mut window = place.open_for_any_text_sized(SIZE);
    window.wait("what is kept", |session| session.directory.people.len() == 24);
    window.click_on(Role::Tab, "Directory");
    window.announces("24 people · as of just now");
    window.click("Refresh");
    window.wait("the trouble", |session| session.directory.failure.is_some());
    assert_eq!(window.session().directory.count(), 24);
    assert!(window.has_button("Try again"));
}

#[test]
fn a_missing_permission_is_said_once_where_it_is_missed() {
    let (_tenant, _place, mut window) = closed(Scenario::MissingUserRead, 25, SIZE);
    window.click("Read the directory");
    window.wait("the refusal", |session| session.directory.failure.is_some());
    window.expect("User.Read.All");
    assert!(window.has_button("Try again"));

    let (tenant, _place, mut window) = closed(Scenario::MissingPresenceRead, 25, SIZE);
    window.click("Read the directory");
    window.wait("the refusal", |session| session.directory.faces.refused.is_some());
    window.announces("Presence is not shown: the permission Presence.Read.All is missing.");
    row(&window, "Adele Vance");
    tenant.set_scenario(Scenario::Healthy);
    window.click("Ask again");
    window.wait("presence", |session| session.directory.faces.known() > 0);
    window.expect_not("Presence is not shown");
}

#[test]
fn photos_come_for_those_in_sight_and_once() {
    let (tenant, _place, mut window) = open(400);
    let photos = |tenant: &Practice| tenant.requests().iter().filter(|one| one.path.contains("/photos/")).count();
    window.wait("photos", |session| {
        let state = &session.directory;
        (0..5).filter_map(|at| state.person(at)).any(|person| state.faces.photo(person.id()).is_some())
    });
    window.run();
    assert!(photos(&tenant) <= 30, "{}", photos(&tenant));
    let presences = tenant.requests().iter().filter(|one| one.path.ends_with("getPresencesByUserId")).count();
    assert!((1..=3).contains(&presences), "{presences}");
}

#[test]
fn an_empty_tenant_and_a_small_window() {
    let (_tenant, _place, mut window) = closed(Scenario::Healthy, 0, vec2(900.0, 600.0));
    window.click("Read the directory");
    window.wait("nobody", |session| session.directory.at.is_some());
    window.expect("Nobody is in this tenant");
    window.click("Number coverage");
    window.expect("Nobody to count.");
    window.click("Back to the list");
    window.expect("Nobody is in this tenant");
}

#[test]
fn in_practice_a_link_is_shown_and_not_opened() {
    let place = Place::new();
    let mut window = place.open_for_any_text_sized(TALL);
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    window.click("Apply");
    window.wait("the account", |session| session.saved.is_some());
    window.wait_idle();
    window.click_on(Role::Tab, "Directory");
    window.wait("what is kept", |session| session.directory.opened);
    window.click("Read the directory");
    window.wait("the people", |session| session.directory.count() > 0);
    search(&mut window, "adele vance", 1);
    window.click("Chat with Adele Vance");
    window.announces("In practice nothing is opened. It would be https://teams.microsoft.com/l/chat/0/0?tenantId=");
    // Now that real people are known, the account shows one of them.
    window.click_on(Role::Tab, "Integration Accounts");
    window.expect("+1 425 555 0134");
}

#[test]
fn a_load_can_be_cancelled_and_goes_on() {
    let (tenant, _place, mut window) = closed(Scenario::Slow, 25, SIZE);
    window.click("Read the directory");
    window.expect("Reading the directory");
    window.announces("Asking Microsoft…");
    window.click("Cancel");
    assert!(window.has_button("Read the directory"));
    tenant.set_scenario(Scenario::Healthy);
    window.click("Read the directory");
    window.wait("the people", |session| session.directory.count() == 25);
}
