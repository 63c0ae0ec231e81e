//! `network`: shown, changed, refused in words, and used by `test`.

use super::place;
use serde_json::{Value, json};

#[test]
fn the_settings_are_shown_and_changed() {
    let place = place();
    let shown = place.run(&["network", "--json"]).ends(0).json();
    let nothing = json!({"proxy": "system", "proxy_user": null, "proxy_password_stored": false, "ca_file": null,
        "set_by_organization": []});
    assert_eq!(shown, nothing);
    assert!(place.run(&["network"]).ends(0).out.contains("PAC files are not read"));
    assert!(!place.profile().database().exists(), "looking makes nothing");

    let changed = place.run(&["network", "--json", "--proxy", "proxy.example.com:8080", "--proxy-user", "me"]).ends(0);
    assert_eq!(changed.json()["proxy"], "http://proxy.example.com:8080");
    let text = place.run(&["network"]).ends(0).out;
    assert!(text.contains("http://proxy.example.com:8080") && text.contains("me, password not stored"), "{text}");
    assert_eq!(place.run(&["network", "--json", "--proxy", "none"]).ends(0).json()["proxy"], "none");
    assert_eq!(place.run(&["network", "--json", "--proxy", "system"]).ends(0).json(), nothing);
}

#[test]
fn what_cannot_be_used_changes_nothing() {
    let place = place();
    place.run(&["network", "--proxy", "none"]).ends(0);
    for (words, says) in [
        (&["network", "--proxy", "http://x/proxy.pac"][..], "PAC file"),
        (&["network", "--proxy", "http://me:pw@x:1"], "in their own fields"),
        (&["network", "--ca-file", "missing.pem"], "This file cannot be used"),
        (&["network", "--proxy", "x:1", "--proxy-user", "me", "--proxy-password-stdin"], "There is no password"),
    ] {
        place.run(words).ends(2).says(says);
    }
    assert_eq!(place.run(&["network", "--json", "--ca-file", "missing.pem"]).ends(2).json(), Value::Null);
    assert_eq!(place.run(&["network", "--json"]).json()["proxy"], "none");
    place.run(&["network", "--proxy-user", "me"]).ends(2);
}

#[cfg_attr(not(target_os = "linux"), ignore = "the keychain of this computer would be asked")]
#[test]
fn a_password_that_no_keychain_keeps_is_told() {
    let place = place();
    let words = ["network", "--json", "--proxy", "x:1", "--proxy-user", "me", "--proxy-password-stdin"];
    let run = place.run_with(&words, &[], "pass~word\n").ends(0).says("LIAISON_PROXY_PASSWORD");
    assert_eq!(run.json()["proxy_password_stored"], false);
    assert!(!run.err.contains("pass~word"));
}
