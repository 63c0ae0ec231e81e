//! `network`: how this computer reaches Microsoft, shown and changed; and the client that all commands use.
//!
//! Owns the text and the document of `network --json`. The settings are [`crate::keeper`]'s. Start with [`network`].

use super::{
    Cli,
    args::NetworkArgs,
    said::{DONE, REFUSED, Said},
    secret,
};
use crate::{
    domain::{Failure, NetworkDraft, NetworkSettings, Policy, Proxy, ProxyKind, Secret, policy::LOCKED},
    http::{self, Http},
    keeper::Keeper,
};
use serde::Serialize;

/// The client as this computer's settings say. `LIAISON_PROXY_PASSWORD` goes before the keychain's password.
pub(super) fn http(cli: &Cli) -> Http {
    let settings = cli.policy.network(Keeper::network(&cli.profile, &cli.vault));
    Http::new(&match std::env::var("LIAISON_PROXY_PASSWORD").ok().filter(|given| !given.is_empty()) {
        Some(given) => settings.with_password(Secret::new(given)),
        None => settings,
    })
}

pub(super) fn network(cli: &Cli, args: NetworkArgs) -> Said {
    let json = args.json;
    let mut said = Said::default();
    if args.proxy.is_some() || args.ca_file.is_some() {
        let changed = changed(cli, args).and_then(|settings| {
            let kept =
                Keeper::open(&cli.profile, cli.vault.clone()).and_then(|mut keeper| keeper.set_network(&settings));
            kept.map_err(|error| vec![(&error).into()])
        });
        match changed {
            Ok(kept) => {
                if let Some(error) = kept.password_not_kept {
                    said.complain(format!(
                        "The proxy's password was not kept: {} Give it to each command in LIAISON_PROXY_PASSWORD.",
                        error.headline()
                    ));
                }
            }
            Err(problems) => {
                for problem in problems {
                    said.complain(problem);
                }
                if json {
                    said.document(&());
                }
                return said.ends(REFUSED);
            }
        }
    }
    let kept = Keeper::keeps_proxy_password(&cli.profile);
    let document = Document::of(&cli.policy.network(Keeper::network_without_password(&cli.profile)), kept, &cli.policy);
    if json {
        said.document(&document);
    } else {
        document.tell(&mut said);
    }
    said.ends(DONE)
}

/// What is to be kept, from what is there and what was asked for.
fn changed(cli: &Cli, args: NetworkArgs) -> Result<NetworkSettings, Vec<Failure>> {
    let before = cli.policy.network(Keeper::network_without_password(&cli.profile));
    let mut draft = NetworkDraft::of(&before);
    if let Some(proxy) = args.proxy {
        draft = NetworkDraft { ca_file: draft.ca_file, ..NetworkDraft::default() };
        match proxy.as_str() {
            "system" => draft.kind = ProxyKind::System,
            "none" => draft.kind = ProxyKind::None,
            address => {
                draft.kind = ProxyKind::Address;
                address.clone_into(&mut draft.address);
                draft.user = args.proxy_user.unwrap_or_default();
                if args.proxy_password_stdin {
                    draft.password = Some(secret::password().map_err(|failure| vec![failure])?);
                }
            }
        }
    }
    let file = args.ca_file;
    if let Some(path) = &file {
        // The window may be started from another folder.
        let whole = std::path::absolute(path).map_or(path.clone(), |whole| whole.to_string_lossy().into_owned());
        draft.ca_file = if path.is_empty() { String::new() } else { whole };
    }
    let wanted =
        draft.parse().map_err(|problems| problems.into_iter().map(|(_, failure)| failure).collect::<Vec<_>>())?;
    let problems = cli.policy.network_problems(&wanted);
    if !problems.is_empty() {
        return Err(problems);
    }
    if let Some(path) = file.filter(|path| !path.is_empty()) {
        http::check_ca_file(&path).map_err(|failure| vec![failure])?;
    }
    Ok(wanted)
}

/// The document of `network --json`.
#[derive(Serialize)]
struct Document {
    /// `system`, `none`, or an address.
    proxy: String,
    proxy_user: Option<String>,
    proxy_password_stored: bool,
    ca_file: Option<String>,
    /// Which of `proxy` and `ca_file` a policy sets.
    set_by_organization: Vec<&'static str>,
}

impl Document {
    fn of(settings: &NetworkSettings, proxy_password_stored: bool, policy: &Policy) -> Self {
        let set = [("proxy", policy.proxy.is_some()), ("ca_file", policy.ca_file.is_some())];
        let set_by_organization = set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect();
        let (proxy, user) = match &settings.proxy {
            Proxy::System => (ProxyKind::System.key().to_owned(), ""),
            Proxy::None => (ProxyKind::None.key().to_owned(), ""),
            Proxy::Address(address) => (address.url.clone(), address.user.as_str()),
        };
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let ca_file = some(&settings.ca_file);
        Self { proxy, proxy_user: some(user), proxy_password_stored, ca_file, set_by_organization }
    }

    fn tell(&self, said: &mut Said) {
        said.line(match self.proxy.as_str() {
            "system" => "Proxy: HTTPS_PROXY and NO_PROXY, then what the system says; PAC files are not read".to_owned(),
            other => format!("Proxy: {other}"),
        });
        if let Some(user) = &self.proxy_user {
            let stored = if self.proxy_password_stored { "in the keychain" } else { "not stored" };
            said.line(format!("Proxy user: {user}, password {stored}"));
        }
        said.line(match &self.ca_file {
            Some(file) => format!("Certificate authorities: the system's, and those of {file}"),
            None => "Certificate authorities: the system's".into(),
        });
        if !self.set_by_organization.is_empty() {
            let names = self.set_by_organization.iter().map(|name| match *name {
                "proxy" => "the proxy",
                _ => "the certificate authorities",
            });
            said.line(format!("{LOCKED}: {}", names.collect::<Vec<_>>().join(", ")));
        }
    }
}
