//! The ordered checks behind Test connection.
//!
//! Owns which checks are made, when the later ones are skipped, and the words for each verdict. Knows nothing of a window, a
//! thread or the practice tenant: it always speaks real HTTP. Start with [`run`].

mod certificate;

use crate::{
    domain::{
        Check, CheckId, CheckState, Credential, Credentials, Draft, Evidence, Expiry, ExpiryReading, ExpirySource,
        ExpiryState, Field, Guid, Problem, Report, Secret,
        check::{INCOMPLETE, TOKEN_REFUSED},
        diagnosis, expiry,
    },
    entra::{self, Token, TokenError},
    graph::{self, Application, ApplicationKey, GraphError, PasswordCredential},
    http::{Failure, Http},
    vault::VaultError,
};
use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

/// What is tested.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Values that can be sent.
    Ready(Credentials),
    /// Values that need not be sent to know that they do not work.
    NotReady {
        /// What is missing or malformed.
        problems: Vec<Problem>,
        /// Whether something is not there at all.
        incomplete: bool,
    },
}

impl Subject {
    /// What there is to test: the values as typed, with the kept secret where none was typed in its place.
    pub fn of(draft: &Draft, kept: impl FnOnce() -> Result<Option<Credential>, VaultError>) -> Self {
        let kept = match if draft.secret.keeps() { kept() } else { Ok(None) } {
            Ok(kept) => kept,
            Err(error) => {
                let problems = vec![Problem::error(Field::ClientSecret, error.headline(), error.remedy())];
                return Subject::NotReady { problems, incomplete: true };
            }
        };
        match draft.credentials(kept.as_ref()) {
            Ok(credentials) => Subject::Ready(credentials),
            Err(problems) => Subject::NotReady { problems, incomplete: draft.is_incomplete(kept.is_some()) },
        }
    }
}

/// Makes every check, tells of each as it is done, and reports. Dropping the future ends the test; nothing is left behind.
pub async fn run(
    http: &Http,
    subject: Subject,
    now: impl Fn() -> DateTime<Utc>,
    on_check: impl FnMut(&Check),
) -> Report {
    let started = Instant::now();
    let mut walk = Walk { checks: Vec::new(), on_check, since: started, message: None };
    let expiry = 'checks: {
        let credentials = match subject {
            Subject::Ready(credentials) => credentials,
            Subject::NotReady { problems, incomplete } => {
                walk.message = not_ready_message(&problems, incomplete);
                walk.done(not_ready(&problems));
                break 'checks ExpiryReading::NotRead;
            }
        };
        walk.done(Check::new(CheckId::Complete, CheckState::Passed, "Everything that a test needs is there"));

        let token = match entra::token(http, &credentials).await {
            Ok(token) => token,
            Err(error) => {
                let (check, message) = no_token(error);
                walk.message = message;
                walk.done(check);
                break 'checks ExpiryReading::NotRead;
            }
        };
        walk.done(signed_in(&token, &credentials.credential));

        match application(http, &credentials, &token).await {
            Ok(app) => {
                walk.done(found(&app));
                let (check, reading) = secret_expiry(&app, &credentials.credential, now());
                walk.done(check);
                reading
            }
            Err(check) if check.state == CheckState::Warning => {
                let evidence = check.evidence.clone();
                walk.done(check);
                if let Credential::Certificate(with) = &credentials.credential {
                    let (check, reading) = certificate::expiry(&with.certificate, evidence, now());
                    walk.done(check);
                    break 'checks reading;
                }
                walk.done(unknown_expiry("Azure does not tell when this secret expires", "", evidence));
                ExpiryReading::PermissionMissing
            }
            Err(check) => {
                walk.done(check);
                ExpiryReading::NotRead
            }
        }
    };
    walk.skip_the_rest();
    let failed = walk.checks.iter().find(|check| check.state == CheckState::Failed);
    let message = failed.map(|check| walk.message.map_or_else(|| check.headline.clone(), str::to_owned));
    Report { message, expiry, at: now(), duration: started.elapsed(), granted: None, keys: None, checks: walk.checks }
}

/// The checks made so far.
struct Walk<F> {
    checks: Vec<Check>,
    on_check: F,
    since: Instant,
    message: Option<&'static str>,
}

impl<F: FnMut(&Check)> Walk<F> {
    fn done(&mut self, check: Check) {
        let check = Check { duration: self.since.elapsed(), ..check };
        self.since = Instant::now();
        (self.on_check)(&check);
        self.checks.push(check);
    }

    fn skip_the_rest(&mut self) {
        let Some(cause) = self.checks.last().map(|check| check.id.label()) else { return };
        for id in CheckId::ALL.into_iter().skip(self.checks.len()) {
            self.done(Check::new(id, CheckState::Skipped, format!("Not tried, because “{cause}” failed")));
        }
    }
}

/// The values with which Entra issues a token.
const SIGN_IN: [Field; 3] = [Field::ClientSecret, Field::TenantId, Field::ClientId];

fn not_ready_message(problems: &[Problem], incomplete: bool) -> Option<&'static str> {
    if incomplete {
        Some(INCOMPLETE)
    } else {
        problems.iter().any(|problem| SIGN_IN.contains(&problem.field)).then_some(TOKEN_REFUSED)
    }
}

fn not_ready(problems: &[Problem]) -> Check {
    let mut fields: Vec<Field> = problems.iter().map(|problem| problem.field).collect();
    fields.sort();
    fields.dedup();
    let (headline, remedy) = match problems {
        [] => ("Something is missing".into(), None),
        [problem] => {
            let what = problem.what.trim_end_matches('.');
            (format!("{}: {what}", problem.field.label()), Some(problem.remedy.clone()))
        }
        _ => {
            let labels: Vec<&str> = fields.iter().map(|field| field.label()).collect();
            let each: Vec<String> = problems.iter().map(Problem::to_string).collect();
            (
                format!("These are missing or malformed: {}", labels.join(", ")),
                Some(format!("Make sure that all fields are filled.\n{}", each.join("\n"))),
            )
        }
    };
    Check { remedy, fields, ..Check::new(CheckId::Complete, CheckState::Failed, headline) }
}

fn failed(id: CheckId, headline: impl Into<String>, remedy: impl Into<String>, evidence: Evidence) -> Check {
    Check { remedy: Some(remedy.into()), evidence, ..Check::new(id, CheckState::Failed, headline) }
}

fn warning(id: CheckId, headline: impl Into<String>, remedy: impl Into<String>, evidence: Evidence) -> Check {
    Check { state: CheckState::Warning, ..failed(id, headline, remedy, evidence) }
}

fn no_answer(id: CheckId, failure: &Failure) -> Check {
    failed(id, failure.headline(), failure.remedy(), failure.evidence())
}

/// A server that is up but does not want to answer now; nothing is wrong with the account.
fn busy(id: CheckId, service: &str, status: u16, retry_after: Option<Duration>, evidence: Evidence) -> Check {
    let headline = match (status, retry_after) {
        (429, None) => format!("{service} receives too many requests at the moment"),
        (429, Some(wait)) => format!("{service} receives too many requests and asks to wait {}", seconds(wait)),
        (_, None) => format!("{service} has a trouble of its own (HTTP {status})"),
        (_, Some(wait)) => {
            format!("{service} has a trouble of its own (HTTP {status}) and asks to wait {}", seconds(wait))
        }
    };
    let wait = retry_after.map_or("a minute".into(), seconds);
    let remedy = format!("Nothing needs to be changed. Wait {wait} and test again.");
    failed(id, headline, remedy, evidence)
}

fn seconds(wait: Duration) -> String {
    match wait.as_secs() {
        1 => "1 second".into(),
        n => format!("{n} seconds"),
    }
}

/// The check, and the source's text where it fits.
fn no_token(error: TokenError) -> (Check, Option<&'static str>) {
    let refusal = match error {
        TokenError::Failed(failure) => return (no_answer(CheckId::Token, &failure), None),
        TokenError::Refused(refusal) => refusal,
        TokenError::NotSigned(error) => {
            let headline = error.headline();
            let check = failed(CheckId::Token, headline.trim_end_matches('.'), error.remedy(), Evidence::default());
            return (Check { fields: vec![Field::ClientSecret], ..check }, Some(TOKEN_REFUSED));
        }
    };
    let evidence = refusal.evidence;
    let row = refusal.code.and_then(diagnosis::row);
    if (refusal.status == 429 || refusal.status >= 500) && row.is_none_or(|row| !row.transient) {
        let check = busy(CheckId::Token, "Microsoft's sign-in service", refusal.status, refusal.retry_after, evidence);
        return (check, None);
    }
    if let Some(row) = row {
        let blamed = !row.fields.is_empty() && row.fields.iter().all(|field| SIGN_IN.contains(field));
        let asked = refusal.retry_after.map(|wait| format!(" Microsoft asks to wait {}.", seconds(wait)));
        let remedy = format!("{}{}", row.remedy, asked.unwrap_or_default());
        let check = Check { fields: row.fields.to_vec(), ..failed(CheckId::Token, row.cause, remedy, evidence) };
        return (check, blamed.then_some(TOKEN_REFUSED));
    }
    let error = refusal.error.as_deref().unwrap_or_default();
    let refused = matches!(error, "invalid_client" | "unauthorized_client" | "invalid_request");
    let check = failed(
        CheckId::Token,
        format!("Microsoft refused the sign-in ({})", evidence.code.as_deref().unwrap_or(error)),
        match refusal.code {
            Some(code) => format!(
                "Liaison does not know this code. Look it up at https://login.microsoftonline.com/error?code={code}, or send the trace ID and the time to Microsoft's support."
            ),
            None => "Microsoft's own words are below. Send the trace ID and the time to Microsoft's support.".into(),
        },
        evidence,
    );
    (check, refused.then_some(TOKEN_REFUSED))
}

fn signed_in(token: &Token, credential: &Credential) -> Check {
    let evidence = token.evidence.clone();
    if token.claims.as_ref().is_some_and(|claims| claims.roles.is_empty()) {
        return warning(
            CheckId::Token,
            "Signed in, but no permission has been granted",
            "In the Azure portal, open App registrations › your app › API permissions, add the application permissions of Microsoft Graph that are needed, and let an administrator choose Grant admin consent.",
            evidence,
        );
    }
    let headline = match credential {
        Credential::Certificate(with) => certificate::accepted(&with.certificate),
        Credential::Secret(secret) => match start(secret) {
            Some(start) => format!("Secret accepted (starts with {start})"),
            None => "Secret accepted".into(),
        },
    };
    Check { evidence, ..Check::new(CheckId::Token, CheckState::Passed, headline) }
}

/// The characters that Azure shows too, unless they were a good part of the secret.
fn start(secret: &Secret) -> Option<String> {
    (secret.expose().chars().count() >= 8).then(|| secret.hint())
}

/// The app registration under the Object ID, when it is the right one; else the check.
async fn application(http: &Http, credentials: &Credentials, token: &Token) -> Result<Application, Check> {
    const ID: CheckId = CheckId::Application;
    let by_object_id = ApplicationKey::ObjectId(credentials.object_id);
    let refusal = match graph::application(http, &credentials.cloud, token, by_object_id).await {
        Ok(app) if app.app_id == credentials.client_id => return Ok(app),
        Ok(other) => {
            let remedy = right_object_id(http, credentials, token).await;
            let headline = format!("This Object ID is that of another app, {}", named(&other));
            let remedy = format!("Its client ID is {}. {remedy}", other.app_id);
            let fields = vec![Field::ObjectId, Field::ClientId];
            return Err(Check { fields, ..failed(ID, headline, remedy, other.evidence) });
        }
        Err(GraphError::Failed(failure)) => return Err(no_answer(ID, &failure)),
        Err(GraphError::Refused(refusal)) => refusal,
    };
    let evidence = refusal.evidence;
    let mixed_up = mixed_up(credentials, token);
    Err(match refusal.status {
        status if status == 404 || (status == 403 && mixed_up.is_some()) => {
            let headline = mixed_up.unwrap_or("No app registration has this Object ID");
            let remedy = right_object_id(http, credentials, token).await;
            Check { fields: vec![Field::ObjectId], ..failed(ID, headline, remedy, evidence) }
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
async fn right_object_id(http: &Http, credentials: &Credentials, token: &Token) -> String {
    let by_client_id = ApplicationKey::ClientId(credentials.client_id);
    match graph::application(http, &credentials.cloud, token, by_client_id).await {
        Ok(app) => format!("The Object ID of {}, whose client ID is entered, is {}.", named(&app), app.id),
        Err(GraphError::Refused(refusal)) if refusal.status == 404 => {
            "The client ID has no app registration in this directory either: the app was registered in another one. Use an app that is registered in this directory.".into()
        }
        Err(_) => "Copy the Object ID from Azure portal › App registrations › your app › Overview, not from Enterprise applications.".into(),
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
    let alike = |entry: &&PasswordCredential| entry.hint.as_deref() == Some(hint.as_str());
    let ends: Vec<DateTime<Utc>> = app.secrets.iter().filter(alike).filter_map(|entry| entry.end).collect();
    let evidence = app.evidence.clone();
    let Some(at) = soonest(&ends, now) else {
        let headline = "None of the app registration's secrets begins like this one, so its end is not known";
        let why = "It may belong to the enterprise application instead of the app registration. ";
        return (unknown_expiry(headline, why, evidence), ExpiryReading::NoMatch);
    };
    let (state, verb) = match ExpiryState::of(Some(Expiry { at, source: ExpirySource::Graph }), now) {
        ExpiryState::Expired => (CheckState::Warning, "Expired"),
        ExpiryState::Warning => (CheckState::Warning, "Expires"),
        ExpiryState::Ok | ExpiryState::Unknown => (CheckState::Passed, "Expires"),
    };
    let mut headline = format!("{verb} on {} (UTC), {}", at.format("%-d %B %Y"), expiry::distance(at, now));
    let candidates = ends.len();
    if candidates > 1 {
        headline += &format!("; {candidates} secrets begin alike, and this is the next to end");
    }
    let remedy = (state == CheckState::Warning).then(|| "In the Azure portal, open App registrations › your app › Certificates & secrets, make a new client secret, and enter its Value here.".into());
    let check = Check::new(CheckId::SecretExpiry, state, headline);
    (Check { remedy, evidence, ..check }, ExpiryReading::Read { at, candidates })
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

    #[test]
    fn a_short_secret_is_not_shown_by_its_start() {
        assert_eq!(start(&Secret::new(SECRET)).as_deref(), Some("8Qk"));
        assert_eq!(start(&Secret::new("abcd")), None);
    }
}
