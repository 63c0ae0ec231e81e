//! Reading from Microsoft Graph: the app registration and its keys, and one person; presence and photos are in [`people`].
//!
//! Owns the requests, the reading of their answers, and Graph's form of an error. Knows nothing of what a status means for
//! the account; `probe` does. Start with [`application`].
//!
//! Sources: <https://learn.microsoft.com/en-us/graph/api/application-get> and <https://learn.microsoft.com/en-us/graph/errors>.

pub mod chats;
pub mod passwords;
pub mod people;
pub mod users;

use crate::{
    domain::{Cloud, Evidence, Guid},
    entra::Token,
    http::{Answer, Failure, Http, words},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use std::{iter, time::Duration};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How to name an app registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKey {
    /// By the Object ID of the registration.
    ObjectId(Guid),
    /// By the Application (client) ID.
    ClientId(Guid),
}

impl ApplicationKey {
    fn path(self) -> String {
        match self {
            ApplicationKey::ObjectId(id) => format!("applications/{id}"),
            ApplicationKey::ClientId(id) => format!("applications(appId='{id}')"),
        }
    }
}

/// An app registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The Object ID.
    pub id: Guid,
    /// The Application (client) ID.
    pub app_id: Guid,
    /// The app's name; may be empty.
    pub display_name: String,
    /// The secrets of the registration. Those that were added to the enterprise application are not among them.
    pub secrets: Vec<PasswordCredential>,
    /// The certificates of the registration.
    pub certificates: Vec<KeyCredential>,
    /// Of the answer that brought it.
    pub evidence: Evidence,
}

/// What Graph tells about a certificate: <https://learn.microsoft.com/en-us/graph/api/resources/keycredential>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyCredential {
    /// The portal's Certificate ID.
    pub key_id: Option<String>,
    /// The portal's Description.
    pub display_name: Option<String>,
    /// SHA-1 over the certificate in upper-case hexadecimal digits, as the portal shows it.
    pub thumbprint: Option<String>,
    /// From when on it is valid.
    pub start: Option<DateTime<Utc>>,
    /// When it ends.
    pub end: Option<DateTime<Utc>>,
}

/// What Graph tells about a secret: <https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordCredential {
    /// The portal's Secret ID.
    pub key_id: Option<String>,
    /// The portal's Description.
    pub display_name: Option<String>,
    /// The first three characters of the secret.
    pub hint: Option<String>,
    /// From when on it is valid.
    pub start: Option<DateTime<Utc>>,
    /// When it ends.
    pub end: Option<DateTime<Utc>>,
}

/// Graph's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status, 400 or above.
    pub status: u16,
    /// How long Graph asks to wait, if it asks.
    pub retry_after: Option<Duration>,
    /// For support; its `code` is Graph's `error.code`.
    pub evidence: Evidence,
}

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphError {
    /// Graph did not answer.
    Failed(Failure),
    /// Graph answered no.
    Refused(Refusal),
}

impl From<Failure> for GraphError {
    fn from(failure: Failure) -> Self {
        GraphError::Failed(failure)
    }
}

/// Reads an app registration. It takes `Application.Read.All`: no app may read its own registration without.
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn application(
    http: &Http,
    cloud: &Cloud,
    token: &Token,
    key: ApplicationKey,
) -> Result<Application, GraphError> {
    let select = "$select=id,appId,displayName,passwordCredentials,keyCredentials";
    let url = format!("{}/v1.0/{}?{select}", cloud.graph_url(), key.path());
    let answer = http.get(&url, &token.value).await?;
    if answer.status == 200 {
        return read_application(&answer.json()?, answer.evidence()).ok_or_else(|| answer.foreign().into());
    }
    Err(refused(&answer))
}

/// One person of the tenant: the ID, and the name; `None` where the tenant has nobody. It takes `User.Read.All`.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-list>
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn anybody(http: &Http, cloud: &Cloud, token: &Token) -> Result<(Option<Guid>, Evidence), GraphError> {
    let url = format!("{}/v1.0/users?$top=1&$select=id,displayName", cloud.graph_url());
    let answer = http.get(&url, &token.value).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let body = answer.json()?;
    let people = body.get("value").and_then(Value::as_array).ok_or_else(|| answer.foreign())?;
    let id = people.first().and_then(|person| text(person, "id")).and_then(|id| Guid::parse(&id).ok());
    Ok((id, answer.evidence()))
}

/// An answer that is not 200.
fn refused(answer: &Answer) -> GraphError {
    let busy = answer.status == 429 || answer.status >= 500;
    let evidence = match answer.json() {
        Ok(body) if busy || body.get("error").is_some() => read_error(&body, answer.evidence()),
        Ok(_) => return answer.foreign().into(),
        Err(_) if busy => answer.evidence(),
        Err(failure) => return failure.into(),
    };
    GraphError::Refused(Refusal { status: answer.status, retry_after: answer.retry_after, evidence })
}

fn read_application(body: &Value, evidence: Evidence) -> Option<Application> {
    let id = |member| body.get(member).and_then(Value::as_str).and_then(|text| Guid::parse(text).ok());
    let list = |member| body.get(member).and_then(Value::as_array).into_iter().flatten();
    Some(Application {
        id: id("id")?,
        app_id: id("appId")?,
        display_name: text(body, "displayName").unwrap_or_default(),
        secrets: list("passwordCredentials").map(read_secret).collect(),
        certificates: list("keyCredentials").map(read_certificate).collect(),
        evidence,
    })
}

fn read_certificate(body: &Value) -> KeyCredential {
    // Edm.Binary is base64url in the standard, and base64 where Graph writes it.
    let bytes = text(body, "customKeyIdentifier")
        .and_then(|text| BASE64.decode(text.replace('-', "+").replace('_', "/")).ok())
        .filter(|bytes| !bytes.is_empty());
    KeyCredential {
        key_id: text(body, "keyId"),
        display_name: text(body, "displayName"),
        thumbprint: bytes.map(|bytes| bytes.iter().map(|byte| format!("{byte:02X}")).collect()),
        start: moment(body, "startDateTime"),
        end: moment(body, "endDateTime"),
    }
}

fn moment(body: &Value, member: &str) -> Option<DateTime<Utc>> {
    body.get(member).and_then(Value::as_str).and_then(read_moment)
}

fn read_secret(body: &Value) -> PasswordCredential {
    PasswordCredential {
        key_id: text(body, "keyId"),
        display_name: text(body, "displayName"),
        hint: text(body, "hint"),
        start: moment(body, "startDateTime"),
        end: moment(body, "endDateTime"),
    }
}

/// Graph writes UTC, with up to seven digits of fractions, and sometimes without the `Z`.
fn read_moment(text: &str) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Some(moment.with_timezone(&Utc)),
        Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|naive| naive.and_utc()),
    }
}

/// The documentation spells the nested object both ways.
fn inner(error: &Value) -> Option<&Value> {
    error.get("innerError").or_else(|| error.get("innererror"))
}

/// The outermost code that is not empty; the rest from wherever it stands, then from the headers.
fn read_error(body: &Value, headers: Evidence) -> Evidence {
    let levels: Vec<&Value> = iter::successors(body.get("error"), |error| inner(error)).take(8).collect();
    let piece = |member: &str| levels.iter().find_map(|level| text(level, member));
    Evidence {
        code: piece("code"),
        message: piece("message"),
        trace_id: piece("request-id").or(headers.trace_id),
        correlation_id: piece("client-request-id").or(headers.correlation_id),
        timestamp: piece("date").or(headers.timestamp),
        http_status: headers.http_status,
    }
}

fn text(body: &Value, member: &str) -> Option<String> {
    body.get(member).and_then(Value::as_str).map(words).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_application_is_read_with_fractions_and_without_what_is_missing() {
        let body = json!({
            "id": "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90", "appId": "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928",
            "displayName": null,
            "passwordCredentials": [
                {"hint": "8Qk", "endDateTime": "2021-09-09T19:50:29.3086381Z", "secretText": null},
                {"endDateTime": "2021-09-09T19:50:29"},
                {"endDateTime": "never"},
            ],
            "keyCredentials": [
                {"customKeyIdentifier": "obL//g==", "displayName": "CN=Liaison"},
                {"customKeyIdentifier": "--8"},
                {"customKeyIdentifier": null},
            ],
        });
        let app = read_application(&body, Evidence::default()).expect("reads");
        assert_eq!(app.display_name, "");
        let ends: Vec<Option<i64>> = app.secrets.iter().map(|s| s.end.map(|end| end.timestamp())).collect();
        assert_eq!(ends, [Some(1631217029), Some(1631217029), None]);
        assert_eq!(app.secrets[0].hint.as_deref(), Some("8Qk"));
        let prints: Vec<Option<&str>> = app.certificates.iter().map(|key| key.thumbprint.as_deref()).collect();
        assert_eq!(prints, [Some("A1B2FFFE"), Some("FBEF"), None]);
        assert_eq!(read_application(&json!({"id": "x"}), Evidence::default()), None);
    }

    #[test]
    fn errors_are_read_in_either_spelling_and_nested() {
        let headers = || Evidence { trace_id: Some("header".into()), http_status: Some(403), ..Evidence::default() };
        for body in [
            json!({"error": {"code": "Forbidden", "message": "m", "innerError": {"request-id": "r", "client-request-id": "c", "date": "2025-02-13T10:17:06"}}}),
            json!({"error": {"code": "", "message": "m", "innererror": {"code": "Forbidden", "innererror": {"request-id": "r", "client-request-id": "c", "date": "2025-02-13T10:17:06"}}}}),
        ] {
            let expect = Evidence {
                code: Some("Forbidden".into()),
                message: Some("m".into()),
                http_status: Some(403),
                trace_id: Some("r".into()),
                correlation_id: Some("c".into()),
                timestamp: Some("2025-02-13T10:17:06".into()),
            };
            assert_eq!(read_error(&body, headers()), expect);
        }
        assert_eq!(read_error(&json!({"error": "x"}), headers()), headers());
    }
}
