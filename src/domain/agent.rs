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

impl Agent {
    /// As the history names the person, who may have a namesake: `Adele Vance (adele@contoso.com)`.
    pub fn named(&self) -> String {
        format!("{} ({})", self.name, self.principal_name)
    }
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

/// Agents as lines of text, for instance for a ticket.
pub fn list_text(agents: &[&Agent]) -> String {
    let line = |agent: &&Agent| {
        let reason = agent.standing.reason().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{} <{}> – {}{reason}\n", agent.name, agent.principal_name, agent.standing.label())
    };
    agents.iter().map(line).collect()
}

/// What an administrator can send to agents who have to sign in again.
pub fn request_text(account: &str) -> String {
    format!(
        "Hello,\n\nour contact center's connection to Microsoft Teams ({account}) has changed, and your sign-in to it has \
         ended. Until you sign in again, you see no Teams contacts, presence and chats in the Agent Desktop.\n\nPlease open \
         your user profile in the Agent Desktop, switch Microsoft Teams integration off and on again, and sign in with your \
         Microsoft account.\n\nThank you.\n"
    )
}

/// What an administrator can send to one person who is to enter a device code.
pub fn code_text(address: &str, code: &str, minutes: i64) -> String {
    format!(
        "Hello,\n\nto enable Microsoft Teams for you in our contact center, please open {address} in a browser, enter the \
         code {code}, and sign in with your Microsoft account. The code works for {minutes} minutes.\n\nIf you do not know \
         why you get this, do not enter the code.\n\nThank you.\n"
    )
}

/// How many can work with Teams now.
pub fn enabled(agents: &[Agent]) -> usize {
    agents.iter().filter(|agent| agent.standing == Standing::Enabled).count()
}
