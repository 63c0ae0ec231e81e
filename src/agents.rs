//! The people who enabled Teams integration: enabling, disabling, and acting for them.
//!
//! Owns the way from a person's sign-in to the keychain and back to an access token, over [`crate::keeper`] and
//! [`crate::oauth`]. Knows nothing of chats, of the session or of a window. Start with [`Agents::access_token`], which is what
//! everything that acts for a person asks.

pub use crate::oauth::{DeviceCode, PATIENCE};

use crate::{
    domain::{Agent, Credentials, Failure, Guid, Secret, Standing},
    http::Http,
    keeper::{Deleted, KeepError, Keeper},
    oauth::{self, SignInError, SignedIn, Tokens},
    profile::Profile,
    vault::{Vault, VaultError},
};
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// An access token is used no more when it has less than this to live.
const MARGIN: Duration = Duration::from_secs(300);

/// Signs people in, and acts for those who are. Clones share what they know.
#[derive(Clone)]
pub struct Agents {
    profile: Profile,
    vault: Vault,
    http: Http,
    now: fn() -> DateTime<Utc>,
    changed: Arc<dyn Fn(Vec<Agent>) + Send + Sync>,
    /// Access tokens, in memory only. Held while refreshing, so that nobody refreshes twice.
    fresh: Arc<Mutex<HashMap<Guid, Fresh>>>,
}

struct Fresh {
    token: Secret,
    until: Instant,
    /// Of the sign-in that it came from.
    enabled_at: DateTime<Utc>,
}

/// Why nobody can act for a person, or why the person is not enabled. Nothing was changed unless it says so.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentError {
    /// There is no account to sign in for.
    NoAccount,
    /// The account has no secret or certificate in the keychain.
    NoCredential,
    /// Nobody of this Object ID is enabled.
    NotEnabled,
    /// Microsoft no longer accepts the sign-in, which has been ended here as well.
    MustSignIn(Failure),
    /// The sign-in or the refreshing did not work; trying again may help.
    SignIn(SignInError),
    /// The database or the keychain refused.
    Keep(KeepError),
}

impl From<KeepError> for AgentError {
    fn from(error: KeepError) -> Self {
        AgentError::Keep(error)
    }
}

impl From<SignInError> for AgentError {
    fn from(error: SignInError) -> Self {
        AgentError::SignIn(error)
    }
}

impl AgentError {
    /// What happened, and what to do.
    pub fn failure(&self) -> Failure {
        match self {
            AgentError::NoAccount => Failure::new(
                "There is no Microsoft Teams account yet.",
                "Add one and apply it; agents sign in to its tenant.",
            ),
            AgentError::NoCredential => Failure::new(
                "The account's client secret is not in the keychain.",
                "Enter the client secret and apply; without it Microsoft signs nobody in.",
            ),
            AgentError::NotEnabled => Failure::new(
                "This person has not enabled Teams integration.",
                "Enable the person on the Agents screen.",
            ),
            AgentError::MustSignIn(failure) => failure.clone(),
            AgentError::SignIn(error) => error.failure(),
            AgentError::Keep(KeepError::Vault(error)) => {
                Failure::new(error.headline_of_sign_in(), error.remedy_of_sign_in())
            }
            AgentError::Keep(KeepError::Changed { .. }) => Failure::new(
                "The account was changed or deleted while the sign-in was under way.",
                "Nothing was kept. Begin the sign-in once more.",
            ),
            AgentError::Keep(error) => error.into(),
        }
    }
}

impl Agents {
    /// Of this profile. `changed` hears of everybody whenever anything about anybody changes.
    pub fn new(
        profile: Profile,
        vault: Vault,
        http: Http,
        now: fn() -> DateTime<Utc>,
        changed: impl Fn(Vec<Agent>) + Send + Sync + 'static,
    ) -> Self {
        Self { profile, vault, http, now, changed: Arc::new(changed), fresh: Arc::default() }
    }

    /// A token with which Graph lets Liaison act for this person, valid for five minutes at least. Asks Microsoft only when the
    /// one in memory is about to end; the newer refresh token takes the older one's place in the keychain.
    ///
    /// # Errors
    /// [`AgentError::MustSignIn`] ends the sign-in, and the person is shown as one who must sign in again. After any other
    /// error the sign-in is as it was.
    pub async fn access_token(&self, agent: Guid) -> Result<Secret, AgentError> {
        let mut fresh = self.fresh.lock().await;
        let enabled_at = self.blocking(move |this| Ok(this.enabled(agent)?.enabled_at)).await?;
        let lasts = |one: &&Fresh| one.until > Instant::now() + MARGIN && one.enabled_at == enabled_at;
        if let Some(one) = fresh.get(&agent).filter(lasts) {
            return Ok(one.token.clone());
        }
        let (person, refresh, credentials) = self.blocking(move |this| this.kept(agent)).await?;
        let asked = Instant::now();
        match oauth::refresh(&self.http, &credentials, &refresh).await {
            Ok(Tokens { access, expires_in, refresh: newer }) => {
                let until = asked + expires_in;
                fresh.insert(agent, Fresh { token: access.clone(), until, enabled_at: person.enabled_at });
                // A keychain that does not take the newer one costs nothing yet: Microsoft goes on taking the older one.
                let _ = self.blocking(move |this| Ok(this.keeper()?.renew_agent(&person, &newer, (this.now)())?)).await;
                Ok(access)
            }
            Err(error) if error.ends_sign_in() => {
                fresh.remove(&agent);
                let failure = error.failure();
                let reason = failure.headline.clone();
                self.blocking(move |this| this.end(&person, &reason)).await?;
                Err(AgentError::MustSignIn(failure))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Graph did not take the token: the next one is asked for anew.
    pub async fn distrust(&self, agent: Guid) {
        self.fresh.lock().await.remove(&agent);
    }

    /// Everybody, in the order of their names.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self) -> Result<Vec<Agent>, KeepError> {
        self.keeper()?.agents()
    }

    /// Has a person sign in in the browser, beginning with the account of `hint`, and enables whoever does.
    ///
    /// # Errors
    /// Nobody was enabled, and whoever was before still is.
    pub async fn enable_in_browser(
        &self,
        hint: Option<&str>,
        patience: Duration,
        open: impl FnOnce(&str) + Send,
    ) -> Result<Agent, AgentError> {
        let credentials = self.blocking(|this| this.credentials()).await?;
        let person = oauth::in_browser(&self.http, &credentials, hint, patience, open).await?;
        self.enable(credentials, person).await
    }

    /// Enables whoever signs in with the device code that `show` gets. `pause` is how it waits between two questions.
    ///
    /// # Errors
    /// As those of [`Agents::enable_in_browser`].
    pub async fn enable_by_device<P: Future<Output = ()> + Send>(
        &self,
        show: impl FnOnce(DeviceCode) + Send,
        pause: impl Fn(Duration) -> P + Send + Sync,
    ) -> Result<Agent, AgentError> {
        let credentials = self.blocking(|this| this.credentials()).await?;
        let person = oauth::by_device(&self.http, &credentials, show, pause).await?;
        self.enable(credentials, person).await
    }

    /// Forgets a person and the sign-in. Microsoft has no way to end one app's sign-in from outside; what is forgotten here
    /// lapses there after 90 days.
    ///
    /// # Errors
    /// Nothing was changed then.
    pub fn disable(&self, agent: Guid) -> Result<Deleted, KeepError> {
        let deleted = self.keeper()?.remove_agent(agent, (self.now)())?;
        self.tell();
        Ok(deleted)
    }

    async fn enable(&self, credentials: Credentials, person: SignedIn) -> Result<Agent, AgentError> {
        let agent = Agent {
            id: person.id,
            name: person.name,
            principal_name: person.principal_name,
            enabled_at: (self.now)(),
            standing: Standing::Enabled,
        };
        let to = (credentials.tenant_id, credentials.client_id);
        let (kept, token) = (agent.clone(), person.tokens.refresh);
        self.blocking(move |this| {
            this.keeper()?.keep_agent(to, &kept, &token, (this.now)())?;
            this.tell();
            Ok(())
        })
        .await?;
        Ok(agent)
    }

    /// A person who can be acted for, as far as the database knows.
    fn enabled(&self, agent: Guid) -> Result<Agent, AgentError> {
        let found = self.list()?.into_iter().find(|one| one.id == agent).ok_or(AgentError::NotEnabled)?;
        match found.standing {
            Standing::Enabled => Ok(found),
            Standing::MustSignIn(reason) | Standing::MustReEnable(reason) => {
                Err(AgentError::MustSignIn(Failure::new(reason, "Sign in again on the Agents screen.")))
            }
        }
    }

    /// A person with what is needed to act for them.
    fn kept(&self, agent: Guid) -> Result<(Agent, Secret, Credentials), AgentError> {
        let keeper = self.keeper()?;
        match keeper.agent(agent) {
            Ok(Some((person, token))) => Ok((person, token, self.credentials()?)),
            Ok(None) => Err(AgentError::NotEnabled),
            Err(KeepError::Vault(error @ VaultError::NotFound)) => {
                let failure = Failure::new(error.headline_of_sign_in(), error.remedy_of_sign_in());
                self.end(&self.enabled(agent)?, &failure.headline)?;
                Err(AgentError::MustSignIn(failure))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn credentials(&self) -> Result<Credentials, AgentError> {
        let keeper = self.keeper()?;
        let saved = keeper.load()?.ok_or(AgentError::NoAccount)?;
        match keeper.credential(&saved) {
            Ok(Some(credential)) => Ok(saved.account.credentials(credential)),
            Ok(None) | Err(VaultError::NotFound) => Err(AgentError::NoCredential),
            Err(error) => Err(AgentError::Keep(KeepError::Vault(error))),
        }
    }

    fn end(&self, person: &Agent, reason: &str) -> Result<(), AgentError> {
        self.keeper()?.suspend_agent(person, reason, (self.now)())?;
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        if let Ok(agents) = self.list() {
            (self.changed)(agents);
        }
    }

    fn keeper(&self) -> Result<Keeper, KeepError> {
        Keeper::open(&self.profile, self.vault.clone())
    }

    /// The keychain may ask the person, and files may be slow: neither may hold up the network's thread.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Agents) -> Result<T, AgentError> + Send + 'static,
    ) -> Result<T, AgentError> {
        let this = self.clone();
        match tokio::task::spawn_blocking(move || work(&this)).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The program is ending.
                Err(_) => Err(AgentError::NotEnabled),
            },
        }
    }
}

impl fmt::Debug for Agents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agents").field("profile", &self.profile).finish_non_exhaustive()
    }
}
