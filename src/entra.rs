//! Signing in as an app: the token endpoint of Entra ID, and what it tells everybody about a tenant.
//!
//! Owns both requests and the reading of their answers, right or wrong. Knows nothing of what a code means
//! (`domain::diagnosis`) or what to show (`probe`). Start with [`token`].
//!
//! Sources: <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow> and, for errors,
//! <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use crate::{
    certificate::{self, CertificateError},
    domain::{Credential, Credentials, Evidence, Guid, Secret},
    http::{Answer, Failure, Http, words},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::time::Duration;

/// An access token for Graph. Its `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token, to be sent to Graph and nowhere else.
    pub value: Secret,
    /// What it says about itself, for diagnosis only; `None` when it cannot be read, which is no error.
    pub claims: Option<Claims>,
    /// Of the answer that brought it.
    pub evidence: Evidence,
}

/// The claims that help to explain a failure: <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The application permissions that were granted; a token is issued even without any.
    pub roles: Vec<String>,
    /// The Object ID of the service principal, which the portal shows under Enterprise applications.
    pub oid: Option<String>,
    /// The tenant.
    pub tid: Option<String>,
    /// The client ID: `appid` in version 1 tokens, `azp` in version 2.
    pub app_id: Option<String>,
    /// The app's name.
    pub app_display_name: Option<String>,
}

/// Entra's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status, 400 or above.
    pub status: u16,
    /// OAuth's word, such as `invalid_client`.
    pub error: Option<String>,
    /// The number behind `AADSTS`.
    pub code: Option<u32>,
    /// How long Entra asks to wait, if it asks.
    pub retry_after: Option<Duration>,
    /// For support; its `code` is written `AADSTS7000215`.
    pub evidence: Evidence,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Entra did not answer.
    Failed(Failure),
    /// Entra answered no.
    Refused(Refusal),
    /// Entra was not asked, because the certificate's key does not sign.
    NotSigned(CertificateError),
}

impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        TokenError::Failed(failure)
    }
}

/// What takes a secret's place: <https://www.rfc-editor.org/rfc/rfc7523#section-2.2>
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Asks for a token for Graph. Always a new one, so that it has today's permissions.
///
/// # Errors
/// Entra did not answer, or answered no.
pub async fn token(http: &Http, credentials: &Credentials) -> Result<Token, TokenError> {
    let cloud = &credentials.cloud;
    let url = format!("{}/{}/oauth2/v2.0/token", cloud.login_url(), credentials.tenant_id);
    let form = [
        ("client_id", credentials.client_id.to_string()),
        ("scope", format!("{}/.default", cloud.graph_url())),
        ("grant_type", "client_credentials".into()),
    ];
    let mut form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let proof = proof(credentials, &url).map_err(TokenError::NotSigned)?;
    form.extend(proof.iter().map(|(name, value)| (*name, value.expose())));
    let answer = http.post_form(&url, &form).await?;
    if answer.status != 200 {
        return Err(TokenError::Refused(refused(&answer, proof.iter().map(|(_, value)| value))?));
    }
    let body = answer.json()?;
    match text(&body, "access_token") {
        Some(token) if !token.is_empty() => {
            Ok(Token { value: Secret::new(token), claims: claims(token), evidence: answer.evidence() })
        }
        _ => Err(answer.foreign().into()),
    }
}

/// What Entra tells everybody about a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Where it lives, such as `EU` or `USGov`.
    pub region: Option<String>,
    /// A part of that: `DOD` for US Government DoD, `DODCON` for GCC High, `GCC`.
    pub sub_region: Option<String>,
    /// Of the answer that brought it.
    pub evidence: Evidence,
}

/// An answer of the sign-in host, whatever it says of the tenant.
pub struct Greeting {
    /// What its clock shows, to the second.
    pub date: Option<DateTime<Utc>>,
    /// It was reached over IPv4 after IPv6 did not work.
    pub ipv6_is_broken: bool,
    /// The tenant, or Entra's no.
    pub tenant: Result<Directory, Refusal>,
}

/// Asks for a tenant's public OpenID metadata, which needs no credentials.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc>; the regions are as observed.
///
/// # Errors
/// The sign-in host did not answer, or something else did.
pub async fn tenant(http: &Http, login_url: &str, tenant: Guid) -> Result<Greeting, Failure> {
    let url = format!("{login_url}/{tenant}/v2.0/.well-known/openid-configuration");
    let answer = http.get_public(&url).await?;
    let date = answer.date();
    let ipv6_is_broken = http.ipv6_is_broken(&answer).await;
    if answer.status != 200 {
        return Ok(Greeting { date, ipv6_is_broken, tenant: Err(refused(&answer, [])?) });
    }
    let body = answer.json()?;
    if text(&body, "token_endpoint").is_none() {
        return Err(answer.foreign());
    }
    let said = |member| text(&body, member).map(words).filter(|text| !text.is_empty());
    let (region, sub_region) = (said("tenant_region_scope"), said("tenant_region_sub_scope"));
    Ok(Greeting { date, ipv6_is_broken, tenant: Ok(Directory { region, sub_region, evidence: answer.evidence() }) })
}

/// The fields with which the app proves itself to the token endpoint `url`.
///
/// # Errors
/// The certificate's key does not sign.
pub fn proof(credentials: &Credentials, url: &str) -> Result<Vec<(&'static str, Secret)>, CertificateError> {
    match &credentials.credential {
        Credential::Secret(secret) => Ok(vec![("client_secret", secret.clone())]),
        Credential::Certificate(certificate) => {
            let client_id = credentials.client_id.to_string();
            let assertion = certificate::assertion(certificate, url, &client_id, Utc::now())?;
            Ok(vec![("client_assertion_type", Secret::new(ASSERTION)), ("client_assertion", assertion)])
        }
    }
}

/// Reads an answer of the token endpoint that is no success, without what was sent in secret.
///
/// # Errors
/// Something else answered in Entra's place.
pub fn refused<'a>(answer: &Answer, sent: impl IntoIterator<Item = &'a Secret>) -> Result<Refusal, Failure> {
    let busy = answer.status == 429 || answer.status >= 500;
    let refusal = match answer.json() {
        Ok(body) => refusal(answer, &body),
        Err(_) if busy => refusal(answer, &Value::Null),
        Err(failure) => return Err(failure),
    };
    if !busy && refusal.error.is_none() && refusal.code.is_none() {
        return Err(answer.foreign());
    }
    Ok(sent.into_iter().fold(refusal, without))
}

/// A server that repeats the secret in its error must not carry it into a report.
fn without(mut refusal: Refusal, secret: &Secret) -> Refusal {
    let Evidence { message, trace_id, correlation_id, timestamp, .. } = &mut refusal.evidence;
    let said = [&mut refusal.error, message, trace_id, correlation_id, timestamp];
    for text in said.into_iter().flatten().filter(|_| !secret.expose().is_empty()) {
        *text = text.replace(secret.expose(), "…");
    }
    refusal
}

fn refusal(answer: &Answer, body: &Value) -> Refusal {
    read_refusal(answer.status, body, answer.evidence(), answer.retry_after)
}

/// Every member is optional. What is missing is taken from the description's trailer, then from the headers.
fn read_refusal(status: u16, body: &Value, headers: Evidence, retry_after: Option<Duration>) -> Refusal {
    let description = text(body, "error_description").unwrap_or_default();
    let code = body
        .get("error_codes")
        .and_then(Value::as_array)
        .and_then(|codes| codes.iter().find_map(Value::as_u64))
        .and_then(|code| u32::try_from(code).ok())
        .or_else(|| leading_code(description));
    let (message, trailer) = split_trailer(description);
    let piece = |member: &str, label: &str| {
        text(body, member).or_else(|| trailing(trailer, label)).map(words).filter(|text| !text.is_empty())
    };
    let evidence = Evidence {
        code: code.map(|code| format!("AADSTS{code}")),
        message: Some(words(message)).filter(|text| !text.is_empty()),
        http_status: Some(status),
        trace_id: piece("trace_id", TRACE).or(headers.trace_id),
        correlation_id: piece("correlation_id", CORRELATION).or(headers.correlation_id),
        timestamp: piece("timestamp", TIMESTAMP).or(headers.timestamp),
    };
    let error = text(body, "error").map(words).filter(|text| !text.is_empty());
    Refusal { status, error, code, retry_after, evidence }
}

const TRACE: &str = "Trace ID:";
const CORRELATION: &str = "Correlation ID:";
const TIMESTAMP: &str = "Timestamp:";

/// Entra ends its description with three labelled values, after `\r\n` in older answers and blanks in newer ones.
fn split_trailer(description: &str) -> (&str, &str) {
    let starts = [TRACE, CORRELATION, TIMESTAMP].into_iter().filter_map(|label| description.rfind(label));
    let (message, trailer) = description.split_at(starts.min().unwrap_or(description.len()));
    (message.trim_end(), trailer)
}

fn trailing<'a>(trailer: &'a str, label: &str) -> Option<&'a str> {
    let value = &trailer[trailer.find(label)? + label.len()..];
    let end =
        [TRACE, CORRELATION, TIMESTAMP, "\r", "\n"].into_iter().filter_map(|end| value.trim_start().find(end)).min();
    let value = value.trim_start();
    Some(value[..end.unwrap_or(value.len())].trim_end())
}

fn leading_code(description: &str) -> Option<u32> {
    let rest = description.trim_start().strip_prefix("AADSTS")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Microsoft asks clients not to rely on a token that is meant for Graph: whatever cannot be read is left out.
fn claims(token: &str) -> Option<Claims> {
    let payload = BASE64URL.decode(token.split('.').nth(1)?).ok()?;
    let payload: Value = serde_json::from_slice(&payload).ok().filter(Value::is_object)?;
    let claim = |name| text(&payload, name).map(words);
    let roles = payload.get("roles").and_then(Value::as_array).into_iter().flatten();
    Some(Claims {
        roles: roles.filter_map(Value::as_str).map(words).collect(),
        oid: claim("oid"),
        tid: claim("tid"),
        app_id: claim("appid").or_else(|| claim("azp")),
        app_display_name: claim("app_displayname"),
    })
}

fn text<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    body.get(member).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> Refusal {
        read_refusal(401, &body, Evidence { trace_id: Some("from-header".into()), ..Evidence::default() }, None)
    }

    #[test]
    fn both_trailers_are_cut_off_and_read() {
        for trailer in [
            "\r\nTrace ID: 1a-2b\r\nCorrelation ID: 3c-4d\r\nTimestamp: 2016-01-09 02:02:12Z",
            " Trace ID: 1a-2b Correlation ID: 3c-4d Timestamp: 2016-01-09 02:02:12Z",
        ] {
            let refusal = read(json!({
                "error": "invalid_client",
                "error_description": format!("AADSTS7000215: Invalid client secret provided.{trailer}"),
            }));
            assert_eq!((refusal.code, refusal.error.as_deref()), (Some(7000215), Some("invalid_client")));
            let evidence = Evidence {
                code: Some("AADSTS7000215".into()),
                message: Some("AADSTS7000215: Invalid client secret provided.".into()),
                http_status: Some(401),
                trace_id: Some("1a-2b".into()),
                correlation_id: Some("3c-4d".into()),
                timestamp: Some("2016-01-09 02:02:12Z".into()),
            };
            assert_eq!(refusal.evidence, evidence);
        }
    }

    #[test]
    fn members_go_before_the_trailer_and_headers_come_last() {
        let refusal = read(json!({
            "error_codes": [70011], "trace_id": "member",
            "error_description": "AADSTS1: x\r\nTrace ID: trailer\r\nTimestamp: then",
        }));
        assert_eq!(refusal.code, Some(70011));
        assert_eq!(refusal.evidence.trace_id.as_deref(), Some("member"));
        assert_eq!(refusal.evidence.timestamp.as_deref(), Some("then"));
        for body in [json!({}), json!({"error": 7, "error_codes": "x", "trace_id": null}), Value::Null] {
            let refusal = read(body);
            assert_eq!((refusal.code, refusal.error), (None, None));
            assert_eq!(refusal.evidence.trace_id.as_deref(), Some("from-header"));
        }
        assert_eq!(read(json!({"error_codes": [99999999999u64]})).code, None);
    }

    fn jwt(payload: &str) -> String {
        format!("e30.{}.sig", BASE64URL.encode(payload))
    }

    #[test]
    fn claims_are_read_from_either_version_and_anything_else_is_left_out() {
        let claims = |payload: &str| super::claims(&jwt(payload));
        let v1 = claims(r#"{"roles":["User.Read.All",7],"oid":"o","tid":"t","appid":"a","app_displayname":"Ü"}"#);
        let expect = Claims {
            roles: vec!["User.Read.All".into()],
            oid: Some("o".into()),
            tid: Some("t".into()),
            app_id: Some("a".into()),
            app_display_name: Some("Ü".into()),
        };
        assert_eq!(v1, Some(expect));
        assert_eq!(claims(r#"{"azp":"a"}"#).and_then(|c| c.app_id), Some("a".into()));
        assert_eq!(claims(r#"{"roles":"x"}"#), Some(Claims::default()));
        for token in ["", "opaque", "a.b", "a.!!.c", &jwt("[]"), &jwt("{")] {
            assert_eq!(super::claims(token), None, "{token}");
        }
    }

    #[test]
    fn a_secret_that_comes_back_is_not_repeated() {
        let refusal = read(json!({"error": "invalid_client", "error_description": "AADSTS7000215: 8Qk8Q~x is wrong"}));
        let refusal = without(refusal, &Secret::new("8Qk8Q~x"));
        assert_eq!(refusal.evidence.message.as_deref(), Some("AADSTS7000215: … is wrong"));
    }

    #[test]
    fn debug_shows_no_token() {
        let token = Token { value: Secret::new("eyJ0"), claims: None, evidence: Evidence::default() };
        assert!(!format!("{token:?}").contains("eyJ0"));
    }
}
