//! The set-up checklist: what has to be done in the Azure portal, with each value to copy.
//!
//! Owns the permissions as data, in one place. Source of the permissions: each feature's Graph reference page, named below.

/// A Graph permission that a feature needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// As Entra names it.
    pub name: &'static str,
    /// Application (the account itself) or delegated (a signed-in agent).
    pub kind: PermissionKind,
    /// What works with it.
    pub feature: &'static str,
}

/// How a permission is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionKind {
    /// To the app itself, by an administrator.
    Application,
    /// To the app on behalf of a signed-in person.
    Delegated,
}

impl PermissionKind {
    /// As the portal names it.
    pub fn label(self) -> &'static str {
        match self {
            PermissionKind::Application => "Application",
            PermissionKind::Delegated => "Delegated",
        }
    }
}

const fn application(name: &'static str, feature: &'static str) -> Permission {
    Permission { name, kind: PermissionKind::Application, feature }
}

const fn delegated(name: &'static str, feature: &'static str) -> Permission {
    Permission { name, kind: PermissionKind::Delegated, feature }
}

/// What the account and its agents need.
///
/// <https://learn.microsoft.com/en-us/graph/api/application-get>, <https://learn.microsoft.com/en-us/graph/api/user-list>,
/// <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>,
/// <https://learn.microsoft.com/en-us/graph/teams-changenotifications-chatmessage>,
/// <https://learn.microsoft.com/en-us/graph/api/chat-post>, <https://learn.microsoft.com/en-us/graph/api/chat-post-messages>
pub const PERMISSIONS: [Permission; 9] = [
    application("Application.Read.All", "Expires at"),
    application("User.Read.All", "Directory of colleagues"),
    application("Presence.Read.All", "Presence"),
    application("Chat.Read.All", "Notice of new chat messages"),
    delegated("User.Read", "Agents sign in"),
    delegated("offline_access", "Agents stay signed in"),
    delegated("Chat.ReadWrite", "Agents open chats"),
    delegated("ChatMessage.Send", "Agents write messages"),
    delegated("Presence.Read.All", "Agents see presence"),
];

/// The platform and address under which agents come back from the Microsoft sign-in.
pub const REDIRECT_URI: &str = "https://<tenant_url>/agentdesktop/msteamscallback.html";

/// Where people come back to Liaison itself; the port is left out, since it is another one each time and does not count.
/// Of the platform Web, so that the app proves itself with its secret: such sign-ins survive a change of password.
/// `localhost`, since the portal takes no `127.0.0.1`.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/reply-url>
pub const LOOPBACK_REDIRECT_URI: &str = "http://localhost/liaison";

/// The Azure Configuration Guide.
pub const AZURE_GUIDE_URL: &str = "https://learn.microsoft.com/en-us/entra/identity-platform/quickstart-register-app";

/// One step of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub title: &'static str,
    /// How, in the portal's own words.
    pub how: &'static str,
    /// Values to copy: what each is, and the value.
    pub values: &'static [(&'static str, &'static str)],
}

/// The steps in their order.
pub const STEPS: [Step; 5] = [
    Step {
        title: "Register the app",
        how: "Azure portal › Microsoft Entra ID › App registrations › New registration. Supported account types: this organizational directory only (single tenant). Afterwards, copy the whole Overview and paste it into any of the ID fields here.",
        values: &[("Name", "Contact center Teams integration")],
    },
    Step {
        title: "Add the redirect URIs",
        how: "Your app › Authentication › Add a platform › Web. Put your contact center's address in place of <tenant_url>. The second one brings agents back who enable Teams integration on the Agents screen.",
        values: &[("Redirect URI", REDIRECT_URI), ("Redirect URI for Liaison", LOOPBACK_REDIRECT_URI)],
    },
    Step {
        title: "Add the permissions",
        how: "Your app › API permissions › Add a permission › Microsoft Graph. Mind the difference between application and delegated permissions.",
        values: &[],
    },
    Step {
        title: "Grant admin consent",
        how: "Your app › API permissions › Grant admin consent. A Privileged Role Administrator or Global Administrator can do this; without it, sign-in works and everything else is refused.",
        values: &[],
    },
    Step {
        title: "Make a client secret",
        how: "Your app › Certificates & secrets › New client secret. Copy the column Value at once: Azure never shows it again. The Secret ID is not needed.",
        values: &[("Description", "Contact center")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_permission_is_listed_twice() {
        for (index, one) in PERMISSIONS.iter().enumerate() {
            assert!(PERMISSIONS[..index].iter().all(|other| (other.name, other.kind) != (one.name, one.kind)));
        }
    }
}
