//! What cannot be brought about through [`crate::keeper`] alone: a full disk, and other hands in the database.
//!
//! Everything else about keeping an account is proved from outside, in `tests/it/keeper.rs`.

use super::*;
use crate::domain::{Cloud, CloudKind, DirectoryOptions, Guid, LicensingMode, MessageKey, SystemMessages};

fn account(name: &str) -> Account {
    let guid = |text| Guid::parse(text).expect("a GUID");
    Account {
        name: name.into(),
        object_id: guid("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90"),
        tenant_id: guid("6f89cf12-978b-4d23-ac18-9ef0c127cf87"),
        client_id: guid("00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928"),
        cloud: Cloud::known(CloudKind::Global).expect("a known cloud"),
        licensing_mode: LicensingMode::Production,
        directory_options: DirectoryOptions::default(),
        system_messages: SystemMessages::default(),
    }
}

fn change(account: Account) -> Change {
    Change {
        account,
        secret: StoredSecret::None,
        other_secret: false,
        expiry: ExpiryChange::Leave,
        origin: Origin::Edited,
        now: Utc::now(),
    }
}

fn store() -> (tempfile::TempDir, Profile, Store) {
    let dir = tempfile::tempdir().expect("a folder");
    let profile = Profile::at(dir.path().to_owned());
    let mut store = Store::open(&profile).expect("opens");
    store.save(None, change(account("Contoso"))).expect("saves");
    (dir, profile, store)
}

#[test]
fn a_full_disk_is_named_and_what_was_saved_stays() {
    let (_dir, profile, mut store) = store();
    let before = store.load().expect("reads");
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).expect("counts");
    store.connection.pragma_update(None, "max_page_count", pages).expect("limits");
    let mut long = account("Contoso");
    *long.system_messages.get_mut(MessageKey::SessionEnded) = "bye ".repeat(20_000);
    assert_eq!(store.save(Some(1), change(long)), Err(KeepError::Full { path: profile.database() }));
    assert_eq!(store.load().expect("reads"), before);
    let history = store.history().expect("reads");
    assert_eq!((history.entries.len(), history.faults()), (1, vec![]), "what was not saved is not written down");
    assert_eq!(Store::open(&profile).expect("opens").load().expect("reads"), before);
}

#[test]
fn the_database_itself_has_no_room_for_a_second_account() {
    let (_dir, _profile, store) = store();
    let names = "revision, name, object_id, tenant_id, client_id, cloud, licensing_mode, applied_at";
    for id in ["1", "2", "NULL"] {
        let sql = format!("INSERT INTO account (id, {names}) SELECT {id}, {names} FROM account");
        let error = store.connection.execute(&sql, []).expect_err("no second row");
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::ConstraintViolation), "{id}");
    }
}

#[test]
fn a_migration_under_an_open_connection_stops_it_from_writing() {
    let (_dir, profile, mut store) = store();
    let newer = Connection::open(profile.database()).expect("opens");
    newer.pragma_update(None, "user_version", file::KNOWN + 1).expect("migrates");
    let error = store.save(Some(1), change(account("Fabrikam"))).expect_err("refuses");
    assert_eq!(error, KeepError::Newer { path: profile.database(), found: file::KNOWN + 1, known: file::KNOWN });
}

#[test]
fn a_value_that_this_version_never_writes_is_damage_and_is_named() {
    let (_dir, profile, store) = store();
    store.connection.execute("UPDATE account SET cloud = 'moon'", []).expect("writes");
    let error = store.load().expect_err("refuses");
    assert!(matches!(&error, KeepError::Corrupt { path, .. } if *path == profile.database()));
    assert!(error.to_string().contains("the value of cloud is not one of the known words"), "{error}");
}

#[test]
fn a_reference_in_use_cannot_be_forgotten() {
    let (_dir, _profile, mut store) = store();
    store.announce("r1", Utc::now()).expect("announces");
    let secret = StoredSecret::Keychain { reference: "r1".into(), hint: "8Qk".into() };
    store.save(Some(1), Change { secret, ..change(account("Contoso")) }).expect("saves");
    assert_eq!(store.left_over(), Ok(Vec::new()));
    assert!(store.forget("r1").is_err());
}
