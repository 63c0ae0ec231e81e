//! `history`: everything that the command line does is in it, without a secret, and what other hands do to it shows.

use super::{Place, SECRET, place, settings, tenant};
use liaison::practice::Scenario;
use rusqlite::Connection;
use serde_json::{Value, json};

fn tamper(place: &Place, sql: &str) {
    let connection = Connection::open(place.profile().database()).expect("opens");
    connection.execute_batch(sql).expect("writes");
}

/// An account that was applied, changed, tested and deleted.
fn lived() -> Place {
    let place = place();
    let practice = tenant(Scenario::Healthy);
    let mut file = settings(&practice);
    let path = place.file(&file);
    let path = path.to_str().expect("UTF-8");
    place.run(&["apply", path]).ends(0);
    file["name"] = json!("=Contoso");
    place.run_with(&["apply", "-"], &[], &file.to_string()).ends(0);
    place.run_with(&["test"], &[SECRET], "").ends(0);
    place.run(&["delete", "--yes", "=Contoso"]).ends(0);
    place
}

#[test]
fn everything_is_in_it_with_who_and_what_and_it_outlives_the_account() {
    let place = lived();
    let document = place.run(&["history", "--json"]).ends(0).json();
    assert_eq!((&document["whole"], &document["count"]), (&json!(true), &json!(4)));
    let entries = document["entries"].as_array().expect("a list");
    let kinds: Vec<&Value> = entries.iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["imported", "imported", "tested", "deleted"]);
    let notes: Vec<&str> = entries.iter().map(|entry| entry["note"].as_str().expect("text")).collect();
    assert_eq!((notes[0], notes[1], notes[3]), ("From settings.json", "From standard input", "=Contoso"));
    assert!(notes[2].starts_with("Connected · "), "{notes:?}");
    assert_eq!(entries[1]["changes"], json!([{"field": "name", "old": "Contoso Teams", "new": "=Contoso"}]));
    assert_eq!(entries[2]["changes"][0]["field"], "expires_at");
    assert_eq!(document["seal"], entries[3]["hash"]);
    let user = crate::user();
    assert!(entries.iter().all(|entry| entry["user"] == user && entry["at"].is_string() && entry["fault"].is_null()));

    let text = place.run(&["history"]).ends(0).out;
    assert!(text.contains("Name: “Contoso Teams” → “=Contoso”") && text.contains("4 entries, seal "), "{text}");
}

#[test]
fn a_spreadsheet_calculates_nothing_of_it() {
    let csv = lived().run(&["history", "--csv"]).ends(0).out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(rows.headers().expect("a head").iter().next(), Some("entry"));
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(&rows[3][4], "'=Contoso");
    assert!(csv.contains("\r\n") && rows.iter().all(|row| &row[6] == "as it was written"));
}

#[test]
fn what_other_hands_do_shows_and_ends_with_1() {
    let place = lived();
    tamper(&place, "UPDATE history SET user = 'somebody else' WHERE number = 2");
    let run = place.run(&["history", "--json"]).ends(1).says("Entry 2: This entry was changed after it was written.");
    assert_eq!((&run.json()["whole"], run.json()["faults"].as_array().map(Vec::len)), (&json!(false), Some(1)));

    let place = lived();
    tamper(&place, "DELETE FROM history WHERE number > 2");
    place.run(&["history"]).ends(1).says("The newest 2 entries were removed.");
    tamper(&place, "DELETE FROM history");
    place.run(&["history"]).ends(1).says("The newest 4 entries were removed.");
}

#[test]
fn where_nothing_was_done_there_is_nothing() {
    let place = place();
    let run = place.run(&["history", "--json"]).ends(3).says("Nothing was done yet.");
    assert_eq!(run.json(), Value::Null);
    assert!(!place.profile().dir().exists());
    place.run(&["history", "--json", "--csv"]).ends(2);
}
