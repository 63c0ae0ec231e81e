//! A certificate in the secret's place, from a file with a password, or made in the window.

use super::window::{Place, practice};
use egui::accesskit::Role;
use liaison::{certificate, practice::Scenario};
use std::fs;

/// OpenSSL's file, whose password is `practice`.
fn pfx() -> &'static [u8] {
    include_bytes!("../../data/openssl.pfx")
}

fn menu(window: &mut super::window::Window, button: &str, entry: &str) {
    window.click(button);
    window.click(entry);
}

#[test]
fn a_file_with_a_password_is_asked_for_it_and_takes_the_secrets_place() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let path = place.path("teams.pfx");
    fs::write(&path, pfx()).unwrap();
    let mut window = place.open();
    menu(&mut window, "Use a certificate instead…", "Certificate from a file…");
    window.fill("Path of the file", &path);
    window.click("Open");
    window.wait("the question", |session| session.busy.is_none());
    window.expect("Enter the password with which teams.pfx was exported.");
    assert_eq!(window.focused().as_deref(), Some("Password"));
    window.fill("Password", "wrong");
    window.click("Open");
    window.wait("the second question", |session| session.busy.is_none());
    window.announces("This password does not open the file.");
    assert_eq!(window.value("Password"), "", "it is typed anew");
    window.type_text("practice");
    window.press(egui::Modifiers::NONE, egui::Key::Enter);
    window.wait("the certificate", |session| session.shown_certificate().is_some());
    window.expect("CN=Contoso practice");
    window.expect(include_str!("../../data/openssl.thumbprint").trim());
    window.expect("read from the certificate");
    window.click("Dismiss this message");
    window.expect("1 unsaved change · Client Secret");
    window.expect_not("= practice");
    window.click("Keep old");
    window.expect("starts with 8Qk, kept in the keychain");
}

#[test]
fn one_that_is_made_here_is_saved_for_azure_and_applied() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    menu(&mut window, "Use a certificate instead…", "Make a certificate…");
    window.click_on(Role::RadioButton, "24 months");
    window.click("Make it");
    window.wait("the certificate", |session| session.shown_certificate().is_some());
    window.announces("Upload the certificate's .cer file in the Azure portal");
    window.expect("CN=Liaison");
    window.expect("its key goes to the keychain when you apply");
    window.expect("· read from the certificate");
    let path = place.path("liaison.cer");
    window.click("Save the .cer file for Azure…");
    window.fill("Path of the file", &path);
    window.click("Save");
    window.wait_idle();
    window.announces("Saved to ");
    let written = fs::read(&path).unwrap();
    assert_eq!(certificate::read(&written, None), Err(certificate::CertificateError::NoKey), "only the public half");
    window.click("Test connection");
    window.wait_idle();
    window.announces("Error: Failed to request refresh token");
    window.expect("The app does not know this certificate");
    tenant.register_certificate(&written).unwrap();
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    window.expect("Certificate accepted (thumbprint ");
    window.click("Apply");
    window.wait("the account", |session| session.unsaved().is_empty());
    window.expect("its key is kept in the keychain");
    window.wait_idle();
    window.expect(", in use here, ends in ");
    let saved = place.saved().unwrap();
    let kept = saved.secret.certificate().unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), certificate::write(kept));
    assert_eq!(saved.expiry, Some(kept.expiry()));
    drop(window);
    let mut window = place.open();
    window.expect("CN=Liaison");
    menu(&mut window, "Replace…", "Client secret");
    assert!(window.field("Client Secret").is_focused());
}

#[test]
fn a_file_that_is_no_certificate_is_named_and_another_can_be_tried() {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let path = place.path("teams.pem");
    fs::write(&path, "hello").unwrap();
    let mut window = place.open();
    menu(&mut window, "Use a certificate instead…", "Certificate from a file…");
    window.fill("Path of the file", &path);
    window.click("Open");
    window.wait_idle();
    window.announces("This file holds no certificate in a form that is known here.");
    assert_eq!(window.value("Path of the file"), path);
    window.click("Cancel");
    window.announces("No unsaved changes");
}

#[test]
fn the_practice_tenant_takes_a_certificate_as_if_it_had_been_uploaded() {
    let place = Place::new();
    let mut window = place.open();
    window.click("Explore with the practice tenant");
    window.wait("the practice tenant", |session| session.practice.is_some() && session.editor.is_some());
    menu(&mut window, "Use a certificate instead…", "Make a certificate…");
    window.click("Make it");
    window.wait("the certificate", |session| session.shown_certificate().is_some());
    window.click("Test connection");
    window.wait_idle();
    window.announces("Connected");
    window.choose("How the practice tenant behaves", "Wrong client secret");
    window.wait("the scenario", |session| session.practice.as_ref().is_some_and(|p| p.current == "wrong_secret"));
    window.click("Test connection");
    window.wait_idle();
    window.expect_not("Connected");
}
