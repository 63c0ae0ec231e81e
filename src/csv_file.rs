//! Tables for spreadsheets: comma-separated values that are safe to open.
//!
//! Owns the escaping. A cell that a spreadsheet would take for a formula gets an apostrophe in front, which makes it text
//! (<https://owasp.org/www-community/attacks/CSV_Injection>). Knows nothing of what the tables hold. Start with [`write()`].

use crate::{domain::Failure, saved_file};
use std::{
    borrow::Cow,
    io::{self, Write},
    path::Path,
};

/// What a spreadsheet takes for the beginning of a formula, or skips on its way to one. The wide ones are their twins on
/// Japanese and Chinese keyboards.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Makes spreadsheets read the file as UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The text as a cell that no spreadsheet calculates.
pub fn cell(text: &str) -> Cow<'_, str> {
    let risky = |text: &str| text.starts_with(FORMULA);
    if risky(text) || risky(text.trim_start()) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Writes the names of the columns, then each row as it comes; memory holds one row.
///
/// # Errors
/// What `to` refuses.
pub fn write<Row, Cell>(to: impl Write, columns: &[&str], rows: impl IntoIterator<Item = Row>) -> io::Result<()>
where
    Row: IntoIterator<Item = Cell>,
    Cell: AsRef<str>,
{
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
    table.write_record(columns)?;
    for row in rows {
        for text in row {
            table.write_field(cell(text.as_ref()).as_bytes())?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// Writes such a table to a file, in whole or not at all.
///
/// # Errors
/// The file cannot be written; what was there before still is.
pub fn save<Row, Cell>(path: &Path, columns: &[&str], rows: impl IntoIterator<Item = Row>) -> Result<(), Failure>
where
    Row: IntoIterator<Item = Cell>,
    Cell: AsRef<str>,
{
    saved_file::write(path, |file| {
        file.write_all(BYTE_ORDER_MARK)?;
        write(file, columns, rows)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, &["name", "number"], rows.iter().map(|row| row.iter())).expect("writes");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn what_a_spreadsheet_would_calculate_is_text() {
        for text in ["=1+1", "+1 425 555 0100", "-2", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["", "Adele Vance", "1-2", "'=1", "a=b", "…"] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(table(&[&["Vance, \"Adele\"\nB", "=1"]]), "name,number\r\n\"Vance, \"\"Adele\"\"\nB\",'=1\r\n");
        assert_eq!(table(&[]), "name,number\r\n");
    }

    #[test]
    fn a_file_begins_with_its_mark_and_one_that_cannot_be_written_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("people.csv");
        save(&path, &["name"], [["Zoë"]]).expect("saves");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "\u{feff}name\r\nZoë\r\n");
        let nowhere = dir.path().join("nowhere").join("people.csv");
        let failure = save(&nowhere, &["name"], [["Zoë"]]).expect_err("refuses");
        assert!(failure.headline.contains("people.csv"), "{failure}");
    }
}
