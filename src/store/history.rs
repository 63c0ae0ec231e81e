//! What was done, as a chain of entries in which a change, a gap and an insertion show.
//!
//! Owns the canonical form that is hashed, and the verdict on each entry when they are read. Knows nothing of who does what:
//! whatever changes the account calls [`append`] in the same transaction.

use crate::{
    domain::{
        Deed, Field, History,
        history::{Entry, Fault, FieldChange, Kind},
    },
    settings_file,
    store::rows::moment,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// What stands in an entry's columns, as it is hashed.
struct Columns {
    number: i64,
    at: String,
    user: String,
    kind: String,
    note: String,
    changes: String,
    settings: Option<String>,
}

impl Columns {
    /// SHA-256 over the hash before it, then each column in the order of the schema: its length in bytes as eight bytes, the
    /// highest first, then its bytes. The number is its decimal digits; a column without a value has the length 2⁶⁴ − 1.
    fn hash(&self, previous: &[u8]) -> Hash {
        let mut digest = Sha256::new();
        digest.update(previous);
        let number = self.number.to_string();
        let texts = [&number, &self.at, &self.user, &self.kind, &self.note, &self.changes];
        for text in texts.into_iter().map(Some).chain([self.settings.as_ref()]) {
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            digest.update(length.to_be_bytes());
            digest.update(text.map_or(&[][..], |text| text.as_bytes()));
        }
        digest.finalize().into()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            at: row.get("at")?,
            user: row.get("user")?,
            kind: row.get("kind")?,
            note: row.get("note")?,
            changes: row.get("changes")?,
            settings: row.get("settings")?,
        })
    }
}

/// The user of the operating system; on Windows with the domain, since two domains can have the same name.
fn user() -> String {
    let name = whoami::username().unwrap_or_else(|_| "unknown".into());
    match std::env::var("USERDOMAIN") {
        Ok(domain) if cfg!(windows) && !domain.is_empty() => format!("{domain}\\{name}"),
        _ => name,
    }
}

/// Writes down what is done in this transaction.
pub(super) fn append(tx: &Transaction<'_>, deed: &Deed) -> rusqlite::Result<()> {
    let (count, previous): (i64, Vec<u8>) =
        tx.query_one("SELECT history_count, history_hash FROM revision", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let columns = Columns {
        // What was inserted behind the end by other hands keeps its number; the next one is free.
        number: tx.query_one("SELECT max(?1, coalesce(max(number), 0)) + 1 FROM history", [count], |row| row.get(0))?,
        at: moment(deed.at),
        user: user(),
        kind: deed.kind.key().into(),
        note: deed.note.clone(),
        changes: write_changes(&deed.changes),
        settings: deed.settings.as_ref().map(settings_file::write),
    };
    let hash = columns.hash(&previous);
    tx.execute(
        "INSERT INTO history (number, at, user, kind, note, changes, settings, previous, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            columns.number,
            columns.at,
            columns.user,
            columns.kind,
            columns.note,
            columns.changes,
            columns.settings,
            previous,
            &hash[..]
        ],
    )?;
    tx.execute("UPDATE revision SET history_count = ?1, history_hash = ?2", params![columns.number, &hash[..]])
        .map(drop)
}

/// Whether one of the newest entries is of the same kind and moment.
pub(super) fn has(tx: &Transaction<'_>, deed: &Deed) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM (SELECT kind, at FROM history ORDER BY number DESC LIMIT 50)
        WHERE kind = ?1 AND at = ?2)";
    tx.query_one(sql, [deed.kind.key(), &moment(deed.at)], |row| row.get(0))
}

/// Reads and verifies all of it. The caller holds a transaction, or the end could be of another moment.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<History> {
    let sql = "SELECT history_count, history_hash FROM revision";
    let (count, seal): (i64, Vec<u8>) = connection.query_one(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = connection.prepare("SELECT * FROM history ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    let mut before: (i64, Vec<u8>) = (0, vec![0; 32]);
    while let Some(row) = rows.next()? {
        let (columns, previous, hash) =
            (Columns::read(row)?, row.get::<_, Vec<u8>>("previous")?, row.get::<_, Vec<u8>>("hash")?);
        let own = columns.hash(&previous)[..] == hash[..];
        let fault = match columns.number - before.0 - 1 {
            _ if !own => Some(Fault::Changed),
            0 if previous == before.1 => None,
            0 => Some(Fault::Loose),
            missing if missing > 0 => Some(Fault::Missing(missing)),
            _ => Some(Fault::Inserted),
        };
        before = (columns.number, hash);
        entries.push(entry(columns, &before.1, fault));
    }
    Ok(History { entries, count, seal: hexadecimal(&seal) })
}

/// The settings file of an entry, where it has one.
pub(super) fn settings(connection: &Connection, number: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT settings FROM history WHERE number = ?1";
    Ok(connection.query_one(sql, [number], |row| row.get(0)).optional()?.flatten())
}

fn entry(columns: Columns, hash: &[u8], fault: Option<Fault>) -> Entry {
    Entry {
        number: columns.number,
        at: columns.at.parse().ok(),
        user: columns.user,
        kind: Kind::from_key(&columns.kind),
        note: columns.note,
        changes: read_changes(&columns.changes),
        restorable: columns.settings.is_some() && fault != Some(Fault::Changed),
        hash: hexadecimal(hash),
        fault,
    }
}

/// `[["tenant_id", "before", "after"], …]`
fn write_changes(changes: &[FieldChange]) -> String {
    let rows: Vec<[&str; 3]> = changes.iter().map(|change| [change.field.key(), &change.old, &change.new]).collect();
    serde_json::to_string(&rows).unwrap_or_default()
}

/// Other hands may have written anything, and a later version other fields: what is not understood is left out.
fn read_changes(text: &str) -> Vec<FieldChange> {
    let rows: Vec<[String; 3]> = serde_json::from_str(text).unwrap_or_default();
    let change = |[key, old, new]: [String; 3]| Some(FieldChange { field: Field::from_key(&key)?, old, new });
    rows.into_iter().filter_map(change).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{profile::Profile, store::Store};
    use chrono::DateTime;

    fn store(entries: usize) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&Profile::at(dir.path().to_owned())).expect("opens");
        for number in 1..=entries {
            let deed = Deed::new(Kind::Tested, DateTime::UNIX_EPOCH, format!("Connected, {number}"));
            store.record(&deed).expect("records");
        }
        (dir, store)
    }

    /// What other hands do to it, and what is then said.
    fn after(sql: &str) -> Vec<String> {
        let (_dir, store) = store(5);
        store.connection.execute_batch(sql).expect("writes");
        store.history().expect("reads").faults()
    }

    #[test]
    fn what_nobody_touched_is_whole() {
        assert_eq!(after(""), [""; 0]);
        assert_eq!(store(0).1.history().expect("reads").faults(), [""; 0]);
    }

    #[test]
    fn every_column_that_is_edited_shows() {
        for column in ["at", "user", "kind", "note", "changes", "settings", "previous", "hash"] {
            let value = if ["previous", "hash"].contains(&column) { "zeroblob(32)" } else { "'x'" };
            let faults = after(&format!("UPDATE history SET {column} = {value} WHERE number = 3"));
            assert!(
                faults.contains(&"Entry 3: This entry was changed after it was written.".into()),
                "{column}: {faults:?}"
            );
        }
    }

    #[test]
    fn a_removed_entry_shows_wherever_it_stood() {
        assert_eq!(after("DELETE FROM history WHERE number = 1"), ["Entry 2: One entry before this one was removed."]);
        assert_eq!(
            after("DELETE FROM history WHERE number IN (2, 3)"),
            ["Entry 4: 2 entries before this one were removed."]
        );
        assert_eq!(after("DELETE FROM history WHERE number = 5"), ["The newest entry was removed."]);
        assert_eq!(after("DELETE FROM history"), ["The newest 5 entries were removed."]);
        let renumbered =
            after("DELETE FROM history WHERE number = 2; UPDATE history SET number = number - 1 WHERE number > 2");
        assert_eq!(renumbered.len(), 4, "{renumbered:?}");
    }

    #[test]
    fn an_inserted_entry_shows() {
        let copy = "INSERT INTO history SELECT number + 1, at, user, kind, note, changes, settings, previous, hash
            FROM history WHERE number = 5";
        assert_eq!(
            after(copy),
            [
                "Entry 6: This entry was changed after it was written.",
                "Entries at the end were not written by Liaison."
            ]
        );
        let swapped = after(
            "UPDATE history SET number = -2 WHERE number = 2; UPDATE history SET number = 2 WHERE number = 3;
            UPDATE history SET number = 3 WHERE number = -2",
        );
        assert!(!swapped.is_empty());
    }

    #[test]
    fn a_forged_entry_with_its_own_right_hash_shows_at_the_next_one() {
        let (_dir, store) = store(3);
        let forged = Columns {
            number: 2,
            at: "2026-11-26T12:00:00Z".into(),
            user: "ada".into(),
            kind: "tested".into(),
            note: "Connected".into(),
            changes: "[]".into(),
            settings: None,
        };
        let previous: Vec<u8> = store
            .connection
            .query_one("SELECT previous FROM history WHERE number = 2", [], |row| row.get(0))
            .expect("reads");
        let sql = "UPDATE history SET at = ?1, user = ?2, note = ?3, hash = ?4 WHERE number = 2";
        let hash = forged.hash(&previous);
        store.connection.execute(sql, params![forged.at, forged.user, forged.note, &hash[..]]).expect("writes");
        let faults = store.history().expect("reads").faults();
        assert_eq!(faults, ["Entry 3: The entry before this one is not the one that was written there."]);
    }

    #[test]
    fn what_is_added_after_a_removal_does_not_hide_it() {
        let (_dir, mut store) = store(3);
        store.connection.execute("DELETE FROM history WHERE number = 3", []).expect("writes");
        store.record(&Deed::new(Kind::Tested, DateTime::UNIX_EPOCH, "Connected")).expect("records");
        assert_eq!(store.history().expect("reads").faults(), ["Entry 4: One entry before this one was removed."]);
    }

    #[test]
    fn the_canonical_form_is_as_documented() {
        let columns = Columns {
            number: 1,
            at: "a".into(),
            user: "b".into(),
            kind: "c".into(),
            note: String::new(),
            changes: "[]".into(),
            settings: None,
        };
        let mut bytes = vec![0; 32];
        for text in ["1", "a", "b", "c", "", "[]"] {
            bytes.extend([0, 0, 0, 0, 0, 0, 0, text.len() as u8]);
            bytes.extend(text.as_bytes());
        }
        bytes.extend([0xff; 8]);
        assert_eq!(columns.hash(&[0; 32]), <[u8; 32]>::from(Sha256::digest(&bytes)));
    }
}
