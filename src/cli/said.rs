//! What a command says, and how it ends.
//!
//! Owns the two streams: human text or one JSON document on standard output, problems on standard error. A reader that
//! goes away early is no failure; a full disk is. Start with [`Said`].

use crate::domain::Failure;
use serde::Serialize;
use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// Everything went well.
pub(super) const DONE: u8 = 0;
/// What was tested does not work.
pub(super) const FAILED: u8 = 1;
/// It could not be done.
pub(super) const REFUSED: u8 = 2;
/// There is no account, or nothing is known.
pub(super) const NOTHING: u8 = 3;

/// What a command says, collected until it is done.
#[derive(Debug, Default)]
pub(super) struct Said {
    out: String,
    err: String,
    exit: u8,
}

impl Said {
    /// Ends with a failure; where a JSON document was asked for, it is `null`.
    pub(super) fn failed(exit: u8, failure: impl Display, json: bool) -> Self {
        let mut said = Self::default();
        said.complain(failure);
        if json {
            said.document(&());
        }
        said.ends(exit)
    }

    /// A line for people on standard output.
    pub(super) fn line(&mut self, text: impl Display) {
        self.out += &for_terminals(&text.to_string());
        self.out.push('\n');
    }

    /// The one JSON document on standard output.
    pub(super) fn document(&mut self, value: &impl Serialize) {
        // Serialising fails for maps with keys that are no text, and there are none.
        self.out += &serde_json::to_string_pretty(value).unwrap_or_default();
        self.out.push('\n');
    }

    /// A table for spreadsheets on standard output, whose lines end as they do there.
    pub(super) fn table(&mut self, text: &str) {
        self.out.extend(text.split_inclusive("\r\n").map(|line| match line.strip_suffix("\r\n") {
            Some(line) => for_terminals(line) + "\r\n",
            None => for_terminals(line),
        }));
    }

    /// A line on standard error.
    pub(super) fn complain(&mut self, text: impl Display) {
        self.err += &for_terminals(&text.to_string());
        self.err.push('\n');
    }

    /// The exit status so far.
    #[cfg(test)]
    pub(super) fn exit(&self) -> u8 {
        self.exit
    }

    /// How it ends.
    pub(super) fn ends(self, exit: u8) -> Self {
        Self { exit, ..self }
    }

    /// Says it all. `unwritten` is the exit status where standard output cannot be written.
    pub(super) fn say(self, unwritten: u8) -> ExitCode {
        // Whoever closed standard error cannot be told.
        let _ = write(&mut io::stderr(), &self.err);
        if let Err(error) = write(&mut io::stdout(), &self.out) {
            let failure =
                Failure::new("The output could not be written.", format!("Look at where it is sent: {error}."));
            let _ = write(&mut io::stderr(), &format!("{failure}\n"));
            return ExitCode::from(unwritten);
        }
        ExitCode::from(self.exit)
    }
}

/// Writes and flushes; a reader that is gone is no error.
pub(super) fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Without what could steer a terminal: parts of it are a server's or a file's own words.
pub(super) fn for_terminals(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_cannot_steer_a_terminal() {
        let mut said = Said::default();
        said.line("App “\u{1b}[2J\r\u{7}”\nnext");
        assert_eq!(said.out, "App “ [2J  ”\nnext\n");
    }
}
