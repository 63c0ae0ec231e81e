//! The people who enabled Teams integration, as rows.
//!
//! Owns who they are and under which references their sign-ins are in the keychain; never a token. An entry that no row
//! refers to any more is left over, and [`crate::keeper`] removes it. Start with [`Store::agents`].

use super::{KeepError, Store, history, rows};
use crate::domain::{Account, Agent, Deed, Guid, Standing, agent, history::Kind};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, params};

impl Store {
    /// Everybody, in the order of their names.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn agents(&self) -> Result<Vec<Agent>, KeepError> {
        let mut agents = read(&self.connection).map_err(|error| self.error(&error))?;
        agents.sort_by_cached_key(|agent| (agent.name.to_lowercase(), agent.principal_name.clone()));
        Ok(agents)
    }

    /// Where a person's sign-in is, part by part; empty where there is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn agent_entries(&self, id: Guid) -> Result<Vec<String>, KeepError> {
        let read = || -> rusqlite::Result<_> {
            let sql = "SELECT reference FROM agent_entry WHERE agent = ?1 ORDER BY part";
            self.connection.prepare(sql)?.query_map([id.to_string()], |row| row.get(0))?.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Keeps a person in place of what was known of the same one, if the account still names the tenant and the app that the
    /// person signed in to.
    pub(crate) fn keep_agent(
        &mut self,
        tenant: Guid,
        client: Guid,
        agent: &Agent,
        entries: &[String],
    ) -> Result<(), KeepError> {
        self.write(|tx| {
            let current = rows::read(tx)?;
            let same = |account: &Account| (account.tenant_id, account.client_id) == (tenant, client);
            if !current.as_ref().is_some_and(|saved| same(&saved.account)) {
                return Err(KeepError::Changed { current: current.map(Box::new) }.into());
            }
            let id = agent.id.to_string();
            tx.execute("DELETE FROM agent WHERE id = ?1", [&id])?;
            tx.execute(
                "INSERT INTO agent (id, name, principal_name, enabled_at, standing, reason)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    id,
                    agent.name,
                    agent.principal_name,
                    rows::moment(agent.enabled_at),
                    key(&agent.standing),
                    agent.standing.reason()
                ],
            )?;
            write_entries(tx, agent.id, entries)?;
            Ok(history::append(tx, &Deed::new(Kind::AgentEnabled, agent.enabled_at, agent.named()))?)
        })
    }

    /// Lets a person's sign-in be somewhere else, unless the person has signed in again or gone since. Says whether it was done.
    pub(crate) fn move_entries(&mut self, agent: &Agent, entries: &[String]) -> Result<bool, KeepError> {
        self.write(|tx| {
            if !is_current(tx, agent)? {
                return Ok(false);
            }
            tx.execute("DELETE FROM agent_entry WHERE agent = ?1", [agent.id.to_string()])?;
            write_entries(tx, agent.id, entries)?;
            Ok(true)
        })
    }

    /// Ends a person's sign-in for this reason, unless the person has signed in again or gone since.
    pub(crate) fn suspend_agent(&mut self, agent: &Agent, reason: &str, now: DateTime<Utc>) -> Result<(), KeepError> {
        self.write(|tx| {
            if is_current(tx, agent)? {
                let id = agent.id.to_string();
                let standing = key(&Standing::MustSignIn(String::new()));
                tx.execute("UPDATE agent SET standing = ?1, reason = ?2 WHERE id = ?3", params![standing, reason, id])?;
                tx.execute("DELETE FROM agent_entry WHERE agent = ?1", [id])?;
                let note = format!("{}: {reason}", agent.named());
                history::append(tx, &Deed::new(Kind::AgentDisabled, now, note))?;
            }
            Ok(())
        })
    }

    /// Removes a person. The account must still be there.
    pub(crate) fn remove_agent(&mut self, id: Guid, now: DateTime<Utc>) -> Result<(), KeepError> {
        self.write(|tx| {
            if let Some(agent) = read(tx)?.iter().find(|agent| agent.id == id) {
                tx.execute("DELETE FROM agent WHERE id = ?1", [id.to_string()])?;
                history::append(tx, &Deed::new(Kind::AgentDisabled, now, agent.named()))?;
            }
            Ok(())
        })
    }

    /// The account that agents sign in with, in one look with who they are.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn agent(&self, id: Guid) -> Result<Option<Agent>, KeepError> {
        Ok(self.agents()?.into_iter().find(|agent| agent.id == id))
    }
}

/// Everybody loses access with the account.
pub(super) fn remove_all(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM agent", []).map(drop)
}

/// Sign-ins are of one tenant and one app; to any other they are worth nothing.
pub(super) fn account_changed(tx: &Transaction<'_>, before: &Account, after: &Account) -> rusqlite::Result<()> {
    let Some(reason) = agent::re_enable_reason(before, after) else { return Ok(()) };
    let standing = key(&Standing::MustReEnable(String::new()));
    tx.execute("UPDATE agent SET standing = ?1, reason = ?2", params![standing, reason])?;
    tx.execute("DELETE FROM agent_entry", []).map(drop)
}

fn read(connection: &Connection) -> rusqlite::Result<Vec<Agent>> {
    let mut statement = connection.prepare("SELECT * FROM agent")?;
    let agents = statement.query_map([], |row| {
        let reason: Option<String> = row.get("reason")?;
        let standing = |key: &str| match key {
            "enabled" => Some(Standing::Enabled),
            "must_sign_in" => Some(Standing::MustSignIn(reason.clone().unwrap_or_default())),
            "must_re_enable" => Some(Standing::MustReEnable(reason.clone().unwrap_or_default())),
            _ => None,
        };
        Ok(Agent {
            id: rows::guid(row, "id")?,
            name: row.get("name")?,
            principal_name: row.get("principal_name")?,
            enabled_at: rows::read_moment(row, "enabled_at")?,
            standing: rows::key(row, "standing", standing)?,
        })
    })?;
    agents.collect()
}

fn key(standing: &Standing) -> &'static str {
    match standing {
        Standing::Enabled => "enabled",
        Standing::MustSignIn(_) => "must_sign_in",
        Standing::MustReEnable(_) => "must_re_enable",
    }
}

fn write_entries(tx: &Transaction<'_>, id: Guid, entries: &[String]) -> rusqlite::Result<()> {
    for (part, reference) in (0i64..).zip(entries) {
        let sql = "INSERT INTO agent_entry (agent, part, reference) VALUES (?1, ?2, ?3)";
        tx.execute(sql, params![id.to_string(), part, reference])?;
    }
    Ok(())
}

/// Whether this is still the sign-in that was looked at.
fn is_current(tx: &Transaction<'_>, agent: &Agent) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM agent WHERE id = ?1 AND enabled_at = ?2 AND standing = 'enabled'";
    let count: i64 =
        tx.query_one(sql, params![agent.id.to_string(), rows::moment(agent.enabled_at)], |row| row.get(0))?;
    Ok(count == 1)
}
