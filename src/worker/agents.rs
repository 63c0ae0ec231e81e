//! The lane's part that is about the people who enabled Teams integration, and their signing in.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::agents`.

use super::Lane;
use crate::{
    agents::{AgentError, Agents, DeviceCode, PATIENCE},
    domain::{Agent, Failure},
    session::{
        Event as SessionEvent,
        agents::{Command, Event, How},
    },
};

impl Lane {
    pub(super) fn agents(&mut self, command: Command) {
        match command {
            Command::List => match self.signed_in().list() {
                Ok(list) => self.out.send(listed(list)),
                Err(error) => self.out.send(SessionEvent::Failed((&error).into())),
            },
            Command::Enable { job, how, hint } => self.enable(job, how, hint),
            Command::Cancel { job } => self.cancel(job),
            Command::Open { .. } => {} // Only the window can.
            Command::Disable { agent } => {
                let event = match self.signed_in().disable(agent.id) {
                    Ok(deleted) => Event::Disabled(agent.name, deleted.secret_left.as_ref().map(Failure::from)),
                    Err(error) => Event::NotDisabled(AgentError::from(error).failure()),
                };
                self.out.send(SessionEvent::Agents(event));
            }
        }
    }

    /// The service for everything that acts for a person, over the profile in use. The session hears of every change.
    pub(super) fn signed_in(&self) -> Agents {
        let out = self.out.clone();
        let changed = move |list| out.send(listed(list));
        Agents::new(self.profile.clone(), self.vault.clone(), self.http.clone(), self.now, changed)
    }

    fn enable(&mut self, job: u64, how: How, hint: Option<String>) {
        let (agents, out) = (self.signed_in(), self.out.clone());
        self.spawn(job, async move {
            let send = |event| out.send(SessionEvent::Agents(event));
            let enabled = match how {
                How::Browser => {
                    let open = |address: &str| send(Event::Page(job, address.to_owned()));
                    agents.enable_in_browser(hint.as_deref(), PATIENCE, open).await
                }
                How::DeviceCode => {
                    let show = |given: DeviceCode| {
                        send(Event::Code { job, address: given.address, code: given.code, lasts: given.lasts });
                    };
                    agents.enable_by_device(show, tokio::time::sleep).await
                }
            };
            send(match enabled {
                Ok(agent) => Event::Enabled(job, Box::new(agent)),
                Err(error) => Event::NotEnabled(job, error.failure()),
            });
        });
    }
}

fn listed(list: Vec<Agent>) -> SessionEvent {
    SessionEvent::Agents(Event::Listed(list))
}
