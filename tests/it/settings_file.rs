//! The settings file: what is written is read again, and whatever people do to it is answered in words.

use liaison::{
    domain::{
        Account, CloudDraft, CloudKind, DirectoryOptions, Draft, Field, Guid, LicensingMode, MessageKey, PhoneType,
        SystemMessages, directory::PhoneOption,
    },
    settings_file::{self, LIMIT, SettingsFileError, read, read_bytes, write},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const EXAMPLE: &str = r#"{
  "format": 1,
  "name": "Contoso Teams",
  "object_id": "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90",
  "tenant_id": "6f89cf12-978b-4d23-ac18-9ef0c127cf87",
  "client_id": "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928",
  "cloud": "us_gov_high",
  "licensing_mode": "production",
  "directory_options": [
    {
      "type": "home",
      "shown": true
    },
    {
      "type": "business",
      "shown": true
    },
    {
      "type": "mobile",
      "shown": false
    },
    {
      "type": "other",
      "shown": false
    }
  ],
  "system_messages": {
    "party_joined": "joined the session",
    "party_left": "left the session",
    "invitation_to_join": "You are invited to customer chat session, would you like to accept (YES/NO)?",
    "positive_response": "YES",
    "negative_response": "NO",
    "session_ended": "Customer chat session ended",
    "leave_any_time_command": "BYE"
  }
}
"#;

/// The example with other members, `null` taking one away.
fn with(changes: Value) -> String {
    let mut file: Value = serde_json::from_str(EXAMPLE).expect("JSON");
    for (name, value) in changes.as_object().expect("members") {
        match value {
            Value::Null => drop(file.as_object_mut().expect("an object").remove(name)),
            value => file[name] = value.clone(),
        }
    }
    file.to_string()
}

fn draft(text: &str) -> Draft {
    read(text).expect("reads").draft
}

fn problems(changes: Value) -> Vec<(Field, String)> {
    let error = read(&with(changes)).expect_err("refuses");
    error.problems().iter().map(|problem| (problem.field, problem.to_string())).collect()
}

#[test]
fn the_example_is_read_and_written_to_the_letter() {
    let imported = read(EXAMPLE).expect("reads");
    assert_eq!(imported.warnings, Vec::<String>::new());
    assert_eq!(write(&imported.draft.parse().expect("an account")), EXAMPLE);
}

fn accounts() -> impl Strategy<Value = Account> {
    let guid =
        || any::<u128>().prop_filter_map("not zero", |bits| Guid::parse(&uuid::Uuid::from_u128(bits).to_string()).ok());
    let cloud = (0..5usize, "https://[a-z]{1,9}\\.example(:8[0-9]{3})?", "https://[a-z]{1,9}\\.example").prop_map(
        |(kind, login_url, graph_url)| {
            CloudDraft { kind: CloudKind::ALL[kind], login_url, graph_url }.parse().expect("a cloud")
        },
    );
    let phones = (Just(PhoneType::ALL.to_vec()).prop_shuffle(), any::<[bool; 4]>()).prop_map(|(kinds, shown)| {
        DirectoryOptions::from_parts(kinds.into_iter().zip(shown).map(|(kind, shown)| PhoneOption { kind, shown }))
    });
    let messages = any::<[String; 7]>().prop_map(|texts| {
        let mut messages = SystemMessages::default();
        for (key, text) in MessageKey::ALL.into_iter().zip(texts) {
            *messages.get_mut(key) = text;
        }
        messages
    });
    (any::<String>(), guid(), guid(), guid(), cloud, any::<bool>(), phones, messages).prop_map(
        |(name, object_id, tenant_id, client_id, cloud, mode, directory_options, system_messages)| Account {
            name,
            object_id,
            tenant_id,
            client_id,
            cloud,
            licensing_mode: LicensingMode::ALL[usize::from(mode)],
            directory_options,
            system_messages,
        },
    )
}

proptest! {
    #[test]
    fn every_account_survives_the_way_there_and_back(account in accounts()) {
        let imported = read(&write(&account)).expect("reads");
        prop_assert_eq!(imported.warnings, Vec::<String>::new());
        prop_assert_eq!(imported.draft, Draft::of(&account, true, None));
    }

    #[test]
    fn nothing_makes_it_panic(bytes in any::<Vec<u8>>(), cut in 0..1000usize) {
        let _ = read_bytes(&bytes);
        let mut text = EXAMPLE.as_bytes().to_vec();
        text.truncate(cut);
        text.extend(bytes);
        let _ = read_bytes(&text);
    }
}

#[test]
fn what_is_missing_takes_its_default() {
    let text = with(json!({"directory_options": null, "system_messages": {"party_left": "has gone"}}));
    let imported = read(&text).expect("reads");
    assert_eq!(imported.draft.directory_options, DirectoryOptions::default());
    assert_eq!(imported.draft.system_messages.get(MessageKey::PartyLeft), "has gone");
    assert_eq!(imported.draft.system_messages.get(MessageKey::PositiveResponse), "YES");
    assert_eq!(imported.warnings, Vec::<String>::new());
    let without = draft(&with(json!({"system_messages": null})));
    assert_eq!(without.system_messages, SystemMessages::default());
}

#[test]
fn missing_ids_are_left_to_the_draft() {
    let imported = read("{}").expect("reads");
    assert_eq!(imported.draft.parse().expect_err("incomplete").len(), 4);
    let named: Vec<bool> =
        ["format", "cloud", "licensing_mode"].iter().map(|n| imported.warnings.iter().any(|w| w.contains(n))).collect();
    assert_eq!(named, [true; 3]);
}

#[test]
fn what_is_not_known_is_named_and_left_out() {
    let text = with(json!({
        "colour": "red",
        "cloud": {"custom": {"login_url": "https://a.example", "graph_url": "https://b.example", "port": 1}, "x": 1},
        "directory_options": [{"type": "business", "shown": true, "icon": 1}, {"type": "mobile", "shown": true},
            {"type": "business", "shown": false}, {"type": "other", "shown": false}],
        "system_messages": {"party_jumped": "jumped"},
    }));
    let imported = read(&text).expect("reads");
    for name in [
        "“colour”",
        "“cloud.x”",
        "“cloud.custom.port”",
        "“directory_options.icon”",
        "“business” stands in directory_options more than once",
        "“home” is missing in directory_options",
        "“system_messages.party_jumped”",
    ] {
        assert_eq!(
            imported.warnings.iter().filter(|w| w.contains(name)).count(),
            1,
            "{name}: {:#?}",
            imported.warnings
        );
    }
    assert_eq!(imported.warnings.len(), 7);
    assert!(imported.draft.parse().is_ok());
}

#[test]
fn a_member_that_stands_there_twice_is_named() {
    let text = EXAMPLE.replace("\"cloud\"", "\"name\": \"Second\", \"cloud\"");
    let imported = read(&text).expect("reads");
    assert_eq!(imported.draft.name, "Second");
    assert_eq!(imported.warnings, ["“name” stands there more than once; the last one counts."]);
}

#[test]
fn a_secret_in_the_file_is_neither_read_nor_repeated() {
    for name in ["client_secret", "clientSecret", "Client Secret", "secret_value", "password"] {
        let imported = read(&with(json!({ name: "8Qk8Q~hunter2" }))).expect("reads");
        assert_eq!(imported.draft, draft(EXAMPLE));
        assert!(imported.warnings.len() == 1 && imported.warnings[0].contains(name));
        assert!(imported.warnings[0].contains("never reads a secret from a file"));
        assert!(!format!("{imported:?}").contains("hunter2"));
    }
}

#[test]
fn a_newer_format_is_refused_and_so_is_one_that_is_none() {
    let error = read(&with(json!({"format": 2, "name": 5}))).expect_err("refuses");
    assert_eq!(error, SettingsFileError::Newer { found: 2 });
    assert!(error.to_string().contains("format 2") && error.to_string().contains("newer"), "{error}");
    for format in [json!(0), json!(-1), json!(1.5), json!("1"), json!([1])] {
        assert_eq!(read(&with(json!({ "format": format }))), Err(SettingsFileError::NoFormat));
    }
}

#[test]
fn what_windows_editors_add_in_front_is_tolerated() {
    assert_eq!(draft(&format!("\u{feff}{EXAMPLE}")), draft(EXAMPLE));
    let utf16: Vec<u8> = format!("\u{feff}{EXAMPLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_bytes(&utf16).map(|imported| imported.draft), Ok(draft(EXAMPLE)), "as PowerShell 5.1 writes it");
    assert!(read_bytes(&utf16[2..]).is_err(), "without the mark, it could be anything");
    assert_eq!(read_bytes(&utf16[..utf16.len() - 1]), Err(SettingsFileError::NotText), "half a character is missing");
}

#[test]
fn what_is_no_settings_file_is_called_what_it_is() {
    assert_eq!(read(""), Err(SettingsFileError::NotJson { line: 1, column: 1 }));
    assert_eq!(read("{\n  \"name\": \"a\"\n  \"cloud\": 1}"), Err(SettingsFileError::NotJson { line: 3, column: 3 }));
    for text in ["[]", "\"hunter2\"", "null", "1"] {
        let error = read(text).expect_err("refuses");
        assert_eq!(error, SettingsFileError::NotSettings);
        assert!(!error.to_string().contains("hunter2"));
    }
    assert_eq!(read(&" ".repeat(LIMIT + 1)), Err(SettingsFileError::TooLong));
    assert!(matches!(
        read(&"[".repeat(10_000)),
        Err(SettingsFileError::NotSettings | SettingsFileError::NotJson { .. })
    ));
}

#[test]
fn every_wrong_type_is_reported_at_its_field_and_all_at_once() {
    let wrong = [json!(true), json!(7), json!([]), json!({"a": 1})];
    for value in wrong {
        let all = json!({
            "name": value, "object_id": value, "tenant_id": value, "client_id": value, "cloud": value,
            "licensing_mode": value, "directory_options": "business", "system_messages": {"party_left": value},
        });
        let fields: Vec<Field> = problems(all).into_iter().map(|(field, _)| field).collect();
        use Field::*;
        assert_eq!(
            fields,
            [
                Name,
                ObjectId,
                TenantId,
                ClientId,
                Cloud,
                LicensingMode,
                DirectoryOptions,
                Message(MessageKey::PartyLeft)
            ]
        );
    }
}

#[test]
fn a_wrong_type_does_not_hide_what_else_is_wrong() {
    let found = problems(json!({"name": 5, "tenant_id": "contoso.com"}));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(
        found[0].1,
        "Name: It has to be text in quotation marks, and is a number. Correct it in the file, or export the file again."
    );
    assert!(found[1].1.starts_with("Directory (Tenant) ID: This is a domain name"));
}

#[test]
fn words_that_are_not_known_are_answered_with_those_that_are() {
    for (changes, part) in [
        (
            json!({"cloud": "globl"}),
            "Cloud: “globl” is not known. Write one of global, us_gov_high, us_gov_dod, china.",
        ),
        (json!({"cloud": "custom"}), "Cloud: The addresses are missing. Write {\"custom\""),
        (json!({"cloud": {"login_url": "https://a.example"}}), "Cloud: The addresses are missing."),
        (json!({"cloud": {"custom": "x"}}), "Cloud: “custom” has to be an object in braces, and is text."),
        (
            json!({"cloud": {"custom": {"login_url": 1, "graph_url": "https://b.example"}}}),
            "Cloud: “login_url” has to be text in quotation marks, and is a number.",
        ),
        (json!({"licensing_mode": "Production"}), "Licensing mode: “Production” is not known."),
        (
            json!({"directory_options": [{"type": "fax", "shown": true}]}),
            "Directory Options: Entry 1, “type”: “fax” is not known. Write one of business, mobile, home, other.",
        ),
        (
            json!({"directory_options": [{"type": "home", "shown": "yes"}]}),
            "Directory Options: Entry 1: “shown” has to be true or false, and is text.",
        ),
        (json!({"directory_options": ["home"]}), "Directory Options: Entry 1 has to be an object in braces"),
        (json!({"system_messages": []}), "“system_messages” has to be an object in braces, and is a list."),
    ] {
        let found = problems(changes);
        assert!(found.len() == 1 && found[0].1.contains(part), "{part}: {found:#?}");
    }
}

#[test]
fn a_file_is_written_in_whole_and_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("teams.json");
    std::fs::write(&path, "something longer that was there before ".repeat(100)).expect("writes");
    let account = draft(EXAMPLE).parse().expect("an account");
    settings_file::save(&path, &account).expect("saves");
    assert_eq!(std::fs::read_to_string(&path).expect("reads"), EXAMPLE);
    assert_eq!(settings_file::load(&path).expect("loads").draft, draft(EXAMPLE));
    let nowhere = dir.path().join("missing").join("teams.json");
    for error in [settings_file::save(&nowhere, &account).err(), settings_file::load(&nowhere).err()] {
        assert!(error.expect("fails").to_string().contains(&nowhere.display().to_string()));
    }
}
