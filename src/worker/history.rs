//! The lane's part that is about what was done to the account, and going back to it.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::history`.

use super::Lane;
use crate::{
    csv_file,
    domain::{Draft, Failure, History},
    session::{
        Event as SessionEvent, FileTask,
        history::{Command, Event, Read},
    },
    settings_file,
};
use std::{path::Path, sync::Arc};

impl Lane {
    pub(super) fn history(&mut self, command: Command) {
        match command {
            Command::Load { job } => {
                let read = self.read_history().map(|history| Arc::new(Read::new(history)));
                self.out.send(SessionEvent::History(Event::Loaded(job, read)));
            }
            Command::Settings { job, entry } => {
                let draft = self.settings_at(entry).map(Box::new);
                self.out.send(SessionEvent::History(Event::Settings { job, entry, draft }));
            }
            Command::Record(deed) => {
                if let Err(error) = self.keeper().and_then(|mut keeper| keeper.record(&deed)) {
                    self.out.send(SessionEvent::Failed((&error).into()));
                }
            }
            Command::AddMessages(number) => {
                let now = (self.now)();
                let counted = self.keeper().and_then(|mut keeper| {
                    if number > 0 {
                        keeper.add_messages(number, now)?;
                    }
                    keeper.messages(now)
                });
                // It is for information only: where it cannot be kept, nothing is said.
                if let Ok(count) = counted {
                    self.out.send(SessionEvent::History(Event::Messages(count)));
                }
            }
            Command::Export { job, path } => {
                self.out.send(match self.read_history().and_then(|history| export(&path, &history)) {
                    Ok(()) => SessionEvent::Written(job, path),
                    Err(failure) => SessionEvent::FileFailed(job, FileTask::History, failure),
                });
            }
        }
    }

    fn read_history(&self) -> Result<History, Failure> {
        self.keeper().and_then(|keeper| keeper.history()).map_err(|error| (&error).into())
    }

    fn settings_at(&self, entry: i64) -> Result<Draft, Failure> {
        let text = self.keeper().and_then(|keeper| keeper.settings_at(entry)).map_err(|error| Failure::from(&error))?;
        let read = settings_file::read(text.as_deref().unwrap_or_default());
        read.map(|imported| imported.draft).map_err(|error| (&error).into())
    }
}

fn export(path: &Path, history: &History) -> Result<(), Failure> {
    csv_file::save(path, &History::COLUMNS, history.rows())
}
