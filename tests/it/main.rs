//! Tests from outside, through the public API and over real connections: one module per subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aadsts;
mod agents;
mod canned;
mod certificate;
mod cli;
mod conference;
mod flaky;
mod keeper;
mod network;
mod oauth;
mod policy_templates;
mod practice;
mod presence;
mod probe;
mod renew;
mod roster;
mod screens;
mod settings_file;
mod tidy;
mod walk;

/// The user that the history names: on Windows with the domain, as `whoami` of that system prints it.
fn user() -> String {
    let name = whoami::username().unwrap();
    match std::env::var("USERDOMAIN") {
        Ok(domain) if cfg!(windows) => format!("{domain}\\{name}"),
        _ => name,
    }
}
