//! Access tokens: what the practice tenant issues and how its Graph half reads them back.
//!
//! It owns the claims and the check. It must not know who asks; start reading at `issue`. The signature is a checksum:
//! it tells a changed token from a true one and protects nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    people::Person,
    tenant::{APP_NAME, CLIENT_ID, SERVICE_PRINCIPAL_ID, TENANT_ID},
};

/// Seconds that `expires_in` announces.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>
pub(super) const LIFETIME: i64 = 3599;
/// `iat` and `nbf` lie five minutes back, for clients whose clock is late.
const BACKDATED: i64 = 300;

/// What Graph needs to know of a token.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub aud: String,
    pub tid: String,
    pub exp: i64,
    /// Absent when no application permission was granted.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The delegated permissions, parted by blanks; absent in app-only tokens.
    #[serde(default)]
    pub scp: String,
    /// Whose token it is: a person's, or in app-only tokens the service principal's.
    #[serde(default)]
    pub oid: String,
    /// Tells this token from every other.
    #[serde(default)]
    pub uti: String,
}

impl Claims {
    /// True for a token in the name of a person.
    pub fn is_delegated(&self) -> bool {
        !self.scp.is_empty()
    }
}

/// How an app showed that it is the one.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// A public client cannot.
    Nothing,
    Secret,
    Certificate,
}

impl Proof {
    fn appidacr(self) -> &'static str {
        match self {
            Proof::Nothing => "0",
            Proof::Secret => "1",
            Proof::Certificate => "2",
        }
    }
}

/// Why a token is not one of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    NotThreeParts,
    BadContent,
    BadSignature,
}

/// An app-only token in the v1.0 format that Graph takes.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
pub(super) fn issue(audience: &str, login_url: &str, proof: Proof, roles: &[&str], now: i64) -> String {
    let mut claims = common(audience, login_url, proof, now);
    claims["idp"] = json!(format!("{login_url}/{TENANT_ID}/"));
    claims["idtyp"] = json!("app");
    claims["oid"] = json!(SERVICE_PRINCIPAL_ID);
    claims["sub"] = json!(SERVICE_PRINCIPAL_ID);
    if !roles.is_empty() {
        claims["roles"] = json!(roles);
    }
    signed(&claims)
}

/// A token with which the app acts for a signed-in person: permissions stand in `scp`, and there are no `roles`.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
pub(super) fn issue_delegated(
    audience: &str,
    login_url: &str,
    proof: Proof,
    person: &Person,
    scopes: &[&str],
    now: i64,
) -> String {
    let mut claims = common(audience, login_url, proof, now);
    claims["idtyp"] = json!("user");
    claims["scp"] = json!(scopes.join(" "));
    claims["oid"] = json!(person.id().to_string());
    claims["sub"] = json!(subject(person));
    claims["name"] = json!(person.display_name);
    claims["given_name"] = json!(person.given_name);
    claims["family_name"] = json!(person.surname);
    claims["upn"] = json!(person.principal_name());
    claims["unique_name"] = json!(person.principal_name());
    signed(&claims)
}

/// The name under which one app knows a person; another app would get another one.
pub(super) fn subject(person: &Person) -> String {
    URL_SAFE_NO_PAD.encode([person.id().into_bytes(), Uuid::NAMESPACE_OID.into_bytes()].concat())
}

fn common(audience: &str, login_url: &str, proof: Proof, now: i64) -> Value {
    json!({
        "aud": audience,
        // The real issuer is another host than the sign-in's: https://sts.windows.net/{tenant}/
        "iss": format!("{login_url}/{TENANT_ID}/"),
        "iat": now - BACKDATED,
        "nbf": now - BACKDATED,
        "exp": now + LIFETIME + 1,
        "app_displayname": APP_NAME,
        "appid": CLIENT_ID,
        "appidacr": proof.appidacr(),
        "tid": TENANT_ID,
        "uti": URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes()),
        "ver": "1.0",
    })
}

fn signed(claims: &Value) -> String {
    let header = json!({"typ": "JWT", "alg": "RS256", "x5t": "practice", "kid": "practice"});
    let signed = format!("{}.{}", encode(&header), encode(claims));
    let signature = sign(&signed);
    format!("{signed}.{signature}")
}

/// Reads a token that `issue` made; audience and time are for the caller to judge.
pub(super) fn read(token: &str) -> Result<Claims, Unreadable> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(Unreadable::NotThreeParts);
    };
    let json = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Unreadable::BadContent)?;
    let read = serde_json::from_slice(&json).map_err(|_| Unreadable::BadContent)?;
    if sign(&format!("{header}.{claims}")) != signature {
        return Err(Unreadable::BadSignature);
    }
    Ok(read)
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// 256 bytes, as long as an RS256 signature, from FNV-1a.
pub(super) fn sign(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut bytes = Vec::with_capacity(256);
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    for round in 0..32_u64 {
        hash = (hash ^ round).wrapping_mul(0x0100_0000_01b3);
        bytes.extend(hash.to_be_bytes());
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        let token = issue("aud", "http://login", Proof::Secret, &["User.Read.All"], 0);
        let claims = read(&token).expect("own token");
        assert_eq!(claims.roles, ["User.Read.All"]);
        assert_eq!(claims.tid, TENANT_ID);

        let parts: Vec<&str> = token.split('.').collect();
        let other = encode(&json!({"aud": "aud", "tid": TENANT_ID, "exp": i64::MAX}));
        let forged = format!("{}.{other}.{}", parts[0], parts[2]);
        assert_eq!(read(&forged).err(), Some(Unreadable::BadSignature));
        assert_eq!(read("abc").err(), Some(Unreadable::NotThreeParts));
        assert_eq!(read("a.!.c").err(), Some(Unreadable::BadContent));
    }

    #[test]
    fn a_delegated_token_names_its_person() {
        let person = Person::at(0);
        let token =
            issue_delegated("aud", "http://login", Proof::Nothing, &person, &["User.Read", "Chat.ReadWrite"], 0);
        let claims = read(&token).expect("own token");
        assert_eq!((claims.scp.as_str(), claims.oid), ("User.Read Chat.ReadWrite", person.id().to_string()));
        assert!(claims.roles.is_empty());
    }

    #[test]
    fn without_consent_there_is_no_roles_claim() {
        let token = issue("aud", "http://login", Proof::Secret, &[], 0);
        let claims = token.split('.').nth(1).expect("payload");
        let json = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let value: Value = serde_json::from_slice(&json).expect("json");
        assert!(value.get("roles").is_none());
    }
}
