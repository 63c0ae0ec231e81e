//! The token endpoint with nothing wrong in the tenant: what each mistake is answered.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use liaison::practice::{
    CLIENT_ID, OBJECT_ID, OLD_SECRET, SECRET_ID, SERVICE_PRINCIPAL_ID, Scenario, TENANT_DOMAIN, TENANT_ID,
};
use serde_json::Value;

use super::{Reply, client, good_form, start, token_url};

pub const ZERO: &str = "00000000-0000-0000-0000-000000000000";
pub const STRANGER: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/// A tenant identifier or one changed form field, and what it is answered.
struct Mistake {
    tenant: &'static str,
    field: &'static str,
    value: &'static str,
    status: u16,
    error: &'static str,
    code: u64,
    says: &'static str,
}

const fn tenant(tenant: &'static str, error: &'static str, code: u64, says: &'static str) -> Mistake {
    Mistake { tenant, field: "", value: "", status: 400, error, code, says }
}

const fn field(
    field: &'static str,
    value: &'static str,
    status: u16,
    error: &'static str,
    code: u64,
    says: &'static str,
) -> Mistake {
    Mistake { tenant: TENANT_ID, field, value, status, error, code, says }
}

/// An empty value leaves the field out.
const MISTAKES: &[Mistake] = &[
    tenant("contoso", "invalid_request", 900023, "'contoso' is neither a valid DNS name"),
    tenant("9f2c4a68-3b17-4d5e-8c90-1a7be2d40f6", "invalid_request", 900023, "neither a valid DNS"),
    tenant(ZERO, "invalid_request", 900021, "may not be an empty GUID"),
    tenant(STRANGER, "invalid_request", 90002, "Tenant '72f988bf-86f1-41af-91ab-2d7cd011db47' not found."),
    tenant("fabrikam.example", "invalid_request", 90002, "Tenant 'fabrikam.example' not found."),
    tenant("common", "invalid_request", 50194, "is not configured as a multi-tenant application"),
    tenant("organizations", "invalid_request", 50059, "No tenant-identifying information"),
    tenant("consumers", "invalid_request", 9001023, "not supported over the /common or /consumers"),
    field(
        "client_id",
        STRANGER,
        400,
        "unauthorized_client",
        700016,
        "was not found in the directory 'Contoso Practice'",
    ),
    field("client_id", OBJECT_ID, 400, "unauthorized_client", 700016, OBJECT_ID),
    field("client_id", SERVICE_PRINCIPAL_ID, 400, "unauthorized_client", 700016, SERVICE_PRINCIPAL_ID),
    field("client_id", "", 400, "invalid_request", 900144, "parameter: 'client_id'."),
    field("client_secret", "", 401, "invalid_client", 7000216, "'client_assertion', 'client_secret' or 'request'"),
    field("client_secret", "wrong", 401, "invalid_client", 7000215, "Invalid client secret provided."),
    field("client_secret", SECRET_ID, 401, "invalid_client", 7000215, "not the client secret ID"),
    field("client_secret", OLD_SECRET, 401, "invalid_client", 7000222, "are expired"),
    field("scope", "", 400, "invalid_request", 900144, "parameter: 'scope'."),
    field("scope", "User.Read.All", 400, "invalid_scope", 1002012, "/.default suffixed"),
    field(
        "scope",
        "https://graph.microsoft.com/User.Read.All",
        400,
        "invalid_scope",
        1002012,
        "Client credential flows",
    ),
    field("scope", "nonsense/.default", 400, "invalid_scope", 70011, "nonsense/.default is not valid"),
    field("scope", "/.default", 400, "invalid_scope", 70011, "scope"),
    field("scope", "https://a.example/.default https://b.example/.default", 400, "invalid_scope", 70011, "scope"),
    field(
        "scope",
        "https://graph.microsoft.com/.default",
        400,
        "invalid_resource",
        500011,
        "named https://graph.microsoft.com",
    ),
    field("grant_type", "", 400, "invalid_request", 900144, "parameter: 'grant_type'."),
    field("grant_type", "password", 400, "unsupported_grant_type", 70003, "'password'"),
];

#[tokio::test]
async fn every_mistake_has_its_answer() {
    let practice = start(Scenario::Healthy);
    for mistake in MISTAKES {
        let mut form = good_form(&practice);
        if !mistake.field.is_empty() {
            form.retain(|(name, _)| *name != mistake.field);
            if !mistake.value.is_empty() {
                form.push((mistake.field, mistake.value.to_owned()));
            }
        }
        let url = token_url(&practice, mistake.tenant);
        let reply = Reply::of(client().post(url).form(&form)).await;
        let body = reply.json();
        let what = format!("{} {}={}: {body}", mistake.tenant, mistake.field, mistake.value);
        assert_eq!(reply.status, mistake.status, "{what}");
        assert_eq!(body["error"], mistake.error, "{what}");
        assert_eq!(body["error_codes"], serde_json::json!([mistake.code]), "{what}");
        let text = body["error_description"].as_str().expect("a text");
        assert!(text.starts_with(&format!("AADSTS{}: ", mistake.code)), "{what}");
        assert!(text.contains(mistake.says), "{what}");
        check_refusal(&reply, &body);
    }
}

/// What all refusals have in common.
fn check_refusal(reply: &Reply, body: &Value) {
    let text = body["error_description"].as_str().expect("a text");
    let trailer = |gap: &str| {
        format!(
            "{gap}Trace ID: {}{gap}Correlation ID: {}{gap}Timestamp: {}",
            body["trace_id"].as_str().expect("a trace id"),
            body["correlation_id"].as_str().expect("a correlation id"),
            body["timestamp"].as_str().expect("a timestamp"),
        )
    };
    assert!(text.ends_with(&trailer("\r\n")) || text.ends_with(&trailer(" ")), "{text}");
    let timestamp = body["timestamp"].as_str().expect("a timestamp");
    assert!(chrono::NaiveDateTime::parse_from_str(timestamp, "%Y-%m-%d %H:%M:%SZ").is_ok());
    assert_eq!(reply.header("x-ms-request-id"), body["trace_id"]);
    assert_eq!(reply.header("cache-control"), "no-store, no-cache");
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(reply.header("expires"), "-1");
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    assert!(reply.header("x-ms-ests-server").contains("ProdSlices"));
    assert!(!reply.header("date").is_empty());
    assert_eq!(reply.headers.get_all("set-cookie").iter().count(), 3);
}

#[tokio::test]
async fn both_trailers_and_the_lookup_page_occur() {
    let practice = start(Scenario::Healthy);
    let mut form = good_form(&practice);
    form[2].1 = "wrong".to_owned();
    let lines = Reply::of(client().post(token_url(&practice, TENANT_ID)).form(&form)).await.json();
    assert!(lines["error_description"].as_str().is_some_and(|text| text.contains("\r\nTrace ID: ")));
    let page = format!("{}/error?code=7000215", practice.details().login_url);
    assert_eq!(lines["error_uri"], page);

    let spaces = Reply::of(client().post(token_url(&practice, STRANGER)).form(&form)).await.json();
    assert!(spaces["error_description"].as_str().is_some_and(|text| text.contains(". Trace ID: ")));

    form[2].1 = practice.details().client_secret.clone();
    let nowhere = Reply::of(client().post(token_url(&practice, "organizations")).form(&form)).await;
    assert!(nowhere.json().get("error_uri").is_none());
}

#[tokio::test]
async fn a_correct_request_gets_a_token_with_the_documented_claims() {
    let practice = start(Scenario::Healthy);
    let braced = format!("{{{TENANT_ID}}}");
    for tenant in [TENANT_ID, TENANT_DOMAIN, "Contoso.Example", &braced] {
        let url = token_url(&practice, tenant);
        let reply = Reply::of(client().post(url).form(&good_form(&practice))).await;
        assert_eq!(reply.status, 200, "{tenant}: {}", reply.text);
        let body = reply.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3599);
        assert_eq!(body["ext_expires_in"], 3599);
        let claims = claims(&body);
        assert_eq!(claims["aud"], practice.details().graph_url);
        assert_eq!(claims["appid"], CLIENT_ID);
        assert_eq!(claims["oid"], SERVICE_PRINCIPAL_ID);
        assert_eq!(claims["sub"], SERVICE_PRINCIPAL_ID);
        assert_eq!(claims["tid"], TENANT_ID);
        assert_eq!(claims["appidacr"], "1");
        assert_eq!(claims["idtyp"], "app");
        assert_eq!(claims["ver"], "1.0");
        assert_eq!(claims["app_displayname"], "Contoso Teams connector");
        assert_eq!(
            claims["roles"],
            serde_json::json!(["Application.Read.All", "User.Read.All", "Presence.Read.All", "Chat.Read.All"])
        );
        let now = chrono::Utc::now().timestamp();
        assert!(claims["nbf"].as_i64().is_some_and(|time| time <= now));
        assert!(claims["exp"].as_i64().is_some_and(|time| time > now + 3_500));
    }
}

pub fn claims(body: &Value) -> Value {
    let token = body["access_token"].as_str().expect("a token");
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let json = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url");
    serde_json::from_slice(&json).expect("claims")
}

/// The same request in other shapes, some of them wrong.
#[tokio::test]
async fn the_shape_of_the_request_is_checked() {
    let practice = start(Scenario::Healthy);
    let (details, url) = (practice.details(), token_url(&practice, TENANT_ID));
    let scope = [("grant_type", "client_credentials".to_owned()), ("scope", format!("{}/.default", details.graph_url))];
    let basic = |secret: &str| client().post(&url).basic_auth(CLIENT_ID, Some(secret)).form(&scope);
    assert_eq!(Reply::of(basic(&details.client_secret)).await.status, 200);
    let encoded = details.client_secret.replace('~', "%7E");
    assert_eq!(Reply::of(basic(&encoded)).await.status, 200);
    assert_eq!(code_of(basic("wrong")).await, (401, 7000215));

    let json: serde_json::Map<_, _> =
        good_form(&practice).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    assert_eq!(code_of(client().post(&url).json(&json)).await, (400, 900144));
    let typed = client().post(&url).header("content-type", "text/plain").body("grant_type=client_credentials");
    assert_eq!(code_of(typed).await, (400, 900144));

    let mut doubled = good_form(&practice);
    doubled.push(("scope", "again".to_owned()));
    assert_eq!(code_of(client().post(&url).form(&doubled)).await, (400, 9000411));
    assert_eq!(code_of(client().get(&url)).await, (400, 900561));

    // An account without a tenant id.
    let nowhere = format!("{}//oauth2/v2.0/token", details.login_url);
    assert_eq!(code_of(client().post(nowhere).form(&good_form(&practice))).await, (400, 50059));

    let by_id = [("scope", "00000003-0000-0000-c000-000000000000/.default".to_owned())];
    let form = good_form(&practice).into_iter().take(3).chain(by_id);
    assert_eq!(Reply::of(client().post(&url).form(&Vec::from_iter(form))).await.status, 200);
}

async fn code_of(request: reqwest::RequestBuilder) -> (u16, u64) {
    let reply = Reply::of(request).await;
    (reply.status, reply.json()["error_codes"][0].as_u64().expect("a code"))
}

#[tokio::test]
async fn the_callers_id_becomes_the_correlation_id() {
    let practice = start(Scenario::WrongSecret);
    let id = "5f0ae4ee-8b1e-44b1-8e59-d0a7c7a3a001";
    let post = |id: &str| {
        let url = token_url(&practice, TENANT_ID);
        client().post(url).header("client-request-id", id).form(&good_form(&practice))
    };
    let reply = Reply::of(post(id)).await;
    assert_eq!(reply.json()["correlation_id"], id);
    assert_ne!(Reply::of(post("no-guid")).await.json()["correlation_id"], "no-guid");
}
