//! Signing people in against the practice tenant: in the browser, with a device code, and for another hour.

use crate::walk::{self, Page};
use liaison::{
    domain::{CloudDraft, CloudKind, Credentials, Guid, Secret},
    http::Http,
    oauth::{self, DeviceCode, SignInError, SignedIn},
    practice::{Options, Practice, Scenario},
};
use std::{
    sync::mpsc,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use url::Url;

const ADELE: &str = "adele.vance@contoso.example";
const LONG: Duration = Duration::from_secs(60);

pub fn start(scenario: Scenario) -> Practice {
    Practice::start(Options { scenario, ..Options::default() }).expect("a free port")
}

pub fn credentials(practice: &Practice) -> Credentials {
    let details = practice.details();
    let guid = |text: &str| Guid::parse(text).expect("an ID");
    let cloud = CloudDraft {
        kind: CloudKind::Custom,
        login_url: details.login_url.clone(),
        graph_url: details.graph_url.clone(),
    };
    Credentials {
        object_id: guid(&details.object_id),
        tenant_id: guid(&details.tenant_id),
        client_id: guid(&details.client_id),
        cloud: cloud.parse().expect("a cloud"),
        credential: Secret::new(details.client_secret.clone()).into(),
    }
}

type Waiting = JoinHandle<Result<SignedIn, SignInError>>;

/// Begins a sign-in in the browser: the address that would be opened, and the sign-in that waits.
async fn begin(with: Credentials, hint: Option<&'static str>, patience: Duration) -> (String, Waiting) {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let waiting = tokio::spawn(async move {
        oauth::in_browser(&Http::default(), &with, hint, patience, |address| drop(tell.send(address.to_owned()))).await
    });
    (told.recv().await.expect("an address"), waiting)
}

/// The redirect back to the listener, followed.
async fn follow(page: &Page) -> Page {
    walk::open(page.target().as_str()).await
}

fn changed(address: &str, name: &str, value: &str) -> String {
    let url = Url::parse(address).expect("an address");
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(key, old)| (key.to_string(), if key == name { value.to_owned() } else { old.to_string() }))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

async fn headline(waiting: Waiting) -> String {
    waiting.await.expect("no panic").expect_err("nobody is signed in").failure().headline
}

#[tokio::test]
async fn a_person_signs_in_in_the_browser_and_stays_signed_in() {
    let practice = start(Scenario::Healthy);
    let with = credentials(&practice);
    let (address, waiting) = begin(with.clone(), None, LONG).await;
    for part in ["response_type=code", "code_challenge_method=S256", "nonce=", "state=", "prompt=select_account"] {
        assert!(address.contains(part), "{part}: {address}");
    }
    assert!(address.contains("redirect_uri=http%3A%2F%2Flocalhost%3A"), "{address}");
    let back = walk::consent(&address, ADELE).await;
    let page = follow(&back).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Adele Vance is signed in") && page.text.contains("You can close this window"));
    let person = waiting.await.expect("no panic").expect("signed in");
    assert_eq!((person.name.as_str(), person.principal_name.as_str()), ("Adele Vance", ADELE));
    assert_eq!(person.tokens.expires_in, Duration::from_secs(3599));
    assert!(!format!("{person:?}").contains(person.tokens.access.expose()));
    // The listener is gone.
    assert!(walk::browser().get(back.target()).send().await.is_err());

    let http = Http::default();
    let first = &person.tokens.refresh;
    let again = oauth::refresh(&http, &with, first).await.expect("refreshed");
    assert_ne!(&again.refresh, first);
    let me = format!("{}/v1.0/users/{}", practice.details().graph_url, person.id);
    assert_ne!(http.get(&me, &again.access).await.expect("an answer").status, 401, "Graph takes the token");
}

#[tokio::test]
async fn an_account_that_is_hinted_at_comes_first() {
    let practice = start(Scenario::Healthy);
    let (address, waiting) = begin(credentials(&practice), Some(ADELE), LONG).await;
    assert!(address.contains("login_hint=") && !address.contains("prompt="), "{address}");
    follow(&walk::consent(&address, "").await).await;
    assert_eq!(waiting.await.expect("no panic").expect("signed in").principal_name, ADELE);
}

#[tokio::test]
async fn answers_of_other_sign_ins_change_nothing() {
    let practice = start(Scenario::Healthy);
    let (address, waiting) = begin(credentials(&practice), None, LONG).await;
    let back = walk::consent(&address, ADELE).await.target();
    for (wrong, status, says) in [
        (changed(back.as_str(), "state", "another"), 400, "This answer belongs to another sign-in"),
        (back.as_str().replace("state=", "status="), 400, "This answer belongs to another sign-in"),
        (back.as_str().replace("/liaison?", "/other?"), 404, "Nothing here"),
        // A name that an attacker lets lead to this computer.
        (back.as_str().replace("localhost", "127.0.0.1"), 404, "Nothing here"),
    ] {
        let page = walk::open(&wrong).await;
        assert_eq!(page.status, status, "{wrong}");
        assert!(page.text.contains(says), "{}", page.text);
    }
    assert!(!waiting.is_finished(), "it still waits for its own answer");
    assert_eq!(walk::open(back.as_str()).await.status, 200);
    assert!(waiting.await.expect("no panic").is_ok());
}

#[tokio::test]
async fn a_code_that_was_used_and_a_code_for_another_verifier_are_refused() {
    let practice = start(Scenario::Healthy);
    let (address, first) = begin(credentials(&practice), None, LONG).await;
    let used = walk::consent(&address, ADELE).await.target();
    walk::open(used.as_str()).await;
    first.await.expect("no panic").expect("signed in");
    let used = used.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();

    let (address, second) = begin(credentials(&practice), None, LONG).await;
    let back = walk::consent(&address, ADELE).await.target();
    let page = walk::open(&changed(back.as_str(), "code", &used)).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("was used before"), "{}", page.text);
    assert_eq!(headline(second).await, "The answer of this sign-in was used before (AADSTS54005).");

    // Somebody else's code, slipped into this sign-in.
    let (address, third) = begin(credentials(&practice), None, LONG).await;
    let other = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let back = walk::consent(&changed(&address, "code_challenge", other), ADELE).await;
    assert!(follow(&back).await.text.contains("belongs to another sign-in"));
    assert_eq!(headline(third).await, "The answer belongs to another sign-in (AADSTS501481).");

    let (address, fourth) = begin(credentials(&practice), None, LONG).await;
    let back = walk::consent(&changed(&address, "nonce", "another"), ADELE).await;
    assert_eq!(follow(&back).await.status, 400);
    assert_eq!(fourth.await.expect("no panic").err(), Some(SignInError::NotOurs));
}

#[tokio::test]
async fn cancel_a_closed_browser_and_an_abandoned_sign_in_end_it() {
    let practice = start(Scenario::Healthy);
    let (address, waiting) = begin(credentials(&practice), None, LONG).await;
    let cancelled = walk::open(&address).await.press(&[("answer", "cancel")]).await;
    let page = follow(&cancelled).await;
    assert!(page.text.contains("The sign-in was cancelled in the browser"), "{}", page.text);
    assert_eq!(headline(waiting).await, "The sign-in was cancelled in the browser.");

    let (_, waiting) = begin(credentials(&practice), None, Duration::from_millis(50)).await;
    assert_eq!(waiting.await.expect("no panic").err(), Some(SignInError::TimedOut));

    let (address, waiting) = begin(credentials(&practice), None, LONG).await;
    let back = walk::consent(&address, ADELE).await.target();
    waiting.abort();
    let since = Instant::now();
    while walk::browser().get(back.clone()).send().await.is_ok() {
        assert!(since.elapsed() < LONG, "the listener is still there");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_account_is_said() {
    let practice = start(Scenario::WrongSecret);
    let (address, waiting) = begin(credentials(&practice), None, LONG).await;
    follow(&walk::consent(&address, ADELE).await).await;
    assert_eq!(headline(waiting).await, "The client secret is wrong (AADSTS7000215).");

    let practice = start(Scenario::Healthy);
    let mut elsewhere = credentials(&practice);
    elsewhere.tenant_id = Guid::parse("72f988bf-86f1-41af-91ab-2d7cd011db47").expect("an ID");
    let (address, waiting) = begin(elsewhere, None, LONG).await;
    assert!(walk::open(&address).await.text.contains("AADSTS90002"), "the page itself says it");
    waiting.abort();
}

#[tokio::test]
async fn each_end_of_a_sign_in_has_its_reason() {
    let practice = start(Scenario::Healthy);
    let with = credentials(&practice);
    let (address, waiting) = begin(with.clone(), None, LONG).await;
    follow(&walk::consent(&address, ADELE).await).await;
    let kept = waiting.await.expect("no panic").expect("signed in").tokens.refresh;
    let http = Http::default();
    for (scenario, over, says) in [
        (Scenario::AgentRevoked, true, "revoked"),
        (Scenario::AgentExpired, true, "has expired"),
        (Scenario::AgentInactive, true, "90 days"),
        (Scenario::AgentMalformed, true, "does not understand"),
        (Scenario::ConsentWithdrawn, true, "consented"),
        (Scenario::ConditionalAccess, true, "Conditional Access"),
        (Scenario::WrongSecret, false, "client secret is wrong"),
        (Scenario::StsBusy, false, "not available"),
        (Scenario::ServerError, false, "A web page answered"),
        (Scenario::Offline, false, "closed the connection"),
    ] {
        practice.set_scenario(scenario);
        let error = oauth::refresh(&http, &with, &kept).await.expect_err("refused");
        assert_eq!(error.ends_sign_in(), over, "{scenario:?}");
        let failure = error.failure();
        assert!(failure.headline.contains(says), "{scenario:?}: {}", failure.headline);
        assert!(failure.headline.ends_with('.') && failure.remedy.ends_with('.'), "{failure}");
    }
}

/// Begins with a device code, and asks every few milliseconds instead of every five seconds.
async fn begin_device(with: Credentials) -> (DeviceCode, Waiting) {
    let (tell, told) = mpsc::channel();
    let waiting = tokio::spawn(async move {
        let pause = |_| tokio::time::sleep(Duration::from_millis(5));
        oauth::by_device(&Http::default(), &with, |code| drop(tell.send(code)), pause).await
    });
    let code = tokio::task::spawn_blocking(move || told.recv().expect("a code")).await.expect("no panic");
    (code, waiting)
}

#[tokio::test]
async fn a_device_code_signs_in_from_elsewhere() {
    let practice = start(Scenario::Healthy);
    let (code, waiting) = begin_device(credentials(&practice)).await;
    assert!(code.address.ends_with("/devicelogin") && code.lasts == Duration::from_secs(900));
    assert!(!format!("{code:?}").contains(code.code.expose()));
    // The network goes and comes back while it waits.
    practice.set_scenario(Scenario::Offline);
    tokio::time::sleep(Duration::from_millis(50)).await;
    practice.set_scenario(Scenario::Healthy);
    let page = walk::open(&code.address).await.press(&[("user_code", code.code.expose())]).await;
    let page = page.press(&[("account", ADELE)]).await;
    assert!(page.press(&[("answer", "accept")]).await.text.contains("You may now close this window"));
    let person = waiting.await.expect("no panic").expect("signed in");
    assert_eq!(person.name, "Adele Vance");
    assert!(oauth::refresh(&Http::default(), &credentials(&practice), &person.tokens.refresh).await.is_ok());

    let (code, waiting) = begin_device(credentials(&practice)).await;
    let page = walk::open(&code.address).await.press(&[("user_code", code.code.expose())]).await;
    page.press(&[("answer", "cancel")]).await;
    assert_eq!(headline(waiting).await, "The person declined what Liaison asks for (AADSTS65004).");
}
