//! Signing in with a certificate: what a client assertion must be, and what each mistake in it is answered.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Datelike, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use liaison::practice::{CLIENT_ID, Options, Practice, Scenario, StartError, TENANT_DOMAIN, TENANT_ID};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Reply, client, good_form, start, token_url};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A certificate as DER and the key to sign with; it is valid between two days counted from today.
pub fn certificate(from: i64, until: i64) -> (Vec<u8>, EncodingKey) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    let day = |days| {
        let day = Utc::now() + TimeDelta::days(days);
        rcgen::date_time_ymd(day.year(), day.month() as u8, day.day() as u8)
    };
    (params.not_before, params.not_after) = (day(from), day(until));
    let der = params.self_signed(&key).expect("a certificate").der().to_vec();
    // PKCS#1 is what stands inside PKCS#8, behind 26 bytes for a key of this length.
    (der, EncodingKey::from_rsa_der(&key.serialize_der()[26..]))
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn header(algorithm: &str, certificate: &[u8]) -> Value {
    match algorithm {
        "PS256" => json!({"alg": algorithm, "typ": "JWT", "x5t#S256": base64url(Sha256::digest(certificate))}),
        _ => json!({"alg": algorithm, "typ": "JWT", "x5t": base64url(Sha1::digest(certificate))}),
    }
}

fn claims(practice: &Practice) -> Value {
    let now = Utc::now().timestamp();
    json!({
        "aud": token_url(practice, TENANT_ID), "iss": CLIENT_ID, "sub": CLIENT_ID, "jti": "5c2d", "nbf": now,
        "exp": now + 600,
    })
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey) -> String {
    let algorithm = if header["alg"] == "PS256" { Algorithm::PS256 } else { Algorithm::RS256 };
    let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let signature = crypto::sign(text.as_bytes(), key, algorithm).expect("a signature");
    format!("{text}.{signature}")
}

async fn sign_in_with(practice: &Practice, assertion: &str) -> Reply {
    let mut form = good_form(practice);
    form.retain(|(name, _)| *name != "client_secret");
    form.push(("client_assertion_type", TYPE.to_owned()));
    form.push(("client_assertion", assertion.to_owned()));
    Reply::of(client().post(token_url(practice, TENANT_ID)).form(&form)).await
}

#[tokio::test]
async fn a_registered_certificate_signs_in() {
    let practice = start(Scenario::Healthy);
    let (der, key) = certificate(-1, 30);
    practice.register_certificate(&der).expect("a good certificate");
    for algorithm in ["RS256", "PS256"] {
        for tenant in [TENANT_ID, TENANT_DOMAIN] {
            let mut claims = claims(&practice);
            claims["aud"] = json!(token_url(&practice, tenant));
            let reply = sign_in_with(&practice, &signed(&header(algorithm, &der), &claims, &key)).await;
            assert_eq!(reply.status, 200, "{algorithm} {}", reply.text);
            let token = reply.json();
            assert_eq!(super::sign_in::claims(&token)["appidacr"], "2");
        }
    }
    // Numbers of seconds may have fractions, and `nbf` may be missing, as MSAL for Python has it.
    let mut claims = claims(&practice);
    claims["exp"] = json!(Utc::now().timestamp() as f64 + 600.25);
    claims["nbf"] = Value::Null;
    assert_eq!(sign_in_with(&practice, &signed(&header("RS256", &der), &claims, &key)).await.status, 200);
    // Registered once is registered; and a scenario about credentials is about this one, too.
    practice.register_certificate(&der).expect("a good certificate");
    let app = super::get(&practice, "applications?$select=keyCredentials").await.json();
    assert_eq!(app["value"][0]["keyCredentials"].as_array().map(Vec::len), Some(1));
    practice.set_scenario(Scenario::WrongSecret);
    let assertion = signed(&header("PS256", &der), &self::claims(&practice), &key);
    assert_eq!(sign_in_with(&practice, &assertion).await.json()["error_codes"], json!([700027]));
    practice.set_scenario(Scenario::Healthy);
    // The secret goes on working.
    let reply = super::sign_in(&practice).await;
    assert_eq!(super::sign_in::claims(&reply.json())["appidacr"], "1");
}

#[tokio::test]
async fn every_mistake_in_an_assertion_has_its_answer() {
    let practice = start(Scenario::Healthy);
    let (der, key) = certificate(-1, 30);
    let (other_der, other_key) = certificate(-1, 30);
    let (expired_der, expired_key) = certificate(-30, -1);
    practice.register_certificate(&der).expect("a good certificate");
    practice.register_certificate(&expired_der).expect("an old certificate");
    let good = header("RS256", &der);
    let with = |name: &str, value: Value| {
        let mut claims = claims(&practice);
        claims[name] = value;
        claims
    };
    let mine = claims(&practice);
    let now = Utc::now().timestamp();
    let hs256 = json!({"alg": "HS256", "typ": "JWT", "x5t": good["x5t"]});
    let saml = json!({"alg": "RS256", "typ": "SAML", "x5t": good["x5t"]});
    let unnamed = json!({"alg": "RS256", "typ": "JWT"});
    let cases = [
        (400, 50027, "a.b.c".to_owned(), "invalid or malformed"),
        (400, 50027, "nonsense".to_owned(), "invalid or malformed"),
        (400, 50027, signed(&hs256, &mine, &key), "invalid or malformed"),
        (400, 50027, signed(&good, &with("jti", Value::Null), &key), "invalid or malformed"),
        (400, 5002727, signed(&saml, &mine, &key), "header type"),
        (401, 700027, signed(&unnamed, &mine, &key), "not registered"),
        (401, 700027, signed(&header("RS256", &other_der), &mine, &other_key), "Thumbprint of key used by client: '"),
        (401, 700027, signed(&good, &mine, &other_key), "did not match the expected signature value"),
        (401, 700027, signed(&header("PS256", &expired_der), &mine, &expired_key), "The key used is expired."),
        (401, 700021, signed(&good, &with("iss", json!("someone")), &key), "doesn't match 'client_id'"),
        (401, 700021, signed(&good, &with("sub", json!("someone")), &key), "doesn't match 'client_id'"),
        (401, 700023, signed(&good, &with("aud", json!(practice.details().login_url)), &key), "audience"),
        (401, 700024, signed(&good, &with("nbf", json!(now + 3_600)), &key), "not within its valid time range"),
        (401, 700024, signed(&good, &with("exp", json!(now - 3_600)), &key), "not within its valid time range"),
    ];
    for (status, code, assertion, says) in cases {
        let reply = sign_in_with(&practice, &assertion).await;
        assert_eq!((reply.status, &reply.json()["error_codes"]), (status, &json!([code])), "{}", reply.text);
        assert!(reply.text.contains(says), "{}", reply.text);
    }
}

#[tokio::test]
async fn the_type_of_an_assertion_is_demanded() {
    let practice = start(Scenario::Healthy);
    for (kind, code) in [(None, 900144), (Some("urn:other"), 90023)] {
        let mut form = good_form(&practice);
        form.push(("client_assertion", "a.b.c".to_owned()));
        form.extend(kind.map(|kind| ("client_assertion_type", kind.to_owned())));
        let reply = Reply::of(client().post(token_url(&practice, TENANT_ID)).form(&form)).await;
        assert_eq!((reply.status, &reply.json()["error_codes"]), (400, &json!([code])), "{}", reply.text);
    }
}

#[test]
fn a_certificate_file_is_read_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.cer");
    let start = || Practice::start(Options { app_certificate: Some(path.clone()), ..Options::default() });
    let refused = |error: Option<StartError>| error.expect("no start").to_string();
    assert!(refused(start().err()).contains("app.cer cannot be used"));
    std::fs::write(&path, "nothing").expect("a file");
    assert!(
        refused(start().err()).contains("it holds no certificate. Give the certificate, PEM or DER, of an RSA key.")
    );
    std::fs::write(&path, certificate(-1, 30).0).expect("a file");
    assert!(start().is_ok());
}
