//! The lane's part that is about rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::conference`.

use super::Lane;
use crate::{
    domain::Failure,
    session::{Event, FileTask, conference::Command},
};
use atomic_write_file::AtomicWriteFile;
use std::{io::Write, path::Path};

impl Lane {
    pub(super) fn conference(&mut self, command: Command) {
        match command {
            Command::Save { job, path, record } => {
                let saved = write(&path, &record.to_text(&chrono::Local));
                self.out.send(match saved {
                    Ok(()) => Event::Written(job, path),
                    Err(failure) => Event::FileFailed(job, FileTask::Transcript, failure),
                });
            }
        }
    }
}

/// In whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        let mut file = AtomicWriteFile::open(path)?;
        file.write_all(text.as_bytes())?;
        file.commit()
    };
    write().map_err(|error: std::io::Error| {
        let why = error.to_string();
        Failure::new(
            format!("{} cannot be written.", path.display()),
            format!("Choose a folder that you may write to: {}.", why.trim_end_matches('.')),
        )
    })
}
