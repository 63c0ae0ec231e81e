//! The people of a list as a table for spreadsheets.
//!
//! Owns the columns; `csv_file` owns that no cell is calculated. Start with [`write`].

use crate::{
    csv_file,
    domain::{Failure, PersonRef, PhoneType},
    session::directory::List,
};
use std::path::Path;

/// Writes everybody of the list in its order. The types of numbers stand in the configured order, all of them, since a table
/// is for work on the numbers.
pub(super) fn write(path: &Path, list: &List) -> Result<(), Failure> {
    let kinds: Vec<PhoneType> = list.options.as_slice().iter().map(|option| option.kind).collect();
    let mut columns = vec!["Name", "User principal name", "Mail", "Job title", "Department", "Presence", "Message"];
    columns.extend(kinds.iter().map(|kind| kind.label()));
    columns.push("Object ID");
    let count = list.rows.len();
    let order = (0..count).map(|at| list.rows[if list.descending { count - 1 - at } else { at }]);
    let people = order.filter_map(|row| list.people.person(row));
    csv_file::save(path, &columns, people.map(|person| row(person, list, &kinds)))
}

fn row(person: PersonRef<'_>, list: &List, kinds: &[PhoneType]) -> Vec<String> {
    let presence = list.presences.get(&person.id());
    let mut cells = vec![
        person.name().to_owned(),
        person.user_principal_name().to_owned(),
        person.mail().unwrap_or_default().to_owned(),
        person.job_title().unwrap_or_default().to_owned(),
        person.department().unwrap_or_default().to_owned(),
        presence.map(|presence| presence.words().into_owned()).unwrap_or_default(),
        presence.and_then(|presence| presence.message.clone()).unwrap_or_default(),
    ];
    let of = |kind: PhoneType| {
        let numbers: Vec<&str> = person.numbers().filter(|(one, _)| *one == kind).map(|(_, number)| number).collect();
        numbers.join("; ")
    };
    cells.extend(kinds.iter().map(|kind| of(*kind)));
    cells.push(person.id().to_string());
    cells
}
