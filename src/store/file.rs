//! The database file: looked at before it is opened, opened, and brought to this version's schema.
//!
//! Owns the pragmas and the migrations. The invariant: a file that is damaged, of another program or of a newer Liaison is
//! refused before anything could write to it or beside it. Start with [`look`].

use super::{KeepError, lock};
use crate::profile::Profile;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::{fs, io::ErrorKind, path::Path, time::Duration};

/// Marks a database as Liaison's: "Liai".
pub(super) const APPLICATION_ID: i64 = 0x4C69_6169;

/// Each turns the schema of its index into the next one. Never change one that was shipped.
const MIGRATIONS: [&str; 6] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
];

/// The schema version that this Liaison writes.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The smallest page of a database, in bytes.
const SMALLEST: u64 = 512;

const BUSY: Duration = Duration::from_secs(5);

/// What stands where the database should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// A database of Liaison's, or an empty file, which becomes one.
    Ours {
        version: i64,
    },
}

/// Opens the database to write, makes it where there is none, and brings it up to date.
pub(super) fn open(profile: &Profile) -> Result<Connection, KeepError> {
    let path = profile.database();
    if look(&path)? == Found::Nothing {
        create_folder(profile.dir())?;
        lock::lock_file(profile)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = connect(&path, flags)?;
    prepare(&mut connection, &path)?;
    Ok(connection)
}

/// Opens the database to read it; `None` where there is none. It makes nothing, not even a folder.
///
/// Only where a crash or an older version left something to put right is the file written.
pub(super) fn open_to_read(profile: &Profile) -> Result<Option<Connection>, KeepError> {
    let path = profile.database();
    match look(&path)? {
        Found::Nothing | Found::Ours { version: 0 } => return Ok(None),
        Found::Ours { version } if version < KNOWN => return open(profile).map(Some),
        Found::Ours { .. } => {}
    }
    let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match version(&connection) {
        Ok(KNOWN) => Ok(Some(connection)),
        Ok(found) if found > KNOWN => Err(KeepError::Newer { path, found, known: KNOWN }),
        Ok(_) => open(profile).map(Some),
        // A crash in the middle of a save: its journal has to be played back first.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => open(profile).map(Some),
        Err(error) => Err(KeepError::sqlite(&path, &error)),
    }
}

/// The version of the schema as this connection sees it.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Looks at the file's first page without a lock, a journal or any trace beside it.
fn look(path: &Path) -> Result<Found, KeepError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(KeepError::io(path, &error)),
        Ok(meta) if !meta.is_file() => {
            let detail = "A folder stands where the file should be".into();
            return Err(KeepError::Folder { path: path.into(), detail });
        }
        Ok(meta) if meta.len() == 0 => return Ok(Found::Ours { version: 0 }),
        Ok(meta) if meta.len() < SMALLEST => {
            let detail = "it is shorter than any database".into();
            return Err(KeepError::Corrupt { path: path.into(), detail });
        }
        Ok(_) => {}
    }
    let (application, version) = first_page(path).map_err(|error| KeepError::sqlite(path, &error))?;
    if application != APPLICATION_ID {
        return Err(KeepError::Foreign { path: path.into() });
    }
    if version > KNOWN {
        return Err(KeepError::Newer { path: path.into(), found: version, known: KNOWN });
    }
    Ok(Found::Ours { version })
}

fn first_page(path: &Path) -> rusqlite::Result<(i64, i64)> {
    // Immutable: SQLite neither locks nor plays back a journal, and a database in WAL mode gets no files beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(path), flags)?;
    // While another process saves, the first page can promise more pages than are there yet. This makes SQLite ignore it.
    connection.pragma_update(None, "writable_schema", true)?;
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok((application, version(&connection)?))
}

/// <https://www.sqlite.org/uri.html>
fn uri(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    // Windows knows the prefix of a verbatim path with backslashes only.
    let verbatim = cfg!(windows) && bytes.starts_with(br"\\?\");
    let mut uri = String::from(if verbatim { "file:" } else { "file://" });
    if !bytes.starts_with(b"/") && !bytes.starts_with(b"\\") {
        uri.push('/');
    }
    for byte in bytes {
        match byte {
            b'\\' if cfg!(windows) && !verbatim => uri.push('/'),
            b'/' | b':' | b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?immutable=1"
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, KeepError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(connection)
    };
    open().map_err(|error| KeepError::sqlite(path, &error))
}

fn prepare(connection: &mut Connection, path: &Path) -> Result<(), KeepError> {
    let sqlite = |error| KeepError::sqlite(path, &error);
    let damage: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0)).map_err(sqlite)?;
    if damage != "ok" {
        return Err(KeepError::Corrupt { path: path.into(), detail: damage.replace('\n', " ") });
    }
    // No write-ahead log: it does not work in home folders on a network, and a reader would need files beside the
    // database, hence the right to write there. One small row is written now and then; nothing would be gained by it.
    connection.pragma_update(None, "journal_mode", "DELETE").map_err(sqlite)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(sqlite)?;
    match version(connection).map_err(sqlite)? {
        KNOWN => Ok(()),
        found if found > KNOWN => Err(KeepError::Newer { path: path.into(), found, known: KNOWN }),
        _ => migrate(connection).map_err(sqlite),
    }
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been here first.
    let found = usize::try_from(version(&transaction)?).unwrap_or_default();
    for step in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    if found < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", KNOWN)?;
    }
    transaction.commit()
}

/// Makes the folder, for its owner only where the system knows that.
fn create_folder(dir: &Path) -> Result<(), KeepError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| KeepError::io(dir, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn an_address_keeps_what_means_something_in_it() {
        assert_eq!(uri(Path::new("/a b/50%/ü?#.db")), "file:///a%20b/50%25/%C3%BC%3F%23.db?immutable=1");
    }

    #[cfg(windows)]
    #[test]
    fn drive_and_verbatim_paths_become_addresses() {
        assert_eq!(uri(Path::new(r"C:\a b\ü.db")), "file:///C:/a%20b/%C3%BC.db?immutable=1");
        assert_eq!(uri(Path::new(r"\\server\share\a.db")), "file:////server/share/a.db?immutable=1");
        assert_eq!(uri(Path::new(r"\\?\C:\a.db")), "file:%5C%5C%3F%5CC:%5Ca.db?immutable=1");
    }

    #[test]
    fn a_crash_in_the_middle_of_a_save_is_put_right_when_it_is_read() {
        let dir = tempfile::tempdir().expect("a folder");
        let profile = Profile::at(dir.path().join("kept"));
        let connection = open(&profile).expect("opens");
        connection.execute("INSERT INTO preference VALUES ('theme', 'dark')", []).expect("writes");
        // What a process leaves that is killed between journal and commit: the files, copied while it is there.
        connection
            .execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE preference SET value = 'light';")
            .expect("begins");
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO preference SELECT 'key ' || i, hex(randomblob(200)) FROM n";
        connection.execute(rows, []).expect("spills into the file");
        let crashed = Profile::at(dir.path().join("crashed"));
        fs::create_dir(crashed.dir()).expect("a folder");
        for name in ["liaison.sqlite3", "liaison.sqlite3-journal"] {
            fs::copy(profile.dir().join(name), crashed.dir().join(name)).expect("copies");
        }
        let read = open_to_read(&crashed).expect("opens").expect("is there");
        let value: String =
            read.query_one("SELECT group_concat(value) FROM preference", [], |r| r.get(0)).expect("reads");
        assert_eq!(value, "dark");
        assert!(!crashed.dir().join("liaison.sqlite3-journal").exists());
    }
}
