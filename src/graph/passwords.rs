//! Adding a secret to an app registration, and removing one.
//!
//! Owns both requests. A request that changes something is not sent again unless Graph said that it did nothing.

use super::{ApplicationKey, GraphError, PasswordCredential, read_secret, refused};
use crate::{
    domain::{Cloud, Secret},
    entra::Token,
    http::{Answer, Failure, Http},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::time::Duration;

/// How often a request is sent that Graph did not look at, and how long it may ask to wait before each.
const TRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(10);

/// Adds a secret. Only this answer ever tells its value. It takes `Application.ReadWrite.OwnedBy`, and the app as an owner of
/// its registration, or `Application.ReadWrite.All`.
///
/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>
///
/// # Errors
/// Graph did not answer, or answered no. Without an answer, the secret may have been added.
pub async fn add(
    http: &Http,
    cloud: &Cloud,
    token: &Token,
    key: ApplicationKey,
    name: &str,
    end: DateTime<Utc>,
) -> Result<(PasswordCredential, Secret), GraphError> {
    let url = format!("{}/v1.0/{}/addPassword", cloud.graph_url(), key.path());
    let end = end.to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = json!({"passwordCredential": {"displayName": name, "endDateTime": end}});
    let answer = change(http, &url, token, &body).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let body = answer.json()?;
    let secret = body.get("secretText").and_then(Value::as_str).filter(|text| !text.is_empty());
    match secret.map(Secret::new) {
        Some(secret) => Ok((read_secret(&body), secret)),
        None => Err(answer.foreign().into()),
    }
}

/// Removes the secret with this ID, and no other.
///
/// <https://learn.microsoft.com/en-us/graph/api/application-removepassword>
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn remove(
    http: &Http,
    cloud: &Cloud,
    token: &Token,
    key: ApplicationKey,
    key_id: &str,
) -> Result<(), GraphError> {
    let url = format!("{}/v1.0/{}/removePassword", cloud.graph_url(), key.path());
    let answer = change(http, &url, token, &json!({"keyId": key_id})).await?;
    if answer.status == 204 { Ok(()) } else { Err(refused(&answer)) }
}

/// After 429 nothing was done, so that the same may be sent again; after any other trouble nobody knows.
async fn change(http: &Http, url: &str, token: &Token, body: &Value) -> Result<Answer, Failure> {
    let mut answer = http.post(url, &token.value, body).await?;
    for _ in 1..TRIES {
        let pause = answer.retry_after.unwrap_or(Duration::from_secs(2));
        if answer.status != 429 || pause > PATIENCE {
            break;
        }
        tokio::time::sleep(pause).await;
        answer = http.post(url, &token.value, body).await?;
    }
    Ok(answer)
}
