//! Help with pasting: cleaning, whole pages of values, and values in the wrong field.

use super::window::{Place, Window};
use egui::accesskit::Role;

const OBJECT: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";
const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";
const IDS: [&str; 3] = ["Object ID", "Directory (Tenant) ID", "Client ID"];

fn new_account(place: &Place) -> Window {
    let mut window = place.open();
    window.click("Add a Microsoft Teams account");
    window
}

#[test]
fn an_id_is_cleaned_whatever_was_copied_along() {
    let place = Place::new();
    let mut window = new_account(&place);
    for (field, id) in IDS.into_iter().zip([OBJECT, TENANT, CLIENT]) {
        window.paste(field, &format!(" \u{200b}{{{}}},\r\n", id.to_uppercase()));
        assert_eq!(window.value(field), id, "{field}");
    }
    window.paste("Client ID", TENANT);
    assert_eq!(window.value("Client ID"), TENANT, "a whole ID takes the place of the one before");
    window.expect("The same ID stands in Directory (Tenant) ID.");
}

#[test]
fn the_portals_overview_pasted_into_any_id_field_offers_to_fill_all() {
    let overview = format!(
        "Display name\nContoso Teams\nApplication (client) ID\n{CLIENT}\nObject ID\n{OBJECT}\nDirectory (tenant) ID\n{TENANT}"
    );
    for field in IDS {
        let place = Place::new();
        let mut window = new_account(&place);
        window.paste(field, &overview);
        assert_eq!(window.value(field), "", "the page itself is not pasted");
        window.announces(
            "What you pasted holds 3 values of “Contoso Teams”: Object ID, Directory (Tenant) ID, Client ID.",
        );
        window.click("Fill in 3 fields");
        assert_eq!(IDS.map(|field| window.value(field)), [OBJECT, TENANT, CLIENT]);
        assert_eq!(window.value("Name"), "Contoso Teams");
        window.expect_not("What you pasted");
    }
}

#[test]
fn the_azure_clis_json_pasted_into_any_id_field_offers_what_it_holds() {
    let json = format!(r#"{{"appId": "{CLIENT}", "displayName": "Contoso Teams", "id": "{OBJECT}"}}"#);
    for field in IDS {
        let place = Place::new();
        let mut window = new_account(&place);
        window.paste(field, &json);
        window.click("Fill in 2 fields");
        assert_eq!(IDS.map(|field| window.value(field)), [OBJECT, "", CLIENT]);
    }
}

#[test]
fn an_offer_can_be_declined() {
    let place = Place::new();
    let mut window = new_account(&place);
    window.paste("Object ID", &format!(r#"{{"appId": "{CLIENT}", "id": "{OBJECT}"}}"#));
    window.click("No, thanks");
    window.expect_not("What you pasted");
    assert_eq!(IDS.map(|field| window.value(field)), ["", "", ""]);
}

#[test]
fn a_guid_in_the_secrets_field_is_called_the_secret_id() {
    let place = Place::new();
    let mut window = new_account(&place);
    window.paste("Client Secret", OBJECT);
    window.announces("This is the Secret ID, not the Value.");
    window.paste("Client Secret", "  “8Qk8Q~value” \n");
    window.expect_not("Secret ID, not the Value.");
    window.click("Show the secret");
    assert_eq!(window.value("Client Secret"), "8Qk8Q~value");
}

#[test]
fn a_secret_is_read_by_nobody_unless_it_is_to_be_shown() {
    let place = Place::new();
    let mut window = new_account(&place);
    window.paste("Client Secret", "8Qk8Q~value");
    assert_eq!(window.field("Client Secret").value().unwrap_or_default().replace('•', ""), "");
    assert!(window.has(Role::PasswordInput, "Client Secret"));
    window.click("Show the secret");
    assert!(window.has(Role::TextInput, "Client Secret"));
    window.click("Hide the secret");
    window.expect_not("8Qk8Q~value");
}

#[test]
fn what_is_no_id_is_told_what_it_is_as_it_is_typed() {
    let place = Place::new();
    let mut window = new_account(&place);
    window.fill("Directory (Tenant) ID", "contoso.com");
    window.announces("This is a domain name, not an ID. Paste the Directory (tenant) ID from the app's Overview.");
    window.fill("Directory (Tenant) ID", &TENANT[1..]);
    window.announces("An ID has 32 digits and letters from a to f; this has 31.");
    window.fill("Directory (Tenant) ID", TENANT);
    window.expect_not("An ID has 32 digits");
    window.expect_not("It is empty.");
}
