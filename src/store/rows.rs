//! The account as rows, there and back.
//!
//! Owns which column holds what. Knows nothing of revisions, locks or the keychain; [`super::Store`] does.

use super::report;
use crate::certificate;
use crate::domain::{
    Account, Cloud, CloudDraft, CloudKind, DirectoryOptions, Expiry, ExpirySource, Guid, LastTest, LicensingMode,
    MessageKey, Outcome, PhoneType, Saved, StoredSecret, SystemMessages, directory::PhoneOption,
};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params, types::Type};
use std::time::Duration;

/// The one account, if there is one. The caller holds a transaction, or the three tables could be of two saves.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<Saved>> {
    let saved = connection.query_row("SELECT * FROM account", [], saved).optional()?;
    let Some(mut saved) = saved else { return Ok(None) };
    let mut statement = connection.prepare("SELECT type, shown FROM phone_type ORDER BY position")?;
    let phones = statement.query_map([], |row| {
        Ok(PhoneOption { kind: key(row, "type", PhoneType::from_key)?, shown: row.get("shown")? })
    })?;
    saved.account.directory_options = DirectoryOptions::from_parts(phones.collect::<rusqlite::Result<Vec<_>>>()?);
    let mut statement = connection.prepare("SELECT key, text FROM system_message")?;
    let mut messages = statement.query([])?;
    while let Some(row) = messages.next()? {
        *saved.account.system_messages.get_mut(key(row, "key", MessageKey::from_key)?) = row.get("text")?;
    }
    Ok(Some(saved))
}

/// Writes the account in place of the one that is there.
pub(super) fn write(connection: &Connection, saved: &Saved) -> rusqlite::Result<()> {
    remove(connection)?;
    let Account { name, object_id, tenant_id, client_id, cloud, licensing_mode, directory_options, system_messages } =
        &saved.account;
    let custom = cloud.kind() == CloudKind::Custom;
    let (reference, hint) = match &saved.secret {
        StoredSecret::None => (None, None),
        StoredSecret::Keychain { reference, hint } => (Some(reference), Some(hint.as_str())),
        StoredSecret::Certificate { reference, .. } => (Some(reference), Some("")),
    };
    connection.execute(
        "INSERT INTO account (id, revision, name, object_id, tenant_id, client_id, cloud, login_url, graph_url,
            licensing_mode, keychain_reference, secret_hint, certificate, applied_at)
        VALUES (1, :revision, :name, :object_id, :tenant_id, :client_id, :cloud, :login_url, :graph_url,
            :licensing_mode, :keychain_reference, :secret_hint, :certificate, :applied_at)",
        named_params! {
            ":revision": saved.revision,
            ":name": name,
            ":object_id": object_id.to_string(),
            ":tenant_id": tenant_id.to_string(),
            ":client_id": client_id.to_string(),
            ":cloud": cloud.kind().key(),
            ":login_url": custom.then(|| cloud.login_url()),
            ":graph_url": custom.then(|| cloud.graph_url()),
            ":licensing_mode": licensing_mode.key(),
            ":keychain_reference": reference,
            ":secret_hint": hint,
            ":certificate": saved.secret.certificate().map(|certificate| &certificate.der),
            ":applied_at": moment(saved.applied_at),
        },
    )?;
    write_expiry(connection, saved.expiry)?;
    write_test(connection, saved.last_test.as_ref())?;
    for (position, option) in (0i64..).zip(directory_options.as_slice()) {
        let sql = "INSERT INTO phone_type (account, position, type, shown) VALUES (1, ?1, ?2, ?3)";
        connection.execute(sql, params![position, option.kind.key(), option.shown])?;
    }
    for (key, text) in system_messages.iter() {
        let sql = "INSERT INTO system_message (account, key, text) VALUES (1, ?1, ?2)";
        connection.execute(sql, params![key.key(), text])?;
    }
    Ok(())
}

/// Removes the account; its phone types and messages go with it.
pub(super) fn remove(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM account", []).map(drop)
}

/// Writes when the secret ends.
pub(super) fn write_expiry(connection: &Connection, expiry: Option<Expiry>) -> rusqlite::Result<()> {
    let sql = "UPDATE account SET expires_at = ?1, expiry_source = ?2";
    connection.execute(sql, params![expiry.map(|e| moment(e.at)), expiry.map(|e| e.source.key())]).map(drop)
}

/// Writes how the last test ended.
pub(super) fn write_test(connection: &Connection, test: Option<&LastTest>) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE account SET tested_at = ?1, test_outcome = ?2, test_message = ?3, test_checks = ?4,
                test_milliseconds = ?5, test_report = ?6",
            params![
                test.map(|t| moment(t.at)),
                test.map(|t| t.outcome.key()),
                test.and_then(|t| t.message.as_deref()),
                test.map(|t| i64::try_from(t.checks).unwrap_or(i64::MAX)),
                test.map(|t| i64::try_from(t.duration.as_millis()).unwrap_or(i64::MAX)),
                test.and_then(|t| t.report.as_deref()).and_then(report::write),
            ],
        )
        .map(drop)
}

/// A moment as it is written, without losing a fraction of it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Built value by value and not by a draft's rules: a rule that a later version adds must not make it unreadable.
fn saved(row: &Row<'_>) -> rusqlite::Result<Saved> {
    let secret = match (row.get("keychain_reference")?, row.get::<_, Option<Vec<u8>>>("certificate")?) {
        (None, _) => StoredSecret::None,
        (Some(reference), None) => StoredSecret::Keychain { reference, hint: row.get("secret_hint")? },
        (Some(reference), Some(der)) => {
            let certificate = certificate::describe(&der).map_err(|_| unreadable("certificate", "a certificate"))?;
            StoredSecret::Certificate { reference, certificate: Box::new(certificate) }
        }
    };
    let expiry = match row.get::<_, Option<String>>("expires_at")? {
        None => None,
        Some(_) => Some(Expiry {
            at: read_moment(row, "expires_at")?,
            source: key(row, "expiry_source", ExpirySource::from_key)?,
        }),
    };
    Ok(Saved {
        account: Account {
            name: row.get("name")?,
            object_id: guid(row, "object_id")?,
            tenant_id: guid(row, "tenant_id")?,
            client_id: guid(row, "client_id")?,
            cloud: cloud(row)?,
            licensing_mode: key(row, "licensing_mode", LicensingMode::from_key)?,
            directory_options: DirectoryOptions::default(),
            system_messages: SystemMessages::default(),
        },
        revision: row.get("revision")?,
        secret,
        expiry,
        last_test: last_test(row)?,
        applied_at: read_moment(row, "applied_at")?,
    })
}

fn last_test(row: &Row<'_>) -> rusqlite::Result<Option<LastTest>> {
    if row.get::<_, Option<String>>("tested_at")?.is_none() {
        return Ok(None);
    }
    let count = |column| row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or_default());
    let outcome = |key: &str| [Outcome::Passed, Outcome::Failed].into_iter().find(|outcome| outcome.key() == key);
    let mut test = LastTest {
        at: read_moment(row, "tested_at")?,
        outcome: key(row, "test_outcome", outcome)?,
        message: row.get("test_message")?,
        checks: usize::try_from(count("test_checks")?).unwrap_or_default(),
        duration: Duration::from_millis(count("test_milliseconds")?),
        report: None,
    };
    let text: Option<String> = row.get("test_report")?;
    test.report = text.and_then(|text| report::read(&text, &test)).map(Box::new);
    Ok(Some(test))
}

fn cloud(row: &Row<'_>) -> rusqlite::Result<Cloud> {
    let draft = CloudDraft {
        kind: key(row, "cloud", CloudKind::from_key)?,
        login_url: row.get::<_, Option<String>>("login_url")?.unwrap_or_default(),
        graph_url: row.get::<_, Option<String>>("graph_url")?.unwrap_or_default(),
    };
    draft.parse().map_err(|_| unreadable("login_url", "an address"))
}

pub(super) fn guid(row: &Row<'_>, column: &str) -> rusqlite::Result<Guid> {
    Guid::parse(&row.get::<_, String>(column)?).map_err(|_| unreadable(column, "an ID"))
}

pub(super) fn read_moment(row: &Row<'_>, column: &str) -> rusqlite::Result<DateTime<Utc>> {
    // Not `parse_from_rfc3339`, which refuses years that `moment` writes.
    row.get::<_, String>(column)?.parse().map_err(|_| unreadable(column, "a moment"))
}

pub(super) fn key<T>(row: &Row<'_>, column: &str, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    read(&row.get::<_, String>(column)?).ok_or_else(|| unreadable(column, "one of the known words"))
}

/// It names the column and not the value, which may be anything.
fn unreadable(column: &str, expected: &str) -> rusqlite::Error {
    let why = format!("the value of {column} is not {expected}");
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, why.into())
}
