//! Account and secret as one pair: over windows, crashes and a keychain that refuses.

mod contention;
mod files;

use chrono::{DateTime, TimeZone, Utc};
use liaison::{
    domain::{
        Account, Draft, Expiry, ExpiryChange, ExpirySource, LastTest, MessageKey, Origin, Outcome, Secret, StoredSecret,
    },
    keeper::{Applied, Apply, KeepError, Keeper, SecretChange, WithoutKeychain},
    profile::Profile,
    vault::{Step, Vault, VaultError},
};
use rusqlite::Connection;
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

struct Place {
    profile: Profile,
    _dir: tempfile::TempDir,
}

fn place() -> Place {
    let dir = tempfile::tempdir().expect("a folder");
    Place { profile: Profile::at(dir.path().join("liaison")), _dir: dir }
}

impl Place {
    fn open(&self, vault: &Vault) -> Keeper {
        Keeper::open(&self.profile, vault.clone()).expect("opens")
    }

    fn raw(&self) -> Connection {
        Connection::open(self.profile.database()).expect("opens")
    }

    /// Every file with its content, the lock aside.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.profile.dir())
            .expect("lists")
            .map(|entry| entry.expect("an entry"))
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap_or_default()))
            .filter(|(name, _)| name != "liaison.lock")
            .collect();
        files.sort();
        files
    }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).single().expect("a moment")
}

fn account(name: &str) -> Account {
    let draft = Draft {
        name: name.into(),
        object_id: "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90".into(),
        tenant_id: "6f89cf12-978b-4d23-ac18-9ef0c127cf87".into(),
        client_id: "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928".into(),
        ..Draft::default()
    };
    draft.parse().expect("an account")
}

fn apply(name: &str, secret: SecretChange, expected: Option<i64>) -> Apply {
    let without_keychain = WithoutKeychain::Refuse;
    Apply {
        account: account(name),
        secret,
        expiry: ExpiryChange::Leave,
        expected,
        origin: Origin::Edited,
        without_keychain,
        now: now(),
    }
}

fn secret(text: &str) -> SecretChange {
    SecretChange::Store(Secret::new(text).into())
}

fn test_result() -> LastTest {
    LastTest {
        at: now(),
        outcome: Outcome::Failed,
        message: Some("Error: Failed to request refresh token".into()),
        checks: 4,
        duration: Duration::from_millis(1234),
        report: None,
    }
}

fn expiry() -> Option<Expiry> {
    Some(Expiry { at: now() + chrono::Duration::days(9), source: ExpirySource::Graph })
}

/// Name and secret as they stand together.
fn pair(keeper: &Keeper) -> Option<(String, Option<String>)> {
    let saved = keeper.load().expect("reads")?;
    let secret = keeper.credential(&saved).expect("the keychain answers").and_then(|kept| kept.secret().cloned());
    Some((saved.account.name, secret.map(|secret| secret.expose().to_owned())))
}

fn is_pair(keeper: &Keeper, name: &str, secret: &str) -> bool {
    pair(keeper) == Some((name.into(), Some(secret.into())))
}

#[test]
fn what_is_applied_comes_back_whole() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    assert_eq!(keeper.load(), Ok(None));
    let mut change = apply("Contoso", secret("8Qk8Q~value"), None);
    let custom = r#"{"custom": {"login_url": "https://a.example", "graph_url": "http://127.0.0.1:4711"}}"#;
    let text = liaison::settings_file::write(&change.account).replace("\"global\"", custom);
    change.account = liaison::settings_file::read(&text).expect("reads").draft.parse().expect("an account");
    *change.account.system_messages.get_mut(MessageKey::SessionEnded) = "お疲れさま '; --\n…".into();
    change.account.directory_options.move_to(liaison::domain::PhoneType::Home, 0);
    let by_hand = Expiry { at: now() + chrono::Duration::nanoseconds(1), source: ExpirySource::EnteredByHand };
    change.expiry = ExpiryChange::Set(by_hand);
    let Applied { saved, secret_not_kept } = keeper.apply(change.clone()).expect("saves");
    assert_eq!((&saved.account, saved.revision, saved.expiry), (&change.account, 1, Some(by_hand)));
    assert_eq!((secret_not_kept, saved.applied_at), (None, now()));
    assert!(matches!(&saved.secret, StoredSecret::Keychain { hint, .. } if hint == "8Qk"));
    let tested = keeper.record_test(1, &test_result(), None).expect("records");
    assert_eq!((tested.revision, &tested.last_test, tested.expiry), (1, &Some(test_result()), Some(by_hand)));
    let again = place.open(&vault);
    assert_eq!(again.load(), Ok(Some(tested.clone())));
    assert_eq!(again.credential(&tested), Ok(Some(Secret::new("8Qk8Q~value").into())));
    let read_only = Keeper::open_read_only(&place.profile).expect("opens").expect("is there");
    assert_eq!(read_only.load(), Ok(Some(tested)));
    assert!(place.files().iter().all(|(_, bytes)| !bytes.windows(11).any(|w| w == b"8Qk8Q~value")));
}

#[test]
fn looking_makes_nothing() {
    let place = place();
    assert!(Keeper::open_read_only(&place.profile).expect("looks").is_none());
    assert!(!place.profile.dir().exists());
    fs::create_dir(place.profile.dir()).expect("a folder");
    fs::write(place.profile.database(), "").expect("an empty file");
    assert!(Keeper::open_read_only(&place.profile).expect("looks").is_none());
    assert_eq!(place.files(), [("liaison.sqlite3".to_owned(), Vec::new())]);
    assert_eq!(place.open(&Vault::memory()).load(), Ok(None));
}

#[test]
fn the_later_of_two_windows_is_told_and_overwrites_nothing() {
    let (place, vault) = (place(), Vault::memory());
    let (mut one, mut two) = (place.open(&vault), place.open(&vault));
    one.apply(apply("Contoso", secret("first"), None)).expect("saves");
    assert_eq!(two.apply(apply("Fabrikam", secret("second"), None)), Err(KeepError::OneAccountOnly));
    let current = two.apply(apply("Fabrikam", SecretChange::Keep, Some(1))).expect("saves").saved;
    let changed = Err(KeepError::Changed { current: Some(Box::new(current)) });
    assert_eq!(one.apply(apply("Contoso", secret("third"), Some(1))), changed);
    assert!(one.record_test(1, &test_result(), None).is_err() && one.delete("Fabrikam", 1, now()).is_err());
    assert!(is_pair(&one, "Fabrikam", "first"));
    two.delete("Fabrikam", 2, now()).expect("deletes");
    let deleted = Err(KeepError::Changed { current: None });
    assert_eq!(one.apply(apply("Contoso", SecretChange::Keep, Some(2))), deleted);
    let fresh = two.apply(apply("Contoso", SecretChange::Keep, None)).expect("saves").saved;
    assert_eq!(fresh.revision, 3, "a new account never has a revision that a window remembers of the old one");
}

#[test]
fn a_test_in_between_does_not_refuse_an_open_window() {
    let (place, vault) = (place(), Vault::memory());
    let (mut window, mut monitor) = (place.open(&vault), place.open(&vault));
    window.apply(apply("Contoso", secret("first"), None)).expect("saves");
    monitor.record_test(1, &test_result(), expiry()).expect("records");
    let saved = window.apply(apply("Fabrikam", SecretChange::Keep, Some(1))).expect("saves").saved;
    assert_eq!((saved.expiry, saved.last_test), (expiry(), Some(test_result())));
}

#[test]
fn what_was_known_of_the_old_values_goes_with_them() {
    let other_id = "11111111-2222-4333-8444-555555555555";
    let changed = |edit: &dyn Fn(&mut Account)| {
        let mut change = apply("Contoso", SecretChange::Keep, None);
        edit(&mut change.account);
        change
    };
    let guid = || liaison::domain::Guid::parse(other_id).expect("a GUID");
    for (change, stays) in [
        (changed(&|a| *a.system_messages.get_mut(MessageKey::PartyLeft) = "has gone".into()), true),
        (changed(&|a| a.client_id = guid()), false),
        (changed(&|a| a.tenant_id = guid()), false),
        (changed(&|a| a.object_id = guid()), false),
        (apply("Contoso", secret("the same"), None), true),
        (apply("Contoso", secret("another"), None), false),
        (apply("Contoso", SecretChange::Forget, None), false),
    ] {
        let (place, vault) = (place(), Vault::memory());
        let mut keeper = place.open(&vault);
        keeper.apply(apply("Contoso", secret("the same"), None)).expect("saves");
        keeper.record_test(1, &test_result(), expiry()).expect("records");
        let text = format!("{change:?}");
        let saved = keeper.apply(Apply { expected: Some(1), ..change }).expect("saves").saved;
        assert_eq!((saved.expiry.is_some(), saved.last_test.is_some()), (stays, stays), "{text}");
    }
}

#[test]
fn one_entry_in_the_keychain_and_none_after_deleting() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    keeper.apply(apply("Contoso", secret("first"), None)).expect("saves");
    keeper.apply(apply("Contoso", secret("second"), Some(1))).expect("saves");
    assert!(is_pair(&keeper, "Contoso", "second") && vault.references().len() == 1);
    keeper.apply(apply("Contoso", SecretChange::Forget, Some(2))).expect("saves");
    assert!(pair(&keeper) == Some(("Contoso".into(), None)) && vault.references().is_empty());
    keeper.apply(apply("Contoso", secret("third"), Some(3))).expect("saves");
    assert_eq!(keeper.delete("contoso", 4, now()), Err(KeepError::WrongName));
    assert!(is_pair(&keeper, "Contoso", "third"));
    assert_eq!(keeper.delete("Contoso", 4, now()).expect("deletes").secret_left, None);
    assert!(pair(&keeper).is_none() && vault.references().is_empty());
}

/// Where a rehearsed keychain fails or crashes, to be set while it is in use.
#[derive(Clone, Default)]
struct Trouble(Arc<Mutex<Planned>>);

type Planned = Option<(Step, Option<VaultError>)>;

impl Trouble {
    fn vault(&self) -> Vault {
        let trouble = self.clone();
        Vault::rehearsed(move |step| {
            let set = trouble.0.lock().expect("no panic while held").clone();
            match set {
                Some((at, Some(error))) if at == step => Err(error),
                // Quietly, as a process ends: whatever is dropped on the way would be given up by the system too.
                Some((at, None)) if at == step => resume_unwind(Box::new("crash")),
                _ => Ok(()),
            }
        })
    }

    fn set(&self, trouble: Planned) {
        *self.0.lock().expect("no panic while held") = trouble;
    }
}

#[test]
fn a_crash_at_any_step_leaves_the_old_pair_or_the_new_one_and_nothing_over() {
    use Step::*;
    for (step, new) in [(BeforeStore, false), (AfterStore, false), (BeforeDelete, true), (AfterDelete, true)] {
        let (place, trouble) = (place(), Trouble::default());
        let vault = trouble.vault();
        let mut keeper = place.open(&vault);
        keeper.apply(apply("Contoso", secret("old"), None)).expect("saves");
        trouble.set(Some((step, None)));
        let change = apply("Fabrikam", secret("new"), Some(1));
        catch_unwind(AssertUnwindSafe(|| keeper.apply(change))).expect_err("crashes");
        trouble.set(None);
        let (name, secret) = if new { ("Fabrikam", "new") } else { ("Contoso", "old") };
        assert!(is_pair(&keeper, name, secret), "{step:?}: before anything is put right");
        let kept = || -> i64 {
            assert!(is_pair(&place.open(&vault), name, secret), "{step:?}");
            place.raw().query_one("SELECT count(*) FROM keychain_entry", [], |r| r.get(0)).expect("counts")
        };
        eventually(&format!("{step:?}"), || kept() == 1 && vault.references().len() == 1);
    }
}

#[test]
fn a_crash_while_deleting_leaves_all_of_it_or_nothing() {
    for step in [Step::BeforeDelete, Step::AfterDelete] {
        let (place, trouble) = (place(), Trouble::default());
        let vault = trouble.vault();
        let mut keeper = place.open(&vault);
        keeper.apply(apply("Contoso", secret("old"), None)).expect("saves");
        trouble.set(Some((step, None)));
        catch_unwind(AssertUnwindSafe(|| keeper.delete("Contoso", 1, now()))).expect_err("crashes");
        trouble.set(None);
        let gone = || pair(&place.open(&vault)).is_none() && vault.references().is_empty();
        eventually(&format!("{step:?}"), gone);
    }
}

/// A start cleans up unless somebody else is saving. Another test that starts a program at this moment looks like that: until
/// the program has begun, it holds a copy of every open file, locks included.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let held = (0..100).any(|_| {
        let now = holds();
        if !now {
            std::thread::sleep(Duration::from_millis(20));
        }
        now
    });
    assert!(held, "{what}");
}

#[test]
fn a_database_that_fails_after_the_keychain_keeps_the_old_pair() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    keeper.apply(apply("Contoso", secret("old"), None)).expect("saves");
    let trigger = "CREATE TRIGGER broken BEFORE INSERT ON account BEGIN SELECT RAISE(ABORT, 'broken'); END";
    place.raw().execute_batch(trigger).expect("breaks it");
    let error = keeper.apply(apply("Fabrikam", secret("new"), Some(1))).expect_err("fails");
    assert!(matches!(error, KeepError::Other { .. }), "{error}");
    assert!(is_pair(&keeper, "Contoso", "old") && vault.references().len() == 1);
}

#[test]
fn a_keychain_that_refuses_leaves_everything_or_saves_the_settings_alone() {
    for error in [VaultError::NotAvailable, VaultError::Locked, VaultError::TooLong, VaultError::Other("odd".into())] {
        for step in [Step::Reach, Step::BeforeStore, Step::AfterStore] {
            let (place, trouble) = (place(), Trouble::default());
            let vault = trouble.vault();
            let mut keeper = place.open(&vault);
            trouble.set(Some((step, Some(error.clone()))));
            let change = apply("Contoso", secret("8Qk8Q~value"), None);
            let refused = keeper.apply(change.clone()).expect_err("refuses");
            assert_eq!(refused, KeepError::Vault(error.clone()));
            assert!(!format!("{refused} {refused:?} {change:?}").contains("8Qk8Q~value"));
            assert!(pair(&keeper).is_none());
            let without_keychain = WithoutKeychain::SaveSettings;
            let applied = keeper.apply(Apply { without_keychain, ..change }).expect("saves");
            assert_eq!((applied.secret_not_kept, applied.saved.secret), (Some(error.clone()), StoredSecret::None));
            trouble.set(None);
            assert_eq!(pair(&place.open(&vault)), Some(("Contoso".into(), None)));
            assert_eq!(vault.references(), Vec::<String>::new(), "{error:?} at {step:?}");
        }
    }
}

#[test]
fn a_locked_keychain_loses_nothing_and_is_cleaned_up_later() {
    let (place, trouble) = (place(), Trouble::default());
    let vault = trouble.vault();
    let mut keeper = place.open(&vault);
    keeper.apply(apply("Contoso", secret("old"), None)).expect("saves");
    trouble.set(Some((Step::BeforeLoad, Some(VaultError::Locked))));
    let refused = keeper.apply(apply("Contoso", secret("new"), Some(1)));
    assert_eq!(refused, Err(KeepError::Vault(VaultError::Locked)));
    let saved = keeper.load().expect("reads").expect("is there");
    assert_eq!(keeper.credential(&saved), Err(VaultError::Locked));
    trouble.set(Some((Step::BeforeDelete, Some(VaultError::Locked))));
    assert_eq!(keeper.delete("Contoso", 1, now()).expect("deletes").secret_left, Some(VaultError::Locked));
    assert_eq!(place.open(&vault).load(), Ok(None), "a keychain that stays locked does not keep it from starting");
    assert_eq!(vault.references().len(), 1);
    trouble.set(None);
    place.open(&vault);
    assert_eq!(vault.references(), Vec::<String>::new());
}

#[test]
fn a_secret_that_somebody_took_from_the_keychain_is_told_and_can_be_given_again() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    let saved = keeper.apply(apply("Contoso", secret("old"), None)).expect("saves").saved;
    vault.delete(&vault.references()[0]).expect("removes");
    assert_eq!(keeper.credential(&saved), Err(VaultError::NotFound));
    keeper.apply(apply("Contoso", secret("old"), Some(1))).expect("saves");
    assert!(is_pair(&keeper, "Contoso", "old"));
}

#[test]
fn no_keychain_is_needed_without_a_secret() {
    let (place, vault) = (place(), Vault::unavailable());
    let mut keeper = place.open(&vault);
    keeper.apply(apply("Contoso", SecretChange::Keep, None)).expect("saves");
    keeper.set_preference("theme", "dark").expect("sets");
    keeper.set_preference("theme", "light").expect("sets");
    assert_eq!(keeper.preference("theme"), Ok(Some("light".into())));
    assert_eq!(keeper.delete("Contoso", 1, now()).expect("deletes").secret_left, None);
    assert_eq!((keeper.preference("theme"), keeper.preference("zoom")), (Ok(Some("light".into())), Ok(None)));
}
