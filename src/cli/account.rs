//! The commands about the account itself: `apply`, `show` and `delete`.
//!
//! Owns their words. Saving, validating and deleting are done by [`crate::keeper`] and [`crate::domain`], as for the window.

use super::{
    Cli,
    said::{DONE, REFUSED, Said},
};
use crate::{
    domain::{
        Account, CloudKind, Draft, ExpiryChange, Failure, Field, Origin, Problem, Saved, SecretDraft, Severity,
        StoredSecret, expiry,
    },
    keeper::{Applied, Apply, KeepError, Keeper, SecretChange, WithoutKeychain},
    roster,
    settings_file::{self, Imported, LIMIT, SettingsFileError},
    vault::VaultError,
};
use chrono::{DateTime, Local, SecondsFormat, Utc};
use serde::Serialize;
use std::{
    io::{self, Read},
    path::Path,
};

/// How often another writer may come first.
const TRIES: usize = 3;

pub(super) fn apply(cli: &Cli, file: &Path, secret: SecretDraft) -> Said {
    let read = if file.as_os_str() == "-" { from_stdin() } else { settings_file::load(file) };
    let Imported { mut draft, warnings } = match read {
        Ok(imported) => imported,
        Err(SettingsFileError::Invalid(mut problems)) => {
            let others = Draft { secret, ..Draft::default() }.problems().into_iter();
            problems.extend(others.filter(|p| p.field == Field::ClientSecret && p.severity == Severity::Error));
            problems.sort_by_key(|problem| problem.field);
            return refused(&problems);
        }
        Err(error) => return Said::failed(REFUSED, error, false),
    };
    draft.secret = secret;
    let account = match draft.parse() {
        Ok(account) => account,
        Err(problems) => return refused(&problems),
    };
    if let Some(failure) = cli.policy.refuses_cloud(account.cloud.kind()) {
        return Said::failed(REFUSED, format!("{}: {failure}", Field::Cloud.label()), false);
    }
    let mut said = Said::default();
    for warning in warnings {
        said.complain(warning);
    }
    for doubt in draft.problems() {
        said.complain(doubt);
    }
    match save(cli, &account, &draft.secret, file) {
        Ok(applied) => told(said, &applied),
        Err(error) => {
            said.complain(error);
            said.ends(REFUSED)
        }
    }
}

fn from_stdin() -> Result<Imported, SettingsFileError> {
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to see that it is too long.
    let read = io::stdin().lock().take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| SettingsFileError::NotOpened { path: "Standard input".into(), detail: error.to_string() })?;
    settings_file::read_bytes(&bytes)
}

fn refused(problems: &[Problem]) -> Said {
    let mut said = Said::default();
    for problem in problems {
        said.complain(problem);
    }
    said.ends(REFUSED)
}

/// The file takes the account's place whatever it was, so a change by somebody else is no reason to stop.
fn save(cli: &Cli, account: &Account, secret: &SecretDraft, file: &Path) -> Result<Applied, KeepError> {
    let name = match file.file_name() {
        Some(name) if file.as_os_str() != "-" => name.to_string_lossy().into_owned(),
        _ => "standard input".into(),
    };
    let mut keeper = Keeper::open(&cli.profile, cli.vault.clone())?;
    let mut tries = 1;
    // Only where there is no keychain are the settings saved alone: a locked one holds a secret that would be given up.
    let mut without_keychain = WithoutKeychain::Refuse;
    loop {
        let applied = keeper.apply(Apply {
            account: account.clone(),
            secret: secret.given().map_or(SecretChange::Keep, SecretChange::Store),
            expiry: ExpiryChange::Leave,
            expected: keeper.load()?.map(|saved| saved.revision),
            origin: Origin::File(name.clone()),
            without_keychain,
            now: (cli.now)(),
        });
        match applied {
            Err(KeepError::Changed { .. } | KeepError::OneAccountOnly) if tries < TRIES => tries += 1,
            Err(KeepError::Vault(VaultError::NotAvailable)) if without_keychain == WithoutKeychain::Refuse => {
                without_keychain = WithoutKeychain::SaveSettings;
            }
            applied => return applied,
        }
    }
}

fn told(mut said: Said, Applied { saved, secret_not_kept }: &Applied) -> Said {
    if let Some(error) = secret_not_kept {
        said.complain(format!(
            "{}: It was not stored. {error} On the command line a secret can come from LIAISON_CLIENT_SECRET each time.",
            Field::ClientSecret.label()
        ));
    }
    let secret = match saved.secret {
        StoredSecret::None => "without a client secret",
        StoredSecret::Keychain { .. } => "with its client secret in the keychain",
        StoredSecret::Certificate { .. } => "with its certificate, whose key is in the keychain",
    };
    said.line(format!("Saved “{}”, {secret}.", saved.account.name));
    said.ends(DONE)
}

pub(super) fn show(cli: &Cli, json: bool) -> Said {
    let saved = match cli.saved() {
        Ok(saved) => saved,
        Err((exit, failure)) => return Said::failed(exit, failure, json),
    };
    let mut said = Said::default();
    if json {
        said.document(&Shown::of(&saved, settings_file::members(&saved.account)));
    } else {
        for (label, value) in lines(&saved, (cli.now)()) {
            said.line(format!("{label:<width$}{value}", width = 24));
        }
    }
    said.ends(DONE)
}

/// The document of `show --json`: a settings file's members, and what is known of the account.
#[derive(Serialize)]
struct Shown<'a, M: Serialize> {
    #[serde(flatten)]
    settings: M,
    secret_stored: bool,
    expires_at: Option<String>,
    expires_at_source: Option<&'static str>,
    last_test: Option<ShownTest<'a>>,
}

#[derive(Serialize)]
struct ShownTest<'a> {
    at: String,
    outcome: &'static str,
    message: Option<&'a str>,
}

impl<'a, M: Serialize> Shown<'a, M> {
    fn of(saved: &'a Saved, settings: M) -> Self {
        Self {
            settings,
            secret_stored: saved.secret != StoredSecret::None,
            expires_at: saved.expiry.map(|expiry| rfc3339(expiry.at)),
            expires_at_source: saved.expiry.map(|expiry| expiry.source.key()),
            last_test: saved.last_test.as_ref().map(|test| ShownTest {
                at: rfc3339(test.at),
                outcome: test.outcome.key(),
                message: test.message.as_deref(),
            }),
        }
    }
}

pub(super) fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Every setting with its label, in the order of the screen.
fn lines(saved: &Saved, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let mut lines: Vec<_> = Field::all().map(|field| (field.label(), value(saved, field, now))).collect();
    let test = saved.last_test.as_ref().map_or("none yet".into(), |test| {
        let message = test.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
        format!("{} on {}{message}", test.outcome.key(), expiry::show(test.at, &Local))
    });
    lines.push(("Last test", test));
    lines
}

fn value(saved: &Saved, field: Field, now: DateTime<Utc>) -> String {
    let account = &saved.account;
    match field {
        Field::Name => account.name.clone(),
        Field::ObjectId => account.object_id.to_string(),
        Field::TenantId => account.tenant_id.to_string(),
        Field::ClientId => account.client_id.to_string(),
        Field::ClientSecret => match &saved.secret {
            StoredSecret::None => "not stored".into(),
            StoredSecret::Keychain { hint, .. } => format!("stored in the keychain (starts with {hint})"),
            StoredSecret::Certificate { certificate, .. } => format!(
                "a certificate, its key stored in the keychain ({}, thumbprint {})",
                certificate.subject, certificate.thumbprint
            ),
        },
        Field::ExpiresAt => saved.expiry.map_or("not known".into(), |expiry| {
            let source = expiry.source.words();
            let (when, far) = (expiry::show(expiry.at, &Local), expiry::distance(expiry.at, now));
            format!("{when} ({far}; {source})")
        }),
        Field::Cloud => match account.cloud.kind() {
            CloudKind::Custom => format!(
                "{} (sign-in {}, Graph {})",
                CloudKind::Custom.label(),
                account.cloud.login_url(),
                account.cloud.graph_url()
            ),
            kind => kind.label().into(),
        },
        Field::LicensingMode => account.licensing_mode.label().into(),
        Field::DirectoryOptions => {
            let options = account.directory_options.as_slice().iter();
            let each = options.map(|o| format!("{}{}", o.kind.label(), if o.shown { "" } else { " (not shown)" }));
            each.collect::<Vec<_>>().join(", ")
        }
        Field::Message(key) => account.system_messages.get(key).replace('\n', " / "),
    }
}

pub(super) fn delete(cli: &Cli, name: &str) -> Said {
    let saved = match cli.saved() {
        Ok(saved) => saved,
        Err((exit, failure)) => return Said::failed(exit, failure, false),
    };
    let deleted =
        Keeper::open(&cli.profile, cli.vault.clone()).and_then(|mut k| k.delete(name, saved.revision, (cli.now)()));
    let mut said = Said::default();
    match deleted {
        Err(KeepError::Changed { current }) => {
            let since = if current.is_some() { "changed" } else { "deleted" };
            let failure = Failure::new(
                format!("The account was {since} meanwhile, by another window or the command line."),
                "Nothing was deleted. Look at it with liaison show, then try again.",
            );
            Said::failed(REFUSED, failure, false)
        }
        Err(error) => Said::failed(REFUSED, error, false),
        Ok(deleted) => {
            if let Some(error) = deleted.secret_left {
                said.complain(format!(
                    "Its client secret is still in the keychain, and is removed when Liaison is used again: {error}"
                ));
            }
            if let Err(failure) = roster::forget(&cli.profile) {
                said.complain(failure);
            }
            said.line(format!("Deleted “{}”.", saved.account.name));
            said.ends(DONE)
        }
    }
}
