//! What the company sets: shown as locked, in effect, and listed in Help; and what is wrong with a policy.

use super::window::{Place, Window, practice};
use egui::accesskit::Role;
use egui_kittest::kittest::NodeT;
use liaison::{
    domain::{CloudKind, Policy, PolicyValue, Proxy, ProxyAddress, Secret, reminder::Silence},
    keeper::Keeper,
    notify::Notifier,
    practice::Scenario,
    session::{Opened, Session},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const LOCKED: &str = "Set by your organization";

fn managed(mut place: Place, values: &[(&str, PolicyValue)]) -> Place {
    place.policy = Policy::read(&values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
    place
}

fn text(text: &str) -> PolicyValue {
    PolicyValue::Text(text.into())
}

fn is_disabled(window: &Window, role: Role, name: &str) -> bool {
    window.find(role, name).accesskit_node().is_disabled()
}

#[test]
fn proxy_and_certificate_file_are_locked_but_the_password_is_the_persons() {
    let place = managed(Place::new(), &[("Proxy", text("proxy.example.com:8080")), ("CaFile", text(""))]);
    let mut window = place.open();
    window.click("Network settings…");
    window.expect(LOCKED);
    assert_eq!(window.value("Address of the proxy"), "http://proxy.example.com:8080");
    for (role, name) in [
        (Role::RadioButton, "No proxy"),
        (Role::TextInput, "Address of the proxy"),
        (Role::TextInput, "File with your company's certificate authorities"),
    ] {
        assert!(is_disabled(&window, role, name), "{name}");
    }
    window.fill("User name", "me");
    window.fill("Password", "pass~word");
    window.click("Save");
    window.wait("the settings to be saved", |session| session.dialog.is_none());
    let kept = place.policy.network(Keeper::network(&place.profile, &place.vault));
    let url = "http://proxy.example.com:8080".into();
    let expected = ProxyAddress { url, user: "me".into(), password: Some(Secret::new("pass~word")) };
    assert_eq!(kept.proxy, Proxy::Address(expected));
}

#[test]
fn without_policies_nothing_is_locked() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Network settings…");
    assert!(!window.says(LOCKED) && !is_disabled(&window, Role::RadioButton, "No proxy"));
    window.click("Cancel");
    window.click("Help");
    window.expect_not(LOCKED);
}

#[test]
fn the_companys_cloud_takes_the_place_of_another_one() {
    let tenant = practice(Scenario::Healthy);
    let place = managed(Place::with_account(&tenant), &[("Cloud", text("us_gov_high"))]);
    let mut window = place.open();
    window.announces("1 unsaved change · Cloud");
    window.expect(LOCKED);
    assert!(is_disabled(&window, Role::ComboBox, "Cloud"));
    window.press(egui::Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(window.session().editor.as_ref().map(|editor| editor.draft.cloud.kind), Some(CloudKind::UsGovHigh));
    window.click("Discard");
    assert_eq!(window.session().editor.as_ref().map(|editor| editor.draft.cloud.kind), Some(CloudKind::UsGovHigh));
    window.click("Apply");
    window.wait_idle();
    assert_eq!(place.saved().map(|saved| saved.account.cloud.kind()), Some(CloudKind::UsGovHigh));
}

#[test]
fn the_practice_tenant_keeps_its_own_cloud() {
    let place = managed(Place::new(), &[("Cloud", text("global"))]);
    let mut window = place.open();
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    assert_eq!(window.session().editor.as_ref().map(|editor| editor.draft.cloud.kind), Some(CloudKind::Custom));
    window.click("Apply");
    window.wait("the account", |session| session.saved.is_some());
    assert_eq!(window.session().saved.as_ref().map(|saved| saved.account.cloud.kind()), Some(CloudKind::Custom));
    window.click("Leave the practice tenant");
    let opened = |session: &Session| matches!(session.opened, Opened::Ready);
    window.wait("the real profile", |session| session.practice.is_none() && opened(session));
    window.click("Add a Microsoft Teams account");
    assert_eq!(window.session().editor.as_ref().map(|editor| editor.draft.cloud.kind), Some(CloudKind::Global));
}

#[test]
fn the_practice_tenant_can_be_turned_off() {
    let place = managed(Place::new(), &[("PracticeTenant", PolicyValue::Number(0))]);
    let window = place.open();
    window.expect("Add a Microsoft Teams account");
    assert!(!window.has_button("Explore with the practice tenant"));
    window.expect_not("practice tenant");
}

#[test]
fn reminders_that_nobody_sees_are_not_promised() {
    for (silence, says) in [
        (Silence::Organization, "Your organization turned off Liaison's reminders."),
        (Silence::NotInstalled, "This copy of Liaison isn't installed"),
    ] {
        let tenant = practice(Scenario::ExpiringIn9Days);
        let mut place = Place::with_account(&tenant);
        let shown = Arc::new(AtomicUsize::new(0));
        let counter = shown.clone();
        let notifier = Notifier::rehearsed(move |_, _| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        place.notifier = notifier.silenced(silence);
        let mut window = place.open();
        window.click("Test connection");
        window.wait("the date", |session| session.saved.as_ref().is_some_and(|saved| saved.expiry.is_some()));
        window.expect(says);
        drop(window);
        assert_eq!(shown.load(Ordering::Relaxed), 0);
        // Once notifications can be seen, the reminder is still due.
        let counter = shown.clone();
        place.notifier = Notifier::rehearsed(move |_, _| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let mut window = place.open();
        window.wait("the reminder", |_| shown.load(Ordering::Relaxed) == 1);
        window.expect("Liaison reminds you 60, 30, 15, 7, and 1 days before it expires");
    }
}

#[test]
fn help_lists_version_folder_and_policies() {
    let place = managed(Place::new(), &[("Renderer", text("glow")), ("Reminders", PolicyValue::Switch(false))]);
    let mut window = place.open();
    window.click("Help");
    window.expect(concat!("Liaison ", env!("CARGO_PKG_VERSION")));
    window.expect(&place.profile.dir().display().to_string());
    for text in [LOCKED, "Renderer: glow", "Reminders: off", "doesn't look for updates by itself"] {
        window.expect(text);
    }
    assert!(window.opens(Role::Link, "Open the releases page").ends_with("/releases"));
}

#[test]
fn a_policy_that_cannot_be_used_is_said_at_the_start() {
    let place = managed(Place::new(), &[("Cloud", text("mars"))]);
    let mut window = place.open();
    window.expect("The policy Cloud cannot be used: its value is “mars”");
    window.click("Help");
    window.expect("Until then it counts as not set.");
}
