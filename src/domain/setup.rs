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
    /// What is not there without it: a clause. Empty where nobody misses it: the permission is optional.
    pub without: &'static str,
    /// Application permissions that include it, and more than is needed.
    pub included_in: &'static [&'static str],
}

impl Permission {
    /// Whether nothing that agents see depends on it.
    pub fn is_optional(&self) -> bool {
        self.without.is_empty()
    }
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

const fn application(
    name: &'static str,
    feature: &'static str,
    without: &'static str,
    included_in: &'static [&'static str],
) -> Permission {
    Permission { name, kind: PermissionKind::Application, feature, without, included_in }
}

const fn delegated(name: &'static str, feature: &'static str) -> Permission {
    Permission { name, kind: PermissionKind::Delegated, feature, without: "", included_in: &[] }
}

/// What the account and its agents need, and what includes it.
///
/// <https://learn.microsoft.com/en-us/graph/api/application-get>, <https://learn.microsoft.com/en-us/graph/api/user-list>,
/// <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>,
/// <https://learn.microsoft.com/en-us/graph/teams-changenotifications-chatmessage>,
/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>,
/// <https://learn.microsoft.com/en-us/graph/api/chat-post>, <https://learn.microsoft.com/en-us/graph/api/chat-post-messages>
pub const PERMISSIONS: [Permission; 10] = [
    application(
        "Application.Read.All",
        "Expires at",
        "Liaison cannot read when the secret ends",
        &[
            "Application.ReadWrite.OwnedBy",
            "Application.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    ),
    application(
        "User.Read.All",
        "Directory of colleagues",
        "agents find no colleagues",
        &["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    ),
    application("Presence.Read.All", "Presence", "agents see no presence", &["Presence.ReadWrite.All"]),
    application(
        "Chat.Read.All",
        "Notice of new chat messages",
        "agents hear of new chat messages late",
        &["Chat.ReadWrite.All"],
    ),
    application("Application.ReadWrite.OwnedBy", "Renew the secret from here", "", &["Application.ReadWrite.All"]),
    delegated("User.Read", "Agents sign in"),
    delegated("offline_access", "Agents stay signed in"),
    delegated("Chat.ReadWrite", "Agents open chats"),
    delegated("ChatMessage.Send", "Agents write messages"),
    delegated("Presence.Read.All", "Agents see presence"),
];

/// The application permissions without which something does not work.
pub fn needed() -> impl Iterator<Item = &'static Permission> {
    of_the_app().filter(|permission| !permission.is_optional())
}

fn of_the_app() -> impl Iterator<Item = &'static Permission> {
    PERMISSIONS.iter().filter(|permission| permission.kind == PermissionKind::Application)
}

/// The needed ones that have not been granted, neither by themselves nor in another one.
pub fn missing(granted: &[String]) -> Vec<&'static Permission> {
    needed().filter(|permission| !covered(permission, granted)).collect()
}

fn covered(permission: &Permission, granted: &[String]) -> bool {
    has(granted, permission.name) || permission.included_in.iter().any(|name| has(granted, name))
}

fn has(granted: &[String], name: &str) -> bool {
    granted.iter().any(|role| role == name)
}

/// One application permission, as it is and as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// As Entra names it.
    pub name: String,
    /// What it is for; empty where it is for nothing that Liaison knows.
    pub feature: &'static str,
    /// How it stands.
    pub standing: Standing,
}

/// How a permission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Needed, and granted by itself.
    Granted,
    /// Needed, and granted as a part of another one.
    Included,
    /// Needed, and not granted: what is not there without it.
    Missing(&'static str),
    /// Not granted, and nobody misses it.
    Optional,
    /// Granted, and more than is needed.
    Excessive,
}

impl Standing {
    /// As written in `test --json`.
    pub fn key(self) -> &'static str {
        match self {
            Standing::Granted => "granted",
            Standing::Included => "included",
            Standing::Missing(_) => "missing",
            Standing::Optional => "optional",
            Standing::Excessive => "excessive",
        }
    }

    /// As shown to people.
    pub fn label(self) -> String {
        match self {
            Standing::Granted => "Granted".into(),
            Standing::Included => "Granted as part of another".into(),
            Standing::Missing(without) => format!("Missing: {without}"),
            Standing::Optional => "Not granted, optional".into(),
            Standing::Excessive => "More than is needed".into(),
        }
    }
}

/// All that is needed and all that was granted, side by side, in the order of [`PERMISSIONS`].
pub fn grants(granted: &[String]) -> Vec<Grant> {
    let known = of_the_app().map(|permission| Grant {
        name: permission.name.to_owned(),
        feature: permission.feature,
        standing: match permission.without {
            _ if has(granted, permission.name) => Standing::Granted,
            _ if covered(permission, granted) => Standing::Included,
            "" => Standing::Optional,
            without => Standing::Missing(without),
        },
    });
    let other = granted.iter().filter(|role| of_the_app().all(|permission| permission.name != role.as_str()));
    let other = other.map(|role| Grant { name: role.clone(), feature: "", standing: Standing::Excessive });
    known.chain(other).collect()
}

/// The page on which the tenant's administrator consents to what the app registration lists.
///
/// <https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/grant-admin-consent>
pub fn consent_url(login_url: &str, tenant_id: &str, client_id: &str) -> String {
    format!("{login_url}/{tenant_id}/adminconsent?client_id={client_id}")
}

/// A text for the tenant's administrator, who need not know Liaison.
pub fn consent_request(consent_url: &str, client_id: &str, granted: &[String]) -> String {
    let missing: Vec<String> = missing(granted)
        .into_iter()
        .map(|permission| format!("  {} (for: {})", permission.name, permission.feature))
        .collect();
    format!(
        "Hello,\n\nour contact center's Microsoft Teams integration uses an app in your directory with the client ID {client_id}. \
        These application permissions of Microsoft Graph have not been granted to it yet:\n\n{}\n\n\
        Please add them in the Azure portal under App registrations › the app › API permissions, and choose Grant admin \
        consent there. Once they are listed, this page does the same:\n\n{consent_url}\n\n\
        It takes a Privileged Role Administrator or Global Administrator. Nothing else about the app changes.\n",
        missing.join("\n")
    )
}

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

    fn roles(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_needed_and_what_is_granted_are_held_side_by_side() {
        let granted = roles(&["Directory.Read.All", "Presence.Read.All", "Mail.Send"]);
        let all = grants(&granted);
        let standings: Vec<(&str, &str)> = all.iter().map(|one| (one.name.as_str(), one.standing.key())).collect();
        let expect = [
            ("Application.Read.All", "included"),
            ("User.Read.All", "included"),
            ("Presence.Read.All", "granted"),
            ("Chat.Read.All", "missing"),
            ("Application.ReadWrite.OwnedBy", "optional"),
            ("Directory.Read.All", "excessive"),
            ("Mail.Send", "excessive"),
        ];
        assert_eq!(standings, expect);
        let names = |granted: &[String]| missing(granted).iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(&granted), ["Chat.Read.All"]);
        assert_eq!(names(&[]).len(), needed().count());
        let request = consent_request("https://login.example/t/adminconsent?client_id=c", "c", &granted);
        assert!(request.contains("Chat.Read.All") && !request.contains("Presence.Read.All"), "{request}");
        assert!(request.contains("https://login.example/t/adminconsent?client_id=c"), "{request}");
    }

    #[test]
    fn no_permission_is_listed_twice() {
        for (index, one) in PERMISSIONS.iter().enumerate() {
            assert!(PERMISSIONS[..index].iter().all(|other| (other.name, other.kind) != (one.name, one.kind)));
        }
    }
}
