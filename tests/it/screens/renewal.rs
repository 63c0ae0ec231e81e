//! The renewal of the secret, from the button to the old one's removal, over real HTTP to the practice tenant.

use super::window::{Place, Window, practice};
use egui::{Key, Modifiers, accesskit::Role};
use liaison::{
    domain::StoredSecret,
    keeper::Keeper,
    practice::{CLIENT_SECRET, Practice, SECRET_ID, Scenario},
    session::renewal::Stage,
    vault::{Step as Moment, Vault, VaultError},
};
use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

fn stage(window: &Window) -> Option<&Stage> {
    window.session().renewal.wizard.as_ref().map(|wizard| &wizard.stage)
}

/// Opens the renewal and waits until it asks something.
fn begin(window: &mut Window) {
    window.click("Renew secret…");
    window.wait("the first question", |session| {
        let stage = session.renewal.wizard.as_ref().map(|wizard| &wizard.stage);
        matches!(stage, Some(Stage::Choose | Stage::ByHand(_)))
    });
}

fn wait_for(window: &mut Window, what: &str, fits: fn(&Stage) -> bool) {
    window.wait(what, |session| session.renewal.wizard.as_ref().is_some_and(|wizard| fits(&wizard.stage)));
}

fn applied(stage: &Stage) -> bool {
    matches!(stage, Stage::Applied)
}

fn failed(stage: &Stage) -> bool {
    matches!(stage, Stage::Failed(..))
}

/// How often a path was asked for with success.
fn done(tenant: &Practice, ending: &str) -> usize {
    tenant.requests().iter().filter(|request| request.path.ends_with(ending) && request.status < 300).count()
}

/// No file of the profile holds this text.
fn no_file_holds(place: &Place, text: &str) {
    let mut folders = vec![place.profile.dir().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = fs::read(entry.path()).unwrap();
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "the secret is in {}", entry.path().display());
        }
    }
}

fn left_over(place: &Place) -> usize {
    Keeper::open(&place.profile, Vault::memory()).unwrap().secrets_left_over().unwrap().len()
}

/// What everybody can read must not hold the secret.
fn nobody_reads(window: &Window, secret: &str) {
    assert!(!window.texts().iter().any(|line| line.contains(secret)));
    assert!(!format!("{:?}", window.session()).contains(secret));
}

#[test]
fn a_secret_is_renewed_without_a_gap_and_the_old_one_removed_when_asked() {
    let tenant = practice(Scenario::LateSecret);
    tenant.set_propagation(Duration::from_millis(2500));
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.fill("Name", "Contoso, edited");
    begin(&mut window);
    window.expect("Agents stay signed in: only the account's own secret changes.");
    window.expect("6 months, as Azure recommends");
    window.click_on(Role::RadioButton, "12 months");
    window.click("Make a new secret");
    wait_for(&mut window, "a first refusal", |stage| matches!(stage, Stage::Trying(1..)));
    window.expect("Entra does not know it yet, which can take a minute.");
    assert_eq!(place.secret().as_deref(), Some(CLIENT_SECRET), "the old one is in use meanwhile");
    assert_eq!(left_over(&place), 1, "a crash now would not make it forgotten");
    wait_for(&mut window, "the new secret in use", applied);
    let new = place.secret().unwrap();
    assert_ne!(new, CLIENT_SECRET);
    window.announces(&format!("It starts with {}.", &new[..3]));
    window.expect(&format!("“Liaison”, starts with 8Qk, Secret ID {SECRET_ID}"));
    nobody_reads(&window, &new);
    no_file_holds(&place, &new);
    assert_eq!((left_over(&place), done(&tenant, "/removePassword")), (0, 0), "nothing is removed unasked");
    window.click("Remove the old secret");
    wait_for(&mut window, "the removal", |stage| matches!(stage, Stage::Done));
    window.announces("The new secret is in use, and the old one is removed from Azure.");
    window.click("Close");
    window.wait_idle();
    window.expect("in 365 days · read from Azure");
    assert_eq!(window.value("Name"), "Contoso, edited", "edits that were not applied are neither lost nor saved");
    assert_eq!(place.saved().unwrap().account.name, "Contoso");
    assert_eq!((done(&tenant, "/addPassword"), done(&tenant, "/removePassword")), (1, 1));
    window.click("Test connection");
    window.wait_idle();
    window.expect("in use here, ends in 365 days");
}

#[test]
fn a_cancelled_renewal_takes_the_new_secret_back() {
    let tenant = practice(Scenario::LateSecret);
    tenant.set_propagation(Duration::from_secs(3600));
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "a first refusal", |stage| matches!(stage, Stage::Trying(1..)));
    assert!(!window.close(), "the window says first what is left");
    window.expect("it stays unused in Azure, and Liaison names it at the next start");
    window.press(Modifiers::NONE, Key::Escape);
    wait_for(&mut window, "the way back", |stage| matches!(stage, Stage::TakenBack));
    window.announces("The old one is in use as before.");
    window.click("Close");
    assert!(stage(&window).is_none() && window.session().dialog.is_none());
    assert_eq!((place.secret().as_deref(), left_over(&place)), (Some(CLIENT_SECRET), 0));
    assert_eq!(done(&tenant, "/removePassword"), 1);
}

#[test]
fn what_a_crash_leaves_in_azure_is_named_and_removed_on_request() {
    let tenant = practice(Scenario::LateSecret);
    tenant.set_propagation(Duration::from_secs(3600));
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "a first refusal", |stage| matches!(stage, Stage::Trying(1..)));
    drop(window);
    let mut window = place.open();
    window.wait("what is left", |session| !session.renewal.left_over.is_empty());
    window.announces("may have left an unused secret in Azure: “Liaison on ");
    window.expect(", Secret ID ");
    window.click("Remove it from Azure");
    window.wait_idle();
    window.announces("The unused secret is gone from Azure.");
    window.expect_not("may have left");
    assert_eq!((left_over(&place), done(&tenant, "/removePassword")), (0, 1));
    assert_eq!(place.secret().as_deref(), Some(CLIENT_SECRET));
}

#[test]
fn an_app_that_does_not_own_itself_is_led_to_the_way_by_hand() {
    let tenant = practice(Scenario::MayRenewNotOwner);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "the refusal", failed);
    window.announces("Azure does not let this app add a secret to itself.");
    window.expect("az ad app owner add --id ");
    window.expect("Nothing was changed; the old secret is in use as before.");
    assert_eq!(left_over(&place), 0);
    window.click("By hand…");
    window.expect("2. Paste its Value");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(stage(&window).is_none());
}

#[test]
fn without_the_permission_a_pasted_secret_is_tried_before_it_is_applied() {
    let tenant = practice(Scenario::ExpiringIn9Days);
    let place = Place::with_account(&tenant);
    // The account has another of the app's secrets.
    tenant.set_scenario(Scenario::TwoSecretsSameHint);
    let mut window = place.open();
    begin(&mut window);
    window.expect("it would need the application permission Application.ReadWrite.OwnedBy");
    window.expect("az ad app credential reset --id ");
    window.expect(" --append --display-name ");
    let command = window.copies("Copy the command").unwrap();
    assert!(command.contains("--append") && command.contains(&tenant.details().client_id), "{command}");
    assert!(!window.is_enabled("Test and apply"));
    window.fill("2. Paste its Value, or all that the command below prints.", SECRET_ID);
    window.click("Test and apply");
    window.announces("This is the Secret ID, not the Value.");
    let twin = liaison::practice::OLD_SECRET;
    let json = format!(
        r#"{{"appId": "{}", "password": "{twin}", "tenant": "{}"}}"#,
        tenant.details().client_id,
        tenant.details().tenant_id
    );
    tenant.set_scenario(Scenario::Healthy);
    window.fill("2. Paste its Value, or all that the command below prints.", &json);
    window.click("Test and apply");
    wait_for(&mut window, "the refusal", failed);
    window.announces("The client secret has expired.");
    window.expect("The old secret is in use as before.");
    window.click("Paste another");
    window.fill("2. Paste its Value, or all that the command below prints.", CLIENT_SECRET);
    window.click("Test and apply");
    wait_for(&mut window, "the new secret in use", applied);
    nobody_reads(&window, CLIENT_SECRET);
    no_file_holds(&place, CLIENT_SECRET);
    window.click("Close");
    assert_eq!(place.secret().as_deref(), Some(CLIENT_SECRET));
    assert_eq!(done(&tenant, "/addPassword") + done(&tenant, "/removePassword"), 0);
}

#[test]
fn a_keychain_that_refuses_leaves_the_old_secret_and_the_new_one_for_a_second_try() {
    let refuses = Arc::new(AtomicBool::new(false));
    let lever = refuses.clone();
    let vault = Vault::rehearsed(move |moment| match moment {
        Moment::BeforeStore if lever.load(Ordering::Relaxed) => Err(VaultError::Locked),
        _ => Ok(()),
    });
    let tenant = practice(Scenario::MayRenew);
    let place = Place::with(vault);
    place.apply(&super::window::draft(&tenant), Some(CLIENT_SECRET), None);
    let mut window = place.open();
    refuses.store(true, Ordering::Relaxed);
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "the refusal", failed);
    window.expect("is locked.");
    window.expect("The new one is in Azure and unused: “Liaison on ");
    assert_eq!((place.secret().as_deref(), left_over(&place)), (Some(CLIENT_SECRET), 1));
    refuses.store(false, Ordering::Relaxed);
    window.click("Try again");
    wait_for(&mut window, "the new secret in use", applied);
    assert_eq!(left_over(&place), 0);
    assert!(matches!(place.saved().unwrap().secret, StoredSecret::Keychain { .. }));
    window.click("Keep the old one");
    assert_eq!(done(&tenant, "/addPassword"), 1, "no second one was made");
}

#[test]
fn somebody_elses_change_in_between_costs_nothing() {
    let tenant = practice(Scenario::LateSecret);
    tenant.set_propagation(Duration::from_millis(1500));
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "a first refusal", |stage| matches!(stage, Stage::Trying(1..)));
    let other = liaison::domain::Draft { name: "Fabrikam".into(), ..super::window::draft(&tenant) };
    place.apply(&other, None, Some(1));
    wait_for(&mut window, "the conflict", failed);
    window.announces("The account was changed by another window or the command line in the meantime.");
    window.click("Try again");
    wait_for(&mut window, "the new secret in use", applied);
    assert_eq!(place.saved().unwrap().account.name, "Fabrikam");
    assert_ne!(place.secret().as_deref(), Some(CLIENT_SECRET));
}

#[test]
fn a_removal_that_fails_leaves_the_new_secret_in_use_and_can_be_made_again() {
    let tenant = practice(Scenario::MayRenewAny);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    begin(&mut window);
    window.click("Make a new secret");
    wait_for(&mut window, "the new secret in use", applied);
    tenant.set_scenario(Scenario::GraphDown);
    window.click("Remove the old secret");
    wait_for(&mut window, "the refusal", failed);
    window.announces("Microsoft Graph has a trouble of its own (HTTP 503).");
    window.expect("The new secret is in use; the old one is still in Azure.");
    tenant.set_scenario(Scenario::MayRenewAny);
    window.click("Try again");
    wait_for(&mut window, "the removal", |stage| matches!(stage, Stage::Done));
}
