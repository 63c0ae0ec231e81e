//! Test connection over real HTTP, against answers from a script.

mod around;

use crate::canned::{Canned, answer, json};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use liaison::{
    domain::{
        AppKeyKind, Check, CheckId, CheckState, CloudDraft, CloudKind, Credentials, ExpiryReading, Field, Fix, Guid,
        Outcome, Problem, Report, Secret,
        check::{INCOMPLETE, TOKEN_REFUSED},
    },
    entra,
    http::Http,
    probe::{self, Subject},
};
use proptest::prelude::*;
use serde_json::{Value, json as j};
use std::time::Instant;

use CheckState::{Failed, Passed, Skipped, Warning};

const OBJECT: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";
const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";
const SERVICE_PRINCIPAL: &str = "77777777-1111-4222-8333-444444444444";
const PERSON: &str = "aaaaaaaa-1111-4222-8333-444444444444";
const SECRET: &str = "8Qk8Q~a.b_c-d+e&f%g=h";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn credentials(url: &str, object_id: &str, secret: &str) -> Credentials {
    let cloud = CloudDraft { kind: CloudKind::Custom, login_url: url.into(), graph_url: url.into() };
    let [object_id, tenant_id, client_id] = [object_id, TENANT, CLIENT].map(|id| Guid::parse(id).unwrap());
    Credentials {
        object_id,
        tenant_id,
        client_id,
        cloud: cloud.parse().unwrap(),
        credential: Secret::new(secret).into(),
    }
}

/// Runs the checks, and holds what is true of every report.
fn run(subject: Subject) -> Report {
    let mut seen = Vec::new();
    let http = Http::default();
    let test = can_be_sent(probe::run(&http, subject, now, |check: &Check| seen.push(check.id)));
    let report = runtime().block_on(test);
    let order: Vec<CheckId> = report.checks.iter().map(|check| check.id).collect();
    assert_eq!(order, CheckId::ALL, "the report keeps the contract's order");
    seen.sort();
    assert_eq!(seen, CheckId::ALL, "every check is told of once");
    for check in &report.checks {
        assert!(!check.headline.ends_with('.'), "{}", check.headline);
        assert_eq!(check.state == CheckState::Skipped, check.headline.starts_with("Not tried"), "{check:?}");
        assert!(check.state != CheckState::Failed || check.remedy.is_some(), "{check:?}");
    }
    let text = format!("{}{report:?}", report.as_text());
    assert!(!text.contains(SECRET) && !text.contains("e30."), "{text}");
    report
}

fn can_be_sent<T: Send>(future: T) -> T {
    future
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server that answers for Entra and Graph. Tenant, directory and presence are well unless a route says otherwise.
fn server(token: Vec<Vec<u8>>, application: Vec<Vec<u8>>, others: &[(&'static str, Vec<u8>)]) -> Canned {
    let mut routes: Vec<(&str, Vec<Vec<u8>>)> = others.iter().map(|(word, one)| (*word, vec![one.clone()])).collect();
    routes.extend([
        ("/.well-known/", vec![metadata()]),
        ("/token", token),
        ("/applications", application),
        ("/users", vec![person()]),
        ("/getPresencesByUserId", vec![presence()]),
    ]);
    Canned::route(routes)
}

fn metadata() -> Vec<u8> {
    json(200, j!({"token_endpoint": "x", "tenant_region_scope": "EU"}))
}

fn person() -> Vec<u8> {
    json(200, j!({"value": [{"id": PERSON, "displayName": "Adele"}]}))
}

fn presence() -> Vec<u8> {
    json(200, j!({"value": [{"id": PERSON, "availability": "Available"}]}))
}

fn tested(token: Vec<Vec<u8>>, application: Vec<Vec<u8>>, object_id: &str) -> (Report, Canned) {
    let server = server(token, application, &[]);
    let report = run(Subject::Ready(credentials(&server.url, object_id, SECRET)));
    (report, server)
}

fn test(token: Vec<u8>, application: Vec<u8>) -> Report {
    tested(vec![token], vec![application], OBJECT).0
}

fn refused(token: Vec<u8>) -> Report {
    tested(vec![token], vec![], OBJECT).0
}

fn the(report: &Report, id: CheckId) -> &Check {
    report.checks.iter().find(|check| check.id == id).unwrap()
}

fn asked(server: &Canned, word: &str) -> Vec<crate::canned::Request> {
    server.requests().into_iter().filter(|request| request.line.contains(word)).collect()
}

fn token_with(claims: Value) -> Vec<u8> {
    let jwt = format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
    json(200, j!({"token_type": "Bearer", "expires_in": 3599, "access_token": jwt}))
}

const ROLES: [&str; 4] = ["Application.Read.All", "User.Read.All", "Presence.Read.All", "Chat.Read.All"];

fn token() -> Vec<u8> {
    token_with(j!({"oid": SERVICE_PRINCIPAL, "roles": ROLES}))
}

fn refusal(status: u16, error: &str, code: u32) -> Vec<u8> {
    json(
        status,
        j!({"error": error, "error_codes": [code], "error_description": format!("AADSTS{code}: No.\r\nTrace ID: trace\r\nTimestamp: 2026-11-16 02:02:12Z")}),
    )
}

fn app(object_id: &str, client_id: &str, ends: &[i64]) -> Vec<u8> {
    let secrets: Vec<Value> = ends
        .iter()
        .map(|days| j!({"hint": "8Qk", "endDateTime": (now() + Duration::days(*days)).to_rfc3339()}))
        .collect();
    json(200, j!({"id": object_id, "appId": client_id, "displayName": "Contoso", "passwordCredentials": secrets}))
}

fn graph_error(status: u16, code: &str) -> Vec<u8> {
    json(
        status,
        j!({"error": {"code": code, "message": "No.", "innerError": {"request-id": "r", "date": "2026-11-16T02:02:12"}}}),
    )
}

/// Of the four that are about the account's own values.
fn states(report: &Report) -> [CheckState; 4] {
    [CheckId::Complete, CheckId::Token, CheckId::Application, CheckId::SecretExpiry].map(|id| the(report, id).state)
}

/// Of all nine, each as its first letter.
fn letters(report: &Report) -> String {
    report.checks.iter().map(|check| &check.state.key()[..1]).collect()
}

#[test]
fn a_good_account_passes_and_the_requests_are_as_documented() {
    let (report, server) = tested(vec![token()], vec![app(OBJECT, CLIENT, &[40])], OBJECT);
    assert_eq!((letters(&report).as_str(), report.outcome(), &report.message), ("ppppppppp", Outcome::Passed, &None));
    assert_eq!(report.expiry, ExpiryReading::Read { at: now() + Duration::days(40), candidates: 1 });
    assert_eq!(the(&report, CheckId::Tenant).headline, "The directory exists in this cloud (region EU)");
    assert_eq!(the(&report, CheckId::Token).headline, "Secret accepted (starts with 8Qk)");
    assert_eq!(the(&report, CheckId::Permissions).headline, "All 4 that are needed have been granted");
    assert_eq!(the(&report, CheckId::Application).headline, "Found “Contoso”");
    assert_eq!(the(&report, CheckId::Token).evidence.http_status, Some(200));
    assert_eq!(report.granted, Some(ROLES.map(str::to_owned).to_vec()));

    let [sign_in] = &asked(&server, "/token")[..] else { panic!("one sign-in") };
    assert_eq!(sign_in.line, format!("POST /{TENANT}/oauth2/v2.0/token"));
    assert_eq!(sign_in.header("content-type"), Some("application/x-www-form-urlencoded"));
    let mut form = sign_in.form();
    form.sort();
    let scope = format!("{}/.default", server.url);
    let expect =
        [("client_id", CLIENT), ("client_secret", SECRET), ("grant_type", "client_credentials"), ("scope", &scope)];
    assert_eq!(form, expect.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let [public] = &asked(&server, "/.well-known/")[..] else { panic!("one look at the tenant") };
    assert_eq!(public.line, format!("GET /{TENANT}/v2.0/.well-known/openid-configuration"));
    assert_eq!((public.header("authorization"), public.body.len()), (None, 0));

    let graph = asked(&server, "/v1.0/");
    let mut lines: Vec<&str> = graph.iter().map(|request| request.line.as_str()).collect();
    lines.sort();
    let expect = [
        &format!("GET /v1.0/applications/{OBJECT}?$select=id,appId,displayName,passwordCredentials,keyCredentials"),
        "GET /v1.0/users?$top=1&$select=id,displayName",
        "POST /v1.0/communications/getPresencesByUserId",
    ];
    assert_eq!(lines, expect);
    let question = &asked(&server, "getPresences")[0];
    assert_eq!(serde_json::from_slice::<Value>(&question.body).unwrap(), j!({"ids": [PERSON]}));
    assert!(graph.iter().all(|r| r.header("authorization").is_some_and(|value| value.starts_with("Bearer e30."))));

    let requests = server.requests();
    let mut ids: Vec<&str> = requests.iter().filter_map(|request| request.header("client-request-id")).collect();
    ids.sort();
    ids.dedup();
    assert!(ids.len() == 5 && ids.iter().all(|id| Guid::parse(id).is_ok()), "{ids:?}");
    assert!(requests.iter().all(|r| r.header("user-agent") == Some(concat!("Liaison/", env!("CARGO_PKG_VERSION")))));
}

#[test]
fn nothing_is_sent_for_values_that_cannot_work() {
    let problem = |field| Problem::error(field, "It is odd.", "Change it.");
    for (fields, incomplete, message) in [
        (vec![Field::ObjectId, Field::ClientSecret], true, INCOMPLETE),
        (vec![Field::ClientSecret], false, TOKEN_REFUSED),
        (vec![Field::ObjectId, Field::TenantId], false, TOKEN_REFUSED),
        (vec![Field::ObjectId], false, "Object ID: It is odd"),
        (vec![Field::Cloud], false, "Cloud: It is odd"),
    ] {
        let problems = fields.iter().copied().map(problem).collect();
        let report = run(Subject::NotReady { problems, incomplete });
        assert_eq!(letters(&report), "fssssssss");
        assert_eq!((report.message.as_deref(), report.fields_at_fault()), (Some(message), fields));
        assert_eq!(report.expiry, ExpiryReading::NotRead);
    }
}

#[test]
fn a_refused_sign_in_names_what_is_at_fault_and_nothing_else() {
    for (status, error, code, message, fields) in [
        (401, "invalid_client", 7000215, Some(TOKEN_REFUSED), vec![Field::ClientSecret]),
        (400, "unauthorized_client", 700016, Some(TOKEN_REFUSED), vec![Field::TenantId, Field::ClientId]),
        (400, "invalid_request", 90002, Some(TOKEN_REFUSED), vec![Field::TenantId]),
        (400, "invalid_client", 7999999, Some(TOKEN_REFUSED), vec![]),
        (400, "invalid_grant", 7999999, None, vec![]),
        (400, "invalid_grant", 53003, None, vec![]),
        (400, "unauthorized_client", 7000112, None, vec![]),
        (400, "invalid_resource", 500011, None, vec![Field::Cloud]),
    ] {
        let report = refused(refusal(status, error, code));
        assert_eq!(letters(&report), "pppfsssss", "{code}");
        let check = the(&report, CheckId::Token);
        assert_eq!(report.message.as_deref(), Some(message.unwrap_or(&check.headline)), "{code}");
        assert_eq!(report.fields_at_fault(), fields, "{code}");
        assert_eq!(check.evidence.code, Some(format!("AADSTS{code}")));
        assert_eq!(check.evidence.http_status, Some(status));
        assert_eq!(check.evidence.trace_id.as_deref(), Some("trace"));
        assert_eq!(check.evidence.timestamp.as_deref(), Some("2026-11-16 02:02:12Z"));
        assert_eq!(check.evidence.message, Some(format!("AADSTS{code}: No.")));
    }
}

#[test]
fn what_is_not_microsofts_answer_is_called_that() {
    let html = ["Content-Type: text/html"];
    let cut_off = b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let huge = format!("{{\"access_token\":\"{}\"}}", "x".repeat(4 * 1024 * 1024));
    for (first, headline) in [
        (answer(200, &html, "<html>Please sign in</html>"), "A web page answered in place of 127.0.0.1"),
        (answer(403, &html, "<html>Blocked</html>"), "A web page answered in place of 127.0.0.1"),
        (answer(302, &["Location: http://127.0.0.1:1/login"], ""), "A web page answered in place of 127.0.0.1"),
        (json(200, j!({"hello": "world"})), "Something else answered in place of 127.0.0.1"),
        (json(200, j!("text")), "Something else answered in place of 127.0.0.1"),
        (json(404, j!({"message": "no such route"})), "Something else answered in place of 127.0.0.1"),
        (answer(407, &[], ""), "The proxy of this computer wants a user name and a password"),
        (answer(200, &[], &huge), "sent far more than was asked for"),
        (cut_off, "closed the connection before its answer was complete"),
        (Vec::new(), "closed the connection before its answer was complete"),
    ] {
        for (route, id, expect) in
            [("/token", CheckId::Token, "pppfsssss"), ("/.well-known/", CheckId::SignInHost, "pfsssssss")]
        {
            let server = server(vec![token()], vec![], &[(route, first.clone())]);
            let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
            assert_eq!(letters(&report), expect, "{headline}");
            let check = the(&report, id);
            assert!(check.headline.contains(headline), "{}", check.headline);
            assert_eq!((report.message.as_ref(), report.fields_at_fault()), (Some(&check.headline), vec![]));
            assert_eq!(asked(&server, route).len(), 1, "one request, no redirect followed: {}", check.headline);
        }
    }
}

#[test]
fn retry_after_is_honoured() {
    let slow_down = || answer(429, &["Retry-After: 1"], "");
    let started = Instant::now();
    let (report, server) = tested(vec![slow_down(), token()], vec![app(OBJECT, CLIENT, &[40])], OBJECT);
    assert!(started.elapsed().as_secs() >= 1);
    assert_eq!((report.outcome(), asked(&server, "/token").len()), (Outcome::Passed, 2));

    let (report, server) = tested(vec![answer(429, &["Retry-After: 120"], "")], vec![], OBJECT);
    assert_eq!(asked(&server, "/token").len(), 1, "two minutes are not waited for");
    let check = the(&report, CheckId::Token);
    assert!(check.headline.ends_with("asks to wait 120 seconds"), "{}", check.headline);
    assert_eq!(report.fields_at_fault(), []);

    let throttled = j!({"error": "temporarily_unavailable", "error_codes": [90055]}).to_string();
    let report = refused(answer(429, &["Retry-After: 120"], &throttled));
    let check = the(&report, CheckId::Token);
    assert!(check.remedy.as_ref().is_some_and(|text| text.ends_with("asks to wait 120 seconds.")));
    assert_eq!(report.message.as_ref(), Some(&check.headline));

    let (report, server) = tested(vec![token()], vec![answer(503, &["Retry-After: 0"], "<html>busy</html>")], OBJECT);
    assert_eq!((states(&report), asked(&server, "/applications").len()), ([Passed, Passed, Failed, Skipped], 3));
    let check = the(&report, CheckId::Application);
    assert!(check.headline.contains("HTTP 503"), "{}", check.headline);
}

#[test]
fn a_sign_in_without_permissions_is_a_warning() {
    let denied = || graph_error(403, "Authorization_RequestDenied");
    let others = [("/users", denied()), ("/getPresences", graph_error(403, "Forbidden"))];
    let server = server(vec![token_with(j!({"oid": SERVICE_PRINCIPAL}))], vec![denied()], &others);
    let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
    assert_eq!((letters(&report).as_str(), report.outcome()), ("ppppwwwws", Outcome::Passed));
    let permissions = the(&report, CheckId::Permissions);
    assert_eq!(permissions.headline, "Signed in, but no permission has been granted");
    assert!(permissions.remedy.as_ref().is_some_and(|text| text.contains("Grant admin consent")), "{permissions:?}");
    for missing in ["Application.Read.All", "User.Read.All", "Presence.Read.All", "Chat.Read.All"] {
        assert!(report.as_text().contains(&format!("{missing}: Missing")), "{}", report.as_text());
    }
    assert_eq!((&report.expiry, &report.message), (&ExpiryReading::PermissionMissing, &None));
    assert_eq!((&report.granted, &report.keys), (&Some(vec![]), &None));
    let application = the(&report, CheckId::Application);
    assert!(application.remedy.as_ref().is_some_and(|remedy| remedy.contains("Application.Read.All")));
    assert_eq!(application.evidence.code.as_deref(), Some("Authorization_RequestDenied"));
    assert_eq!(application.evidence.trace_id.as_deref(), Some("r"));
    assert_eq!(application.evidence.timestamp.as_deref(), Some("2026-11-16T02:02:12"));
    assert!(the(&report, CheckId::Directory).remedy.as_ref().is_some_and(|text| text.contains("User.Read.All")));

    let opaque = json(200, j!({"access_token": "opaque"}));
    let report = test(opaque, denied());
    assert_eq!((letters(&report).as_str(), report.granted), ("ppppwwwpp", None));
}

#[test]
fn presence_is_asked_for_a_person_who_is_there_and_where_there_is_presence() {
    let nobody = json(200, j!({"value": []}));
    let forbidden = graph_error(403, "Forbidden");
    let broken = graph_error(402, "PaymentRequired");
    for (others, letters_, asks) in [
        (vec![("/users", nobody)], "pppppppws", 0),
        (vec![("/users", graph_error(403, "Authorization_RequestDenied"))], "pppppppws", 0),
        (vec![("/users", broken)], "pppppppfs", 0),
        (vec![("/getPresences", forbidden)], "ppppppppw", 1),
        (vec![("/getPresences", json(200, j!({"value": []})))], "ppppppppp", 1),
    ] {
        let server = server(vec![token()], vec![app(OBJECT, CLIENT, &[40])], &others);
        let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
        assert_eq!((letters(&report).as_str(), asked(&server, "getPresences").len()), (letters_, asks));
    }
}

#[test]
fn a_wrong_object_id_is_explained_and_the_right_one_told() {
    let missing = || graph_error(404, "Request_ResourceNotFound");
    let right = || app(OBJECT, CLIENT, &[40]);
    let fix = Some(Fix::ObjectId(Guid::parse(OBJECT).unwrap()));
    let other = "99999999-1111-4222-8333-444444444444";
    for (entered, answers, headline, remedy, fix) in [
        (SERVICE_PRINCIPAL, [missing(), right()], "This is the enterprise application's Object ID", OBJECT, fix),
        (CLIENT, [missing(), right()], "This is the client ID", OBJECT, fix),
        (other, [missing(), right()], "No app registration has this Object ID", OBJECT, fix),
        (other, [missing(), missing()], "No app registration has this Object ID", "registered in another one", None),
        (
            other,
            [missing(), graph_error(403, "Forbidden")],
            "No app registration",
            "App registrations › your app",
            None,
        ),
        (SERVICE_PRINCIPAL, [graph_error(403, "Forbidden"), right()], "This is the enterprise", OBJECT, fix),
    ] {
        let (report, server) = tested(vec![token()], answers.to_vec(), entered);
        assert_eq!(letters(&report), "pppppfspp", "{headline}");
        let check = the(&report, CheckId::Application);
        assert!(check.headline.starts_with(headline), "{}", check.headline);
        assert!(check.remedy.as_ref().is_some_and(|text| text.contains(remedy)), "{:?}", check.remedy);
        assert_eq!(check.fix, fix, "{headline}");
        assert_eq!((report.message.as_ref(), report.fields_at_fault()), (Some(&check.headline), vec![Field::ObjectId]));
        let second = &asked(&server, "/applications")[1].line;
        assert!(second.contains(&format!("/v1.0/applications(appId='{CLIENT}')?$select=")), "{second}");
    }
}

#[test]
fn another_apps_object_id_is_told_with_its_name() {
    let answers = vec![app(OBJECT, TENANT, &[]), app(SERVICE_PRINCIPAL, CLIENT, &[])];
    let (report, _server) = tested(vec![token()], answers, OBJECT);
    assert_eq!(states(&report), [Passed, Passed, Failed, Skipped]);
    let check = the(&report, CheckId::Application);
    assert_eq!(check.headline, "This Object ID is that of another app, “Contoso”");
    assert!(check.remedy.as_ref().is_some_and(|text| text.contains(TENANT) && text.contains(SERVICE_PRINCIPAL)));
    assert_eq!(report.fields_at_fault(), [Field::ObjectId, Field::ClientId]);
}

#[test]
fn trouble_of_graph_itself_blames_no_field() {
    for (answer, headline) in [
        (graph_error(401, "InvalidAuthenticationToken"), "Microsoft Graph does not accept the sign-in"),
        (graph_error(501, "generalException"), "Microsoft Graph has a trouble of its own (HTTP 501)"),
        (graph_error(402, "PaymentRequired"), "Microsoft asks for payment for this request (HTTP 402)"),
        (answer(200, &[], "<html>"), "Something else answered in place of 127.0.0.1"),
        (Vec::new(), "127.0.0.1"),
    ] {
        let report = test(token(), answer);
        assert_eq!((states(&report), report.fields_at_fault()), ([Passed, Passed, Failed, Skipped], vec![]));
        let check = the(&report, CheckId::Application);
        assert!(check.headline.starts_with(headline), "{}", check.headline);
    }
}

#[test]
fn two_secrets_that_begin_alike_are_both_counted() {
    let report = test(token(), app(OBJECT, CLIENT, &[400, 9]));
    assert_eq!((states(&report), report.outcome()), ([Passed, Passed, Passed, Warning], Outcome::Passed));
    assert_eq!(report.expiry, ExpiryReading::Read { at: now() + Duration::days(9), candidates: 2 });
    let headline = &the(&report, CheckId::SecretExpiry).headline;
    assert!(headline.contains("in 9 days") && headline.contains("2 secrets begin alike"), "{headline}");
}

#[test]
fn dropping_the_test_ends_it() {
    let server = Canned::serve(vec![answer(429, &["Retry-After: 9"], "")]);
    let subject = Subject::Ready(credentials(&server.url, OBJECT, SECRET));
    let started = Instant::now();
    let http = Http::default();
    let test = probe::run(&http, subject, now, |_| {});
    let ended = runtime().block_on(async { tokio::time::timeout(std::time::Duration::from_millis(300), test).await });
    assert!(ended.is_err() && started.elapsed().as_secs() < 5);
}

/// What the token endpoint reads as the secret.
fn secret_on_the_wire(secret: &str) -> String {
    let server = Canned::serve(vec![token()]);
    let credentials = credentials(&server.url, OBJECT, secret);
    assert!(runtime().block_on(entra::token(&Http::default(), &credentials)).is_ok());
    let form = server.requests()[0].form();
    form.into_iter().find(|(name, _)| name == "client_secret").unwrap().1
}

#[test]
fn every_printable_character_of_a_secret_arrives() {
    let all: String = (' '..='~').collect();
    assert_eq!(secret_on_the_wire(&all), all);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_secret_arrives_as_it_is(secret in "[ -~]{1,60}") {
        prop_assert_eq!(secret_on_the_wire(&secret), secret);
    }
}
