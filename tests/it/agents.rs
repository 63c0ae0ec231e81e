//! The people who enabled Teams integration: kept over crashes, keychains that refuse, changes of the account, and Microsoft's no.

use crate::{oauth, walk};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use liaison::{
    agents::{AgentError, Agents},
    domain::{Account, Agent, Draft, ExpiryChange, Guid, Origin, Secret, Standing, history::Kind},
    http::Http,
    keeper::{Apply, KeepError, Keeper, SecretChange, WithoutKeychain},
    practice::{Practice, Scenario},
    profile::Profile,
    vault::{Step, Vault, VaultError},
};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

const ADELE: &str = "adele.vance@contoso.example";
const LONG: Duration = Duration::from_secs(60);

struct Place {
    profile: Profile,
    dir: tempfile::TempDir,
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 26, 12, 0, 0).single().expect("a moment")
}

fn account(practice: &Practice) -> Account {
    let with = oauth::credentials(practice);
    let draft = Draft {
        name: "Contoso".into(),
        object_id: with.object_id.to_string(),
        tenant_id: with.tenant_id.to_string(),
        client_id: with.client_id.to_string(),
        ..Draft::default()
    };
    Account { cloud: with.cloud, ..draft.parse().expect("an account") }
}

/// A profile with the account of the practice tenant.
fn place(practice: &Practice, vault: &Vault) -> Place {
    let dir = tempfile::tempdir().expect("a folder");
    let place = Place { profile: Profile::at(dir.path().join("liaison")), dir };
    let secret = SecretChange::Store(Secret::new(practice.details().client_secret.clone()).into());
    place.apply(vault, account(practice), secret);
    place
}

impl Place {
    fn keeper(&self, vault: &Vault) -> Keeper {
        Keeper::open(&self.profile, vault.clone()).expect("opens")
    }

    fn apply(&self, vault: &Vault, account: Account, secret: SecretChange) {
        let mut keeper = self.keeper(vault);
        let expected = keeper.load().expect("reads").map(|saved| saved.revision);
        let change = Apply {
            account,
            secret,
            expiry: ExpiryChange::Leave,
            expected,
            origin: Origin::Edited,
            without_keychain: WithoutKeychain::Refuse,
            now: now(),
        };
        keeper.apply(change).expect("applies");
    }

    fn agents(&self, vault: &Vault) -> Agents {
        Agents::new(self.profile.clone(), vault.clone(), Http::default(), now, |_| {})
    }

    fn list(&self, vault: &Vault) -> Vec<Agent> {
        self.keeper(vault).agents().expect("reads")
    }

    /// Everything in every file, as text.
    fn contents(&self) -> String {
        let files = fs::read_dir(self.dir.path().join("liaison")).expect("lists");
        let read = files.map(|file| fs::read(file.expect("a file").path()).expect("reads"));
        read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    }
}

/// Signs Adele in by walking the pages.
async fn enable(agents: &Agents) -> Result<Agent, AgentError> {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let agents = agents.clone();
    let waiting = tokio::spawn(async move {
        agents.enable_in_browser(None, LONG, |address| drop(tell.send(address.to_owned()))).await
    });
    if let Some(address) = told.recv().await {
        let back = walk::consent(&address, ADELE).await;
        walk::open(back.target().as_str()).await;
    }
    waiting.await.expect("no panic")
}

#[tokio::test]
async fn an_agent_is_kept_in_the_keychain_only_and_renewed_there() {
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    let agents = Agents::new(place.profile.clone(), vault.clone(), Http::default(), now, move |list| {
        hears.lock().expect("whole").push(list.len());
    });
    let adele = enable(&agents).await.expect("enabled");
    assert_eq!((adele.name.as_str(), adele.principal_name.as_str()), ("Adele Vance", ADELE));
    assert_eq!(place.list(&vault), std::slice::from_ref(&adele));
    assert_eq!(*heard.lock().expect("whole"), [1]);

    let entries = vault.references();
    assert!(entries.len() > 2, "the account's secret and more than one part");
    for entry in &entries {
        assert!(vault.load_bytes(entry).expect("there").len() <= 2560, "more than Windows takes");
    }
    let (_, first) = place.keeper(&vault).agent(adele.id).expect("reads").expect("kept");
    assert!(first.expose().len() > 2560);

    let token = agents.access_token(adele.id).await.expect("a token");
    let (_, second) = place.keeper(&vault).agent(adele.id).expect("reads").expect("kept");
    assert_ne!(first, second, "the newer one took the older one's place");
    let later = vault.references();
    assert_eq!(later.len(), entries.len(), "and the older one's parts are gone");
    assert!(later.iter().filter(|one| entries.contains(one)).count() == 1, "but for the account's secret");

    // The same token again, without asking Microsoft.
    let asked = practice.requests().len();
    let both = tokio::join!(agents.access_token(adele.id), agents.access_token(adele.id));
    assert_eq!((both.0.as_ref(), both.1.as_ref()), (Ok(&token), Ok(&token)));
    assert_eq!(practice.requests().len(), asked);
    agents.distrust(adele.id).await;
    let both = tokio::join!(agents.access_token(adele.id), agents.access_token(adele.id));
    assert_eq!(both.0, both.1, "who comes second waits for the first");
    assert_eq!(practice.requests().len(), asked + 1);

    let contents = place.contents();
    assert!(contents.contains("Adele Vance"), "the search can find something");
    for secret in [&first, &second, &token] {
        for piece in [&secret.expose()[..40], &secret.expose()[secret.expose().len() - 40..]] {
            assert!(!contents.contains(piece), "a token in a file");
        }
    }
    assert!(!format!("{agents:?}").contains(token.expose()));

    let deleted = agents.disable(adele.id).expect("disabled");
    assert_eq!((deleted.secret_left, vault.references().len()), (None, 1));
    assert_eq!(agents.access_token(adele.id).await, Err(AgentError::NotEnabled));
}

#[tokio::test]
async fn microsofts_no_ends_the_sign_in_with_its_reason_and_a_passing_trouble_does_not() {
    for (scenario, says) in [
        (
            Scenario::AgentRevoked,
            "The sign-in was revoked, for instance because the password was changed (AADSTS50173).",
        ),
        (Scenario::AgentExpired, "The sign-in has expired (AADSTS70008)."),
        (Scenario::AgentInactive, "The sign-in was not used for 90 days (AADSTS700082)."),
        (Scenario::AgentMalformed, "Microsoft does not understand the sign-in any more (AADSTS70000)."),
        (Scenario::ConsentWithdrawn, "Nobody has consented to what Liaison asks for (AADSTS65001)."),
    ] {
        let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
        let place = place(&practice, &vault);
        let agents = place.agents(&vault);
        let adele = enable(&agents).await.expect("enabled");
        practice.set_scenario(scenario);
        for _ in 0..2 {
            let Err(AgentError::MustSignIn(failure)) = agents.access_token(adele.id).await else { panic!("a token") };
            assert_eq!(failure.headline, says);
        }
        assert_eq!(place.list(&vault)[0].standing, Standing::MustSignIn(says.into()));
        assert_eq!(vault.references().len(), 1, "nothing worthless is kept");
        enable(&agents).await.expect("signing in again helps");
        assert!(agents.access_token(adele.id).await.is_ok(), "{scenario:?}");
    }
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let agents = place.agents(&vault);
    let adele = enable(&agents).await.expect("enabled");
    for scenario in [Scenario::StsBusy, Scenario::Offline, Scenario::WrongSecret, Scenario::ClientLoop] {
        practice.set_scenario(scenario);
        assert!(matches!(agents.access_token(adele.id).await, Err(AgentError::SignIn(_))), "{scenario:?}");
    }
    assert_eq!(place.list(&vault)[0].standing, Standing::Enabled);
    practice.set_scenario(Scenario::Healthy);
    assert!(agents.access_token(adele.id).await.is_ok());
}

#[tokio::test]
async fn deleting_the_account_disables_all_and_another_tenant_or_app_makes_all_re_enable() {
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let agents = place.agents(&vault);
    let adele = enable(&agents).await.expect("enabled");
    let original = account(&practice);

    place.apply(&vault, Account { name: "Renamed".into(), ..original.clone() }, SecretChange::Keep);
    assert_eq!(place.list(&vault)[0].standing, Standing::Enabled, "only tenant and app count");

    let other = Guid::parse("6f89cf12-978b-4d23-ac18-9ef0c127cf87").expect("an ID");
    for (changed, says) in [
        (Account { tenant_id: other, ..original.clone() }, "The account names another tenant now."),
        (original.clone(), "The account names another tenant now."),
    ] {
        place.apply(&vault, changed, SecretChange::Keep);
        let Err(AgentError::MustSignIn(failure)) = agents.access_token(adele.id).await else { panic!("a token") };
        assert_eq!(failure.headline, says);
        assert_eq!(place.list(&vault)[0].standing, Standing::MustReEnable(says.into()));
        assert_eq!(vault.references().len(), 1);
    }
    enable(&agents).await.expect("enabled again");
    place.apply(&vault, Account { client_id: other, ..original.clone() }, SecretChange::Keep);
    assert_eq!(place.list(&vault)[0].standing.reason(), Some("The account names another app now."));
    place.apply(&vault, original, SecretChange::Keep);
    enable(&agents).await.expect("enabled again");

    let mut keeper = place.keeper(&vault);
    let revision = keeper.load().expect("reads").expect("an account").revision;
    keeper.delete("Contoso", revision, now()).expect("deletes");
    assert!(place.list(&vault).is_empty() && vault.references().is_empty(), "{:?}", vault.references());
    assert_eq!(agents.access_token(adele.id).await, Err(AgentError::NotEnabled));
    assert_eq!(enable(&agents).await, Err(AgentError::NoAccount));
}

#[tokio::test]
async fn an_account_that_changes_during_the_sign_in_gets_nobody() {
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let agents = place.agents(&vault);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let waiting = tokio::spawn({
        let agents = agents.clone();
        async move { agents.enable_in_browser(Some(ADELE), LONG, |address| drop(tell.send(address.to_owned()))).await }
    });
    let back = walk::consent(&told.recv().await.expect("an address"), ADELE).await;
    let other = Guid::parse("6f89cf12-978b-4d23-ac18-9ef0c127cf87").expect("an ID");
    place.apply(&vault, Account { client_id: other, ..account(&practice) }, SecretChange::Keep);
    walk::open(back.target().as_str()).await;
    let error = waiting.await.expect("no panic").expect_err("nobody");
    assert!(matches!(error, AgentError::Keep(KeepError::Changed { .. })), "{error:?}");
    assert!(error.failure().headline.contains("while the sign-in was under way"));
    assert!(place.list(&vault).is_empty());
    assert_eq!(vault.references().len(), 1);
}

/// A refresh token of this length, told apart by its first letters.
fn token(name: &str, length: usize) -> Secret {
    Secret::new(format!("{name}{}", "t".repeat(length - name.len())))
}

fn agent(at: DateTime<Utc>) -> Agent {
    Agent {
        id: Guid::parse("0d3c1a52-6a0e-4f8e-9d6e-2f6c3f1f7a11").expect("an ID"),
        name: "Adele Vance".into(),
        principal_name: ADELE.into(),
        enabled_at: at,
        standing: Standing::Enabled,
    }
}

#[test]
fn a_crash_between_any_two_steps_leaves_the_old_sign_in_or_the_new_one_whole() {
    let practice = oauth::start(Scenario::Healthy);
    let to = { oauth::credentials(&practice) };
    let to = (to.tenant_id, to.client_id);
    for renewing in [false, true] {
        let mut crashes = 0;
        for fatal in 0.. {
            let (armed, steps) = (Arc::new(AtomicUsize::new(usize::MAX)), Arc::new(AtomicUsize::new(0)));
            let (arm, count) = (armed.clone(), steps.clone());
            let vault = Vault::rehearsed(move |_: Step| {
                assert_ne!(count.fetch_add(1, Ordering::SeqCst), arm.load(Ordering::SeqCst), "crash");
                Ok(())
            });
            let place = place(&practice, &vault);
            let (old, new) = (token("old", 5_000), token("new", 7_000));
            if renewing {
                place.keeper(&vault).keep_agent(to, &agent(now()), &old, now()).expect("keeps");
            }
            armed.store(steps.load(Ordering::SeqCst) + fatal, Ordering::SeqCst);
            let crashed = catch_unwind(AssertUnwindSafe(|| {
                let mut keeper = place.keeper(&vault);
                match renewing {
                    false => keeper.keep_agent(to, &agent(now()), &new, now()),
                    true => keeper.renew_agent(&agent(now()), &new, now()),
                }
                .expect("keeps");
            }))
            .is_err();
            armed.store(usize::MAX, Ordering::SeqCst);
            let kept = place.keeper(&vault).agent(agent(now()).id).expect("reads").map(|(_, token)| token);
            let parts = match &kept {
                None => 0,
                Some(token) => token.expose().len().div_ceil(2_000),
            };
            let may_be = if renewing { [Some(old), Some(new)] } else { [None, Some(new)] };
            assert!(may_be.contains(&kept), "step {fatal}: neither the old one nor the new one");
            assert_eq!(vault.references().len(), 1 + parts, "step {fatal}: something is left over");
            if !crashed {
                break;
            }
            crashes += 1;
        }
        assert!(crashes >= 8, "only {crashes} places to crash at");
    }
}

#[test]
fn a_keychain_that_refuses_changes_nothing() {
    let practice = oauth::start(Scenario::Healthy);
    let with = oauth::credentials(&practice);
    let to = (with.tenant_id, with.client_id);
    let refusing = Arc::new(AtomicUsize::new(0));
    let refuses = refusing.clone();
    let vault = Vault::rehearsed(move |step| match (step, refuses.load(Ordering::SeqCst)) {
        (Step::BeforeStore, 1) => Err(VaultError::Locked),
        // The second part does not fit any more.
        (Step::BeforeStore, 3) => Err(VaultError::Other("full".into())),
        (Step::BeforeStore, left @ 2..) => {
            refuses.store(left + 1, Ordering::SeqCst);
            Ok(())
        }
        _ => Ok(()),
    });
    let place = place(&practice, &vault);
    let (old, new) = (token("old", 5_000), token("new", 5_000));
    for refusal in [1, 2] {
        refusing.store(refusal, Ordering::SeqCst);
        let error = place.keeper(&vault).keep_agent(to, &agent(now()), &new, now()).expect_err("refused");
        assert!(matches!(error, KeepError::Vault(_)), "{error:?}");
        refusing.store(0, Ordering::SeqCst);
        assert!(place.list(&vault).is_empty());
        assert_eq!(vault.references().len(), 1);
    }
    place.keeper(&vault).keep_agent(to, &agent(now()), &old, now()).expect("keeps");
    refusing.store(1, Ordering::SeqCst);
    assert!(place.keeper(&vault).renew_agent(&agent(now()), &new, now()).is_err());
    refusing.store(0, Ordering::SeqCst);
    let kept = || place.keeper(&vault).agent(agent(now()).id).expect("reads").map(|(_, token)| token);
    assert_eq!(kept(), Some(old), "the older one is still there");

    // An answer to an older sign-in comes too late.
    let later = agent(now() + TimeDelta::hours(1));
    let latest = token("latest", 3_000);
    place.keeper(&vault).keep_agent(to, &later, &latest, now()).expect("keeps");
    place.keeper(&vault).renew_agent(&agent(now()), &new, now()).expect("does nothing");
    place.keeper(&vault).suspend_agent(&agent(now()), "Too late.", now()).expect("does nothing");
    assert_eq!(kept(), Some(latest));
    assert_eq!(place.list(&vault)[0].standing, Standing::Enabled);
}

#[tokio::test]
async fn a_sign_in_that_the_keychain_has_lost_is_over() {
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let agents = place.agents(&vault);
    let before = vault.references();
    let adele = enable(&agents).await.expect("enabled");
    let part = vault.references().into_iter().find(|one| !before.contains(one)).expect("a part");
    vault.delete(&part).expect("deletes");
    let Err(AgentError::MustSignIn(failure)) = agents.access_token(adele.id).await else { panic!("a token") };
    assert_eq!(failure.headline, "The sign-in is no longer in the keychain.");
    assert_eq!(place.list(&vault)[0].standing, Standing::MustSignIn(failure.headline));
    assert_eq!(vault.references(), before);
}

#[tokio::test]
async fn enabling_and_disabling_are_written_down_without_a_token() {
    let (practice, vault) = (oauth::start(Scenario::Healthy), Vault::memory());
    let place = place(&practice, &vault);
    let agents = place.agents(&vault);
    let agent = enable(&agents).await.expect("enables");
    place.keeper(&vault).suspend_agent(&agent, "The sign-in was revoked.", now()).expect("suspends");
    agents.disable(agent.id).expect("disables");
    let history = place.keeper(&vault).history().expect("reads");
    let told: Vec<(Option<Kind>, &str)> =
        history.entries[1..].iter().map(|entry| (entry.kind, entry.note.as_str())).collect();
    let (named, suspended) = (agent.named(), format!("{}: The sign-in was revoked.", agent.named()));
    assert_eq!(
        told,
        [
            (Some(Kind::AgentEnabled), named.as_str()),
            (Some(Kind::AgentDisabled), suspended.as_str()),
            (Some(Kind::AgentDisabled), named.as_str()),
        ]
    );
    assert!(history.faults().is_empty());
}
