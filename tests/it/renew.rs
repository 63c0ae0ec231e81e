//! The steps of a renewal against answers from a script: what is sent again, what is not, and what a lost answer leads to.

use crate::canned::{Canned, answer, json};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use liaison::{
    domain::{CloudDraft, CloudKind, Credentials, Guid, Secret},
    http::Http,
    renew,
};
use serde_json::json as j;
use std::time::Duration;

const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";
const NEW: &str = "f0b0c0d0-7777-4888-9999-aaaabbbbcccc";

fn credentials(url: &str) -> Credentials {
    let id = Guid::parse(CLIENT).unwrap();
    let cloud = CloudDraft { kind: CloudKind::Custom, login_url: url.into(), graph_url: url.into() };
    let credential = Secret::new("8Qk8Q~the-old-one").into();
    Credentials { object_id: id, tenant_id: id, client_id: id, cloud: cloud.parse().unwrap(), credential }
}

fn end() -> DateTime<Utc> {
    DateTime::from_timestamp(1_811_000_000, 0).unwrap()
}

fn token() -> Vec<u8> {
    let claims =
        BASE64_URL_SAFE_NO_PAD.encode(j!({"roles": ["Application.ReadWrite.OwnedBy"], "oid": "o"}).to_string());
    json(200, j!({"access_token": format!("e30.{claims}.s")}))
}

fn unknown_secret() -> Vec<u8> {
    json(401, j!({"error": "invalid_client", "error_codes": [7000215], "error_description": "AADSTS7000215: No."}))
}

fn made() -> Vec<u8> {
    json(
        200,
        j!({"keyId": NEW, "secretText": "n3w8Q~the-new-one", "hint": "n3w", "endDateTime": "2027-05-22T00:00:00Z"}),
    )
}

fn app(names: &[&str]) -> Vec<u8> {
    let secrets: Vec<_> = names.iter().map(|name| j!({"displayName": name, "keyId": NEW, "hint": "8Qk"})).collect();
    json(200, j!({"id": CLIENT, "appId": CLIENT, "passwordCredentials": secrets}))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn lines(server: &Canned) -> Vec<String> {
    server.requests().iter().map(|request| request.line.split("?$").next().unwrap().to_owned()).collect()
}

#[test]
fn adding_is_sent_again_after_429_and_the_answer_alone_holds_the_secret() {
    let server = Canned::serve(vec![token(), answer(429, &["Retry-After: 0"], "{}"), made()]);
    let (key, secret) = run(renew::add(&Http::default(), &credentials(&server.url), "Liaison", end())).unwrap();
    assert_eq!((key.key_id.as_deref(), secret), (Some(NEW), Secret::new("n3w8Q~the-new-one")));
    let sent: serde_json::Value = serde_json::from_slice(&server.requests()[2].body).unwrap();
    assert_eq!(sent, j!({"passwordCredential": {"displayName": "Liaison", "endDateTime": "2027-05-22T15:33:20Z"}}));
    assert_eq!(server.requests()[2].line, format!("POST /v1.0/applications(appId='{CLIENT}')/addPassword"));
}

#[test]
fn adding_is_not_sent_again_where_nobody_knows_whether_it_was_done() {
    for lost in [answer(503, &[], "<html>"), answer(500, &[], "{}"), Vec::new(), answer(200, &[], "{}")] {
        let server = Canned::serve(vec![token(), lost]);
        let not_added = run(renew::add(&Http::default(), &credentials(&server.url), "Liaison", end())).unwrap_err();
        assert!(not_added.uncertain, "{not_added:?}");
        assert_eq!(server.requests().len(), 2);
    }
    let refused = json(403, j!({"error": {"code": "Authorization_RequestDenied", "message": "No."}}));
    let server = Canned::serve(vec![token(), refused]);
    let not_added = run(renew::add(&Http::default(), &credentials(&server.url), "Liaison", end())).unwrap_err();
    assert!(!not_added.uncertain);
    assert!(not_added.failure.remedy.contains(&format!("--id {CLIENT} --owner-object-id o.")), "{not_added:?}");
}

#[test]
fn what_a_lost_answer_made_is_found_by_its_description() {
    for (names, found) in [(&["another", "Liaison"][..], Some(NEW)), (&["another"], None)] {
        let server = Canned::serve(vec![token(), app(names)]);
        let key = run(renew::find(&Http::default(), &credentials(&server.url), "Liaison")).unwrap();
        assert_eq!(key.as_deref(), found);
    }
}

#[test]
fn removing_what_is_gone_already_is_no_failure() {
    let gone = || json(400, j!({"error": {"code": "Request_BadRequest", "message": "No."}}));
    let server = Canned::serve(vec![token(), gone(), app(&[])]);
    assert_eq!(run(renew::remove(&Http::default(), &credentials(&server.url), NEW)), Ok(()));
    assert_eq!(lines(&server)[1], format!("POST /v1.0/applications(appId='{CLIENT}')/removePassword"));
    let server = Canned::serve(vec![token(), gone(), app(&["still there"])]);
    assert!(run(renew::remove(&Http::default(), &credentials(&server.url), NEW)).is_err());
    let server = Canned::serve(vec![token(), answer(204, &[], "")]);
    assert_eq!(run(renew::remove(&Http::default(), &credentials(&server.url), NEW)), Ok(()));
}

#[test]
fn a_new_secret_is_tried_until_entra_knows_it_and_no_longer_than_it_may_take() {
    let server = Canned::serve(vec![unknown_secret(), unknown_secret(), token()]);
    let mut waited = Vec::new();
    let patience = Duration::from_secs(60);
    let tried = run(renew::try_out(&Http::default(), &credentials(&server.url), patience, |tries| waited.push(tries)));
    assert_eq!((tried, waited), (Ok(()), vec![1, 2]));

    let server = Canned::serve(vec![unknown_secret()]);
    let tried = run(renew::try_out(&Http::default(), &credentials(&server.url), Duration::ZERO, |_| {}));
    assert!(tried.unwrap_err().headline.starts_with("Entra does not know the new secret"));

    // Any other no is the last word.
    let expired =
        json(401, j!({"error": "invalid_client", "error_codes": [7000222], "error_description": "AADSTS7000222: No."}));
    let server = Canned::serve(vec![expired]);
    let tried = run(renew::try_out(&Http::default(), &credentials(&server.url), patience, |_| {}));
    assert_eq!(tried.unwrap_err().headline, "The client secret has expired.");
}

#[test]
fn only_a_secret_that_nobody_else_can_be_is_called_the_old_one() {
    for (names, certain) in [(&["mine"][..], true), (&["mine", "alike"], false), (&[], false)] {
        let server = Canned::serve(vec![token(), app(names)]);
        let prepared = run(renew::prepare(&Http::default(), &credentials(&server.url))).unwrap();
        assert_eq!((prepared.may, prepared.old.is_some()), (true, certain));
    }
}
