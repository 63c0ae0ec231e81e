//! Client assertions: the signed note by which an app proves that it has a certificate's private key.
//!
//! It owns the checks and their refusals. It must not know secrets or the other parameters; `sign_in` asks. Start
//! reading at `check`. <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{
    Scenario,
    aadsts::Refusal,
    credentials::Certificate,
    tenant::{CLIENT_ID, TENANT_DOMAIN, TENANT_ID, graph_time},
    world::World,
};

/// The only type there is. <https://www.rfc-editor.org/rfc/rfc7523#section-2.2>
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Clocks may differ by this much, as Microsoft's libraries allow.
const TOLERANCE: i64 = 300;

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: Option<String>,
    iss: Option<String>,
    sub: Option<String>,
    jti: Option<String>,
    /// Seconds since 1970, which may have fractions: MSAL for Python sends some.
    exp: Option<f64>,
    nbf: Option<f64>,
}

/// Refuses unless the assertion is signed with a registered certificate and is made for this app, here and now.
pub(super) fn check(world: &World, assertion: &str, kind: &str) -> Result<(), Refusal> {
    if kind != JWT_BEARER {
        let text =
            format!("The provided value for the input parameter 'client_assertion_type' is not valid: '{kind}'.");
        return Err(Refusal::new(90023, text));
    }
    let parts: Vec<&str> = assertion.split('.').collect();
    let [head, body, signature] = parts[..] else {
        return Err(malformed());
    };
    let header: Header = decode(head)?;
    let claims: Claims = decode(body)?;
    if header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(Refusal::new(
            5002727,
            "Invalid JWT header type specified, must be 'JWT' or 'http://openid.net/specs/jwt/1.0'.",
        ));
    }
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::RS256,
        "PS256" => Algorithm::PS256,
        _ => return Err(malformed()),
    };
    let is_known = world.scenario() != Scenario::WrongSecret;
    let certificates = if is_known { world.certificates() } else { Vec::new() };
    let certificate = find(&certificates, &header)?;
    let key = DecodingKey::from_rsa_der(&certificate.public_key);
    let signed = format!("{head}.{body}");
    if !crypto::verify(signature, signed.as_bytes(), &key, algorithm).unwrap_or(false) {
        return Err(unverified(
            "The provided signature value did not match the expected signature value.",
            certificate,
        ));
    }
    let now = Utc::now();
    if certificate.end <= now {
        return Err(unverified("The key used is expired.", certificate));
    }
    check_claims(world, &claims, now)
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed())?;
    serde_json::from_slice(&json).map_err(|_| malformed())
}

fn malformed() -> Refusal {
    Refusal::new(50027, "JWT token is invalid or malformed.")
}

/// The newer thumbprint counts where both are sent.
fn find<'a>(certificates: &'a [Certificate], header: &Header) -> Result<&'a Certificate, Refusal> {
    let found = match (&header.x5t_s256, &header.x5t) {
        (Some(sha256), _) => certificates.iter().find(|one| is_thumbprint(sha256, &one.sha256())),
        (None, Some(sha1)) => certificates.iter().find(|one| is_thumbprint(sha1, &one.sha1())),
        (None, None) => None,
    };
    found.ok_or_else(|| {
        let sent = header.x5t.as_deref().or(header.x5t_s256.as_deref()).and_then(|text| thumbprint(text).ok());
        let used = sent.map_or(String::new(), |bytes| format!("Thumbprint of key used by client: '{}', ", hex(&bytes)));
        // https://github.com/keycloak/keycloak/issues/19425
        Refusal::new(
            700027,
            format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., {used}Please visit the Azure Portal, Graph Explorer or directly use \
                 MS Graph to see configured keys for app Id '{CLIENT_ID}'.]"
            ),
        )
    })
}

fn is_thumbprint(text: &str, bytes: &[u8]) -> bool {
    thumbprint(text).is_ok_and(|sent| sent == bytes)
}

fn thumbprint(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('='))
}

/// The pattern of <https://github.com/Azure/azure-sdk-for-java/issues/25109>, with the code for clients.
fn unverified(reason: &str, certificate: &Certificate) -> Refusal {
    let day = |time: DateTime<Utc>| time.format("%m/%d/%Y %H:%M:%S").to_string();
    Refusal::new(
        700027,
        format!(
            "Client assertion failed signature validation. [Reason - {reason}, Thumbprint of key used by client: '{}', \
             Found key 'Start={}, End={}']",
            hex(&certificate.sha1()),
            day(certificate.start),
            day(certificate.end)
        ),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn check_claims(world: &World, claims: &Claims, now: DateTime<Utc>) -> Result<(), Refusal> {
    let is_client = |id: &Option<String>| id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(CLIENT_ID));
    if !is_client(&claims.iss) || !is_client(&claims.sub) {
        // https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
        return Err(Refusal::new(
            700021,
            "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at \
             https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .",
        ));
    }
    let endpoints = [TENANT_ID, TENANT_DOMAIN].map(|tenant| format!("{}/{tenant}/oauth2/v2.0/token", world.origin));
    if !endpoints.iter().any(|one| claims.aud.as_deref().is_some_and(|aud| aud.eq_ignore_ascii_case(one))) {
        return Err(Refusal::new(700023, "Client assertion audience claim does not match Realm issuer."));
    }
    let (Some(exp), Some(_)) = (claims.exp, claims.jti.as_deref().filter(|jti| !jti.is_empty())) else {
        // That a missing `jti` is refused is a guess; the documentation lists it among the claims.
        return Err(malformed());
    };
    let seconds = now.timestamp();
    let (exp, nbf) = (exp as i64, claims.nbf.map_or(seconds, |nbf| nbf as i64));
    if nbf > seconds.saturating_add(TOLERANCE) || exp < seconds.saturating_sub(TOLERANCE) || exp <= nbf {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or(now);
        return Err(out_of_time(now, time(nbf), time(exp)));
    }
    Ok(())
}

/// As if the caller's clock were an hour ahead.
pub(super) fn clock_skew() -> Refusal {
    let now = Utc::now();
    let from = now + TimeDelta::hours(1);
    out_of_time(now, from, from + TimeDelta::minutes(10))
}

fn out_of_time(now: DateTime<Utc>, from: DateTime<Utc>, until: DateTime<Utc>) -> Refusal {
    let [now, from, until] = [now, from, until].map(graph_time);
    Refusal::new(
        700024,
        format!(
            "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, \
             expiry time of assertion {until}."
        ),
    )
}
