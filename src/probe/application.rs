//! The app registration, the end of the tested secret, and all its secrets and certificates.
//!
//! Owns the words for what is wrong with an Object ID, and how the tested secret is found among the app's. Knows nothing of
//! the order of the checks. Start with [`look`].

use super::{Walk, busy, certificate, failed, no_answer, payment_required, warning};
use crate::{
    domain::{
        AppKey, AppKeyKind, Check, CheckId, CheckState, Credential, Credentials, Evidence, Expiry, ExpiryReading,
        ExpirySource, ExpiryState, Field, Fix, Guid, Secret, expiry,
    },
    entra::Token,
    graph::{self, Application, ApplicationKey, GraphError},
    http::Http,
};
use chrono::{DateTime, Utc};
use std::time::Instant;

/// The app registration, then the end of the tested secret, which stands in it.
pub(super) async fn look<F: FnMut(&Check)>(
    http: &Http,
    credentials: &Credentials,
    token: &Token,
    now: &impl Fn() -> DateTime<Utc>,
    walk: &Walk<F>,
) -> (ExpiryReading, Option<Vec<AppKey>>) {
    let began = Instant::now();
    let app = application(http, credentials, token).await;
    let took = began.elapsed();
    match app {
        Ok(app) => {
            walk.done(Check { duration: took, ..found(&app) });
            let (check, reading) = secret_expiry(&app, &credentials.credential, now());
            walk.done(check);
            (reading, Some(keys(&app, &credentials.credential)))
        }
        Err(check) if check.state == CheckState::Warning => {
            let evidence = check.evidence.clone();
            walk.done(Check { duration: took, ..check });
            let (check, reading) = match &credentials.credential {
                Credential::Certificate(with) => certificate::expiry(&with.certificate, evidence, now()),
                Credential::Secret(_) => {
                    let check = unknown_expiry("Azure does not tell when this secret expires", "", evidence);
                    (check, ExpiryReading::PermissionMissing)
                }
            };
            walk.done(check);
            (reading, None)
        }
        Err(check) => {
            walk.done(Check { duration: took, ..check });
            walk.skipped(CheckId::SecretExpiry, CheckId::Application);
            (ExpiryReading::NotRead, None)
        }
    }
}

/// All secrets and certificates of the app, with those marked that can be the tested one.
fn keys(app: &Application, credential: &Credential) -> Vec<AppKey> {
    let hint = credential.secret().map(Secret::hint);
    let thumbprint = match credential {
        Credential::Certificate(tested) => Some(tested.certificate.thumbprint.as_str()),
        Credential::Secret(_) => None,
    };
    let secrets = app.secrets.iter().cloned().map(|secret| AppKey {
        kind: AppKeyKind::Secret,
        this: hint.is_some() && secret.hint == hint,
        key_id: secret.key_id,
        name: secret.display_name,
        hint: secret.hint,
        start: secret.start,
        end: secret.end,
    });
    let certificates = app.certificates.iter().cloned().map(|key| AppKey {
        kind: AppKeyKind::Certificate,
        this: thumbprint.is_some() && key.thumbprint.as_deref() == thumbprint,
        key_id: key.key_id,
        name: key.display_name,
        hint: key.thumbprint,
        start: key.start,
        end: key.end,
    });
    secrets.chain(certificates).collect()
}

/// The app registration under the Object ID, when it is the right one; else the check.
async fn application(http: &Http, credentials: &Credentials, token: &Token) -> Result<Application, Check> {
    const ID: CheckId = CheckId::Application;
    let by_object_id = ApplicationKey::ObjectId(credentials.object_id);
    let refusal = match graph::application(http, &credentials.cloud, token, by_object_id).await {
        Ok(app) if app.app_id == credentials.client_id => return Ok(app),
        Ok(other) => {
            let (remedy, fix) = right_object_id(http, credentials, token).await;
            let headline = format!("This Object ID is that of another app, {}", named(&other));
            let remedy = format!("Its client ID is {}. {remedy}", other.app_id);
            let fields = vec![Field::ObjectId, Field::ClientId];
            return Err(Check { fields, fix, ..failed(ID, headline, remedy, other.evidence) });
        }
        Err(GraphError::Failed(failure)) => return Err(no_answer(ID, &failure)),
        Err(GraphError::Refused(refusal)) => refusal,
    };
    let evidence = refusal.evidence;
    let mixed_up = mixed_up(credentials, token);
    Err(match refusal.status {
        status if status == 404 || (status == 403 && mixed_up.is_some()) => {
            let headline = mixed_up.unwrap_or("No app registration has this Object ID");
            let (remedy, fix) = right_object_id(http, credentials, token).await;
            Check { fields: vec![Field::ObjectId], fix, ..failed(ID, headline, remedy, evidence) }
        }
        403 => warning(
            ID,
            "Azure does not let this app read its own registration",
            "Agents do not need this permission. To let Liaison watch the secret, open App registrations › your app › API permissions in the Azure portal, add the application permission Application.Read.All of Microsoft Graph, and let an administrator choose Grant admin consent.",
            evidence,
        ),
        401 => failed(
            ID,
            "Microsoft Graph does not accept the sign-in",
            "Test again. If it stays like this, check that the right cloud is chosen and that this computer's clock is right.",
            evidence,
        ),
        402 => payment_required(ID, evidence),
        429 | 500.. => busy(ID, "Microsoft Graph", refusal.status, refusal.retry_after, evidence),
        status => failed(
            ID,
            format!("Microsoft Graph refused to show the app registration (HTTP {status})"),
            "Microsoft's own words are below. Send the trace ID and the time to Microsoft's support.",
            evidence,
        ),
    })
}

/// In an app's token, `oid` is the Object ID of its enterprise application, which the portal shows on another page.
fn mixed_up(credentials: &Credentials, token: &Token) -> Option<&'static str> {
    let oid = token.claims.as_ref().and_then(|claims| claims.oid.as_deref());
    if oid.and_then(|oid| Guid::parse(oid).ok()) == Some(credentials.object_id) {
        Some("This is the enterprise application's Object ID, not the app registration's")
    } else if credentials.object_id == credentials.client_id {
        Some("This is the client ID, not the Object ID")
    } else {
        None
    }
}

/// Where the right Object ID is found, or the ID itself where Graph tells it.
async fn right_object_id(http: &Http, credentials: &Credentials, token: &Token) -> (String, Option<Fix>) {
    let by_client_id = ApplicationKey::ClientId(credentials.client_id);
    match graph::application(http, &credentials.cloud, token, by_client_id).await {
        Ok(app) => {
            let remedy = format!("The Object ID of {}, whose client ID is entered, is {}.", named(&app), app.id);
            (remedy, Some(Fix::ObjectId(app.id)))
        }
        Err(GraphError::Refused(refusal)) if refusal.status == 404 => {
            ("The client ID has no app registration in this directory either: the app was registered in another one. Use an app that is registered in this directory.".into(), None)
        }
        Err(_) => ("Copy the Object ID from Azure portal › App registrations › your app › Overview, not from Enterprise applications.".into(), None),
    }
}

fn named(app: &Application) -> String {
    if app.display_name.is_empty() { "an app without a name".into() } else { format!("“{}”", app.display_name) }
}

fn found(app: &Application) -> Check {
    let check = Check::new(CheckId::Application, CheckState::Passed, format!("Found {}", named(app)));
    Check { evidence: app.evidence.clone(), ..check }
}

/// Finds the tested secret among the app's by its first three characters, the only thing that Graph tells of a secret.
fn secret_expiry(app: &Application, credential: &Credential, now: DateTime<Utc>) -> (Check, ExpiryReading) {
    let hint = match credential {
        Credential::Secret(secret) => secret.hint(),
        Credential::Certificate(with) => return certificate::expiry(&with.certificate, app.evidence.clone(), now),
    };
    let alike = |entry: &&graph::PasswordCredential| entry.hint.as_deref() == Some(hint.as_str());
    let ends: Vec<DateTime<Utc>> = app.secrets.iter().filter(alike).filter_map(|entry| entry.end).collect();
    let evidence = app.evidence.clone();
    let Some(at) = soonest(&ends, now) else {
        let headline = "None of the app registration's secrets begins like this one, so its end is not known";
        let why = "It may belong to the enterprise application instead of the app registration. ";
        return (unknown_expiry(headline, why, evidence), ExpiryReading::NoMatch);
    };
    let candidates = ends.len();
    let mut check = self::ends(at, now, evidence);
    if candidates > 1 {
        check.headline += &format!("; {candidates} secrets begin alike, and this is the next to end");
    }
    (check, ExpiryReading::Read { at, candidates })
}

fn ends(at: DateTime<Utc>, now: DateTime<Utc>, evidence: Evidence) -> Check {
    let (state, verb) = match ExpiryState::of(Some(Expiry { at, source: ExpirySource::Graph }), now) {
        ExpiryState::Expired => (CheckState::Warning, "Expired"),
        ExpiryState::Warning => (CheckState::Warning, "Expires"),
        ExpiryState::Ok | ExpiryState::Unknown => (CheckState::Passed, "Expires"),
    };
    let headline = format!("{verb} on {} (UTC), {}", at.format("%-d %B %Y"), expiry::distance(at, now));
    let remedy = (state == CheckState::Warning).then(|| "Choose Renew secret…, or run `liaison renew`; or make a new client secret in the Azure portal under App registrations › your app › Certificates & secrets, and enter its Value here.".into());
    let check = Check::new(CheckId::SecretExpiry, state, headline);
    Check { remedy, evidence, ..check }
}

fn unknown_expiry(headline: &str, why: &str, evidence: Evidence) -> Check {
    let remedy = format!("{why}Enter the date by hand. {}", Field::ExpiresAt.help());
    warning(CheckId::SecretExpiry, headline, remedy, evidence)
}

/// The earliest end. One that has passed counts only where all have: Entra has just accepted the secret.
fn soonest(ends: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    ends.iter().filter(|end| **end > now).min().or_else(|| ends.iter().min()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::PasswordCredential;
    use chrono::TimeDelta;

    const SECRET: &str = "8Qk8Q~a.b_c-d";

    fn reading(entries: &[(Option<&str>, Option<i64>)]) -> (Check, ExpiryReading, DateTime<Utc>) {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a valid moment");
        let secrets = entries.iter().map(|(hint, days)| PasswordCredential {
            hint: hint.map(str::to_owned),
            end: days.map(|days| now + TimeDelta::days(days)),
            ..PasswordCredential::default()
        });
        let id = Guid::parse("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90").expect("a GUID");
        let app = Application {
            id,
            app_id: id,
            display_name: String::new(),
            secrets: secrets.collect(),
            certificates: Vec::new(),
            evidence: Evidence::default(),
        };
        let (check, reading) = secret_expiry(&app, &Secret::new(SECRET).into(), now);
        (check, reading, now)
    }

    #[test]
    fn the_secret_is_found_by_its_first_characters() {
        use CheckState::{Passed, Warning};
        for (entries, state, days, candidates) in [
            (&[(Some("abc"), Some(1)), (Some("8Qk"), Some(40))][..], Passed, 40, 1),
            (&[(Some("8Qk"), Some(40)), (Some("8Qk"), Some(20)), (None, Some(1))], Passed, 20, 2),
            (&[(Some("8Qk"), Some(-3)), (Some("8Qk"), Some(20))], Passed, 20, 2),
            (&[(Some("8Qk"), Some(15))], Warning, 15, 1),
            (&[(Some("8Qk"), Some(-3))], Warning, -3, 1),
        ] {
            let (check, reading, now) = reading(entries);
            let at = now + TimeDelta::days(days);
            assert_eq!((check.state, reading), (state, ExpiryReading::Read { at, candidates }), "{entries:?}");
            assert_eq!(check.remedy.is_some(), state == Warning);
            assert_eq!(check.headline.contains("2 secrets begin alike"), candidates == 2, "{}", check.headline);
            assert!(check.headline.contains(&at.format("%-d %B %Y").to_string()), "{}", check.headline);
        }
    }

    #[test]
    fn without_a_match_the_date_is_asked_for() {
        for entries in [&[][..], &[(Some("8qK"), Some(9))], &[(None, Some(9))], &[(Some("8Qk"), None)]] {
            let (check, reading, _) = reading(entries);
            assert_eq!((check.state, reading), (CheckState::Warning, ExpiryReading::NoMatch));
            assert!(check.remedy.is_some_and(|remedy| remedy.contains("Enter the date by hand")));
        }
    }
}
