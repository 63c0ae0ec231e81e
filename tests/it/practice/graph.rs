//! Graph: tokens, headers, the application object, presence and what does not exist.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use liaison::practice::{CLIENT_ID, CLIENT_SECRET, OBJECT_ID, Practice, SECRET_ID, SERVICE_PRINCIPAL_ID, Scenario};
use serde_json::{Value, json};

use super::{Reply, access_token, client, get, request, start, start_with};

#[tokio::test]
async fn only_tokens_of_this_tenant_open_graph() {
    let practice = start(Scenario::Healthy);
    let url = format!("{}/v1.0/users", practice.details().graph_url);
    let good = access_token(&practice).await;
    let parts: Vec<&str> = good.split('.').collect();
    let payload = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url");
    let mut claims: Value = serde_json::from_slice(&payload).expect("claims");
    claims["roles"] = json!(["Directory.ReadWrite.All"]);
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2]);
    // The token of another practice tenant has another audience.
    let other = access_token(&start(Scenario::Healthy)).await;
    let cases = [
        ("", "Access token is empty."),
        ("Bearer ", "Access token is empty."),
        ("Basic abc", "Access token is empty."),
        ("Bearer abc", "IDX14100: JWT is not well formed"),
        (&format!("Bearer {forged}"), "Invalid signature"),
        (&format!("Bearer {other}"), "Invalid audience"),
    ];
    for (header, says) in cases {
        let reply = Reply::of(client().get(&url).header("authorization", header)).await;
        assert_eq!(reply.status, 401, "{header}");
        assert_eq!(reply.graph_code(), "InvalidAuthenticationToken");
        let message = reply.json()["error"]["message"].to_string();
        assert!(message.contains(says), "{message}");
        assert!(reply.header("www-authenticate").starts_with("Bearer "));
    }
    assert_eq!(Reply::of(client().get(&url)).await.status, 401);
    assert_eq!(Reply::of(client().get(&url).bearer_auth(good)).await.status, 200);
}

#[tokio::test]
async fn answers_carry_the_ids_that_support_asks_for() {
    let practice = start(Scenario::Healthy);
    let id = "0c5d8a7e-1f0b-4d2e-9a55-2f7f3c3d9e10";
    for (path, kind) in [
        (
            "users",
            "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8",
        ),
        ("nonsense", "application/json"),
    ] {
        let reply = Reply::of(request(&practice, path).await.header("client-request-id", id)).await;
        assert_eq!(reply.header("client-request-id"), id);
        assert_eq!(reply.header("content-type"), kind);
        assert!(reply.header("x-ms-ags-diagnostic").starts_with("{\"ServerInfo\":"));
        assert!(!reply.header("date").is_empty());
        assert_eq!(reply.header("request-id").len(), 36);
    }
    let reply = Reply::of(request(&practice, "nonsense").await.header("client-request-id", id)).await;
    let error = reply.json()["error"].clone();
    assert_eq!(reply.status, 400);
    assert_eq!(error["code"], "BadRequest");
    assert_eq!(error["message"], "Resource not found for the segment 'nonsense'.");
    assert_eq!(error["innerError"]["client-request-id"], id);
    assert_eq!(error["innerError"]["request-id"], reply.header("request-id"));
    let date = error["innerError"]["date"].as_str().expect("a date");
    assert!(chrono::NaiveDateTime::parse_from_str(date, "%Y-%m-%dT%H:%M:%S").is_ok());
}

#[tokio::test]
async fn what_does_not_exist() {
    let practice = start(Scenario::Healthy);
    let cases = [
        ("me", 400, "BadRequest"),
        ("chats", 400, "BadRequest"),
        ("teams", 501, "NotImplemented"),
        ("applications?$filter=displayName%20eq%20'x'", 501, "NotImplemented"),
        ("users?$nonsense=1", 400, "BadRequest"),
        ("users/nobody@contoso.example", 404, "Request_ResourceNotFound"),
        ("communications/getPresencesByUserId", 405, "Request_BadRequest"),
    ];
    for (path, status, code) in cases {
        let reply = get(&practice, path).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (status, code), "{path}");
    }
    let url = format!("{}/beta/users", practice.details().graph_url);
    let reply = Reply::of(client().get(url)).await;
    assert_eq!(reply.json()["error"]["message"], "Invalid version: beta");
    // An unknown segment is refused before the token is looked at.
    let url = format!("{}/v1.0/nonsense", practice.details().graph_url);
    assert_eq!(Reply::of(client().get(url)).await.status, 400);
}

#[tokio::test]
async fn the_application_and_its_secrets() {
    let practice = start(Scenario::Healthy);
    for path in [
        format!("applications/{OBJECT_ID}"),
        format!("applications(appId='{CLIENT_ID}')"),
        format!("applications%28appId=%27{CLIENT_ID}%27%29"),
    ] {
        let reply = get(&practice, &path).await;
        assert_eq!(reply.status, 200, "{path}");
        let body = reply.json();
        assert_eq!(body["id"], OBJECT_ID);
        assert_eq!(body["appId"], CLIENT_ID);
        assert_eq!(body["displayName"], "Contoso Teams connector");
        assert_eq!(body["signInAudience"], "AzureADMyOrg");
        assert!(body["@odata.context"].as_str().is_some_and(|text| text.ends_with("#applications/$entity")));
    }
    let path = format!("applications/{OBJECT_ID}?$select=id,passwordCredentials");
    let body = get(&practice, &path).await.json();
    let names: HashSet<&str> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, HashSet::from(["@odata.context", "id", "passwordCredentials"]));
    let secret = &body["passwordCredentials"][0];
    assert_eq!(secret["hint"], CLIENT_SECRET[..3]);
    assert_eq!(secret["keyId"], SECRET_ID);
    assert!(secret["secretText"].is_null() && secret["customKeyIdentifier"].is_null());
    let end = secret["endDateTime"].as_str().expect("a date");
    assert_eq!(end.len(), "2021-09-09T19:50:29.3086381Z".len());
    assert!(!body.to_string().contains(CLIENT_SECRET));
}

#[tokio::test]
async fn the_wrong_kind_of_application_id() {
    let practice = start(Scenario::Healthy);
    for id in [CLIENT_ID, SERVICE_PRINCIPAL_ID, "abc"] {
        let reply = get(&practice, &format!("applications/{id}")).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (404, "Request_ResourceNotFound"));
        let message =
            format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
        assert_eq!(reply.json()["error"]["message"], message);
    }
    let reply = get(&practice, &format!("applications(appId='{OBJECT_ID}')")).await;
    assert_eq!(reply.status, 404);
    let reply = get(&practice, "applications(appId='abc')").await;
    assert_eq!((reply.status, reply.graph_code().as_str()), (400, "Request_BadRequest"));
    let reply = get(&practice, &format!("applications/{OBJECT_ID}?$select=nonsense")).await;
    assert_eq!((reply.status, reply.graph_code().as_str()), (400, "BadRequest"));
}

#[tokio::test]
async fn the_organization_has_a_name() {
    let practice = start(Scenario::Healthy);
    let body = get(&practice, "organization").await.json();
    assert_eq!(body["value"][0]["displayName"], "Contoso Practice");
    assert_eq!(body["value"][0]["verifiedDomains"][0]["name"], "contoso.example");
}

async fn ids(practice: &Practice) -> Vec<String> {
    let body = get(practice, "users?$top=999&$select=id").await.json();
    let people = body["value"].as_array().expect("people");
    people.iter().filter_map(|one| one["id"].as_str()).map(str::to_owned).collect()
}

async fn presences(practice: &Practice, body: &str) -> Reply {
    let token = access_token(practice).await;
    let url = format!("{}/v1.0/communications/getPresencesByUserId", practice.details().graph_url);
    let post = client().post(url).bearer_auth(token);
    Reply::of(post.header("content-type", "application/json").body(body.to_owned())).await
}

#[tokio::test]
async fn presence_of_many_is_matched_by_id() {
    let practice = start_with(Scenario::Healthy, 651);
    let mut ids = ids(&practice).await;
    assert_eq!(ids.len(), 651);
    let too_many = presences(&practice, &json!({"ids": ids}).to_string()).await;
    assert_eq!(too_many.status, 400);
    ids.pop();
    let reply = presences(&practice, &json!({"ids": ids}).to_string()).await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    let value = body["value"].as_array().expect("presences");
    let found: HashSet<&str> = value.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(found, ids.iter().map(String::as_str).collect());
    assert!(value.iter().all(|one| one["availability"].is_string() && one["activity"].is_string()));

    let stranger = "11111111-2222-4333-8444-555555555555";
    let reply = presences(&practice, &json!({"ids": [stranger, ids[0]]}).to_string()).await;
    assert_eq!(reply.json()["value"].as_array().map(Vec::len), Some(1));
    for wrong in ["{", "{}", r#"{"ids":[]}"#, r#"{"ids":["adele.vance@contoso.example"]}"#] {
        assert_eq!(presences(&practice, wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn presence_of_one_needs_the_id() {
    let practice = start(Scenario::Healthy);
    let ids = ids(&practice).await;
    for path in [format!("users/{}/presence", ids[1]), format!("communications/presences/{}", ids[1])] {
        let body = get(&practice, &path).await.json();
        assert_eq!((&body["availability"], &body["activity"]), (&json!("Busy"), &json!("InAMeeting")));
        assert_eq!(body["id"], ids[1]);
    }
    let by_name = get(&practice, "users/adele.vance@contoso.example/presence").await;
    assert_eq!(by_name.status, 400);
}
