//! What a test finds around the account's own values: other clouds, a tenant out of reach, the clock, all keys of the app.

use super::*;

#[test]
fn a_tenant_that_lives_in_another_cloud_is_found_there() {
    let unknown =
        || json(400, j!({"error": "invalid_tenant", "error_codes": [90002], "error_description": "AADSTS90002: No."}));
    let gov = |sub: &str| {
        json(200, j!({"token_endpoint": "x", "tenant_region_scope": "USGov", "tenant_region_sub_scope": sub}))
    };
    let busy = || answer(429, &["Retry-After: 99"], "");
    for (government, china, home) in [
        (gov("DODCON"), unknown(), Some(CloudKind::UsGovHigh)),
        (gov("DOD"), unknown(), Some(CloudKind::UsGovDod)),
        (unknown(), metadata(), Some(CloudKind::China)),
        (unknown(), unknown(), None),
        (Vec::new(), busy(), None),
    ] {
        let here = server(vec![token()], vec![], &[("/.well-known/", unknown())]);
        let [government, china] =
            [government, china].map(|answer| Canned::route(vec![("/.well-known/", vec![answer])]));
        let elsewhere = [(CloudKind::UsGovHigh, government.url.clone()), (CloudKind::China, china.url.clone())];
        let subject = Subject::Ready(credentials(&here.url, OBJECT, SECRET));
        let http = Http::default();
        let report = runtime().block_on(probe::run_among(&http, subject, &elsewhere, now, |_| {}));
        assert_eq!(letters(&report), "ppfssssss");
        let check = the(&report, CheckId::Tenant);
        assert_eq!(check.evidence.code.as_deref(), Some("AADSTS90002"));
        assert_eq!(report.message.as_deref(), Some(TOKEN_REFUSED));
        assert_eq!(check.fix, home.map(Fix::Cloud));
        match home {
            Some(kind) => {
                assert_eq!(check.headline, format!("The tenant lives in another cloud: {}", kind.label()));
                assert_eq!(report.fields_at_fault(), [Field::Cloud]);
            }
            None => assert_eq!(report.fields_at_fault(), [Field::TenantId]),
        }
        for asked in [government.requests(), china.requests()].concat() {
            assert_eq!(asked.line, format!("GET /{TENANT}/v2.0/.well-known/openid-configuration"));
            assert_eq!((asked.header("authorization"), asked.body.len()), (None, 0));
        }
    }
}

#[test]
fn a_tenant_that_cannot_be_looked_up_does_not_end_the_test() {
    for document in [
        json(503, j!({"error": "temporarily_unavailable", "error_codes": [90033]})),
        json(400, j!({"error": "invalid_request", "error_codes": [7009999]})),
    ] {
        let server = server(vec![token()], vec![app(OBJECT, CLIENT, &[40])], &[("/.well-known/", document)]);
        let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
        assert_eq!((letters(&report).as_str(), report.outcome()), ("ppwpppppp", Outcome::Passed));
    }
    let down = answer(503, &["Retry-After: 0"], "<html>");
    let server = server(vec![token()], vec![], &[("/.well-known/", down)]);
    let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
    assert_eq!(letters(&report), "pfsssssss");
}

#[test]
fn a_clock_that_is_wrong_is_a_warning() {
    let body = j!({"token_endpoint": "x"}).to_string();
    for (ahead, letters_, words) in [
        (0, "ppppppppp", "the clocks agree"),
        (3600, "pwppppppp", "clock is 1 hour ahead of its clock"),
        (-3600, "pwppppppp", "clock is 1 hour behind its clock"),
    ] {
        let date = now() - Duration::seconds(ahead);
        let date = format!("Date: {}", date.format("%a, %d %b %Y %H:%M:%S GMT"));
        let document = answer(200, &[&date], &body);
        let server = server(vec![token()], vec![app(OBJECT, CLIENT, &[40])], &[("/.well-known/", document)]);
        let report = run(Subject::Ready(credentials(&server.url, OBJECT, SECRET)));
        assert_eq!(letters(&report), letters_);
        let headline = &the(&report, CheckId::SignInHost).headline;
        assert!(headline.contains(words), "{headline}");
    }
}

#[test]
fn all_keys_of_the_app_are_told_and_the_tested_one_is_marked() {
    let end = (now() + Duration::days(40)).to_rfc3339();
    let body = j!({
        "id": OBJECT, "appId": CLIENT, "displayName": "Contoso",
        "passwordCredentials": [
            {"hint": "8Qk", "endDateTime": end, "displayName": "Liaison", "keyId": PERSON},
            {"hint": "abc", "endDateTime": end},
        ],
        "keyCredentials": [{"customKeyIdentifier": "obL//g==", "endDateTime": end, "displayName": "CN=x"}],
    });
    let report = test(token(), json(200, body));
    let keys = report.keys.unwrap();
    let told: Vec<_> = keys.iter().map(|key| (key.kind, key.hint.as_deref().unwrap(), key.this)).collect();
    use AppKeyKind::{Certificate, Secret};
    assert_eq!(told, [(Secret, "8Qk", true), (Secret, "abc", false), (Certificate, "A1B2FFFE", false)]);
    assert_eq!((keys[0].name.as_deref(), keys[0].key_id.as_deref()), (Some("Liaison"), Some(PERSON)));
    assert!(keys.iter().all(|key| key.end == Some(now() + Duration::days(40))));
}
