//! The app registration that changes: secrets added and removed, owners, certificates.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use liaison::practice::{CLIENT_ID, CLIENT_SECRET, OBJECT_ID, Practice, SECRET_ID, SERVICE_PRINCIPAL_ID, Scenario};
use serde_json::{Value, json};

use super::{Reply, access_token, client, get, good_form, sign_in, start, token_url};

async fn send(practice: &Practice, method: &str, path: &str, body: &Value) -> Reply {
    let token = access_token(practice).await;
    let url = format!("{}/v1.0/{path}", practice.details().graph_url);
    let method = method.parse().expect("a method");
    Reply::of(client().request(method, url).bearer_auth(token).json(body)).await
}

async fn post(practice: &Practice, path: &str, body: &Value) -> Reply {
    send(practice, "POST", path, body).await
}

async fn sign_in_with(practice: &Practice, secret: &str) -> Reply {
    let mut form = good_form(practice);
    form.retain(|(name, _)| *name != "client_secret");
    form.push(("client_secret", secret.to_owned()));
    Reply::of(client().post(token_url(practice, &practice.details().tenant_id)).form(&form)).await
}

fn add() -> String {
    format!("applications/{OBJECT_ID}/addPassword")
}

fn remove() -> String {
    format!("applications/{OBJECT_ID}/removePassword")
}

fn date(value: &Value) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(value.as_str().expect("a date")).expect("RFC 3339").to_utc()
}

#[tokio::test]
async fn a_secret_is_added_used_and_the_old_one_removed() {
    let practice = start(Scenario::MayRenew);
    let wanted = json!({"passwordCredential": {"displayName": "Liaison 2", "endDateTime": "2099-03-01T12:00:00Z"}});
    let reply = post(&practice, &add(), &wanted).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let made = reply.json();
    let secret = made["secretText"].as_str().expect("the secret").to_owned();
    assert_eq!(made["hint"], secret[..3]);
    assert_eq!(made["displayName"], "Liaison 2");
    assert_eq!(date(&made["endDateTime"]), date(&json!("2099-03-01T12:00:00Z")));
    assert!(made["@odata.context"].as_str().is_some_and(|text| text.ends_with("#microsoft.graph.passwordCredential")));
    assert!(!format!("{practice:?}{:?}", practice.requests()).contains(&secret));

    // Both work, and reads show both but never their text.
    assert_eq!(sign_in_with(&practice, &secret).await.status, 200);
    assert_eq!(sign_in_with(&practice, CLIENT_SECRET).await.status, 200);
    let path = format!("applications(appId='{CLIENT_ID}')?$select=passwordCredentials");
    let listed = get(&practice, &path).await.json()["passwordCredentials"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(3));
    assert_eq!((&listed[0]["keyId"], &listed[0]["secretText"]), (&made["keyId"], &Value::Null));

    let reply = post(&practice, &remove(), &json!({"keyId": SECRET_ID})).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    let refused = sign_in_with(&practice, CLIENT_SECRET).await;
    assert_eq!((refused.status, &refused.json()["error_codes"]), (401, &json!([7000215])));
    // What was changed outlives a change of the scenario.
    practice.set_scenario(Scenario::Healthy);
    assert_eq!(sign_in_with(&practice, &secret).await.status, 200);
    assert_eq!(sign_in_with(&practice, CLIENT_SECRET).await.status, 401);
}

#[tokio::test]
async fn without_an_end_a_secret_lasts_two_years() {
    let practice = start(Scenario::MayRenewAny);
    let by_client_id = format!("applications(appId='{CLIENT_ID}')/addPassword");
    for body in [json!({}), json!({"passwordCredential": {"displayName": null}})] {
        let made = post(&practice, &by_client_id, &body).await.json();
        let days = (date(&made["endDateTime"]) - date(&made["startDateTime"])).num_days();
        assert!((730..=731).contains(&days), "{days}");
        assert_eq!(made["displayName"], Value::Null);
    }
}

#[tokio::test]
async fn who_may_not_change_the_app() {
    let practice = start(Scenario::Healthy);
    for scenario in [Scenario::Healthy, Scenario::MayRenewNotOwner, Scenario::NoConsent] {
        practice.set_scenario(scenario);
        for path in [add(), remove()] {
            let reply = post(&practice, &path, &json!({"keyId": SECRET_ID})).await;
            let code = "Authorization_RequestDenied";
            assert_eq!((reply.status, reply.graph_code().as_str()), (403, code), "{}", scenario.key());
        }
    }
    practice.set_scenario(Scenario::MayRenewNotOwner);
    assert_eq!(owners(&practice).await, ["#microsoft.graph.user"]);
    practice.set_scenario(Scenario::MayRenew);
    assert_eq!(owners(&practice).await, ["#microsoft.graph.user", "#microsoft.graph.servicePrincipal"]);
    let owners = get(&practice, &format!("applications/{OBJECT_ID}/owners")).await.json();
    assert_eq!(
        (&owners["value"][1]["id"], &owners["value"][1]["appId"]),
        (&json!(SERVICE_PRINCIPAL_ID), &json!(CLIENT_ID))
    );
}

async fn owners(practice: &Practice) -> Vec<String> {
    let owners = get(practice, &format!("applications(appId='{CLIENT_ID}')/owners")).await.json();
    let list = owners["value"].as_array().expect("a list").iter();
    list.map(|owner| owner["@odata.type"].as_str().expect("a type").to_owned()).collect()
}

#[tokio::test]
async fn wrong_bodies_and_paths_are_refused() {
    let practice = start(Scenario::MayRenew);
    let stranger = "11111111-2222-4333-8444-555555555555";
    let cases = [
        (add(), json!({"displayName": "x"}), 400, "BadRequest"),
        (add(), json!({"passwordCredential": "x"}), 400, "Request_BadRequest"),
        (add(), json!({"passwordCredential": {"name": "x"}}), 400, "BadRequest"),
        (add(), json!({"passwordCredential": {"endDateTime": "tomorrow"}}), 400, "BadRequest"),
        (add(), json!({"passwordCredential": {"endDateTime": "2001-01-01T00:00:00Z"}}), 400, "Request_BadRequest"),
        (remove(), json!({}), 400, "Request_BadRequest"),
        (remove(), json!({"keyId": "x"}), 400, "Request_BadRequest"),
        (remove(), json!({"keyId": stranger}), 400, "Request_BadRequest"),
        (format!("applications/{SERVICE_PRINCIPAL_ID}/addPassword"), json!({}), 404, "Request_ResourceNotFound"),
        (format!("applications/{OBJECT_ID}/nonsense"), json!({}), 400, "BadRequest"),
        (format!("applications/{OBJECT_ID}/owners"), json!({}), 405, "Request_BadRequest"),
    ];
    for (path, body, status, code) in cases {
        let reply = post(&practice, &path, &body).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (status, code), "{path} {body}");
    }
    assert_eq!(get(&practice, &add()).await.status, 405);
    let secrets = json!({"passwordCredentials": []});
    assert_eq!(send(&practice, "PATCH", &format!("applications/{OBJECT_ID}"), &secrets).await.status, 400);
}

#[tokio::test]
async fn the_sign_in_may_take_a_while_to_know_a_new_secret() {
    let practice = start(Scenario::LateSecret);
    practice.set_propagation(Duration::from_secs(86_400));
    let made = post(&practice, &add(), &json!({})).await.json();
    let secret = made["secretText"].as_str().expect("the secret");
    let reply = sign_in_with(&practice, secret).await;
    assert_eq!((reply.status, &reply.json()["error_codes"]), (401, &json!([7000215])));
    assert_eq!(sign_in(&practice).await.status, 200);
    practice.set_propagation(Duration::ZERO);
    assert_eq!(sign_in_with(&practice, secret).await.status, 200);
}

#[tokio::test]
async fn certificates_are_registered_listed_and_replaced() {
    let practice = start(Scenario::MayRenew);
    let (certificate, _) = super::assertion::certificate(-1, 30);
    let key = STANDARD.encode(&certificate);
    let app = format!("applications/{OBJECT_ID}");
    let wanted = json!({"keyCredentials": [{
        "type": "AsymmetricX509Cert", "usage": "Verify", "key": key, "displayName": "CN=Liaison",
    }]});
    assert_eq!(send(&practice, "PATCH", &app, &wanted).await.status, 204);

    let plain = get(&practice, &app).await.json()["keyCredentials"].clone();
    let selected = get(&practice, &format!("{app}?$select=keyCredentials")).await.json()["keyCredentials"].clone();
    assert_eq!((&plain[0]["key"], &selected[0]["key"]), (&Value::Null, &json!(key)));
    for one in [&plain[0], &selected[0]] {
        assert_eq!((&one["type"], &one["usage"]), (&json!("AsymmetricX509Cert"), &json!("Verify")));
        assert_eq!(one["displayName"], "CN=Liaison");
        let thumbprint = STANDARD.decode(one["customKeyIdentifier"].as_str().expect("a thumbprint"));
        assert_eq!(thumbprint.expect("base64").len(), 20);
    }
    // Kept by its id; left out, it is gone.
    let kept = json!({"keyCredentials": [plain[0]]});
    assert_eq!(send(&practice, "PATCH", &app, &kept).await.status, 204);
    for wrong in
        [json!([{"type": "x"}]), json!("x"), json!([{"type": "AsymmetricX509Cert", "usage": "Verify", "key": "eA=="}])]
    {
        assert_eq!(send(&practice, "PATCH", &app, &json!({"keyCredentials": wrong})).await.status, 400);
    }
    assert_eq!(get(&practice, &app).await.json()["keyCredentials"].as_array().map(Vec::len), Some(1));
    assert_eq!(send(&practice, "PATCH", &app, &json!({"keyCredentials": []})).await.status, 204);
    assert_eq!(get(&practice, &app).await.json()["keyCredentials"], json!([]));
}

#[tokio::test]
async fn the_app_is_found_by_its_ids() {
    let practice = start(Scenario::Healthy);
    for (filter, count) in [
        ("".to_owned(), 1),
        (format!("&$filter=appId%20eq%20'{CLIENT_ID}'"), 1),
        (format!("&$filter=id%20eq%20'{OBJECT_ID}'"), 1),
        (format!("&$filter=appId%20eq%20'{OBJECT_ID}'"), 0),
    ] {
        let list = get(&practice, &format!("applications?$select=id,appId{filter}")).await.json();
        assert_eq!(list["value"].as_array().map(Vec::len), Some(count), "{filter}");
        if count == 1 {
            assert_eq!(list["value"][0], json!({"id": OBJECT_ID, "appId": CLIENT_ID}));
        }
    }
}
