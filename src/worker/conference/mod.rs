//! The lane's part that is about rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns how its commands are carried out; what goes on in one chat is `line`'s. Must not know egui. Start with
//! `Lane::conference`.

mod line;
mod words;

use super::Lane;
use crate::{
    domain::{
        Failure,
        people::{Ask, People, Query},
    },
    graph, saved_file,
    session::{
        Event as SessionEvent, FileTask,
        conference::{Command, Event, Person},
    },
};
use line::{Line, Order, SignedIn};
use std::collections::HashMap;
use tokio::sync::mpsc::{self, UnboundedSender};

/// As many as a person looks through.
const FOUND: usize = 10;

/// The chats that are on, by the number of their job. A line whose sender is dropped writes what is waiting and ends.
pub(super) type Lines = HashMap<u64, UnboundedSender<Order>>;

impl Lane {
    pub(super) fn conference(&mut self, command: Command) {
        match command {
            Command::Save { job, path, record } => {
                let text = record.to_text(&chrono::Local);
                let saved = saved_file::write(&path, |file| file.write_all(text.as_bytes()));
                self.out.send(match saved {
                    Ok(()) => SessionEvent::Written(job, path),
                    Err(failure) => SessionEvent::FileFailed(job, FileTask::Transcript, failure),
                });
            }
            Command::Find { job, people, text, .. } if !people.is_empty() => {
                let out = self.out.clone();
                self.spawn(job, async move {
                    if let Ok(found) = tokio::task::spawn_blocking(move || among(&people, &text)).await {
                        out.send(SessionEvent::Conference(Event::Found(job, Ok(found))));
                    }
                });
            }
            Command::Find { job, source, text, .. } => {
                let credentials = self.credentials_of(&source);
                let (out, http, pass) = (self.out.clone(), self.http.clone(), self.pass.clone());
                self.spawn(job, async move {
                    let find = async {
                        let credentials = credentials?;
                        let token = pass.token(&http, &credentials).await.map_err(|error| words::no_token(&error))?;
                        let found = graph::people::search(&http, &credentials.cloud, &token, &text).await;
                        found.map_err(|error| words::not_found(&error))
                    };
                    let person = |one: graph::people::Somebody| Person {
                        id: one.id,
                        name: one.name,
                        principal_name: one.principal_name,
                    };
                    let found: Result<Vec<_>, Failure> = find.await;
                    let found = found.map(|found| found.into_iter().map(person).collect());
                    out.send(SessionEvent::Conference(Event::Found(job, found)));
                });
            }
            Command::Call { job, cloud, agent, colleague } => {
                let (sender, orders) = mpsc::unbounded_channel();
                self.lines.retain(|_, sender| !sender.is_closed());
                self.lines.insert(job, sender);
                let line = Line {
                    http: self.http.clone(),
                    cloud: *cloud,
                    bearer: SignedIn { agents: self.signed_in(), id: agent },
                    me: agent,
                    colleague: colleague.id,
                    name: colleague.name,
                    now: self.now,
                };
                let out = self.out.clone();
                let tell = move |told| out.send(SessionEvent::Conference(Event::Line(job, told)));
                self.spawn(job, line::serve(line, orders, tell));
            }
            Command::Write { job, text } => self.order(job, Order::Write(text)),
            Command::Finish { job } => self.order(job, Order::Finish),
            Command::Cancel { job } => {
                self.lines.remove(&job);
                self.cancel(job);
            }
        }
    }

    fn order(&mut self, job: u64, order: Order) {
        if let Some(sender) = self.lines.get(&job) {
            // A line that has ended has told why.
            let _ = sender.send(order);
        }
    }
}

fn among(people: &People, text: &str) -> Vec<Person> {
    let found = people.search(Ask { query: Query::new(text), ..Ask::default() }, None);
    let found = found.rows.iter().filter_map(|row| people.person(*row)).take(FOUND);
    let person = |one: crate::domain::PersonRef<'_>| Person {
        id: one.id(),
        name: one.name().to_owned(),
        principal_name: one.user_principal_name().to_owned(),
    };
    found.map(person).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Guid,
        people::{Builder, NewPerson},
    };

    #[test]
    fn people_who_are_kept_are_found_without_asking_graph() {
        let mut builder = Builder::default();
        for (number, name) in ["Zoë Ångström", "Adele Vance", "Zoe Miller"].into_iter().enumerate() {
            let id = Guid::parse(&format!("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b9{number}")).expect("an ID");
            let (mail, job_title, department, mobile) = (None, None, None, None);
            let user_principal_name = "x@contoso.example";
            let business = &[];
            builder.push(&NewPerson {
                id,
                display_name: name,
                user_principal_name,
                mail,
                job_title,
                department,
                mobile,
                business,
            });
        }
        let people = builder.finish();
        let names = |text| among(&people, text).into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names("zoe"), ["Zoë Ångström", "Zoe Miller"]);
        assert_eq!(names("angstrom zoe"), ["Zoë Ångström"]);
        assert!(names("nobody").is_empty());
    }
}
