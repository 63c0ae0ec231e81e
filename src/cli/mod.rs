//! The command line: the same account and the same checks without a window.
//!
//! Owns the words, the exit statuses and the JSON documents that scripts and monitors depend on; none of them may change.
//! Where `show`, `test` and `history` have no document to print, `--json` prints `null` and standard error says why; `status` prints
//! its document always. Must not know the window. Start with [`run`]; [`Args`] lists the words.

mod account;
mod agents;
mod args;
mod directory;
mod history;
mod network;
mod practice;
mod renew;
mod said;
mod secret;
mod status;
mod test;

pub use args::{Args, Command};

use crate::{
    domain::{Failure, Policy, Saved},
    keeper::Keeper,
    profile::{NoProfile, Profile},
    vault::Vault,
};
use args::NetworkArgs;
use chrono::{DateTime, Utc};
use said::{NOTHING, REFUSED, Said};
use std::process::ExitCode;

/// Carries out a command and says what came of it.
pub fn run(command: Command, profile: Result<Profile, NoProfile>, policy: Policy) -> ExitCode {
    // What a monitor cannot know is "unknown" to it.
    let unable = if matches!(command, Command::Status { .. }) { NOTHING } else { REFUSED };
    if !policy.problems.is_empty() {
        let mut said = Said::default();
        for problem in &policy.problems {
            said.complain(problem);
        }
        said.say(unable);
    }
    // It keeps nothing, so it needs no place for it.
    if let Command::Practice(args) = command {
        if !policy.allows_practice() {
            let failure = Failure::new(
                "Your organization turned off the practice tenant.",
                "Ask the people who manage this computer.",
            );
            return Said::failed(REFUSED, failure, false).say(unable);
        }
        return practice::serve(args.options()).say(unable);
    }
    let said = match profile {
        Ok(profile) => Cli { profile, vault: Vault::os(), now: Utc::now, policy }.carry_out(command),
        Err(error) => match command {
            Command::Status { json, .. } => status::unknown(&error.headline(), &error, json),
            Command::Show { json }
            | Command::Test { json, .. }
            | Command::Directory { json, .. }
            | Command::History { json, .. }
            | Command::Network(NetworkArgs { json, .. }) => Said::failed(REFUSED, error, json),
            Command::Agents(command) => Said::failed(REFUSED, error, command.wants_json()),
            _ => Said::failed(REFUSED, error, false),
        },
    };
    said.say(unable)
}

/// Where a command finds what it works on.
struct Cli {
    profile: Profile,
    vault: Vault,
    now: fn() -> DateTime<Utc>,
    policy: Policy,
}

impl Cli {
    fn carry_out(&self, command: Command) -> Said {
        match command {
            Command::Apply { file, secret_stdin, certificate, password_stdin } => {
                let given = match certificate {
                    Some(path) => secret::certificate(&path, password_stdin),
                    None => secret::draft(secret_stdin),
                };
                match given {
                    Ok(given) => account::apply(self, &file, given),
                    Err(failure) => Said::failed(REFUSED, failure, false),
                }
            }
            Command::Show { json } => account::show(self, json),
            Command::Test { json, secret_stdin } => test::test(self, json, secret_stdin),
            Command::Status { json, refresh, notify } => status::status(self, json, refresh, notify),
            Command::Directory { json, search, limit, secret_stdin } => {
                directory::directory(self, &directory::Wanted { json, search, limit, secret_stdin })
            }
            Command::History { json, csv } => history::history(self, json, csv),
            Command::Agents(command) => agents::agents(self, command),
            Command::Network(args) => network::network(self, args),
            Command::Renew { months, remove_old } => renew::renew(self, months, remove_old),
            Command::Delete { name, .. } => account::delete(self, &name),
            Command::Practice(args) => practice::serve(args.options()),
        }
    }

    /// The account, as of [`Cli::saved`], if the company allows its cloud: no other one is asked for anything.
    fn usable(&self) -> Result<Saved, (u8, Failure)> {
        let saved = self.saved()?;
        match self.policy.refuses_cloud(saved.account.cloud.kind()) {
            Some(failure) => Err((REFUSED, failure)),
            None => Ok(saved),
        }
    }

    /// The account; without one, what to say and how to end. Nothing is made where nothing is.
    fn saved(&self) -> Result<Saved, (u8, Failure)> {
        let loaded = Keeper::open_read_only(&self.profile).and_then(|store| store.map_or(Ok(None), |s| s.load()));
        match loaded {
            Ok(Some(saved)) => Ok(saved),
            Ok(None) => Err((
                NOTHING,
                Failure::new(
                    "There is no integration account yet.",
                    "Make one with liaison apply and a settings file, or in the window.",
                ),
            )),
            Err(error) => Err((REFUSED, (&error).into())),
        }
    }
}
