//! The file in which a tenant's people are kept, one for each tenant.
//!
//! Owns its schema and the rule that a complete load stays whole until the next one is complete: each load has rows of its
//! own, and one transaction makes it the one that counts. A load that is cut off stays beside it, to go on from. Whoever
//! loads owns its rows by a number nobody else has; a second loader takes them over, and the first notices. The file is a copy
//! of what Graph has: one that is damaged is made anew. Start with [`File::open`].

use super::words;
use crate::domain::{
    Failure, People,
    people::{Block, Builder, Kept},
};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

/// Marks the file as Liaison's: "LiaP".
const APPLICATION_ID: i64 = 0x4C69_6150;

const SCHEMA: &str = "
CREATE TABLE load (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    people INTEGER NOT NULL,
    at TEXT NOT NULL,
    delta_link TEXT,
    next_link TEXT
) STRICT;
CREATE TABLE block (
    load INTEGER NOT NULL REFERENCES load ON DELETE CASCADE,
    number INTEGER NOT NULL,
    people BLOB NOT NULL,
    gone BLOB NOT NULL,
    PRIMARY KEY (load, number)
) STRICT;";

/// A page holds a third of a block.
const PAGE: i64 = 32 * 1024;
const BUSY: Duration = Duration::from_secs(5);

/// The file, opened to write.
pub(super) struct File {
    connection: Connection,
    path: PathBuf,
}

/// The rows of a load, and who may write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Load {
    id: i64,
    owner: i64,
}

/// A complete load.
pub(super) struct Complete {
    pub(super) load: Load,
    pub(super) kept: Kept,
    /// Leads to what has changed since.
    pub(super) delta_link: Option<String>,
}

/// A load that was cut off.
pub(super) struct CutOff {
    load: Load,
    /// How many people it brought.
    pub(super) people: usize,
    /// When it began.
    pub(super) at: DateTime<Utc>,
    /// Where it goes on.
    pub(super) next_link: String,
}

/// A block and its place among the blocks of its load.
pub(super) struct Numbered {
    pub(super) number: usize,
    pub(super) block: Arc<Block>,
    pub(super) gone: Vec<u16>,
}

/// The complete load, and how many people one that was cut off has brought.
///
/// # Errors
/// The file cannot be read.
pub(super) fn read(
    path: &Path,
    known: Option<(Load, Arc<People>)>,
) -> Result<(Option<Complete>, Option<CutOff>), Failure> {
    if !path.exists() {
        return Ok((None, None));
    }
    let read = || {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if !is_ours(&connection)? {
            return Ok(None);
        }
        let all = connection.unchecked_transaction()?;
        Ok(Some((complete(&all, known)?, cut_off(&all)?)))
    };
    match read() {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(words::damaged(path, "it is no file of Liaison's")),
        Err(error) => Err(words::file(path, &error)),
    }
}

/// Removes the files of all tenants; those of other forms, too.
///
/// # Errors
/// One of them is still there.
pub(super) fn remove_all(folder: &Path, is_one: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let mut ended = Ok(());
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        if file.file_name().to_str().is_some_and(&is_one)
            && let Err(error) = fs::remove_file(file.path())
        {
            ended = Err(words::still_there(&file.path(), &error));
        }
    }
    ended
}

impl File {
    /// Opens the file, makes it where there is none, and makes it anew where it is damaged.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        match Self::make(path) {
            Err(error) if is_damage(&error) => {}
            made => return made.map_err(|error| words::file(path, &error)),
        }
        for name in [path.to_owned(), journal(path)] {
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(words::io(&name, &error)),
                _ => {}
            }
        }
        Self::make(path).map_err(|error| words::file(path, &error))
    }

    fn make(path: &Path) -> rusqlite::Result<Self> {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        // After a loss of power the file may be damaged, and is made anew: all of it is in Graph. What a crash of this program
        // leaves is whole.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let application: i64 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let objects: i64 = tx.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match (application, objects) {
            (APPLICATION_ID, _) => {}
            (0, 0) => {
                tx.execute_batch(SCHEMA)?;
                tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            }
            _ => return Err(rusqlite::Error::InvalidQuery),
        }
        // Whether it can be read at all is known now.
        tx.query_one("SELECT count(*) FROM load", [], |row| row.get::<_, i64>(0))?;
        tx.commit()?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// Begins a load; one that was cut off is forgotten.
    pub(super) fn begin(&mut self, at: DateTime<Utc>, delta_link: Option<String>) -> Result<Load, Failure> {
        self.write(|tx| {
            tx.execute("DELETE FROM load WHERE NOT complete", [])?;
            let owner = fresh_owner();
            let sql = "INSERT INTO load (owner, complete, people, at, delta_link) VALUES (?1, 0, 0, ?2, ?3)";
            tx.execute(sql, params![owner, moment(at), delta_link])?;
            Ok(Some(Load { id: tx.last_insert_rowid(), owner }))
        })
    }

    /// Takes over a load that was cut off, with what it has brought.
    pub(super) fn take_over(&mut self, cut_off: &CutOff) -> Result<(Load, Builder), Failure> {
        self.write(|tx| {
            let owner = fresh_owner();
            if !owns(tx, cut_off.load)? {
                return Ok(None);
            }
            tx.execute("UPDATE load SET owner = ?2 WHERE id = ?1", params![cut_off.load.id, owner])?;
            Ok(Some((Load { id: cut_off.load.id, owner }, blocks(tx, cut_off.load.id)?)))
        })
    }

    /// Adds blocks to a load, or puts them in the place of earlier ones, and notes where it goes on.
    pub(super) fn add(
        &mut self,
        load: Load,
        blocks: &[Numbered],
        people: usize,
        next_link: &str,
    ) -> Result<(), Failure> {
        self.write(|tx| {
            if !owns(tx, load)? {
                return Ok(None);
            }
            put(tx, load, blocks)?;
            let sql = "UPDATE load SET people = ?2, next_link = ?3 WHERE id = ?1";
            tx.execute(sql, params![load.id, people as i64, next_link]).map(|_| Some(()))
        })
    }

    /// Makes a load the one that counts, and removes the one before. The delta link is the one that it began with.
    ///
    /// From here on it lasts whatever happens.
    pub(super) fn complete(
        &mut self,
        load: Load,
        blocks: &[Numbered],
        people: usize,
        at: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let lasts = self.connection.pragma_update(None, "synchronous", "NORMAL");
        lasts.map_err(|error| words::file(&self.path, &error))?;
        self.write(|tx| {
            if !owns(tx, load)? {
                return Ok(None);
            }
            put(tx, load, blocks)?;
            tx.execute("DELETE FROM load WHERE id <> ?1", [load.id])?;
            let sql = "UPDATE load SET complete = 1, people = ?2, at = ?3, next_link = NULL WHERE id = ?1";
            tx.execute(sql, params![load.id, people as i64, moment(at)]).map(|_| Some(()))
        })
    }

    /// Brings a complete load up to date.
    pub(super) fn change(
        &mut self,
        load: Load,
        blocks: &[Numbered],
        people: usize,
        at: DateTime<Utc>,
        delta_link: Option<&str>,
    ) -> Result<Load, Failure> {
        self.write(|tx| {
            if !owns(tx, load)? {
                return Ok(None);
            }
            put(tx, load, blocks)?;
            let owner = fresh_owner();
            let sql = "UPDATE load SET owner = ?2, people = ?3, at = ?4, delta_link = ?5 WHERE id = ?1";
            tx.execute(sql, params![load.id, owner, people as i64, moment(at), delta_link])?;
            Ok(Some(Load { owner, ..load }))
        })
    }

    /// One transaction; `None` where somebody else owns the rows by now.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Option<T>>) -> Result<T, Failure> {
        let all = || {
            let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            if done.is_some() {
                tx.commit()?;
            }
            Ok(done)
        };
        match all() {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Err(words::taken_over()),
            Err(error) => Err(words::file(&self.path, &error)),
        }
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Whether the file is to blame, not its place or another program.
fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), None | Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(application == APPLICATION_ID)
}

fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

/// A number that no other loader has.
fn fresh_owner() -> i64 {
    let (half, _) = Uuid::new_v4().as_u64_pair();
    half.cast_signed()
}

fn owns(tx: &Transaction<'_>, load: Load) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM load WHERE id = ?1 AND owner = ?2";
    Ok(tx.query_one(sql, [load.id, load.owner], |_| Ok(())).optional()?.is_some())
}

fn put(tx: &Transaction<'_>, load: Load, blocks: &[Numbered]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO block (load, number, people, gone) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tx.prepare_cached(sql)?;
    for Numbered { number, block, gone } in blocks {
        let gone: Vec<u8> = gone.iter().flat_map(|at| at.to_le_bytes()).collect();
        statement.execute(params![load.id, *number as i64, block.to_bytes(), gone])?;
    }
    Ok(())
}

fn complete(tx: &Transaction<'_>, known: Option<(Load, Arc<People>)>) -> rusqlite::Result<Option<Complete>> {
    let sql = "SELECT id, owner, at, delta_link FROM load WHERE complete";
    let found = tx.query_one(sql, [], |row| {
        let load = Load { id: row.get(0)?, owner: row.get(1)? };
        Ok((load, read_moment(&row.get::<_, String>(2)?)?, row.get(3)?))
    });
    let Some((load, at, delta_link)) = found.optional()? else { return Ok(None) };
    let people = match known {
        Some((known, people)) if known == load => people,
        _ => Arc::new(blocks(tx, load.id)?.finish()),
    };
    Ok(Some(Complete { load, kept: Kept { people, at }, delta_link }))
}

fn cut_off(tx: &Transaction<'_>) -> rusqlite::Result<Option<CutOff>> {
    let sql = "SELECT id, owner, people, at, next_link FROM load
        WHERE NOT complete AND next_link IS NOT NULL ORDER BY id DESC LIMIT 1";
    let found = tx.query_one(sql, [], |row| {
        Ok(CutOff {
            load: Load { id: row.get(0)?, owner: row.get(1)? },
            people: usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            at: read_moment(&row.get::<_, String>(3)?)?,
            next_link: row.get(4)?,
        })
    });
    found.optional()
}

fn blocks(tx: &Transaction<'_>, load: i64) -> rusqlite::Result<Builder> {
    let mut statement = tx.prepare("SELECT people, gone FROM block WHERE load = ?1 ORDER BY number")?;
    let mut rows = statement.query([load])?;
    let mut builder = Builder::default();
    while let Some(row) = rows.next()? {
        let block = Block::from_bytes(row.get_ref(0)?.as_blob()?).ok_or(rusqlite::Error::InvalidQuery)?;
        let gone = row.get_ref(1)?.as_blob()?.chunks_exact(2).map(|at| u16::from_le_bytes([at[0], at[1]]));
        if !builder.add_block(block, gone) {
            return Err(rusqlite::Error::InvalidQuery);
        }
    }
    Ok(builder)
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}

fn read_moment(text: &str) -> rusqlite::Result<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    read.map_err(|_| rusqlite::Error::InvalidQuery)
}
