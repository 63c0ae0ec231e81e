//! The report of the last test as a JSON document, there and back.
//!
//! Owns the document's form. A report that cannot be read, perhaps because a later version wrote it, is left out: it can be
//! had again with one click. It holds no secret, because no part of a report does. Start with [`write`].

use crate::domain::{
    AppKey, AppKeyKind, Check, CheckId, CheckState, CloudKind, Evidence, ExpiryReading, Field, Fix, Guid, LastTest,
    Report,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Deserialize, Serialize)]
struct Document {
    checks: Vec<Kept>,
    expiry: Expiry,
    granted: Option<Vec<String>>,
    keys: Option<Vec<Key>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Expiry {
    NotRead,
    PermissionMissing,
    NoMatch,
    Read { at: DateTime<Utc>, candidates: usize },
}

#[derive(Deserialize, Serialize)]
struct Kept {
    id: String,
    state: String,
    headline: String,
    remedy: Option<String>,
    fields: Vec<String>,
    fix: Option<Remedy>,
    milliseconds: u64,
    code: Option<String>,
    message: Option<String>,
    http_status: Option<u16>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
    timestamp: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Remedy {
    ObjectId(String),
    Cloud(String),
    Network,
}

#[derive(Deserialize, Serialize)]
struct Key {
    certificate: bool,
    key_id: Option<String>,
    name: Option<String>,
    hint: Option<String>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    this: bool,
}

/// The document of a report.
pub(super) fn write(report: &Report) -> Option<String> {
    let expiry = match report.expiry {
        ExpiryReading::NotRead => Expiry::NotRead,
        ExpiryReading::PermissionMissing => Expiry::PermissionMissing,
        ExpiryReading::NoMatch => Expiry::NoMatch,
        ExpiryReading::Read { at, candidates } => Expiry::Read { at, candidates },
    };
    let keys = report.keys.as_ref().map(|keys| keys.iter().cloned().map(Key::of).collect());
    let checks = report.checks.iter().cloned().map(Kept::of).collect();
    serde_json::to_string(&Document { checks, expiry, granted: report.granted.clone(), keys }).ok()
}

/// The report, with what the other columns know of it.
pub(super) fn read(text: &str, test: &LastTest) -> Option<Report> {
    let document: Document = serde_json::from_str(text).ok()?;
    Some(Report {
        checks: document.checks.into_iter().map(Kept::check).collect::<Option<_>>()?,
        message: test.message.clone(),
        expiry: match document.expiry {
            Expiry::NotRead => ExpiryReading::NotRead,
            Expiry::PermissionMissing => ExpiryReading::PermissionMissing,
            Expiry::NoMatch => ExpiryReading::NoMatch,
            Expiry::Read { at, candidates } => ExpiryReading::Read { at, candidates },
        },
        granted: document.granted,
        keys: document.keys.map(|keys| keys.into_iter().map(Key::key).collect()),
        at: test.at,
        duration: test.duration,
    })
}

impl Kept {
    fn of(check: Check) -> Self {
        let Evidence { code, message, http_status, trace_id, correlation_id, timestamp } = check.evidence;
        Self {
            id: check.id.key().into(),
            state: check.state.key().into(),
            headline: check.headline,
            remedy: check.remedy,
            fields: check.fields.into_iter().map(|field| field.key().to_owned()).collect(),
            fix: check.fix.map(|fix| match fix {
                Fix::ObjectId(id) => Remedy::ObjectId(id.to_string()),
                Fix::Cloud(kind) => Remedy::Cloud(kind.key().into()),
                Fix::Network => Remedy::Network,
            }),
            milliseconds: u64::try_from(check.duration.as_millis()).unwrap_or(u64::MAX),
            code,
            message,
            http_status,
            trace_id,
            correlation_id,
            timestamp,
        }
    }

    fn check(self) -> Option<Check> {
        use CheckState::{Failed, Passed, Skipped, Warning};
        let Self { code, message, http_status, trace_id, correlation_id, timestamp, .. } = self;
        let field = |key: &String| Field::all().find(|field| field.key() == key);
        Some(Check {
            id: CheckId::from_key(&self.id)?,
            state: [Passed, Warning, Failed, Skipped].into_iter().find(|state| state.key() == self.state)?,
            headline: self.headline,
            remedy: self.remedy,
            fields: self.fields.iter().map(field).collect::<Option<_>>()?,
            fix: match self.fix {
                None => None,
                Some(Remedy::ObjectId(id)) => Some(Fix::ObjectId(Guid::parse(&id).ok()?)),
                Some(Remedy::Cloud(key)) => Some(Fix::Cloud(CloudKind::from_key(&key)?)),
                Some(Remedy::Network) => Some(Fix::Network),
            },
            evidence: Evidence { code, message, http_status, trace_id, correlation_id, timestamp },
            duration: Duration::from_millis(self.milliseconds),
        })
    }
}

impl Key {
    fn of(key: AppKey) -> Self {
        let AppKey { kind, key_id, name, hint, start, end, this } = key;
        Self { certificate: kind == AppKeyKind::Certificate, key_id, name, hint, start, end, this }
    }

    fn key(self) -> AppKey {
        let Self { certificate, key_id, name, hint, start, end, this } = self;
        let kind = if certificate { AppKeyKind::Certificate } else { AppKeyKind::Secret };
        AppKey { kind, key_id, name, hint, start, end, this }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_comes_back_whole() {
        let at = DateTime::from_timestamp(1_795_000_000, 0).expect("a valid moment");
        let id = Guid::parse("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90").expect("a GUID");
        let evidence = Evidence {
            code: Some("AADSTS1".into()),
            http_status: Some(401),
            trace_id: Some("t".into()),
            ..Evidence::default()
        };
        let fixes = [Some(Fix::ObjectId(id)), Some(Fix::Cloud(CloudKind::China)), Some(Fix::Network), None];
        let states = [CheckState::Passed, CheckState::Warning, CheckState::Failed, CheckState::Skipped];
        let checks = CheckId::ALL.into_iter().enumerate().map(|(index, id)| Check {
            remedy: Some("Do.".into()),
            fields: vec![Field::ObjectId, Field::Cloud],
            fix: fixes[index % 4],
            evidence: evidence.clone(),
            duration: Duration::from_millis(7),
            ..Check::new(id, states[index % 4], "Found")
        });
        let key = AppKey {
            kind: AppKeyKind::Certificate,
            key_id: None,
            name: Some("n".into()),
            hint: None,
            start: None,
            end: Some(at),
            this: true,
        };
        for expiry in [
            ExpiryReading::NotRead,
            ExpiryReading::PermissionMissing,
            ExpiryReading::NoMatch,
            ExpiryReading::Read { at, candidates: 2 },
        ] {
            let report = Report {
                checks: checks.clone().collect(),
                message: Some("m".into()),
                expiry,
                granted: Some(vec!["User.Read.All".into()]),
                keys: Some(vec![key.clone()]),
                at,
                duration: Duration::from_millis(9),
            };
            let test = LastTest::of(&report);
            let text = write(&report).expect("writes");
            assert_eq!(read(&text, &test), Some(report));
        }
    }

    #[test]
    fn what_a_later_version_wrote_is_left_out() {
        let test = LastTest {
            at: DateTime::default(),
            outcome: crate::domain::Outcome::Passed,
            message: None,
            checks: 1,
            duration: Duration::ZERO,
            report: None,
        };
        for text in ["", "{}", r#"{"checks":[{"id":"new"}],"expiry":"not_read"}"#] {
            assert_eq!(read(text, &test), None, "{text}");
        }
    }
}
