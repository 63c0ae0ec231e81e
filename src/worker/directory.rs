//! The lane's part that is about the colleagues of the tenant as agents see them.
//!
//! Owns how its commands are carried out. What takes its time is done beside the lane: nobody waits for the directory to save
//! an account. Must not know egui. Start with `Lane::directory`.

mod export;
mod faces;

pub(super) use faces::Pass;

use super::Lane;
use crate::{
    domain::{Coverage, DirectoryOptions, Failure, People, coverage::is_e164},
    roster::{self, Refresh},
    session::{
        Event as SessionEvent, FileTask,
        directory::{Command, Counted, Event, Source},
    },
};
use std::{sync::Arc, time::Duration};

/// So long after the start, the window has the processor for itself: many people take as much of it as the first picture.
const FIRST_PICTURES: Duration = Duration::from_millis(500);

impl Lane {
    pub(super) fn directory(&mut self, command: Command) {
        let out = self.out.clone();
        let send = move |event| out.send(SessionEvent::Directory(event));
        match command {
            Command::Open { job, tenant } => {
                let (profile, memory) = (self.profile.clone(), self.people.clone());
                let costly = profile.people(tenant).exists();
                let rest = if costly { FIRST_PICTURES.saturating_sub(self.started.elapsed()) } else { Duration::ZERO };
                self.spawn(job, async move {
                    tokio::time::sleep(rest).await;
                    let opened = tokio::task::spawn_blocking(move || roster::open(&profile, tenant, &memory));
                    match opened.await {
                        Ok(Ok(state)) => send(Event::Opened { job, kept: state.kept, cut_off: state.cut_off }),
                        Ok(Err(failure)) => send(Event::OpenFailed(job, failure)),
                        Err(_) => {}
                    }
                });
            }
            Command::Refresh { job, source, everybody } => match self.refresh(&source, everybody) {
                Ok(refresh) => self.spawn(job, async move {
                    match refresh.run(|progress| send(Event::Progress(job, progress))).await {
                        Ok(refreshed) => send(Event::Refreshed(job, refreshed.kept, refreshed.not_kept)),
                        Err(stopped) => {
                            send(Event::Stopped { job, failure: stopped.failure, resumable: stopped.resumable });
                        }
                    }
                }),
                Err(failure) => send(Event::Stopped { job, failure, resumable: false }),
            },
            Command::Cancel { job } => self.cancel(job),
            Command::Search { job, people, ask, before } => self.spawn(job, async move {
                let search = move || Arc::new(people.search(*ask, before.as_deref()));
                if let Ok(found) = tokio::task::spawn_blocking(search).await {
                    send(Event::Found(job, found));
                }
            }),
            Command::Count { job, people, options } => {
                self.spawn(job, async move {
                    if let Ok(counted) = tokio::task::spawn_blocking(move || count(&people, &options)).await {
                        send(Event::Counted(job, Arc::new(counted)));
                    }
                });
            }
            Command::Export { job, path, list } => {
                let out = self.out.clone();
                self.spawn(job, async move {
                    let write = move || {
                        out.send(match export::write(&path, &list) {
                            Ok(()) => SessionEvent::Written(job, path),
                            Err(failure) => SessionEvent::FileFailed(job, FileTask::People, failure),
                        });
                    };
                    // A table that is being written is written to its end.
                    let _ = tokio::task::spawn_blocking(write).await;
                });
            }
            Command::Presences { job, source, people } => self.presences(job, &source, people),
            Command::Photos { job, source, people } => self.photos(job, &source, people),
        }
    }

    fn refresh(&mut self, source: &Source, everybody: bool) -> Result<Refresh, Failure> {
        let credentials = self.credentials_of(source)?;
        Ok(Refresh {
            http: self.http.clone(),
            credentials,
            profile: self.profile.clone(),
            now: self.now,
            memory: self.people.clone(),
            everybody,
        })
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
