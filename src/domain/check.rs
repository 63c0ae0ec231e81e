//! What a connection test finds: ordered checks, each with its verdict, remedy and evidence.
//!
//! Owns the shape of a [`Report`] and its text for people. Knows nothing of how a check is made; `probe` makes them.

use super::{
    cloud::CloudKind,
    expiry::{Expiry, ExpirySource},
    field::Field,
    guid::Guid,
    setup,
};
use chrono::{DateTime, SecondsFormat, Utc};
use std::{fmt::Write, time::Duration};

/// The source's text for credentials that are not all there.
pub const INCOMPLETE: &str = "Error: Account credentials are incomplete";

/// The source's text for a secret, tenant or client ID that is refused.
pub const TOKEN_REFUSED: &str = "Error: Failed to request refresh token";

/// One of the checks, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// Everything that a test needs is entered and well-formed.
    Complete,
    /// The sign-in host is found, connected to, trusted and answers, and its clock is this computer's.
    SignInHost,
    /// The directory exists in this cloud. It takes no secret.
    Tenant,
    /// Entra issues a token.
    Token,
    /// What the token may do is what the features need.
    Permissions,
    /// The app registration is found under the Object ID and is the one with the client ID.
    Application,
    /// The end of this secret is known.
    SecretExpiry,
    /// People can be read.
    Directory,
    /// Their presence can be read.
    Presence,
}

impl CheckId {
    /// In the order of the contract.
    pub const ALL: [CheckId; 9] = [
        CheckId::Complete,
        CheckId::SignInHost,
        CheckId::Tenant,
        CheckId::Token,
        CheckId::Permissions,
        CheckId::Application,
        CheckId::SecretExpiry,
        CheckId::Directory,
        CheckId::Presence,
    ];

    /// As written in `test --json`.
    pub fn key(self) -> &'static str {
        match self {
            CheckId::Complete => "complete",
            CheckId::SignInHost => "sign_in_host",
            CheckId::Tenant => "tenant",
            CheckId::Token => "token",
            CheckId::Permissions => "permissions",
            CheckId::Application => "application",
            CheckId::SecretExpiry => "secret_expiry",
            CheckId::Directory => "directory",
            CheckId::Presence => "presence",
        }
    }

    /// The check with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.key() == key)
    }

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            CheckId::Complete => "Details complete",
            CheckId::SignInHost => "Sign-in host",
            CheckId::Tenant => "Tenant",
            CheckId::Token => "Sign-in",
            CheckId::Permissions => "Permissions",
            CheckId::Application => "App registration",
            CheckId::SecretExpiry => "Secret expiry",
            CheckId::Directory => "Directory",
            CheckId::Presence => "Presence",
        }
    }
}

/// The verdict of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// As it should be.
    Passed,
    /// Works, but something deserves attention.
    Warning,
    /// Does not work.
    Failed,
    /// Not made, because an earlier one failed.
    Skipped,
}

impl CheckState {
    /// As written in `test --json`, and as shown to people.
    pub fn key(self) -> &'static str {
        match self {
            CheckState::Passed => "passed",
            CheckState::Warning => "warning",
            CheckState::Failed => "failed",
            CheckState::Skipped => "skipped",
        }
    }
}

/// What Microsoft's support asks for. Never holds a secret or a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// `AADSTS7000215`, or Graph's `error.code`.
    pub code: Option<String>,
    /// The server's own words.
    pub message: Option<String>,
    /// The HTTP status of the answer.
    pub http_status: Option<u16>,
    /// Entra's trace ID, or Graph's `request-id`.
    pub trace_id: Option<String>,
    /// Entra's correlation ID, or Graph's `client-request-id`.
    pub correlation_id: Option<String>,
    /// When the server says it was, as the server wrote it.
    pub timestamp: Option<String>,
}

impl Evidence {
    /// Each piece that is there, with its name, in the order in which support wants them.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        [
            ("Code", self.code.clone()),
            ("HTTP status", self.http_status.map(|s| s.to_string())),
            ("Trace ID", self.trace_id.clone()),
            ("Correlation ID", self.correlation_id.clone()),
            ("Time", self.timestamp.clone()),
            ("Message", self.message.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }
}

/// One check with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which one.
    pub id: CheckId,
    /// Its verdict.
    pub state: CheckState,
    /// What was found: one sentence without a full stop.
    pub headline: String,
    /// What to do about it: one or more sentences, on one or more lines.
    pub remedy: Option<String>,
    /// The fields at fault, as far as the answer tells.
    pub fields: Vec<Field>,
    /// What Liaison can put right with one click, if a person agrees.
    pub fix: Option<Fix>,
    /// For support.
    pub evidence: Evidence,
    /// How long it took.
    pub duration: Duration,
}

impl Check {
    /// A verdict with nothing but a headline.
    pub fn new(id: CheckId, state: CheckState, headline: impl Into<String>) -> Self {
        Self {
            id,
            state,
            headline: headline.into(),
            remedy: None,
            fields: Vec::new(),
            fix: None,
            evidence: Evidence::default(),
            duration: Duration::ZERO,
        }
    }
}

/// What Liaison can put right with one click, or where it is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// This is the Object ID of the app registration with the entered client ID.
    ObjectId(Guid),
    /// The tenant lives in this cloud.
    Cloud(CloudKind),
    /// How this computer reaches Microsoft can be what is wrong.
    Network,
}

/// A secret or a certificate of the app registration, as Graph tells of it. It never holds the secret.
///
/// <https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential>,
/// <https://learn.microsoft.com/en-us/graph/api/resources/keycredential>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppKey {
    /// Which of both.
    pub kind: AppKeyKind,
    /// The portal's Secret ID or Certificate ID, with which it is removed.
    pub key_id: Option<String>,
    /// The portal's Description.
    pub name: Option<String>,
    /// The first three characters of a secret; the thumbprint of a certificate.
    pub hint: Option<String>,
    /// From when on it is valid.
    pub start: Option<DateTime<Utc>>,
    /// When it ends.
    pub end: Option<DateTime<Utc>>,
    /// Whether this can be the one that was tested: it begins alike, or is the same certificate.
    pub this: bool,
}

/// A secret or a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppKeyKind {
    /// Graph's `passwordCredential`.
    Secret,
    /// Graph's `keyCredential`.
    Certificate,
}

/// Whether the account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No check failed.
    Passed,
    /// At least one did.
    Failed,
}

impl Outcome {
    /// As written in `test --json` and in the database.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
        }
    }
}

/// What could be learnt about the end of the tested secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpiryReading {
    /// It was not asked for, or no answer came.
    NotRead,
    /// Graph does not let this app read its registration: `Application.Read.All` is missing.
    PermissionMissing,
    /// The app has no secret that begins like the tested one.
    NoMatch,
    /// The end of this secret.
    Read {
        /// When it ends.
        at: DateTime<Utc>,
        /// How many of the app's secrets begin with the same three characters; the earliest end was taken.
        candidates: usize,
    },
}

impl ExpiryReading {
    /// The end that was read, if one was.
    pub fn expiry(&self) -> Option<Expiry> {
        match self {
            ExpiryReading::Read { at, .. } => Some(Expiry { at: *at, source: ExpirySource::Graph }),
            _ => None,
        }
    }
}

/// The whole test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// In the order of [`CheckId::ALL`].
    pub checks: Vec<Check>,
    /// `None` when it passed; else the source's text where one fits, or the first failed check's headline.
    pub message: Option<String>,
    /// What was learnt about the secret's end.
    pub expiry: ExpiryReading,
    /// The application permissions that the token has; `None` where there was no token that can be read.
    pub granted: Option<Vec<String>>,
    /// All secrets and certificates of the app registration; `None` where it could not be read.
    pub keys: Option<Vec<AppKey>>,
    /// When the test ended.
    pub at: DateTime<Utc>,
    /// How long all of it took.
    pub duration: Duration,
}

impl Report {
    /// Failed when any check did.
    pub fn outcome(&self) -> Outcome {
        if self.failed().is_some() { Outcome::Failed } else { Outcome::Passed }
    }

    /// The first check that failed.
    pub fn failed(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.state == CheckState::Failed)
    }

    /// The fields at fault over all failed checks, each once.
    pub fn fields_at_fault(&self) -> Vec<Field> {
        let failed = self.checks.iter().filter(|check| check.state == CheckState::Failed);
        let mut fields: Vec<Field> = failed.flat_map(|check| check.fields.iter().copied()).collect();
        fields.sort();
        fields.dedup();
        fields
    }

    /// The report as text to send to somebody. It holds no secret, because no part of it does.
    pub fn as_text(&self) -> String {
        let mut text = String::from("Liaison: Test connection\n");
        let at = self.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let headline = self.message.as_deref().unwrap_or("Connected");
        let _ = writeln!(text, "{headline}\n{at}, {} ms", self.duration.as_millis());
        for check in &self.checks {
            let _ = writeln!(text, "\n{}: {}\n  {}", check.id.label(), check.state.key(), check.headline);
            if let Some(remedy) = &check.remedy {
                let _ = writeln!(text, "  {}", remedy.replace('\n', "\n  "));
            }
            for (name, value) in check.evidence.lines() {
                let _ = writeln!(text, "  {name}: {}", value.replace(['\r', '\n'], " "));
            }
            if let Some(granted) = self.granted.as_ref().filter(|_| check.id == CheckId::Permissions) {
                for grant in setup::grants(granted) {
                    let _ = writeln!(text, "  {}: {}", grant.name, grant.standing.label());
                }
            }
        }
        text
    }
}
