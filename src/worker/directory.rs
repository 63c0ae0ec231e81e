//! The lane's part that is about the colleagues of the tenant as agents see them.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::directory`.

use super::Lane;
use crate::session::{
    Event as SessionEvent,
    directory::{Command, Event},
};
use std::sync::Arc;

impl Lane {
    pub(super) fn directory(&mut self, command: Command) {
        match command {
            Command::Open { job, .. } => {
                self.out.send(SessionEvent::Directory(Event::Opened { job, kept: None, cut_off: None }));
            }
            Command::Refresh { .. } => {}
            Command::Cancel { job } => self.cancel(job),
            Command::Search { job, people, ask, before } => {
                let out = self.out.clone();
                self.spawn(job, async move {
                    let search = move || Arc::new(people.search(*ask, before.as_deref()));
                    if let Ok(found) = tokio::task::spawn_blocking(search).await {
                        out.send(SessionEvent::Directory(Event::Found(job, found)));
                    }
                });
            }
        }
    }
}
