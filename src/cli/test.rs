//! `test`: Test connection on the saved account.
//!
//! Owns the document of `test --json`, the text for people, and the rule what is remembered: a test of exactly the saved
//! account with its own secret. The checks are those of [`crate::probe`]. Start with [`of_saved`], which `status` uses too.

use super::{
    Cli, network,
    said::{DONE, FAILED, REFUSED, Said},
    secret,
};
use crate::{
    domain::{
        Check, CheckId, CheckState, Deed, Draft, Failure, Field, LastTest, Outcome, Report, Saved, Secret, SecretDraft,
        StoredSecret,
        setup::{self, Grant},
    },
    keeper::{self, KeepError, Keeper},
    probe::{self, Subject},
    vault::VaultError,
};
use serde::Serialize;
use zeroize::Zeroizing;

pub(super) fn test(cli: &Cli, json: bool, secret_stdin: bool) -> Said {
    let saved = match cli.usable() {
        Ok(saved) => saved,
        Err((exit, failure)) => return Said::failed(exit, failure, json),
    };
    let tested = secret::given(secret_stdin).and_then(|given| of_saved(cli, saved, given));
    let Tested { report, saved: Saved { account, .. }, not_remembered, .. } = match tested {
        Ok(tested) => tested,
        Err(failure) => return Said::failed(REFUSED, failure, json),
    };
    let (tenant, client) = (account.tenant_id.to_string(), account.client_id.to_string());
    let consent_url = setup::consent_url(account.cloud.login_url(), &tenant, &client);
    let mut said = Said::default();
    if let Some(why) = not_remembered {
        said.complain(why);
    }
    if json {
        said.document(&Document::of(&report, consent_url));
    } else {
        said.line(text(&report, &consent_url));
    }
    said.ends(match report.outcome() {
        Outcome::Passed => DONE,
        Outcome::Failed => FAILED,
    })
}

/// A test, and the account as it is known afterwards.
pub(super) struct Tested {
    pub(super) report: Report,
    pub(super) saved: Saved,
    /// The tested secret begins like the account's. Azure tells no more of a secret, so its date is the account's.
    pub(super) alike: bool,
    /// Why the test is not written down.
    pub(super) not_remembered: Option<Failure>,
}

/// Tests the saved account with the given secret, else with the stored one, and remembers what is about the account.
pub(super) fn of_saved(cli: &Cli, saved: Saved, given: Option<Zeroizing<String>>) -> Result<Tested, Failure> {
    let none_given = given.is_none();
    let secret = given.map_or(SecretDraft::Keep, SecretDraft::Replace);
    let draft = Draft { secret, ..Draft::of(&saved.account, true, None) };
    // A keychain that is locked or not there says nothing about the account.
    let mut no_keychain = None;
    let mut subject = Subject::of(&draft, || {
        let kept = keeper::credential_of(&saved.secret, &cli.vault);
        no_keychain = kept.as_ref().err().filter(|error| **error != VaultError::NotFound).map(Failure::from);
        kept
    });
    if let Some(Failure { headline, remedy }) = no_keychain {
        return Err(Failure::new(
            headline,
            format!("{remedy} On the command line it can come from LIAISON_CLIENT_SECRET."),
        ));
    }
    let (alike, own) = match &mut subject {
        Subject::Ready(_) if none_given => (true, true),
        Subject::Ready(credentials) => {
            credentials.credential.secret().map_or((false, false), |given| compare(cli, &saved, given))
        }
        Subject::NotReady { problems, .. } => {
            for problem in problems.iter_mut().filter(|p| none_given && p.field == Field::ClientSecret) {
                problem.remedy += " On the command line it can come from LIAISON_CLIENT_SECRET.";
            }
            (false, false)
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::new("The connection cannot be tested on this system.", format!("{error}.")))?;
    let report = runtime.block_on(probe::run_under(&cli.policy, &network::http(cli), subject, cli.now, |_| {}));
    let (saved, not_remembered) = remember(cli, saved, &report, own);
    let saved = match (alike, own) {
        (true, false) => Saved { expiry: report.expiry.expiry().or(saved.expiry), ..saved },
        _ => saved,
    };
    let not_remembered = not_remembered
        .map(|error| Failure::new(format!("The test was not written down: {}", error.headline()), error.remedy()));
    Ok(Tested { report, saved, alike, not_remembered })
}

/// Whether the given secret begins like the account's, and whether it is the account's for certain.
fn compare(cli: &Cli, saved: &Saved, given: &Secret) -> (bool, bool) {
    match &saved.secret {
        // Where none is stored, the secret that is given each time is the account's own.
        StoredSecret::None => (true, true),
        // The keychain may ask the person, so it is only asked where it has to be.
        StoredSecret::Keychain { hint, .. } if *hint == given.hint() => {
            (true, keeper::credential_of(&saved.secret, &cli.vault) == Ok(Some(given.clone().into())))
        }
        StoredSecret::Keychain { .. } | StoredSecret::Certificate { .. } => (false, false),
    }
}

/// Writes it down: with the account where it is about the account, else in the history only. That it could not be changes
/// nothing about what was found.
fn remember(cli: &Cli, saved: Saved, report: &Report, own: bool) -> (Saved, Option<KeepError>) {
    let (test, read) = (LastTest::of(report), report.expiry.expiry());
    let keeper = Keeper::open(&cli.profile, cli.vault.clone());
    if !own {
        let recorded = keeper.and_then(|mut keeper| keeper.record(&Deed::tested_unsaved(&test)));
        return (saved, recorded.err());
    }
    match keeper.and_then(|mut keeper| keeper.record_test(saved.revision, &test, read)) {
        Ok(saved) => (saved, None),
        Err(KeepError::Changed { current: Some(current) }) => {
            (*current.clone(), Some(KeepError::Changed { current: Some(current) }))
        }
        Err(error) => (Saved { expiry: read.or(saved.expiry), ..saved }, Some(error)),
    }
}

/// The document of `test --json`, its members in the order of the contract.
#[derive(Serialize)]
struct Document<'a> {
    outcome: &'static str,
    message: Option<&'a str>,
    fields_at_fault: Vec<&'static str>,
    checks: Vec<DocumentCheck<'a>>,
    /// `null` where no token tells them.
    permissions: Option<Vec<DocumentPermission>>,
    /// Where the tenant's administrator consents to what is missing.
    consent_url: String,
}

/// An application permission that is needed or was granted.
#[derive(Serialize)]
struct DocumentPermission {
    name: String,
    /// What it is for; `null` where it is for nothing that Liaison knows.
    feature: Option<&'static str>,
    /// `granted`, `included` in another one, `missing`, `optional` and not granted, or `excessive`.
    standing: &'static str,
}

impl DocumentPermission {
    fn of(grant: Grant) -> Self {
        let feature = Some(grant.feature).filter(|feature| !feature.is_empty());
        Self { name: grant.name, feature, standing: grant.standing.key() }
    }
}

#[derive(Serialize)]
struct DocumentCheck<'a> {
    id: &'static str,
    state: &'static str,
    headline: &'a str,
    remedy: Option<&'a str>,
    code: Option<&'a str>,
    http_status: Option<u16>,
    trace_id: Option<&'a str>,
    correlation_id: Option<&'a str>,
    timestamp: Option<&'a str>,
    duration_ms: u128,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report, consent_url: String) -> Self {
        Self {
            outcome: report.outcome().key(),
            message: report.message.as_deref(),
            fields_at_fault: report.fields_at_fault().into_iter().map(Field::key).collect(),
            checks: report.checks.iter().map(DocumentCheck::of).collect(),
            permissions: report
                .granted
                .as_ref()
                .map(|granted| setup::grants(granted).into_iter().map(DocumentPermission::of).collect()),
            consent_url,
        }
    }
}

impl<'a> DocumentCheck<'a> {
    fn of(check: &'a Check) -> Self {
        Self {
            id: check.id.key(),
            state: check.state.key(),
            headline: &check.headline,
            remedy: check.remedy.as_deref(),
            code: check.evidence.code.as_deref(),
            http_status: check.evidence.http_status,
            trace_id: check.evidence.trace_id.as_deref(),
            correlation_id: check.evidence.correlation_id.as_deref(),
            timestamp: check.evidence.timestamp.as_deref(),
            duration_ms: check.duration.as_millis(),
        }
    }
}

fn text(report: &Report, consent_url: &str) -> String {
    let mut lines = vec![report.message.clone().unwrap_or_else(|| "Connected".into())];
    for check in &report.checks {
        let (state, label, ms) = (check.state.key(), check.id.label(), check.duration.as_millis());
        lines.push(format!("  {state:<8} {label} ({ms} ms): {}", check.headline));
        let notable = matches!(check.state, CheckState::Failed | CheckState::Warning);
        lines.extend(check.remedy.as_ref().map(|remedy| format!("           {remedy}")));
        let evidence = check.evidence.lines().into_iter().filter(|_| notable);
        lines.extend(evidence.map(|(name, value)| format!("           {name}: {}", value.replace(['\r', '\n'], " "))));
        if let Some(granted) = report.granted.as_ref().filter(|_| check.id == CheckId::Permissions) {
            let standing = |grant: Grant| format!("           {}: {}", grant.name, grant.standing.label());
            lines.extend(setup::grants(granted).into_iter().map(standing));
            if !setup::missing(granted).is_empty() {
                lines.push(format!("           Page for admin consent: {consent_url}"));
            }
        }
    }
    lines.join("\n")
}
