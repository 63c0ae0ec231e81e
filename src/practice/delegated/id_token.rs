//! ID tokens, really signed, and the public key that proves it.
//!
//! It owns the signing key, made anew in every process. It must not know when an ID token is due: that is `redeem`. Start
//! reading at `issue`. <https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference>

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{
    people::Person,
    tenant::{CLIENT_ID, TENANT_ID},
    token,
};

const KEY_ID: &str = "practice-id-token-key";

/// What stands before the key itself in PKCS #8: lengths, a version and the name of RSA.
const PKCS8: usize = 26;

/// Making it takes a moment, so it is made when it is needed first.
fn key() -> &'static EncodingKey {
    static KEY: OnceLock<EncodingKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).expect("RSA keys can be made on every system");
        EncodingKey::from_rsa_der(pair.serialized_der().get(PKCS8..).expect("a PKCS #8 key"))
    })
}

/// The keys as a JSON Web Key Set.
pub(in super::super) fn keys() -> Value {
    let key = Jwk::from_encoding_key(key(), Algorithm::RS256).expect("an RSA key has a public half");
    let mut key = json!(key);
    key["use"] = json!("sig");
    key["kid"] = json!(KEY_ID);
    json!({"keys": [key]})
}

/// Who signed in, for the app alone.
pub(super) fn issue(login_url: &str, person: &Person, nonce: Option<&str>, now: i64) -> String {
    let mut claims = json!({
        "aud": CLIENT_ID,
        "iss": format!("{login_url}/{TENANT_ID}/v2.0"),
        "iat": now,
        "nbf": now,
        "exp": now + token::LIFETIME + 1,
        "name": person.display_name,
        "oid": person.id().to_string(),
        "preferred_username": person.principal_name(),
        "sub": token::subject(person),
        "tid": TENANT_ID,
        "uti": URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes()),
        "ver": "2.0",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
    jsonwebtoken::encode(&header, &claims, key()).expect("the key can sign")
}
