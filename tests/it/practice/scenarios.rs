//! Every scenario gives its documented answer, and the tenant can be switched while it runs.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use liaison::practice::{OBJECT_ID, Practice, Scenario, TENANT_ID};
use serde_json::Value;

use super::{Reply, access_token, client, get, good_form, sign_in, start, token_url};

/// What the first sign-in of a scenario shows.
enum SignIn {
    Works,
    Refused(u16, &'static str, u64),
    Html,
    Nothing,
}

/// No arm is a catch-all, so a new scenario cannot go untested.
fn expected(scenario: Scenario) -> SignIn {
    use SignIn::{Html, Nothing, Refused, Works};
    match scenario {
        Scenario::WrongSecret => Refused(401, "invalid_client", 7000215),
        Scenario::SecretExpired => Refused(401, "invalid_client", 7000222),
        Scenario::SecretRevoked => Refused(401, "invalid_client", 7005003),
        Scenario::AppNotFound => Refused(400, "unauthorized_client", 700016),
        Scenario::NoServicePrincipal => Refused(401, "invalid_client", 7000229),
        Scenario::TenantNotFound => Refused(400, "invalid_request", 90002),
        Scenario::TenantMalformed => Refused(400, "invalid_request", 900023),
        Scenario::NoTenantInformation => Refused(400, "invalid_request", 50059),
        Scenario::OtherCloud => Refused(400, "invalid_request", 900382),
        Scenario::NotSingleTenant => Refused(400, "invalid_request", 50194),
        Scenario::AppDisabled => Refused(400, "unauthorized_client", 7000112),
        Scenario::ConditionalAccess => Refused(400, "invalid_grant", 53003),
        Scenario::ResourceNotFound => Refused(400, "invalid_resource", 500011),
        Scenario::ClockSkew => Refused(401, "invalid_client", 700024),
        Scenario::PublicClient => Refused(401, "invalid_client", 700025),
        Scenario::StsBusy => Refused(503, "temporarily_unavailable", 90033),
        Scenario::ThrottledSignIn => Refused(429, "temporarily_unavailable", 90055),
        Scenario::ClientLoop => Refused(400, "invalid_grant", 50196),
        Scenario::UnknownError => Refused(400, "invalid_request", 7009999),
        Scenario::ServerError => Html,
        Scenario::Offline => Nothing,
        Scenario::Healthy
        | Scenario::NoConsent
        | Scenario::MissingApplicationRead
        | Scenario::MissingUserRead
        | Scenario::MissingPresenceRead
        | Scenario::ExpiringIn9Days
        | Scenario::TwoSecretsSameHint
        | Scenario::MayRenew
        | Scenario::MayRenewNotOwner
        | Scenario::MayRenewAny
        | Scenario::LateSecret
        | Scenario::TokensExpired
        | Scenario::LostAnswer
        | Scenario::PaymentRequired
        | Scenario::Throttled
        | Scenario::ThrottledHard
        | Scenario::ThrottledMidLoad
        | Scenario::OutageMidLoad
        | Scenario::UntidyPages
        | Scenario::PeopleChange
        | Scenario::DeltaExpired
        | Scenario::AgentRevoked
        | Scenario::AgentExpired
        | Scenario::AgentInactive
        | Scenario::AgentMalformed
        | Scenario::ConsentWithdrawn
        | Scenario::Slow
        | Scenario::GraphDown => Works,
    }
}

#[tokio::test]
async fn every_scenario_shows_at_sign_in_what_it_promises() {
    let practice = start(Scenario::Healthy);
    for &scenario in Scenario::ALL {
        practice.set_scenario(scenario);
        assert_eq!(practice.scenario(), scenario);
        let key = scenario.key();
        match expected(scenario) {
            SignIn::Works => assert_eq!(sign_in(&practice).await.status, 200, "{key}"),
            SignIn::Refused(status, error, code) => {
                let reply = sign_in(&practice).await;
                let body = reply.json();
                assert_eq!((reply.status, &body["error"]), (status, &Value::from(error)), "{key}");
                assert_eq!(body["error_codes"][0], code, "{key}");
            }
            SignIn::Html => {
                let reply = sign_in(&practice).await;
                assert_eq!((reply.status, reply.header("content-type")), (503, "text/html"));
            }
            SignIn::Nothing => {
                let form = good_form(&practice);
                let post = client().post(token_url(&practice, TENANT_ID)).form(&form);
                assert!(post.send().await.is_err(), "{key}");
            }
        }
    }
}

#[test]
fn keys_lead_back_and_words_are_complete() {
    let keys: HashSet<&str> = Scenario::ALL.iter().map(|one| one.key()).collect();
    assert_eq!(keys.len(), Scenario::ALL.len());
    for &scenario in Scenario::ALL {
        assert_eq!(Scenario::from_key(scenario.key()), Some(scenario));
        assert!(scenario.key().chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_'));
        assert!(!scenario.title().ends_with('.') && scenario.title().len() <= 48, "{}", scenario.title());
        assert!(scenario.description().ends_with('.'));
    }
    assert_eq!(Scenario::from_key("nonsense"), None);
    assert_eq!(Scenario::ALL[0], Scenario::Healthy);
}

#[tokio::test]
async fn refusals_that_carry_more() {
    let practice = start(Scenario::ConditionalAccess);
    let body = sign_in(&practice).await.json();
    assert_eq!(body["suberror"], "message_only");
    let claims: Value = serde_json::from_str(body["claims"].as_str().expect("a string")).expect("JSON");
    assert_eq!(claims["access_token"]["capolids"]["essential"], true);

    practice.set_scenario(Scenario::ThrottledSignIn);
    assert_eq!(sign_in(&practice).await.header("retry-after"), "60");

    practice.set_scenario(Scenario::TenantMalformed);
    let text = sign_in(&practice).await.json()["error_description"].to_string();
    assert!(text.contains(&format!("'{}'", &TENANT_ID[..35])), "{text}");

    practice.set_scenario(Scenario::TenantNotFound);
    let path = format!("{}/{TENANT_ID}/v2.0/.well-known/openid-configuration", practice.details().login_url);
    assert_eq!(Reply::of(client().get(path)).await.json()["error"], "invalid_tenant");
}

/// Status and code of the application, the directory and presence.
async fn reads(practice: &Practice) -> [u16; 3] {
    let user = "users?$top=1&$select=id";
    let mut statuses = [0; 3];
    for (at, path) in [&format!("applications/{OBJECT_ID}"), user, PRESENCE].into_iter().enumerate() {
        statuses[at] = get(practice, path).await.status;
    }
    statuses
}

/// Nobody's presence: 404 once the permission is there.
const PRESENCE: &str = "users/11111111-2222-4333-8444-555555555555/presence";

#[tokio::test]
async fn missing_permissions_close_their_part_only() {
    let practice = start(Scenario::Healthy);
    assert_eq!(reads(&practice).await, [200, 200, 404]);
    let cases = [
        (Scenario::NoConsent, [403, 403, 403]),
        (Scenario::MissingApplicationRead, [403, 200, 404]),
        (Scenario::MissingUserRead, [200, 403, 404]),
        (Scenario::MissingPresenceRead, [200, 200, 403]),
    ];
    for (scenario, statuses) in cases {
        practice.set_scenario(scenario);
        assert_eq!(reads(&practice).await, statuses, "{}", scenario.key());
    }

    practice.set_scenario(Scenario::NoConsent);
    let body = sign_in(&practice).await.json();
    assert!(super::sign_in::claims(&body).get("roles").is_none());
    let directory = get(&practice, "users").await.json();
    assert_eq!(directory["error"]["code"], "Authorization_RequestDenied");
    assert_eq!(directory["error"]["message"], "Insufficient privileges to complete the operation.");
    assert!(directory["error"]["innerError"]["request-id"].is_string());
    let teams = get(&practice, PRESENCE).await.json();
    assert_eq!(teams["error"]["code"], "Forbidden");
    let message = "Missing role permissions on the request. API requires one of 'Presence.Read.All, \
        Presence.ReadWrite.All'. Roles on the request ''.";
    assert_eq!(teams["error"]["message"], message);
    assert!(teams["error"]["innererror"]["request-id"].is_string());
}

#[tokio::test]
async fn throttling_recovers_or_not() {
    let practice = start(Scenario::Throttled);
    for status in [429, 429, 200, 200] {
        let reply = get(&practice, "users").await;
        assert_eq!(reply.status, status);
        if status == 429 {
            assert_eq!(reply.header("retry-after"), "1");
            assert_eq!(reply.header("x-ms-throttle-information"), "ResourceUnitLimitExceeded");
            assert_eq!(reply.graph_code(), "TooManyRequests");
            assert_eq!(reply.json()["error"]["innerError"]["status"], "429");
        }
    }
    practice.set_scenario(Scenario::Throttled);
    assert_eq!(get(&practice, "users").await.status, 429);
    practice.set_scenario(Scenario::ThrottledHard);
    for _ in 0..4 {
        assert_eq!(get(&practice, "users").await.status, 429);
    }
}

#[tokio::test]
async fn dates_of_the_secrets() {
    let practice = start(Scenario::Healthy);
    let days = async |scenario| {
        practice.set_scenario(Scenario::Healthy);
        let request = super::request(&practice, &format!("applications/{OBJECT_ID}")).await;
        practice.set_scenario(scenario);
        let secrets = Reply::of(request).await.json()["passwordCredentials"].clone();
        let of = |at: usize| {
            let end = secrets[at]["endDateTime"].as_str().expect("a date").to_owned();
            let end = chrono::DateTime::parse_from_rfc3339(&end).expect("RFC 3339");
            let days = end.signed_duration_since(chrono::Utc::now()).as_seconds_f64() / 86_400.0;
            (secrets[at]["hint"].as_str().expect("a hint").to_owned(), days.round())
        };
        [of(0), of(1)]
    };
    let hint = |text: &str| text.to_owned();
    assert_eq!(days(Scenario::Healthy).await, [(hint("8Qk"), 200.0), (hint("k3D"), -40.0)]);
    assert_eq!(days(Scenario::ExpiringIn9Days).await[0], (hint("8Qk"), 9.0));
    assert_eq!(days(Scenario::SecretExpired).await[0], (hint("8Qk"), -1.0));
    assert_eq!(days(Scenario::TwoSecretsSameHint).await, [(hint("8Qk"), 200.0), (hint("8Qk"), 40.0)]);
}

#[tokio::test]
async fn outages_of_the_line_and_of_graph() {
    let practice = start(Scenario::GraphDown);
    let reply = get(&practice, "users").await;
    assert_eq!((reply.status, reply.header("content-type")), (503, "text/html"));
    assert!(reply.text.starts_with("<html>"));

    // A connection that is already open breaks as well.
    practice.set_scenario(Scenario::Healthy);
    let token = access_token(&practice).await;
    let kept = client();
    let users = || kept.get(format!("{}/v1.0/users", practice.details().graph_url)).bearer_auth(&token);
    assert_eq!(Reply::of(users()).await.status, 200);
    practice.set_scenario(Scenario::Offline);
    assert!(users().send().await.is_err());
    practice.set_scenario(Scenario::Healthy);
    assert_eq!(Reply::of(users()).await.status, 200);

    practice.set_scenario(Scenario::Slow);
    let started = Instant::now();
    assert_eq!(Reply::of(users()).await.status, 200);
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn tokens_that_were_used_end_early() {
    let practice = start(Scenario::Healthy);
    let users = |token: &str| {
        let url = format!("{}/v1.0/users?$top=1", practice.details().graph_url);
        Reply::of(client().get(url).bearer_auth(token))
    };
    let token = access_token(&practice).await;
    assert_eq!(users(&token).await.status, 200);
    practice.set_scenario(Scenario::TokensExpired);
    let reply = users(&token).await;
    assert_eq!((reply.status, reply.graph_code().as_str()), (401, "InvalidAuthenticationToken"));
    assert_eq!(reply.json()["error"]["message"], "Access token has expired.");
    assert_eq!(users(&access_token(&practice).await).await.status, 200);
}

#[tokio::test]
async fn a_tenant_of_another_cloud_names_it_in_its_metadata() {
    let practice = start(Scenario::Healthy);
    let metadata = async || {
        let url = format!("{}/{TENANT_ID}/v2.0/.well-known/openid-configuration", practice.details().login_url);
        Reply::of(client().get(url)).await.json()
    };
    let here = practice.details().login_url.trim_start_matches("http://");
    let ours = metadata().await;
    assert_eq!((&ours["tenant_region_scope"], &ours["cloud_instance_name"]), (&Value::from("EU"), &Value::from(here)));
    assert_eq!(ours["msgraph_host"], here);
    practice.set_scenario(Scenario::OtherCloud);
    let theirs = metadata().await;
    assert_eq!(theirs["tenant_region_scope"], "USGov");
    assert_eq!(theirs["cloud_instance_name"], "microsoftonline.us");
    assert_eq!(theirs["msgraph_host"], "graph.microsoft.us");
}
