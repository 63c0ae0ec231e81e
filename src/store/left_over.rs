//! What a renewal may have left in Azure: names and Secret IDs, never a secret.
//!
//! Owns the rows of `left_over_secret`. Whether something is really left, only Azure knows.

use super::{KeepError, Store, rows};
use crate::domain::{Guid, renewal::LeftOver};

impl Store {
    /// Writes down a secret that is about to be made, or the ID that it got.
    pub(crate) fn note_secret(&mut self, left: &LeftOver) -> Result<(), KeepError> {
        let sql = "INSERT INTO left_over_secret (name, client_id, key_id, made_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE SET key_id = ?3";
        let LeftOver { name, client_id, key_id, made_at } = left;
        let values = (name, client_id.to_string(), key_id, rows::moment(*made_at));
        self.write(|tx| Ok(tx.execute(sql, values).map(drop)?))
    }

    /// Strikes out a secret that is in use, or gone.
    pub(crate) fn forget_secret(&mut self, name: &str) -> Result<(), KeepError> {
        self.write(|tx| Ok(tx.execute("DELETE FROM left_over_secret WHERE name = ?1", [name]).map(drop)?))
    }

    /// What is written down, the oldest first.
    pub(crate) fn secrets_left_over(&self) -> Result<Vec<LeftOver>, KeepError> {
        let read = || -> rusqlite::Result<_> {
            let mut statement = self.connection.prepare("SELECT * FROM left_over_secret ORDER BY made_at, name")?;
            let rows = statement.query_map([], |row| {
                let (id, at): (String, String) = (row.get("client_id")?, row.get("made_at")?);
                let readable = Guid::parse(&id).ok().zip(at.parse().ok());
                let (name, key_id) = (row.get("name")?, row.get("key_id")?);
                Ok(readable.map(|(client_id, made_at)| LeftOver { name, client_id, key_id, made_at }))
            })?;
            rows.filter_map(Result::transpose).collect()
        };
        read().map_err(|error| self.error(&error))
    }
}
