//! `apply`, `show` and `delete`.

use super::{SECRET, account, place, settings, tenant};
use chrono::Local;
use liaison::{
    domain::{Expiry, ExpirySource, Secret, expiry},
    keeper::SecretChange,
    practice::{CLIENT_SECRET, SECRET_ID, Scenario},
};
use serde_json::{Value, json};
use std::thread;

#[test]
fn what_is_applied_is_shown() {
    let place = place();
    let mut file = settings(&tenant(Scenario::Healthy));
    file["system_messages"] = json!({"leave_any_time_command": "TSCHÜSS"});
    let path = place.file(&file);
    let run = place.run(&["apply", path.to_str().expect("UTF-8")]).ends(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("Saved “Contoso Teams”, without a client secret.\n", ""));

    let shown = place.run(&["show"]).ends(0);
    assert_eq!(shown.err, "");
    for (label, value) in [
        ("Name ", "Contoso Teams"),
        ("Directory (Tenant) ID ", file["tenant_id"].as_str().expect("text")),
        ("Client Secret ", "not stored"),
        ("Expires at ", "not known"),
        ("Cloud ", "Custom addresses (sign-in http://127.0.0.1:"),
        ("Licensing mode ", "Evaluation mode"),
        ("Directory Options ", "Business phone, Mobile phone, Home phone (not shown), Other phone (not shown)"),
        ("Leave any time command ", "TSCHÜSS"),
        ("Last test ", "none yet"),
    ] {
        let line = shown.out.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("{label}"));
        assert!(line[label.len()..].trim_start().starts_with(value), "{line}");
    }

    let json = place.run(&["show", "--json"]).ends(0).json();
    for (name, value) in file.as_object().expect("members").iter().filter(|(name, _)| *name != "system_messages") {
        assert_eq!(json[name], *value);
    }
    assert_eq!(json["system_messages"]["leave_any_time_command"], "TSCHÜSS");
    for (name, value) in [
        ("secret_stored", json!(false)),
        ("expires_at", Value::Null),
        ("expires_at_source", Value::Null),
        ("last_test", Value::Null),
    ] {
        assert_eq!(json.get(name), Some(&value), "{name}");
    }
}

#[test]
fn what_is_shown_as_json_can_be_applied() {
    let place = place();
    place.save(account(), SecretChange::Keep, None);
    let shown = place.run(&["show", "--json"]).out;
    let run = place.run_with(&["apply", "-"], &[], &shown).ends(0);
    assert_eq!(run.err, "“expires_at” is not known and was left out.\n");
    assert_eq!(place.run(&["show", "--json"]).out, shown);
}

#[test]
fn a_stored_secret_and_a_date_are_told_but_the_secret_is_not() {
    let place = place();
    let at = "2027-06-11T14:00:00Z".parse().expect("a moment");
    let expiry = Expiry { at, source: ExpirySource::EnteredByHand };
    place.save(account(), SecretChange::Store(Secret::new(CLIENT_SECRET).into()), Some(expiry));
    let shown = place.run(&["show"]).ends(0).out;
    assert!(shown.contains("stored in the keychain (starts with 8Qk)"), "{shown}");
    assert!(shown.contains(&format!("{} (in ", expiry::show(at, &Local))), "{shown}");
    assert!(shown.contains("; entered by hand)"), "{shown}");
    let json = place.run(&["show", "--json"]).ends(0).json();
    assert_eq!(json["secret_stored"], true);
    assert_eq!(
        (&json["expires_at"], &json["expires_at_source"]),
        (&json!("2027-06-11T14:00:00Z"), &json!("entered_by_hand"))
    );
}

#[test]
fn all_problems_come_at_once_each_on_its_line() {
    let place = place();
    let mut file = settings(&tenant(Scenario::Healthy));
    file["name"] = json!(" ");
    file["tenant_id"] = json!("contoso.onmicrosoft.com");
    file["system_messages"] = json!({"negative_response": "yes"});
    let secret_id = [("LIAISON_CLIENT_SECRET", SECRET_ID)];
    let run = place.run_with(&["apply", "-"], &secret_id, &file.to_string()).ends(2);
    let fields: Vec<&str> = run.err.lines().filter_map(|line| line.split_once(": ")).map(|(field, _)| field).collect();
    assert_eq!(fields, ["Name", "Directory (Tenant) ID", "Client Secret", "Negative response"], "{run:?}");
    assert!(run.err.lines().all(|line| line.ends_with('.')) && run.out.is_empty(), "{run:?}");

    // A value of the wrong type does not hide the others.
    file["licensing_mode"] = json!(7);
    let run = place.run_with(&["apply", "-"], &secret_id, &file.to_string()).ends(2);
    let says = |words: &str| run.err.lines().any(|line| line.starts_with(words));
    assert!(says("Licensing mode: ") && says("Client Secret: This is the Secret ID") && says("Name: "), "{run:?}");
    place.run(&["show"]).ends(3);
}

#[test]
fn doubts_are_told_and_saved_all_the_same() {
    let place = place();
    let mut file = settings(&tenant(Scenario::Healthy));
    file["colour"] = json!("pink");
    file["client_secret"] = json!("not a secret that this reads");
    file["client_id"] = file["object_id"].clone();
    let run = place.run_with(&["apply", "-"], &[], &file.to_string()).ends(0);
    let run = run.says("“colour” is not known and was left out.").says("Client ID: The same ID stands in Object ID.");
    let run = run.says("Liaison never reads a secret from a file");
    assert!(!run.err.contains("not a secret that") && run.out.starts_with("Saved"), "{run:?}");
}

#[test]
fn what_is_no_settings_file_is_refused() {
    let place = place();
    let newer = settings(&tenant(Scenario::Healthy)).to_string().replace("\"format\":1", "\"format\":2");
    for (text, says) in [
        ("", "The file is not JSON"),
        ("[]", "not a settings file"),
        (newer.as_str(), "The settings file was written by a newer version of Liaison. It has format 2"),
    ] {
        place.run_with(&["apply", "-"], &[], text).ends(2).says(says);
    }
    place.run(&["show"]).ends(3);
}

#[test]
fn a_second_apply_takes_the_place_of_the_first() {
    let place = place();
    place.save(account(), SecretChange::Store(Secret::new(CLIENT_SECRET).into()), None);
    let mut file = settings(&tenant(Scenario::Healthy));
    file["name"] = json!("Fabrikam");
    let run = place.run_with(&["apply", "-"], &[], &file.to_string()).ends(0);
    assert_eq!(run.out, "Saved “Fabrikam”, with its client secret in the keychain.\n");
    let json = place.run(&["show", "--json"]).json();
    assert_eq!((&json["name"], &json["secret_stored"]), (&json!("Fabrikam"), &json!(true)), "the secret stays");
}

#[test]
fn many_at_once_all_succeed() {
    let place = place();
    let path = place.file(&settings(&tenant(Scenario::Healthy)));
    let path = path.to_str().expect("UTF-8");
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| place.command(&["apply", path]).output().map(|output| assert!(output.status.success())));
        }
    });
    place.run(&["show"]).ends(0);
}

#[cfg_attr(not(target_os = "linux"), ignore = "the keychain of this computer would be asked")]
#[test]
fn without_a_keychain_the_settings_are_saved_and_the_secret_is_refused() {
    let place = place();
    let file = settings(&tenant(Scenario::Healthy)).to_string();
    let path = place.file(&settings(&tenant(Scenario::Healthy)));
    let path = path.to_str().expect("UTF-8");
    let line = format!("{CLIENT_SECRET}\r\n");
    for run in [
        place.run_with(&["apply", "-"], &[SECRET], &file),
        place.run_with(&["apply", path, "--secret-stdin"], &[], &line),
        // An empty variable counts as not given.
        place.run_with(&["apply", "--secret-stdin", path], &[("LIAISON_CLIENT_SECRET", "")], &line),
    ] {
        let run = run.ends(0).says("Client Secret: It was not stored. The keychain of this computer");
        assert_eq!(run.out, "Saved “Contoso Teams”, without a client secret.\n");
    }
    assert_eq!(place.run(&["show", "--json"]).json()["secret_stored"], false);
}

#[test]
fn standard_input_has_to_have_a_secret_where_it_was_promised() {
    let place = place();
    let path = place.file(&settings(&tenant(Scenario::Healthy)));
    let words = ["apply", path.to_str().expect("UTF-8"), "--secret-stdin"];
    place.run_with(&words, &[], "\n").ends(2).says("Client Secret: There is none on the first line of standard input.");
    let run = place.run_with(&words, &[], SECRET_ID).ends(2);
    assert!(run.err.starts_with("Client Secret: This is the Secret ID, not the Value. "), "{run:?}");
    place.run(&["show"]).ends(3);
}

#[test]
fn delete_takes_the_exact_name_only() {
    let place = place();
    place.save(account(), SecretChange::Keep, None);
    place.run(&["delete", "--yes", "contoso teams"]).ends(2).says("This is not the account's name.");
    place.run(&["delete", "Contoso Teams"]).ends(2).says("Add --yes");
    place.run(&["show"]).ends(0);
    let run = place.run(&["delete", "--yes", "Contoso Teams"]).ends(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("Deleted “Contoso Teams”.\n", ""));
    place.run(&["delete", "--yes", "Contoso Teams"]).ends(3);
}

#[cfg_attr(not(target_os = "linux"), ignore = "the keychain of this computer would be asked")]
#[test]
fn a_secret_that_cannot_be_removed_now_is_told() {
    let place = place();
    place.save(account(), SecretChange::Store(Secret::new(CLIENT_SECRET).into()), None);
    place.run(&["delete", "--yes", "Contoso Teams"]).ends(0).says("Its client secret is still in the keychain");
    place.run(&["show"]).ends(3);
}

#[test]
fn a_certificate_is_checked_before_anything_is_saved_and_its_password_is_no_argument() {
    let place = place();
    let file = place.file(&settings(&tenant(Scenario::Healthy)));
    let file = file.to_str().expect("UTF-8");
    let pfx = place.0.path().join("teams.pfx");
    std::fs::write(&pfx, include_bytes!("../../data/openssl.pfx")).expect("writes");
    let words = ["apply", "--certificate", pfx.to_str().expect("UTF-8"), file];
    place.run(&words).ends(2).says("protected by a password").says("LIAISON_CERTIFICATE_PASSWORD");
    let wrong = [("LIAISON_CERTIFICATE_PASSWORD", "wrong")];
    place.run_with(&words, &wrong, "").ends(2).says("This password does not open the file.");
    place.run(&["apply", "--certificate", file, file]).ends(2).says("holds no certificate");
    place.run(&["show"]).ends(3);
    let right = [("LIAISON_CERTIFICATE_PASSWORD", "practice")];
    place.run(&["apply", "--password-stdin", file]).ends(2).says("--certificate");
    place.run(&["apply", "--password-stdin", "--certificate", "x.pem", "-"]).ends(2).says("cannot both come from");
    // These tests have no keychain, so the key is kept nowhere, and that is said.
    if cfg!(target_os = "linux") {
        place.run_with(&words, &right, "").ends(0).says("It was not stored.");
        let stdin = [&words[..1], &["--password-stdin"], &words[1..]].concat();
        place.run_with(&stdin, &[], "practice\n").ends(0).says("It was not stored.");
    }
}
