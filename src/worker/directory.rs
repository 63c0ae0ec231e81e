//! The lane's part that is about the colleagues of the tenant as agents see them.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::directory`.

mod faces;

pub(super) use faces::Pass;

use super::Lane;
use crate::{
    domain::{Coverage, DirectoryOptions, People, coverage::is_e164},
    session::{
        Event as SessionEvent,
        directory::{Command, Counted, Event},
    },
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
            Command::Count { job, people, options } => {
                let out = self.out.clone();
                self.spawn(job, async move {
                    if let Ok(counted) = tokio::task::spawn_blocking(move || count(&people, &options)).await {
                        out.send(SessionEvent::Directory(Event::Counted(job, Arc::new(counted))));
                    }
                });
            }
            Command::Presences { job, source, people } => self.presences(job, &source, people),
            Command::Photos { job, source, people } => self.photos(job, &source, people),
        }
    }
}

fn count(people: &People, options: &DirectoryOptions) -> Counted {
    let mut coverage = Coverage::new(options);
    let add = |(row, person): (u32, crate::domain::PersonRef<'_>)| {
        coverage.add(person.numbers());
        person.numbers().any(|(_, number)| !is_e164(number)).then_some(row)
    };
    let not_e164 = Arc::new(people.iter().filter_map(add).collect());
    Counted { coverage, not_e164 }
}
