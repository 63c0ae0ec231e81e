//! Agents: who enabled Teams integration, signing in, disabling, and what a change of the account means for them.

use super::window::{Place, Window, practice};
use crate::walk;
use chrono::Utc;
use egui::accesskit::Role;
use liaison::{
    domain::{Agent, Guid, Secret, Standing},
    keeper::Keeper,
    practice::{Practice, Scenario},
    session::agents::Step,
};

const ADELE: &str = "adele.vance@contoso.example";

fn wait_for_page<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

fn open(place: &Place) -> Window {
    let mut window = place.open();
    window.click_on(Role::Tab, "Agents");
    window
}

/// Signs Adele in in the browser, beginning with this button.
fn sign_in(window: &mut Window, role: Role, button: &str) {
    let address = window.opens(role, button);
    wait_for_page(async {
        let back = walk::consent(&address, ADELE).await;
        assert_eq!(walk::open(back.target().as_str()).await.status, 200);
    });
    window.wait("the agent", |session| session.agents.sign_in.is_none());
}

/// Somebody who signed in earlier.
fn keep(place: &Place, practice: &Practice, name: &str, number: u8) -> Guid {
    let id = Guid::parse(&format!("0d3c1a52-6a0e-4f8e-9d6e-2f6c3f1f7a{number:02}")).expect("an ID");
    let guid = |text: &str| Guid::parse(text).expect("an ID");
    let to = (guid(&practice.details().tenant_id), guid(&practice.details().client_id));
    let agent = Agent {
        id,
        name: name.into(),
        principal_name: format!("{}@contoso.example", name.to_lowercase()),
        enabled_at: Utc::now(),
        standing: Standing::Enabled,
    };
    let mut keeper = Keeper::open(&place.profile, place.vault.clone()).expect("opens");
    keeper.keep_agent(to, &agent, &Secret::new("x".repeat(3000)), Utc::now()).expect("keeps");
    id
}

#[test]
fn the_empty_screen_explains_itself_and_needs_an_account() {
    let place = Place::new();
    let mut window = open(&place);
    window.expect("There is no account to sign in to yet");
    window.click("Go to Integration Accounts");
    window.expect("Connect your contact center to Microsoft Teams");

    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    let window = open(&place);
    window.expect("Nobody has enabled Teams integration yet");
    window.expect("An agent signs in with Microsoft once.");
    assert!(window.has_button("Enable in the browser…") && window.has_button("Enable with a device code…"));
}

#[test]
fn an_agent_signs_in_in_the_browser_signs_in_again_and_is_disabled() {
    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    let mut window = open(&place);
    sign_in(&mut window, Role::Button, "Enable in the browser…");
    window.expect("Adele Vance enabled Teams integration.");
    window.expect("Enabled agents (1)");
    window.expect(ADELE);
    window.expect("Enabled");

    window.click("Sign in again: Adele Vance");
    sign_in(&mut window, Role::Button, "In the browser");
    window.expect("Enabled agents (1)");

    // Nothing that the keychain keeps can be read or heard, whole or in part.
    let heard = window.texts().join("\n");
    for reference in place.vault.references() {
        let kept = place.vault.load(&reference).expect("there");
        for piece in kept.expose().as_bytes().chunks_exact(16).map(String::from_utf8_lossy) {
            assert!(!heard.contains(&*piece), "a part of a secret in:\n{heard}");
        }
    }

    window.click("Disable: Adele Vance");
    window.expect("Disable Teams integration for this agent?");
    window.click("Keep enabled");
    window.expect("Enabled agents (1)");
    window.click("Disable: Adele Vance");
    window.click("Disable");
    window.wait("the end", |session| session.agents.list.is_empty());
    window.expect("Adele Vance is disabled, and the sign-in is forgotten.");
    assert_eq!(place.vault.references().len(), 1, "only the account's secret is left");
}

#[test]
fn a_sign_in_can_be_cancelled_here_and_in_the_browser() {
    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    let mut window = open(&place);
    let address = window.opens(Role::Button, "Enable in the browser…");
    window.announces("Waiting for the sign-in in the browser…");
    assert_eq!(window.copies("Copy the page's address").as_deref(), Some(address.as_str()));
    assert_eq!(window.opens(Role::Button, "Open the page again"), address);
    assert!(!window.is_enabled("Enable in the browser…"), "one at a time");
    window.click("Cancel");
    window.expect("Nobody has enabled Teams integration yet");

    let address = window.opens(Role::Button, "Enable in the browser…");
    wait_for_page(async {
        let cancelled = walk::open(&address).await.press(&[("answer", "cancel")]).await;
        walk::open(cancelled.target().as_str()).await;
    });
    window.wait("the refusal", |session| session.agents.failure.is_some());
    window.expect("The sign-in was cancelled in the browser.");
    window.click("Dismiss");
    window.expect("Nobody has enabled Teams integration yet");
}

#[test]
fn a_device_code_is_shown_to_be_copied_and_sent() {
    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    let mut window = open(&place);
    window.click("Enable with a device code…");
    window.wait(
        "a code",
        |session| matches!(&session.agents.sign_in, Some(sign_in) if matches!(sign_in.step, Step::DeviceCode { .. })),
    );
    let code = window.copies("Copy the code").expect("a code");
    assert_eq!(code.len(), 9);
    window.expect(&code);
    window.expect("/devicelogin in any browser and enter this code within 15 minutes.");
    let text = window.copies("Copy a text to send").expect("a text");
    assert!(text.contains(&code) && text.contains("/devicelogin"), "{text}");
    window.click("Cancel");
    window.expect("Nobody has enabled Teams integration yet");
}

#[test]
fn what_is_wrong_is_said_where_it_can_be_put_right() {
    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    let mut window = open(&place);
    let address = window.opens(Role::Button, "Enable in the browser…");
    practice.set_scenario(Scenario::WrongSecret);
    wait_for_page(async {
        let back = walk::consent(&address, ADELE).await;
        walk::open(back.target().as_str()).await;
    });
    window.wait("the refusal", |session| session.agents.failure.is_some());
    window.expect("The client secret is wrong (AADSTS7000215).");
    let copied = window.copies("Copy this message").expect("a message");
    assert!(copied.contains("AADSTS7000215") && !copied.contains(&practice.details().client_secret));
}

#[test]
fn deleting_says_how_many_lose_access_and_another_tenant_lists_who_must_re_enable() {
    let practice = practice(Scenario::Healthy);
    let place = Place::with_account(&practice);
    for (name, number) in [("Zoë", 1), ("Adele", 2), ("Miriam", 3)] {
        keep(&place, &practice, name, number);
    }
    let mut window = open(&place);
    window.expect("Enabled agents (3)");
    window.click_on(Role::Tab, "Integration Accounts");
    window.click("Delete…");
    window.expect("3 agents who enabled Teams integration here lose access.");
    window.click("Keep it");

    window.fill("Directory (Tenant) ID", "6f89cf12-978b-4d23-ac18-9ef0c127cf87");
    window.click("Apply");
    window.click("Apply and sign them out");
    window.wait("everybody's standing", |session| session.agents.enabled() == 0);
    window.click_on(Role::Tab, "Agents");
    window.expect("Enabled agents (0 of 3)");
    window.expect("3 agents have no access until they sign in again.");
    window.expect("The account names another tenant now.");
    let list = window.copies("Copy the list").expect("a list");
    let expected = "Adele <adele@contoso.example> – Must re-enable: The account names another tenant now.\n";
    assert!(list.starts_with(expected) && list.lines().count() == 3, "{list}");
    let text = window.copies("Copy a text to send").expect("a text");
    assert!(text.contains("(Contoso) has changed") && text.contains("sign in with your Microsoft account"), "{text}");
    assert_eq!(place.vault.references().len(), 1, "what is worth nothing is not kept");
}
