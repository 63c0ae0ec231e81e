//! The account as it is kept: its values, and what is known about them.
//!
//! Owns the shapes that travel between the store and the session. Knows nothing of SQLite or of the keychain.

use super::{
    account::Account,
    check::{Outcome, Report},
    credential::Certificate,
    expiry::{Expiry, ExpirySource},
};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Where the secret of the saved account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredSecret {
    /// Nowhere.
    None,
    /// In the keychain of the operating system.
    Keychain {
        /// The name of the entry; every secret gets a fresh one.
        reference: String,
        /// Its first three characters, as Graph shows them.
        hint: String,
    },
    /// A certificate in its place. The private key is in the keychain.
    Certificate {
        /// The name of the key's entry; every key gets a fresh one.
        reference: String,
        /// The public half.
        certificate: Box<Certificate>,
    },
}

impl StoredSecret {
    /// The certificate that is used in a secret's place.
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            StoredSecret::Certificate { certificate, .. } => Some(certificate),
            StoredSecret::None | StoredSecret::Keychain { .. } => None,
        }
    }

    /// The end of a certificate, which stands in it; of a secret nothing of the kind is known.
    pub fn own_expiry(&self) -> Option<Expiry> {
        self.certificate().map(Certificate::expiry)
    }

    /// What ends, in the middle of a sentence.
    pub fn noun(&self) -> &'static str {
        match self {
            StoredSecret::Certificate { .. } => "certificate",
            StoredSecret::None | StoredSecret::Keychain { .. } => "client secret",
        }
    }

    /// How it begins, as far as anybody may read it; empty where there is none.
    pub fn shown(&self) -> String {
        match self {
            StoredSecret::None => String::new(),
            StoredSecret::Keychain { hint, .. } => format!("{hint}…"),
            StoredSecret::Certificate { certificate, .. } => {
                format!("certificate {}…", certificate.thumbprint.chars().take(8).collect::<String>())
            }
        }
    }
}

/// The last test of exactly the saved values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastTest {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Passed or failed.
    pub outcome: Outcome,
    /// What it said when it failed.
    pub message: Option<String>,
    /// How many checks were made.
    pub checks: usize,
    /// How long all of it took.
    pub duration: Duration,
    /// What each check found; `None` where an older version tested.
    pub report: Option<Box<Report>>,
}

impl LastTest {
    /// What is remembered of a report.
    pub fn of(report: &Report) -> Self {
        Self {
            at: report.at,
            outcome: report.outcome(),
            message: report.message.clone().filter(|_| report.outcome() == Outcome::Failed),
            checks: report.checks.len(),
            duration: report.duration,
            report: Some(Box::new(report.clone())),
        }
    }
}

/// The one saved account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its values.
    pub account: Account,
    /// Grows with every Apply, so that a later writer notices an earlier one.
    pub revision: i64,
    /// Where its secret is.
    pub secret: StoredSecret,
    /// When its secret ends, if known.
    pub expiry: Option<Expiry>,
    /// The last test of exactly these values.
    pub last_test: Option<LastTest>,
    /// When it was applied.
    pub applied_at: DateTime<Utc>,
}

/// What a save does to what is known of the secret's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryChange {
    /// Leaves it, unless a value that is tested changes: then nothing is known.
    Leave,
    /// This is the end.
    Set(Expiry),
    /// A date entered by hand is withdrawn; one that was read stays.
    Withdraw,
}

impl ExpiryChange {
    /// What is known afterwards, from what was known of the same secret before.
    pub fn apply(self, before: Option<Expiry>) -> Option<Expiry> {
        match self {
            ExpiryChange::Leave => before,
            ExpiryChange::Set(expiry) => Some(expiry),
            ExpiryChange::Withdraw => before.filter(|expiry| expiry.source == ExpirySource::Graph),
        }
    }
}
