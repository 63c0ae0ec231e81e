//! `agents`: who enabled Teams integration; enabling people in the browser or with a device code, and disabling them.
//!
//! Owns the lines, the document of `agents list --json` and the exit statuses. What to do in the browser is said at once, on
//! standard output; everything else when it is done. Start with [`agents`].

use super::{
    Cli,
    account::rfc3339,
    args::{AgentsCommand, AgentsTask},
    network,
    said::{DONE, FAILED, NOTHING, REFUSED, Said, for_terminals, write},
};
use crate::{
    agents::{AgentError, Agents},
    domain::{Agent, Failure, Standing},
    keeper::KeepError,
};
use serde::Serialize;
use std::{io, time::Duration};

pub(super) fn agents(cli: &Cli, command: AgentsCommand) -> Said {
    if let Err((exit, failure)) = cli.saved() {
        return Said::failed(exit, failure, command.wants_json());
    }
    let agents = Agents::new(cli.profile.clone(), cli.vault.clone(), network::http(cli), cli.now, |_| {});
    match command.task {
        AgentsTask::List { json } => list(&agents, json),
        AgentsTask::Add { device, hint, wait } => add(&agents, device, hint.as_deref(), Duration::from_secs(wait)),
        AgentsTask::Remove { who } => remove(&agents, &who),
    }
}

/// The document of `agents list --json`.
#[derive(Serialize)]
struct Document {
    agents: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    name: String,
    user_principal_name: String,
    enabled_at: String,
    state: &'static str,
    reason: Option<String>,
}

fn list(agents: &Agents, json: bool) -> Said {
    let all = match agents.list() {
        Ok(all) => all,
        Err(error) => return Said::failed(REFUSED, &error, json),
    };
    let mut said = Said::default();
    if json {
        said.document(&Document { agents: all.iter().map(entry).collect() });
    } else if all.is_empty() {
        said.complain("Nobody has enabled Teams integration yet. Enable somebody with liaison agents add.");
    } else {
        for agent in &all {
            let reason = agent.standing.reason().map(|reason| format!(". {reason}")).unwrap_or_default();
            said.line(format!("{} ({}): {}{reason}", agent.name, agent.principal_name, agent.standing.label()));
        }
    }
    let waiting = all.iter().any(|agent| agent.standing != Standing::Enabled);
    said.ends(if waiting { FAILED } else { DONE })
}

fn entry(agent: &Agent) -> Entry {
    Entry {
        id: agent.id.to_string(),
        name: agent.name.clone(),
        user_principal_name: agent.principal_name.clone(),
        enabled_at: rfc3339(agent.enabled_at),
        state: match agent.standing {
            Standing::Enabled => "enabled",
            Standing::MustSignIn(_) => "must_sign_in",
            Standing::MustReEnable(_) => "must_re_enable",
        },
        reason: agent.standing.reason().map(str::to_owned),
    }
}

fn add(agents: &Agents, device: bool, hint: Option<&str>, wait: Duration) -> Said {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::new("Nobody can sign in on this system.", format!("{error}."));
            return Said::failed(REFUSED, failure, false);
        }
    };
    let added = runtime.block_on(async {
        if device {
            let show = |given: crate::agents::DeviceCode| {
                let minutes = given.lasts.as_secs() / 60;
                now(&format!(
                    "Open this page in any browser and enter the code {} within {minutes} minutes:\n{}",
                    given.code.expose(),
                    given.address
                ));
            };
            agents.enable_by_device(show, tokio::time::sleep).await
        } else {
            let open = |address: &str| now(&format!("Open this page in a browser on this computer:\n{address}"));
            agents.enable_in_browser(hint, wait, open).await
        }
    });
    match added {
        Ok(agent) => {
            let mut said = Said::default();
            said.line(format!("{} ({}) enabled Teams integration.", agent.name, agent.principal_name));
            said.ends(DONE)
        }
        Err(error) => Said::failed(exit(&error), error.failure(), false),
    }
}

/// Says at once what a person has to do.
fn now(text: &str) {
    // Without a reader nobody signs in, and the time runs out.
    let _ = write(&mut io::stdout(), &(for_terminals(text) + "\n"));
}

fn exit(error: &AgentError) -> u8 {
    match error {
        AgentError::NoAccount => NOTHING,
        AgentError::NoCredential | AgentError::Keep(_) => REFUSED,
        AgentError::NotEnabled | AgentError::MustSignIn(_) | AgentError::SignIn(_) => FAILED,
    }
}

fn remove(agents: &Agents, who: &str) -> Said {
    let removed = || -> Result<Said, KeepError> {
        let is_meant = |agent: &&Agent| {
            agent.principal_name.eq_ignore_ascii_case(who) || agent.id.to_string().eq_ignore_ascii_case(who)
        };
        let Some(agent) = agents.list()?.iter().find(is_meant).cloned() else {
            let failure = Failure::new(
                format!("Nobody named {who} has enabled Teams integration."),
                "Give the address that liaison agents list shows, or the ID.",
            );
            return Ok(Said::failed(REFUSED, failure, false));
        };
        let deleted = agents.disable(agent.id)?;
        let mut said = Said::default();
        said.line(format!("{} ({}) is disabled, and the sign-in is forgotten.", agent.name, agent.principal_name));
        if let Some(left) = &deleted.secret_left {
            said.complain(format!(
                "The sign-in is still in the keychain and is removed at a later start. {}",
                left.headline()
            ));
        }
        Ok(said.ends(DONE))
    };
    removed().unwrap_or_else(|error| Said::failed(REFUSED, &error, false))
}
