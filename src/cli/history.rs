//! `history`: what was done to the account, for people, for spreadsheets and for scripts.
//!
//! Owns the document of `history --json`. The verdict on the entries is [`crate::store`]'s, the words are the domain's.

use super::{
    Cli,
    account::rfc3339,
    said::{DONE, FAILED, NOTHING, REFUSED, Said},
};
use crate::{
    csv_file,
    domain::{
        Failure, History,
        history::{Entry, Fault},
    },
    keeper::Keeper,
};
use serde::Serialize;

pub(super) fn history(cli: &Cli, json: bool, csv: bool) -> Said {
    let read = Keeper::open_read_only(&cli.profile).and_then(|store| store.map_or(Ok(None), |s| s.history().map(Some)));
    let history = match read {
        Ok(Some(history)) if history.count > 0 || !history.entries.is_empty() => history,
        Ok(_) => {
            let failure = Failure::new("Nothing was done yet.", "Apply a settings file, here or in the window.");
            return Said::failed(NOTHING, failure, json);
        }
        Err(error) => return Said::failed(REFUSED, error, json),
    };
    let faults = history.faults();
    let mut said = Said::default();
    if json {
        said.document(&Document::of(&history, &faults));
    } else if csv {
        said.table(&table(&history));
    } else {
        history.entries.iter().for_each(|entry| said.line(text(entry)));
        said.line(match history.entries.len() {
            1 => format!("1 entry, seal {}", history.seal),
            count => format!("{count} entries, seal {}", history.seal),
        });
    }
    if faults.is_empty() {
        return said.ends(DONE);
    }
    faults.iter().for_each(|fault| said.complain(fault));
    said.complain("The history was changed by other hands.");
    said.ends(FAILED)
}

fn table(history: &History) -> String {
    let mut bytes = Vec::new();
    // Memory refuses nothing.
    let _ = csv_file::write(&mut bytes, &History::COLUMNS, history.rows());
    String::from_utf8(bytes).unwrap_or_default()
}

fn text(entry: &Entry) -> String {
    let at = entry.at.map_or_else(|| "unknown time".into(), rfc3339);
    let note = if entry.note.is_empty() { String::new() } else { format!(": {}", entry.note) };
    let mut lines = vec![format!("{:>5}  {at}  {}  {}{note}", entry.number, entry.user, entry.label())];
    lines.extend(entry.changes.iter().map(|change| format!("       {}", change.text().replace('\n', " "))));
    lines.join("\n")
}

/// The document of `history --json`: the oldest entry first.
#[derive(Serialize)]
struct Document<'a> {
    whole: bool,
    faults: &'a [String],
    count: i64,
    seal: &'a str,
    entries: Vec<DocumentEntry<'a>>,
}

#[derive(Serialize)]
struct DocumentEntry<'a> {
    number: i64,
    at: Option<String>,
    user: &'a str,
    kind: Option<&'static str>,
    note: &'a str,
    changes: Vec<DocumentChange<'a>>,
    fault: Option<String>,
    hash: &'a str,
}

#[derive(Serialize)]
struct DocumentChange<'a> {
    field: &'static str,
    old: &'a str,
    new: &'a str,
}

impl<'a> Document<'a> {
    fn of(history: &'a History, faults: &'a [String]) -> Self {
        let entries = history.entries.iter().map(|entry| DocumentEntry {
            number: entry.number,
            at: entry.at.map(rfc3339),
            user: &entry.user,
            kind: entry.kind.map(|kind| kind.key()),
            note: &entry.note,
            changes: entry
                .changes
                .iter()
                .map(|change| DocumentChange { field: change.field.key(), old: &change.old, new: &change.new })
                .collect(),
            fault: entry.fault.map(Fault::text),
            hash: &entry.hash,
        });
        Self { whole: faults.is_empty(), faults, count: history.count, seal: &history.seal, entries: entries.collect() }
    }
}
