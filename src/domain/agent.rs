//! The people who enabled Teams integration by signing in with Microsoft.
//!
//! Owns what is kept of one. Knows nothing of tokens, which are in the keychain only, or of how a person signs in. Start
//! with [`Agent`].

use super::{account::Account, guid::Guid};
use chrono::{DateTime, Utc};

/// A person who enabled Teams integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The Object ID of the person in the directory.
    pub id: Guid,
    /// As colleagues see it.
    pub name: String,
    /// The user principal name, such as `adele@contoso.com`.
    pub principal_name: String,
    /// When the person signed in the last time.
    pub enabled_at: DateTime<Utc>,
    /// Whether Liaison can act for the person.
    pub standing: Standing,
}

/// Whether Liaison can act for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Enabled,
    /// Microsoft no longer accepts the sign-in, for this reason: a sentence.
    MustSignIn(String),
    /// The tenant or the app is another one now, which the person has not signed in to: a sentence that says which.
    MustReEnable(String),
}

impl Standing {
    /// For a list.
    pub fn label(&self) -> &'static str {
        match self {
            Standing::Enabled => "Enabled",
            Standing::MustSignIn(_) => "Must sign in again",
            Standing::MustReEnable(_) => "Must re-enable",
        }
    }

    /// Why the person has to do something.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Standing::Enabled => None,
            Standing::MustSignIn(reason) | Standing::MustReEnable(reason) => Some(reason),
        }
    }
}

/// Why everybody has to enable Teams integration anew after a change of the account: a sentence; `None` where nobody has to.
/// A sign-in is of one tenant and one app.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>
pub fn re_enable_reason(before: &Account, after: &Account) -> Option<&'static str> {
    match (before.tenant_id != after.tenant_id, before.client_id != after.client_id) {
        (false, false) => None,
        (true, false) => Some("The account names another tenant now."),
        (false, true) => Some("The account names another app now."),
        (true, true) => Some("The account names another tenant and another app now."),
    }
}

/// How many can work with Teams now.
pub fn enabled(agents: &[Agent]) -> usize {
    agents.iter().filter(|agent| agent.standing == Standing::Enabled).count()
}
