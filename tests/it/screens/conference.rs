//! The conference rehearsed in the window: three people, played by hand or answering by themselves.

use super::window::{Place, Window, practice};
use crate::walk;
use egui::{Key, Modifiers, Vec2, accesskit::Role};
use liaison::practice::Scenario;

const INVITATION: &str = "You are invited to customer chat session, would you like to accept (YES/NO)?";

fn say(window: &mut Window, who: &str, text: &str) {
    window.fill(&format!("Message from {who}"), text);
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.value(&format!("Message from {who}")), "", "Enter sends");
}

fn invite(window: &mut Window, name: &str, behaviour: &str) {
    window.fill("Name", name);
    if behaviour != "You write the answers" {
        window.choose("Behaviour", behaviour);
    }
    window.click("Invite");
}

/// How many panes show exactly this.
fn shown(window: &Window, text: &str) -> usize {
    window.texts().iter().filter(|line| **line == format!("Label: {text}")).count()
}

fn rehearse(size: Vec2) -> (Place, Window) {
    let place = Place::new();
    let mut window = place.open_sized(size);
    window.click("Add a Microsoft Teams account");
    window.click_on(Role::Tab, "Conference");
    (place, window)
}

#[test]
fn a_conference_is_played_by_hand_and_everybody_reads_what_is_theirs() {
    let (_place, mut window) = rehearse(Vec2::new(1280.0, 800.0));
    window.expect("Nothing here reaches a customer or Microsoft Teams.");
    window.announces("Nothing was said yet.");
    say(&mut window, "the customer", "My order never arrived.");
    assert_eq!(shown(&window, "My order never arrived."), 1, "the customer's own");
    assert_eq!(shown(&window, "Customer My order never arrived."), 1, "the agent's");
    invite(&mut window, "Zoë Ångström", "You write the answers");
    window.expect("Zoë Ångström in Teams");
    assert_eq!(shown(&window, INVITATION), 1);
    window.expect("Invited Zoë Ångström");
    say(&mut window, "the customer", "Hello?");
    assert_eq!(shown(&window, "Customer Hello?"), 1, "who is only invited reads nothing");
    say(&mut window, "Zoë Ångström", "Who is it?");
    assert_eq!(shown(&window, INVITATION), 2);
    window.announces(INVITATION);
    window.click("YES");
    assert_eq!(shown(&window, "Zoë Ångström joined the session"), 2);
    window.announces("Zoë Ångström joined the session");
    say(&mut window, "Zoë Ångström", "It ships today.");
    assert_eq!(shown(&window, "Zoë Ångström It ships today."), 2);
    window.announces("Zoë Ångström: It ships today.");
    say(&mut window, "the agent", "Thanks!");
    assert_eq!(shown(&window, "Agent Thanks!"), 2);
    window.click("BYE");
    assert_eq!(shown(&window, "Zoë Ångström left the session"), 2);
    window.click("End the session");
    window.announces("You ended the session");
    assert!(!window.is_enabled("Leave the chat"));
    window.click("Start again");
    window.announces("Nothing was said yet.");
    window.expect_not("My order never arrived.");
}

#[test]
fn practice_people_answer_by_themselves_and_time_can_be_skipped() {
    let (_place, mut window) = rehearse(Vec2::new(1280.0, 800.0));
    assert!(!window.is_enabled("Let two minutes pass"), "nothing is waited for");
    invite(&mut window, "Zoë Ångström", "Stays silent");
    window.click("Let two minutes pass");
    window.expect("Zoë Ångström did not answer within 2 minutes. You can invite Zoë Ångström again.");
    window.click("Invite again");
    assert_eq!(shown(&window, INVITATION), 2);
    window.click("Invite…");
    invite(&mut window, "Adele Vance", "Joins and chats");
    window.click("Let two minutes pass");
    assert_eq!(shown(&window, "Adele Vance joined the session"), 2);
    window.expect("In the session · Joins and chats");
    say(&mut window, "the customer", "Where is it?");
    window.wait("an answer", |session| {
        session.conference.rehearsal.transcript.entries().iter().any(|entry| entry.text(None).starts_with("Hello!"))
    });
    window.click_on(Role::Tab, "Zoë Ångström");
    window.expect("Did not answer in time · Stays silent");
}

#[test]
fn what_is_changed_in_the_system_messages_shows_at_once_and_is_said_not_to_be_applied() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.click_on(Role::Tab, "Conference");
    window.expect_not("not applied yet");
    invite(&mut window, "Zoë Ångström", "You write the answers");
    window.click("YES");
    window.click_on(Role::Tab, "Integration Accounts");
    let long = "nimmt jetzt an der Sitzung teil und liest von nun an alles mit, was Kundinnen und Kunden schreiben";
    window.fill("Party joined", long);
    window.fill("Leave any time command", "Tschüß");
    window.click_on(Role::Tab, "Conference");
    window.announces("With the messages on the screen, which are not applied yet.");
    assert_eq!(shown(&window, &format!("Zoë Ångström {long}")), 2);
    say(&mut window, "Zoë Ångström", "BYE");
    assert_eq!(shown(&window, "Zoë Ångström BYE"), 2, "the old command is an ordinary word now");
    say(&mut window, "Zoë Ångström", " TSCHÜSS ");
    assert_eq!(shown(&window, "Zoë Ångström left the session"), 2);
    window.click_on(Role::Tab, "Integration Accounts");
    window.fill("Leave any time command", "no");
    window.click_on(Role::Tab, "Conference");
    window.announces("“Leave any time command” has to be corrected in System Messages before it can be applied.");
    window.click_on(Role::Tab, "Integration Accounts");
    window.fill("Negative response", "");
    window.fill("Positive response", "Ja, ich komme sehr gerne dazu");
    window.click_on(Role::Tab, "Conference");
    window.click("Invite again");
    window.click("Ja, ich komme sehr…");
    window.announces("Zoë Ångström nimmt jetzt an der Sitzung teil");
}

#[test]
fn a_transcript_is_saved_as_text() {
    let (place, mut window) = rehearse(Vec2::new(1280.0, 800.0));
    assert!(!window.is_enabled("Save transcript…"));
    say(&mut window, "the customer", "Größe 44, bitte.");
    invite(&mut window, "Zoë Ångström", "You write the answers");
    window.click("Save transcript…");
    window.wait("the dialog", |session| session.dialog.is_some());
    let path = place.path("no folder/x.txt");
    window.fill("Path of the file", &path);
    window.click("Save");
    window.wait("the failure", |session| session.busy.is_none());
    window.expect("cannot be written.");
    let path = place.path("conference.txt");
    window.fill("Path of the file", &path);
    window.click("Save");
    window.wait_idle();
    window.announces(&format!("Exported to {path}"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Customer (to Agent): Größe 44, bitte."), "{text}");
    assert!(text.contains(&format!("System message (to Zoë Ångström): {INVITATION}")), "{text}");
    assert!(text.starts_with("Conference rehearsal. Nothing of it reached a customer or Microsoft Teams."), "{text}");
}

#[test]
fn a_narrow_window_shows_one_pane_at_a_time() {
    let (_place, mut window) = rehearse(Vec2::new(740.0, 600.0));
    say(&mut window, "the agent", "One moment.");
    window.click_on(Role::Tab, "Customer");
    assert_eq!(shown(&window, "Agent One moment."), 1);
    window.click_on(Role::Tab, "Colleague");
    invite(&mut window, "Zoë Ångström", "You write the answers");
    window.click("NO");
    window.click_on(Role::Tab, "Agent");
    window.expect("Zoë Ångström declined after");
}

#[test]
fn a_live_conference_says_what_it_needs_first() {
    let place = Place::new();
    let mut window = place.open_sized(Vec2::new(1280.0, 800.0));
    window.click_on(Role::Tab, "Conference");
    window.click_on(Role::Tab, "Live");
    window.expect("Messages reach people in Microsoft Teams.");
    window.expect("There is no account to write with yet");
    window.click("Go to Integration Accounts");
    window.expect("Add a Microsoft Teams account");

    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(Vec2::new(1280.0, 800.0));
    window.click_on(Role::Tab, "Conference");
    window.click_on(Role::Tab, "Live");
    window.expect("Nobody writes yet");
    window.click("Go to Agents");
    assert_eq!(window.session().screen, liaison::session::Screen::Agents);
}

/// Has somebody of the practice tenant enable Teams integration, on the screen.
fn enable(window: &mut Window, who: &str) {
    window.click_on(Role::Tab, "Agents");
    let address = window.opens(Role::Button, "Enable in the browser…");
    let walk = async {
        let back = walk::consent(&address, who).await;
        walk::open(back.target().as_str()).await;
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(walk);
    window.wait("the agent", |session| session.agents.enabled() > 0);
    window.click_on(Role::Tab, "Conference");
}

fn transcript_has(session: &liaison::session::Session, text: &str) -> bool {
    let call = session.conference.live.call.as_ref();
    call.is_some_and(|call| call.transcript.entries().iter().any(|entry| entry.text(None).contains(text)))
}

#[test]
fn a_live_conference_asks_before_the_first_message_and_runs_over_http() {
    let tenant = practice(Scenario::Healthy);
    tenant.set_reply_pace(std::time::Duration::from_millis(20));
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(Vec2::new(1280.0, 800.0));
    enable(&mut window, "ann.lee@contoso.example");
    window.click_on(Role::Tab, "Live");
    say(&mut window, "the customer", "My order never arrived.");
    window.fill("Find a colleague by name or address", "Łukasz");
    window.click("Search the directory");
    window.wait("the directory", |session| !session.conference.live.search.is_under_way());
    let button = "Invite Łukasz Wiśniewski  lukasz.wisniewski@contoso.example";
    window.click(button);
    window.expect("This sends a Teams message to Łukasz Wiśniewski");
    window.announces("This may be a real person. What is written cannot be taken back.");
    window.expect(INVITATION);
    let sent = |tenant: &liaison::practice::Practice| tenant.requests().iter().any(|one| one.path.contains("/chats"));
    window.click("Not now");
    assert!(!sent(&tenant), "nothing was sent before the answer");
    window.click(button);
    window.click("Send the invitation");
    window.wait("the colleague", |session| transcript_has(session, "joined the session"));
    assert!(sent(&tenant));
    assert!(!window.is_enabled("Start again"), "a real conference is ended first");
    say(&mut window, "the agent", "Łukasz, where is it?");
    window.wait("an answer", |session| transcript_has(session, "Let me look that up"));
    assert_eq!(shown(&window, "Ann Lee Łukasz, where is it?"), 2, "the customer and the colleague read it");
    assert_eq!(
        shown(&window, "Customer My order never arrived."),
        1,
        "who joins later does not read what was said before"
    );
    window.click("End the session");
    window.wait("everybody to be told", |session| {
        session.conference.live.call.as_ref().is_some_and(|call| !call.is_on())
    });
    window.expect("Customer chat session ended");
    window.click("Start again");
    window.announces("Nothing was said yet.");
}

#[test]
fn a_person_who_cannot_be_reached_is_told_in_words_on_the_screen() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open_sized(Vec2::new(1280.0, 800.0));
    enable(&mut window, "ann.lee@contoso.example");
    window.click_on(Role::Tab, "Live");
    window.fill("Find a colleague by name or address", "nobody of that name");
    window.click("Search the directory");
    window.wait("the directory", |session| !session.conference.live.search.is_under_way());
    window.announces("Nobody was found for “nobody of that name”.");
    window.fill("Find a colleague by name or address", "olena.shevchenko");
    window.click("Search the directory");
    window.wait("the directory", |session| session.conference.live.search.found.len() == 1);
    let person = window.session().conference.live.search.found[0].clone();
    window.click(&format!("Invite {}  {}", person.name, person.principal_name));
    window.click("Send the invitation");
    window.wait("the refusal", |session| transcript_has(session, "licence"));
    window.announces("has no Microsoft Teams licence.");
    window.expect("Cannot be reached");
}
