//! The steps of a renewal against Azure: look, add a secret, try it, remove one.
//!
//! Owns what each answer of Azure's means for a renewal, and its words. Keeps nothing and asks no keychain; whoever calls it
//! decides on the order. Start with [`prepare`].

use crate::{
    domain::{
        AppKey, AppKeyKind, Credentials, Failure, Secret,
        renewal::{self, LeftOver, Prepared},
    },
    entra::{self, Token, TokenError},
    graph::{self, Application, ApplicationKey, GraphError, PasswordCredential, passwords},
    http::Http,
    probe,
};
use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

/// How long a secret that Azure has just made is tried before it is given up. Entra takes up to a minute to know it.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// The same for a secret that was pasted, which may simply be wrong.
pub const PATIENCE_WITH_PASTED: Duration = Duration::from_secs(30);

/// Entra does not know the secret: it is wrong, or too new.
const UNKNOWN_SECRET: u32 = 7000215;

/// Why no secret was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAdded {
    /// What happened, and what to do.
    pub failure: Failure,
    /// Nobody knows whether Azure has made one all the same: its answer was lost.
    pub uncertain: bool,
}

/// Signs in with the secret in use and looks what the app may, and which of its secrets that is.
///
/// # Errors
/// The sign-in does not work, so that nothing can be renewed from here.
pub async fn prepare(http: &Http, credentials: &Credentials) -> Result<Prepared, Failure> {
    let token = sign_in(http, credentials).await?;
    let may = token.claims.as_ref().is_some_and(|claims| renewal::is_granted(&claims.roles));
    let app = application(http, credentials, &token).await.ok();
    Ok(Prepared { may, old: app.and_then(|app| in_use(&app, credentials)) })
}

/// Has Azure make a secret under this description.
///
/// # Errors
/// None was made, or nobody knows.
pub async fn add(
    http: &Http,
    credentials: &Credentials,
    name: &str,
    end: DateTime<Utc>,
) -> Result<(AppKey, Secret), NotAdded> {
    let certain = |failure| NotAdded { failure, uncertain: false };
    let token = sign_in(http, credentials).await.map_err(certain)?;
    match passwords::add(http, &credentials.cloud, &token, key_of(credentials), name, end).await {
        Ok((made, secret)) => Ok((as_key(made, true), secret)),
        Err(error) => {
            let lost = match &error {
                GraphError::Failed(_) => true,
                GraphError::Refused(refusal) => refusal.status >= 500,
            };
            Err(NotAdded { failure: not_added(error, &token, credentials), uncertain: lost })
        }
    }
}

/// The Secret ID of the secret with this description, if Azure has one.
///
/// # Errors
/// Azure does not tell.
pub async fn find(http: &Http, credentials: &Credentials, name: &str) -> Result<Option<String>, Failure> {
    let token = sign_in(http, credentials).await?;
    let app = application(http, credentials, &token).await.map_err(unanswered)?;
    Ok(app.secrets.into_iter().find(|secret| secret.display_name.as_deref() == Some(name)).and_then(|one| one.key_id))
}

/// Removes the secret with this ID; one that is gone already is no failure.
///
/// # Errors
/// It is still there, as far as is known.
pub async fn remove(http: &Http, credentials: &Credentials, key_id: &str) -> Result<(), Failure> {
    let token = sign_in(http, credentials).await?;
    let Err(error) = passwords::remove(http, &credentials.cloud, &token, key_of(credentials), key_id).await else {
        return Ok(());
    };
    match application(http, credentials, &token).await {
        Ok(app) if !app.secrets.iter().any(|secret| secret.key_id.as_deref() == Some(key_id)) => Ok(()),
        _ => Err(unanswered(error)),
    }
}

/// Removes what a renewal made and nobody uses. It is found by its description where Azure's answer with the ID was lost.
///
/// # Errors
/// It is still there, as far as is known.
pub async fn take_back(http: &Http, credentials: &Credentials, left: &LeftOver) -> Result<(), Failure> {
    let key_id = match &left.key_id {
        Some(key_id) => Some(key_id.clone()),
        None => find(http, credentials, &left.name).await?,
    };
    match key_id {
        Some(key_id) => remove(http, credentials, &key_id).await,
        None => Ok(()),
    }
}

/// Signs in with a new secret, again and again while Entra does not know it yet. `on_wait` is told before each pause how
/// often it was tried.
///
/// # Errors
/// Entra refuses it for another reason, or still does not know it after `patience`.
pub async fn try_out(
    http: &Http,
    credentials: &Credentials,
    patience: Duration,
    mut on_wait: impl FnMut(u32),
) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut pause = Duration::from_secs(1);
    for tries in 1.. {
        let error = match entra::token(http, credentials).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let unknown = matches!(&error, TokenError::Refused(refusal) if refusal.code == Some(UNKNOWN_SECRET));
        if !unknown {
            return Err(probe::explain(error));
        }
        if begun.elapsed() + pause > patience {
            break;
        }
        on_wait(tries);
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(Duration::from_secs(15));
    }
    Err(Failure::new(
        format!("Entra does not know the new secret, even after {} seconds.", patience.as_secs()),
        "Check that it is the column Value of this app's secret, then try again: Entra may need more time.",
    ))
}

async fn sign_in(http: &Http, credentials: &Credentials) -> Result<Token, Failure> {
    entra::token(http, credentials).await.map_err(probe::explain)
}

fn key_of(credentials: &Credentials) -> ApplicationKey {
    ApplicationKey::ClientId(credentials.client_id)
}

async fn application(http: &Http, credentials: &Credentials, token: &Token) -> Result<Application, GraphError> {
    graph::application(http, &credentials.cloud, token, key_of(credentials)).await
}

/// The secret in use, where only one can be it. Anything else might be somebody else's.
fn in_use(app: &Application, credentials: &Credentials) -> Option<AppKey> {
    let hint = credentials.credential.secret()?.hint();
    let mut alike = app.secrets.iter().filter(|secret| secret.hint.as_deref() == Some(hint.as_str()));
    let (one, other) = (alike.next()?, alike.next());
    (other.is_none() && one.key_id.is_some()).then(|| as_key(one.clone(), true))
}

fn as_key(secret: PasswordCredential, this: bool) -> AppKey {
    AppKey {
        kind: AppKeyKind::Secret,
        key_id: secret.key_id,
        name: secret.display_name,
        hint: secret.hint,
        start: secret.start,
        end: secret.end,
        this,
    }
}

fn not_added(error: GraphError, token: &Token, credentials: &Credentials) -> Failure {
    match &error {
        GraphError::Refused(refusal) if refusal.status == 403 => {
            let owner = token.claims.as_ref().and_then(|claims| claims.oid.as_deref());
            let owner = owner.unwrap_or("<Object ID of the enterprise application>");
            Failure::new(
                "Azure does not let this app add a secret to itself.",
                format!(
                    "With Application.ReadWrite.OwnedBy the app must be an owner of its registration: az ad app owner add --id {} --owner-object-id {owner}. Until then, renew by hand.",
                    credentials.client_id
                ),
            )
        }
        _ => unanswered(error),
    }
}

fn unanswered(error: GraphError) -> Failure {
    let refusal = match error {
        GraphError::Failed(failure) => return Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        GraphError::Refused(refusal) => refusal,
    };
    let code = refusal.evidence.code.map(|code| format!(", {code}")).unwrap_or_default();
    let trace = refusal.evidence.trace_id.map(|id| format!(" (trace ID {id})")).unwrap_or_default();
    match refusal.status {
        429 => {
            let wait = refusal.retry_after.map_or("a minute".into(), |wait| format!("{} seconds", wait.as_secs()));
            Failure::new("Microsoft Graph receives too many requests.", format!("Wait {wait}, then try again."))
        }
        500.. => Failure::new(
            format!("Microsoft Graph has a trouble of its own (HTTP {}).", refusal.status),
            "Wait a minute, then try again.",
        ),
        401 | 403 => Failure::new(
            format!("Microsoft Graph does not allow this (HTTP {}{code}).", refusal.status),
            format!("Do it in the Azure portal: your app › Certificates & secrets{trace}."),
        ),
        status => Failure::new(
            format!("Microsoft Graph refused this (HTTP {status}{code})."),
            format!("Do it in the Azure portal: your app › Certificates & secrets{trace}."),
        ),
    }
}
