//! The ordered checks behind Test connection.
//!
//! Owns which checks are made, which of them side by side, and when the later ones are skipped; the words for each verdict
//! are in the modules below. Knows nothing of a window, a thread or the practice tenant: it always speaks real HTTP. Start
//! with [`run`].

mod application;
mod certificate;
mod host;
mod people;
mod token;

use crate::{
    domain::{
        AppKey, Check, CheckId, CheckState, CloudKind, Credential, Credentials, Draft, Evidence, ExpiryReading, Field,
        Fix, Policy, Problem, Report,
        check::{INCOMPLETE, TOKEN_REFUSED},
        licensing,
    },
    entra,
    http::{Failure, Http},
    vault::VaultError,
};
use chrono::{DateTime, Utc};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

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

/// What a sign-in that failed means, for whoever signs in without a whole test.
pub fn explain(error: entra::TokenError) -> crate::domain::Failure {
    let (check, _) = token::no_token(error);
    crate::domain::Failure::new(format!("{}.", check.headline), check.remedy.unwrap_or_default())
}

/// Another cloud in which a tenant may live, and the origin of its sign-in host.
pub type Elsewhere = (CloudKind, String);

/// Makes every check, tells of each as it is done, and reports. Dropping the future ends the test; nothing is left behind.
/// Where the company allows one cloud only, no other one is asked for the tenant.
pub async fn run_under(
    policy: &Policy,
    http: &Http,
    subject: Subject,
    now: impl Fn() -> DateTime<Utc>,
    on_check: impl FnMut(&Check),
) -> Report {
    let elsewhere = match &subject {
        Subject::Ready(credentials) => host::other_clouds(&credentials.cloud, policy),
        Subject::NotReady { .. } => Vec::new(),
    };
    run_among(http, subject, &elsewhere, now, on_check).await
}

/// [`run_under`] no policy.
pub async fn run(
    http: &Http,
    subject: Subject,
    now: impl Fn() -> DateTime<Utc>,
    on_check: impl FnMut(&Check),
) -> Report {
    run_under(&Policy::default(), http, subject, now, on_check).await
}

/// [`run`] with a choice of the clouds that are asked for a tenant that does not live where it was looked for.
pub async fn run_among(
    http: &Http,
    subject: Subject,
    elsewhere: &[Elsewhere],
    now: impl Fn() -> DateTime<Utc>,
    on_check: impl FnMut(&Check),
) -> Report {
    let started = Instant::now();
    let walk = Walk { told: Mutex::new(Told { checks: Vec::new(), message: None, on_check }) };
    let found = match subject {
        Subject::Ready(credentials) => {
            walk.done(Check::new(CheckId::Complete, CheckState::Passed, "Everything that a test needs is there"));
            checks(http, &credentials, elsewhere, &now, &walk).await
        }
        Subject::NotReady { problems, incomplete } => {
            walk.failed(not_ready(&problems), not_ready_message(&problems, incomplete));
            Found::default()
        }
    };
    walk.skip_the_rest();
    let Told { mut checks, message, .. } = walk.told.into_inner().unwrap_or_else(PoisonError::into_inner);
    checks.sort_by_key(|check| check.id);
    let failed = checks.iter().find(|check| check.state == CheckState::Failed);
    let message = failed.map(|check| message.map_or_else(|| check.headline.clone(), str::to_owned));
    let Found { expiry, granted, keys } = found;
    Report { message, expiry, granted, keys, at: now(), duration: started.elapsed(), checks }
}

/// What was learnt besides the verdicts.
struct Found {
    expiry: ExpiryReading,
    granted: Option<Vec<String>>,
    keys: Option<Vec<AppKey>>,
}

impl Default for Found {
    fn default() -> Self {
        Self { expiry: ExpiryReading::NotRead, granted: None, keys: None }
    }
}

/// The token is asked for beside the tenant's public document, and Graph's three answers beside each other: the longest
/// way is the token, one person, that person's presence.
async fn checks<F: FnMut(&Check)>(
    http: &Http,
    credentials: &Credentials,
    elsewhere: &[Elsewhere],
    now: &impl Fn() -> DateTime<Utc>,
    walk: &Walk<F>,
) -> Found {
    let asked = async {
        let began = Instant::now();
        let token = entra::token(http, credentials).await;
        Ok((token, began.elapsed()))
    };
    // Where no host or no tenant is, the sign-in is not waited for: it can only fail for the same reason.
    let (token, took) = match tokio::try_join!(host::look(http, credentials, elsewhere, now, walk), asked) {
        Ok(((), token)) => token,
        Err(host::Failed) => return Found::default(),
    };
    let token = match token {
        Ok(token) => token,
        Err(error) => {
            let (check, message) = token::no_token(error);
            walk.failed(Check { duration: took, ..check }, message);
            return Found::default();
        }
    };
    walk.done(Check { duration: took, ..token::signed_in(&token, &credentials.credential) });
    walk.done(token::permissions(&token));
    let ((expiry, keys), ()) = tokio::join!(
        application::look(http, credentials, &token, now, walk),
        people::look(http, credentials, &token, walk),
    );
    Found { expiry, granted: token.claims.map(|claims| claims.roles), keys }
}

/// The checks made so far, by branches that run side by side.
struct Walk<F> {
    told: Mutex<Told<F>>,
}

struct Told<F> {
    checks: Vec<Check>,
    message: Option<&'static str>,
    on_check: F,
}

impl<F: FnMut(&Check)> Walk<F> {
    /// Whatever panicked in between, the checks are whole.
    fn told(&self) -> MutexGuard<'_, Told<F>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self, check: Check) {
        let told = &mut *self.told();
        (told.on_check)(&check);
        told.checks.push(check);
    }

    /// With the source's text, where one fits.
    fn failed(&self, check: Check, message: Option<&'static str>) {
        self.told().message = message;
        self.done(check);
    }

    fn skipped(&self, id: CheckId, because: CheckId) {
        let headline = format!("Not tried, because “{}” failed", because.label());
        self.done(Check::new(id, CheckState::Skipped, headline));
    }

    fn skip_the_rest(&self) {
        let (made, cause) = {
            let told = self.told();
            let failed = told.checks.iter().find(|check| check.state == CheckState::Failed).map(|check| check.id);
            (told.checks.iter().map(|check| check.id).collect::<Vec<_>>(), failed)
        };
        for id in CheckId::ALL.into_iter().filter(|id| !made.contains(id)) {
            self.skipped(id, cause.unwrap_or(CheckId::Complete));
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

fn payment_required(id: CheckId, evidence: Evidence) -> Check {
    let (headline, remedy) = licensing::PAYMENT_REQUIRED;
    failed(id, headline, remedy, evidence)
}

fn no_answer(id: CheckId, failure: &Failure) -> Check {
    let fix = failure.is_about_settings().then_some(Fix::Network);
    Check { fix, ..failed(id, failure.headline(), failure.remedy(), failure.evidence()) }
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
