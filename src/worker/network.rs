//! The lane's part that is about how this computer reaches Microsoft.
//!
//! Owns which settings its client uses. Must not know egui. Start with `Lane::network`.

use super::Lane;
use crate::{
    domain::{Failure, NetworkField, NetworkSettings, Proxy},
    http::{self, Http},
    keeper::{KeepError, Keeper, NetworkKept},
    session::{
        Event,
        network::{Command, Event as NetworkEvent},
    },
};

impl Lane {
    pub(super) fn network(&mut self, command: Command) {
        match command {
            Command::Save { job, settings } => {
                let settings = self.policy.network(settings);
                if !settings.ca_file.is_empty()
                    && let Err(failure) = http::check_ca_file(&settings.ca_file)
                {
                    let problems = vec![(NetworkField::CaFile, failure)];
                    return self.out.send(Event::Network(NetworkEvent::NotSaved(job, problems)));
                }
                let saved =
                    Keeper::open(&self.home, self.vault.clone()).and_then(|mut keeper| keeper.set_network(&settings));
                self.saved(job, saved);
            }
        }
    }

    fn saved(&mut self, job: u64, saved: Result<NetworkKept, KeepError>) {
        let event = match saved {
            Ok(NetworkKept { settings, password_not_kept }) => {
                self.reach_the_world(settings);
                NetworkEvent::Saved(job, password_not_kept.as_ref().map(Failure::from))
            }
            Err(error) => NetworkEvent::Failed(job, (&error).into()),
        };
        self.out.send(Event::Network(event));
    }

    /// What stands in the dialog must be there before anybody can open it; the keychain may take its time.
    pub(super) fn show_network(&self) {
        if self.reached.is_none() {
            let settings = self.policy.network(Keeper::network_without_password(&self.home));
            let has_password = Keeper::keeps_proxy_password(&self.home);
            self.out.send(Event::Network(NetworkEvent::Read { settings, has_password }));
        }
    }

    /// The settings are the computer's, so that they are read once, from the real profile.
    pub(super) fn read_network(&mut self) {
        if self.reached.is_none() {
            self.reach_the_world(self.policy.network(Keeper::network(&self.home, &self.vault)));
        }
    }

    fn reach_the_world(&mut self, mut settings: NetworkSettings) {
        if self.reached.as_ref() != Some(&settings) {
            self.http = Http::new(&settings);
            self.reached = Some(settings.clone());
        }
        let password = match &mut settings.proxy {
            Proxy::Address(address) => address.password.take(),
            Proxy::System | Proxy::None => None,
        };
        self.out.send(Event::Network(NetworkEvent::Read { settings, has_password: password.is_some() }));
    }
}
