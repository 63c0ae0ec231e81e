//! Signing people in: every mistake at `/authorize`, the pages as a browser without scripts walks them, codes, device
//! codes and refresh tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use liaison::practice::{CLIENT_ID, CLIENT_SECRET, Practice, Scenario, TENANT_ID};
use serde_json::Value;
use std::collections::HashMap;
use url::Url;

use super::{Reply, sign_in::claims, start, token_url};
use crate::walk::{self, Page, browser};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://localhost:49999/liaison";
const ADELE: &str = "adele.vance@contoso.example";

fn url(practice: &Practice, path: &str) -> String {
    format!("{}/{path}", practice.details().login_url)
}

fn ask() -> Vec<(&'static str, String)> {
    [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid profile offline_access User.Read Chat.ReadWrite"),
        ("state", "the state & more"),
        ("nonce", "the nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// The request with one parameter changed; an empty value leaves it out.
fn changed(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut ask = ask();
    ask.retain(|(one, _)| *one != name);
    if !value.is_empty() {
        ask.push((name, value.to_owned()));
    }
    ask
}

async fn open(practice: &Practice, ask: &[(&'static str, String)]) -> Page {
    let address = Url::parse_with_params(&url(practice, &format!("{TENANT_ID}/oauth2/v2.0/authorize")), ask);
    walk::open(address.expect("an address").as_str()).await
}

/// The parameters that come back to the app.
fn back(reply: &Page) -> HashMap<String, String> {
    assert_eq!(reply.status, 302, "{}", reply.text);
    let location = reply.target();
    assert!(location.as_str().starts_with(BACK), "{location}");
    location.query_pairs().into_owned().collect()
}

/// Walks the pages as a person does.
async fn walk(practice: &Practice, ask: &[(&'static str, String)]) -> Page {
    let page = open(practice, ask).await;
    assert!(page.text.contains("Pick an account"), "{}", page.text);
    let page = page.press(&[("account", ADELE)]).await;
    assert!(page.text.contains("Permissions requested"), "{}", page.text);
    assert!(page.text.contains("Read and write your chat messages"), "{}", page.text);
    page.press(&[("answer", "accept")]).await
}

async fn code(practice: &Practice) -> String {
    back(&walk(practice, &ask()).await)["code"].clone()
}

/// An access token in the name of a person, given by user principal name.
pub async fn token_of(practice: &Practice, account: &str, scope: &str) -> String {
    let page = open(practice, &changed("scope", scope)).await;
    let page = page.press(&[("account", account)]).await;
    let code = back(&page.press(&[("answer", "accept")]).await)["code"].clone();
    let reply = token(practice, &redemption(&code)).await;
    reply.json()["access_token"].as_str().expect("a token").to_owned()
}

fn redemption(code: &str) -> Vec<(&'static str, String)> {
    [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

async fn token(practice: &Practice, form: &[(&str, String)]) -> Reply {
    Reply::of(browser().post(token_url(practice, TENANT_ID)).form(form)).await
}

fn with(form: &[(&'static str, String)], name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut form = form.to_vec();
    form.retain(|(one, _)| *one != name);
    if !value.is_empty() {
        form.push((name, value.to_owned()));
    }
    form
}

fn code_of(reply: &Reply) -> (u16, String, u64) {
    let body = reply.json();
    let error = body["error"].as_str().expect("an error").to_owned();
    (reply.status, error, body["error_codes"][0].as_u64().expect("a code"))
}

#[tokio::test]
async fn a_person_signs_in_and_the_code_is_redeemed_once() {
    let practice = start(Scenario::Healthy);
    let answer = back(&walk(&practice, &ask()).await);
    assert_eq!(answer["state"], "the state & more");
    let form = redemption(&answer["code"]);

    let wrong = |name, value| with(&form, name, value);
    for (form, expected) in [
        (wrong("client_secret", ""), (401, "invalid_client".to_owned(), 7000218)),
        (wrong("client_secret", "wrong"), (401, "invalid_client".to_owned(), 7000215)),
        (wrong("code_verifier", "another"), (400, "invalid_grant".to_owned(), 501481)),
        (wrong("code_verifier", ""), (400, "invalid_grant".to_owned(), 501481)),
        (wrong("redirect_uri", "http://localhost:1/liaison"), (400, "invalid_grant".to_owned(), 50011)),
        (wrong("redirect_uri", ""), (400, "invalid_request".to_owned(), 900144)),
        (wrong("code", "1.never-given"), (400, "invalid_grant".to_owned(), 70000)),
        (wrong("code", ""), (400, "invalid_request".to_owned(), 900144)),
    ] {
        let reply = token(&practice, &form).await;
        assert_eq!(code_of(&reply), expected, "{}", reply.text);
    }

    let reply = token(&practice, &form).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!(body["scope"], "openid profile User.Read Chat.ReadWrite");
    assert_eq!(body["expires_in"], 3599);
    let access = claims(&body);
    assert_eq!(access["scp"], "User.Read Chat.ReadWrite");
    assert_eq!((&access["name"], &access["upn"]), (&"Adele Vance".into(), &ADELE.into()));
    assert!(access.get("roles").is_none());
    check_id_token(&practice, &body, &access).await;

    assert_eq!(code_of(&token(&practice, &form).await), (400, "invalid_grant".to_owned(), 54005));
}

/// Signed by the key of the discovery document, for this app, with the nonce.
async fn check_id_token(practice: &Practice, body: &Value, access: &Value) {
    let id_token = body["id_token"].as_str().expect("an ID token");
    let found = Reply::of(browser().get(url(practice, &format!("{TENANT_ID}/v2.0/.well-known/openid-configuration"))));
    let keys = Reply::of(browser().get(found.await.json()["jwks_uri"].as_str().expect("an address"))).await.json();
    let jwk = serde_json::from_value(keys["keys"][0].clone()).expect("a key");
    let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).expect("a public key");
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&[CLIENT_ID]);
    rules.set_issuer(&[url(practice, &format!("{TENANT_ID}/v2.0"))]);
    let read = jsonwebtoken::decode::<Value>(id_token, &key, &rules).expect("a signed token");
    assert_eq!((&read.claims["nonce"], &read.claims["oid"]), (&"the nonce".into(), &access["oid"]));
    let mut parts: Vec<&str> = id_token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode(read.claims.to_string().replace("Adele", "Adela"));
    parts[1] = &forged;
    assert!(jsonwebtoken::decode::<Value>(parts.join("."), &key, &rules).is_err());
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_given() {
    let practice = start(Scenario::Healthy);
    let answer = back(&walk(&practice, &changed("scope", "Chat.ReadWrite")).await);
    let body = token(&practice, &redemption(&answer["code"])).await.json();
    assert!(body["access_token"].is_string());
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none(), "{body}");
}

#[tokio::test]
async fn mistakes_are_shown_on_the_page_until_the_way_back_can_be_trusted() {
    let practice = start(Scenario::Healthy);
    for (name, value, says) in [
        ("client_id", "", "AADSTS900144"),
        ("client_id", TENANT_ID, "AADSTS700016"),
        ("redirect_uri", "", "AADSTS900144"),
        ("redirect_uri", "http://localhost:49999/Liaison", "AADSTS50011"),
        ("redirect_uri", "http://127.0.0.1:49999/liaison", "AADSTS50011"),
        ("redirect_uri", "http://[::1]:49999/liaison", "AADSTS50011"),
        ("redirect_uri", "https://evil.example/<script>", "&lt;script&gt;"),
    ] {
        let page = open(&practice, &changed(name, value)).await;
        assert_eq!(page.status, 400, "{name}={value}: {}", page.text);
        assert!(page.text.contains(says), "{name}={value}: {}", page.text);
        assert!(!page.text.contains("<script>"));
    }
    for (name, value, error, says) in [
        ("response_type", "", "invalid_request", "AADSTS900144"),
        ("response_type", "token", "unsupported_response_type", "AADSTS700054"),
        ("response_mode", "web_message", "invalid_request", "AADSTS90023"),
        ("scope", "", "invalid_request", "AADSTS900144"),
        ("scope", "Chat.Everything", "invalid_scope", "AADSTS70011"),
        ("scope", "https://graph.microsoft.com/User.Read", "invalid_resource", "AADSTS500011"),
        ("code_challenge", "short", "invalid_request", "AADSTS501491"),
        ("code_challenge_method", "plain", "invalid_request", "AADSTS50147"),
        ("prompt", "now", "invalid_request", "AADSTS90023"),
        ("prompt", "none", "login_required", "AADSTS50058"),
    ] {
        let answer = back(&open(&practice, &changed(name, value)).await);
        assert_eq!(answer["error"], error, "{name}={value}");
        assert!(answer["error_description"].starts_with(says), "{name}={value}: {answer:?}");
        assert_eq!(answer["state"], "the state & more");
    }
    let address = Url::parse_with_params(&url(&practice, "common/oauth2/v2.0/authorize"), ask()).expect("an address");
    assert!(walk::open(address.as_str()).await.text.contains("AADSTS50194"));
}

#[tokio::test]
async fn a_person_can_cancel_on_both_pages_and_name_another_account() {
    let practice = start(Scenario::Healthy);
    let page = open(&practice, &ask()).await;
    assert!(page.text.contains("Adele Vance"));
    let cancelled = back(&page.press(&[("answer", "cancel")]).await);
    assert_eq!(cancelled["error"], "access_denied");
    assert!(cancelled["error_description"].contains("AADSTS65004"));

    let again = page.press(&[("account", "nobody@contoso.example")]).await;
    assert!(again.text.contains("This username may be incorrect"), "{}", again.text);
    let consent = again.press(&[("account", " Adele.Vance@Contoso.Example ")]).await;
    assert_eq!(back(&consent.press(&[("answer", "cancel")]).await)["error"], "access_denied");

    let mut hinted = ask();
    hinted.push(("login_hint", ADELE.to_owned()));
    assert!(open(&practice, &hinted).await.text.contains("Permissions requested"));
    hinted.push(("prompt", "select_account".to_owned()));
    assert!(open(&practice, &hinted).await.text.contains("Pick an account"));
}

#[tokio::test]
async fn the_answer_comes_in_the_way_that_was_asked_for() {
    let practice = start(Scenario::Healthy);
    let reply = walk(&practice, &changed("response_mode", "fragment")).await;
    let location = reply.target();
    assert!(location.query().is_none() && location.fragment().is_some_and(|text| text.starts_with("code=1.")));
    let page = walk(&practice, &changed("response_mode", "form_post")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&format!("action=\"{BACK}\"")) && page.text.contains("value=\"the state &amp; more\""));
    let mut bare = changed("redirect_uri", "http://localhost:50123");
    bare.retain(|(name, _)| !name.starts_with("code_"));
    let reply = walk(&practice, &bare).await;
    assert!(reply.target().as_str().starts_with("http://localhost:50123/?code="), "{}", reply.target());
    // That address is of a client without a secret, which may not send one.
    let location = reply.target();
    let code = location.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let form = with(&with(&redemption(&code), "redirect_uri", "http://localhost:50123"), "code_verifier", "");
    assert_eq!(code_of(&token(&practice, &form).await), (401, "invalid_client".to_owned(), 700025));
    let body = token(&practice, &with(&form, "client_secret", "")).await.json();
    let refresh = refresh(body["refresh_token"].as_str().expect("a token"));
    assert_eq!(code_of(&token(&practice, &refresh).await), (401, "invalid_client".to_owned(), 700025));
    assert_eq!(token(&practice, &with(&refresh, "client_secret", "")).await.status, 200);
}

fn refresh(token: &str) -> Vec<(&'static str, String)> {
    [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("refresh_token", token),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

#[tokio::test]
async fn a_refresh_token_brings_a_new_one_and_stays_valid_itself() {
    let practice = start(Scenario::Healthy);
    let body = token(&practice, &redemption(&code(&practice).await)).await.json();
    let first = body["refresh_token"].as_str().expect("a token").to_owned();
    let again = token(&practice, &refresh(&first)).await;
    assert_eq!(again.status, 200, "{}", again.text);
    let second = again.json()["refresh_token"].as_str().expect("a token").to_owned();
    assert_ne!(first, second);
    assert_eq!(claims(&again.json())["upn"], ADELE);
    for token_text in [&first, &second] {
        assert_eq!(token(&practice, &refresh(token_text)).await.status, 200);
    }
    let no_secret = with(&refresh(&first), "client_secret", "");
    assert_eq!(code_of(&token(&practice, &no_secret).await), (401, "invalid_client".to_owned(), 7000218));
    assert_eq!(code_of(&token(&practice, &refresh("1.x.y")).await), (400, "invalid_grant".to_owned(), 70000));
    let more = with(&refresh(&first), "scope", "Presence.Read.All");
    assert_eq!(code_of(&token(&practice, &more).await), (400, "invalid_grant".to_owned(), 65001));

    // Another process knows the token too.
    let restarted = start(Scenario::Healthy);
    assert_eq!(token(&restarted, &refresh(&second)).await.status, 200);

    for (scenario, code) in [
        (Scenario::AgentRevoked, 50173),
        (Scenario::AgentExpired, 70008),
        (Scenario::AgentInactive, 700082),
        (Scenario::AgentMalformed, 70000),
        (Scenario::ConsentWithdrawn, 65001),
    ] {
        practice.set_scenario(scenario);
        let reply = token(&practice, &refresh(&second)).await;
        assert_eq!(code_of(&reply), (400, "invalid_grant".to_owned(), code));
        if scenario == Scenario::AgentRevoked {
            assert_eq!(reply.json()["suberror"], "bad_token");
        }
        let anew = token(&practice, &redemption(&self::code(&practice).await)).await.json();
        let anew = anew["refresh_token"].as_str().expect("a token").to_owned();
        assert_eq!(token(&practice, &refresh(&anew)).await.status, 200, "signing in again helps");
    }
}

#[tokio::test]
async fn a_device_without_a_browser_waits_for_a_person_elsewhere() {
    let practice = start(Scenario::Healthy);
    let begin = |scope: &str| {
        let form = [("client_id", CLIENT_ID), ("scope", scope)];
        browser().post(url(&practice, &format!("{TENANT_ID}/oauth2/v2.0/devicecode"))).form(&form)
    };
    assert_eq!(code_of(&Reply::of(begin("")).await), (400, "invalid_request".to_owned(), 900144));
    let begun = Reply::of(begin("offline_access User.Read")).await.json();
    assert_eq!((&begun["expires_in"], &begun["interval"]), (&900.into(), &5.into()));
    let text = |name: &str| begun[name].as_str().expect("a text").to_owned();
    assert!(text("message").contains(&text("user_code")) && text("message").contains(&text("verification_uri")));
    assert!(begun.get("verification_uri_complete").is_none());
    let poll = |code: &str| {
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("device_code", code),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    };
    let waiting = poll(&text("device_code"));
    assert_eq!(code_of(&token(&practice, &waiting).await), (400, "authorization_pending".to_owned(), 70016));
    assert_eq!(code_of(&token(&practice, &poll("x")).await), (400, "bad_verification_code".to_owned(), 70018));
    let no_secret = with(&waiting, "client_secret", "");
    assert_eq!(code_of(&token(&practice, &no_secret).await), (401, "invalid_client".to_owned(), 7000218));

    let page = walk::open(&text("verification_uri")).await;
    let wrong = page.press(&[("user_code", "WRONG")]).await;
    assert!(wrong.text.contains("That code didn&#39;t work"), "{}", wrong.text);
    let page = page.press(&[("user_code", &text("user_code"))]).await;
    let page = page.press(&[("account", ADELE)]).await;
    let done = page.press(&[("answer", "accept")]).await;
    assert!(done.text.contains("You may now close this window"), "{}", done.text);
    let body = token(&practice, &waiting).await.json();
    assert_eq!(claims(&body)["upn"], ADELE);
    assert!(body["refresh_token"].is_string() && body.get("id_token").is_none());

    let begun = Reply::of(begin("User.Read")).await.json();
    let page = walk::open(&text("verification_uri")).await;
    let page = page.press(&[("user_code", begun["user_code"].as_str().expect("a code"))]).await;
    page.press(&[("answer", "cancel")]).await;
    let declined = poll(begun["device_code"].as_str().expect("a code"));
    assert_eq!(code_of(&token(&practice, &declined).await).1, "authorization_declined");
}
