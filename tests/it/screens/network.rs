//! The network settings: edited, refused in words, kept for the computer, and used at once.

use super::window::{Place, Window, practice};
use egui::accesskit::Role;
use liaison::{
    domain::{NetworkSettings, Proxy, ProxyAddress},
    keeper::Keeper,
    practice::Scenario,
};

fn opened(place: &Place) -> Window {
    let mut window = place.open();
    window.click("Network settings…");
    assert!(window.has(Role::Dialog, "Network settings"));
    window
}

fn kept(place: &Place) -> NetworkSettings {
    Keeper::network(&place.profile, &place.vault)
}

fn saved(window: &mut Window) {
    window.click("Save");
    window.wait("the settings to be kept", |session| session.dialog.is_none());
    window.expect("Network settings saved.");
}

#[test]
fn a_proxy_with_a_password_is_kept_and_the_password_is_never_shown() {
    let place = Place::new();
    let mut window = opened(&place);
    window.expect("PAC files");
    window.click_on(Role::RadioButton, "This proxy");
    window.fill("Address of the proxy", "proxy.example.com:8080");
    window.fill("User name", "me");
    window.fill("Password", "pass~word-of-the-proxy");
    assert!(!window.texts().concat().contains("pass~word"), "{:#?}", window.texts());
    saved(&mut window);
    let address = |password: &str| ProxyAddress {
        url: "http://proxy.example.com:8080".into(),
        user: "me".into(),
        password: Some(liaison::domain::Secret::new(password)),
    };
    assert_eq!(kept(&place).proxy, Proxy::Address(address("pass~word-of-the-proxy")));
    let file = std::fs::read(place.profile.database()).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("pass~word"), "only the keychain has it");
    drop(window);

    // It stays while the same user at the same proxy stays, and goes with the proxy.
    let mut window = opened(&place);
    assert_eq!(window.value("Address of the proxy"), "http://proxy.example.com:8080");
    assert_eq!(window.value("Password"), "");
    saved(&mut window);
    assert_eq!(kept(&place).proxy, Proxy::Address(address("pass~word-of-the-proxy")));
    window.click("Network settings…");
    window.click_on(Role::RadioButton, "No proxy");
    saved(&mut window);
    assert_eq!((kept(&place).proxy, place.vault.references()), (Proxy::None, vec![]));
}

#[test]
fn what_cannot_be_used_is_refused_where_it_stands() {
    let place = Place::new();
    let mut window = opened(&place);
    window.click_on(Role::RadioButton, "This proxy");
    window.fill("Address of the proxy", "http://config.example.com/proxy.pac");
    window.click("Save");
    window.announces("The address of a script (PAC file) cannot be used");
    window.fill("Address of the proxy", "proxy.example.com:8080");
    let file = place.path("missing.pem");
    window.fill("File with your company's certificate authorities", &file);
    window.click("Save");
    window.wait("the refusal", |_| true);
    let begun = std::time::Instant::now();
    while !window.says("This file cannot be used") {
        assert!(begun.elapsed().as_secs() < 20, "{:#?}", window.texts());
        window.run();
    }
    assert_eq!(window.value("Address of the proxy"), "proxy.example.com:8080", "nothing that was typed is lost");
    assert_eq!(kept(&place), NetworkSettings::default());
    window.click("Cancel");
    assert!(!window.has(Role::Dialog, "Network settings"));
}

#[test]
fn a_computer_without_a_keychain_is_told_so() {
    let mut place = Place::new();
    place.vault = liaison::vault::Vault::unavailable();
    let mut window = opened(&place);
    window.click_on(Role::RadioButton, "This proxy");
    window.fill("Address of the proxy", "proxy.example.com:8080");
    window.fill("User name", "me");
    window.fill("Password", "pass~word");
    window.click("Save");
    window.wait("the settings to be kept", |session| session.dialog.is_none());
    window.expect("The proxy's password is known for this session only");
}

#[test]
fn the_settings_are_used_at_once_and_this_computer_is_reached_directly() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = opened(&place);
    window.click_on(Role::RadioButton, "This proxy");
    // Nothing listens there, and the practice tenant is on this computer.
    window.fill("Address of the proxy", "127.0.0.1:1");
    saved(&mut window);
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    window.choose("Cloud", "China");
    window.click("Test connection");
    window.wait_idle();
    window.expect("The proxy 127.0.0.1:1 could not be reached");
    window.click("Look at the network settings…");
    assert!(window.has(Role::Dialog, "Network settings"), "the verdict leads to the settings");
}
