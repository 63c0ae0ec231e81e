//! A file or folder that is not what it should be: each is named, and nothing is written to it or beside it.

use super::{apply, place};
use liaison::{
    keeper::{KeepError, Keeper, SecretChange},
    vault::Vault,
};
use rusqlite::Connection;
use std::fs;

/// Opening this file in any way fails like this, and leaves no trace.
fn refused(content: &[u8], expected: impl Fn(&KeepError) -> bool) {
    let place = place();
    fs::create_dir(place.profile.dir()).expect("a folder");
    fs::write(place.profile.database(), content).expect("writes");
    let before = place.files();
    let errors = [
        Keeper::open(&place.profile, Vault::memory()).expect_err("refuses"),
        Keeper::open_read_only(&place.profile).err().expect("refuses"),
    ];
    for error in errors {
        assert!(expected(&error), "{error:?}");
        assert!(error.remedy().contains(&place.profile.database().display().to_string()), "{error}");
        assert!(error.remedy().contains("not touched"), "{error}");
    }
    assert_eq!(place.files(), before);
}

/// The bytes of a good database after some SQL.
fn database(sql: &str) -> Vec<u8> {
    let place = place();
    place.open(&Vault::memory()).apply(apply("Contoso", SecretChange::Keep, None)).expect("saves");
    place.raw().execute_batch(sql).expect("changes it");
    fs::read(place.profile.database()).expect("reads")
}

#[test]
fn a_newer_file_is_not_touched() {
    let newer = |error: &KeepError| matches!(error, KeepError::Newer { found: 99, known: 1.., .. });
    refused(&database("PRAGMA user_version = 99"), newer);
    refused(&database("PRAGMA user_version = 99; PRAGMA journal_mode = WAL"), newer);
}

#[test]
fn the_file_of_another_program_is_not_touched() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("other.sqlite3");
    for sql in ["CREATE TABLE a (b)", "PRAGMA journal_mode = WAL; INSERT INTO a VALUES (1)"] {
        Connection::open(&path).expect("opens").execute_batch(sql).expect("makes it");
        refused(&fs::read(&path).expect("reads"), |error| matches!(error, KeepError::Foreign { .. }));
    }
}

#[test]
fn a_broken_file_is_not_touched() {
    let good = database("");
    let is_corrupt = |error: &KeepError| matches!(error, KeepError::Corrupt { .. });
    refused(b"hello", is_corrupt);
    refused(&vec![0; 8192], is_corrupt);
    refused(&good[..50], is_corrupt);
}

#[test]
fn a_file_that_is_broken_further_in_is_not_touched() {
    let good = database("");
    let mut page = good.clone();
    page[4096..].fill(0x5A);
    for content in [&good[..good.len() / 2], &page] {
        let place = place();
        fs::create_dir(place.profile.dir()).expect("a folder");
        fs::write(place.profile.database(), content).expect("writes");
        let before = place.files();
        let error = Keeper::open(&place.profile, Vault::memory()).expect_err("refuses");
        assert!(matches!(error, KeepError::Corrupt { .. }), "{error:?}");
        let read = Keeper::open_read_only(&place.profile).and_then(|store| store.expect("is there").load());
        assert!(matches!(read, Err(KeepError::Corrupt { .. })), "{read:?}");
        assert_eq!(place.files(), before);
    }
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let place = place();
    fs::write(place.profile.dir(), "a file").expect("writes");
    for profile in [place.profile.clone(), place.profile.practice()] {
        let error = Keeper::open(&profile, Vault::memory()).expect_err("refuses");
        assert!(matches!(error, KeepError::Folder { .. }), "{error:?}");
        assert!(error.remedy().contains(&place.profile.dir().display().to_string()), "{error}");
    }
    fs::remove_file(place.profile.dir()).expect("removes");
    fs::create_dir_all(place.profile.database()).expect("a folder in the way");
    let error = Keeper::open(&place.profile, Vault::memory()).expect_err("refuses");
    assert!(matches!(error, KeepError::Folder { .. }), "{error:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_must_not_be_written_is_named() {
    // For root, too, nothing can be made there.
    let profile = liaison::profile::Profile::at("/sys/kernel/liaison".into());
    let error = Keeper::open(&profile, Vault::memory()).expect_err("refuses");
    assert!(matches!(error, KeepError::ReadOnly { .. } | KeepError::Folder { .. }), "{error:?}");
    assert!(error.remedy().contains("/sys/kernel/liaison"), "{error}");
    assert!(matches!(Keeper::open_read_only(&profile), Ok(None)));
}

#[test]
fn a_folder_that_goes_away_under_an_open_window_is_noticed() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    keeper.apply(apply("Contoso", SecretChange::Keep, None)).expect("saves");
    fs::remove_dir_all(place.profile.dir()).expect("removes");
    assert_eq!(keeper.load(), Ok(None));
    let error = keeper.apply(apply("Contoso", SecretChange::Keep, Some(1)));
    assert_eq!(error, Err(KeepError::Changed { current: None }));
    assert!(keeper.apply(apply("Contoso", SecretChange::Keep, None)).is_ok());
}
