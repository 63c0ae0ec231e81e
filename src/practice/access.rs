//! Who may call what: the permissions of each Graph call, and how its workload refuses.
//!
//! It owns the table. It must not know paths or tokens beyond their claims; start reading at `Needs`. Permissions stand
//! least privileged first; one of them is enough. <https://learn.microsoft.com/en-us/graph/permissions-reference>

use axum::http::StatusCode;

use super::{graph_error::Fault, tenant, token::Claims, world::World};

/// What a call asks of its token.
pub(super) struct Needs {
    /// Application permissions, as they stand in `roles`. None: not with an app's own token.
    pub app: &'static [&'static str],
    /// Delegated permissions, as they stand in `scp`. None: not in the name of a person.
    pub delegated: &'static [&'static str],
    pub workload: Workload,
}

/// The service behind a call, which refuses in words of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Workload {
    Directory,
    Teams,
}

/// <https://learn.microsoft.com/en-us/graph/api/application-get> (an app may not read even itself without one)
pub(super) const READ_APPLICATION: Needs = Needs {
    app: &["Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All"],
    delegated: &["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>
pub(super) const CHANGE_APPLICATION: Needs = Needs {
    app: &["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"],
    delegated: &["Application.ReadWrite.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/user-list>
pub(super) const READ_USERS: Needs = Needs {
    app: &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    delegated: &["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/profilephoto-get>
pub(super) const READ_PHOTOS: Needs = Needs {
    app: &["ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.Read.All", "User.ReadWrite.All"],
    delegated: &["ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.ReadBasic.All", "User.Read.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/user-get>
pub(super) const READ_ME: Needs = Needs {
    app: &[],
    delegated: &["User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "Directory.Read.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/organization-get> (with User.Read only a few members are filled)
pub(super) const READ_ORGANIZATION: Needs = Needs {
    app: &["Organization.Read.All", "Directory.Read.All", "User.Read.All"],
    delegated: &["User.Read", "Organization.Read.All", "Directory.Read.All"],
    workload: Workload::Directory,
};

/// <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>
pub(super) const READ_PRESENCE: Needs = Needs {
    app: &["Presence.Read.All", "Presence.ReadWrite.All"],
    delegated: &["Presence.Read.All", "Presence.ReadWrite.All"],
    workload: Workload::Teams,
};

/// <https://learn.microsoft.com/en-us/graph/api/presence-get>
pub(super) const READ_MY_PRESENCE: Needs = Needs {
    app: &[],
    delegated: &["Presence.Read", "Presence.Read.All", "Presence.ReadWrite", "Presence.ReadWrite.All"],
    workload: Workload::Teams,
};

/// <https://learn.microsoft.com/en-us/graph/api/chat-post>
pub(super) const CREATE_CHAT: Needs =
    Needs { app: &["Chat.Create"], delegated: &["Chat.Create", "Chat.ReadWrite"], workload: Workload::Teams };

/// <https://learn.microsoft.com/en-us/graph/api/chat-get>
pub(super) const READ_CHAT: Needs = Needs {
    app: &["Chat.ReadBasic.All", "Chat.Read.All", "Chat.ReadWrite.All"],
    delegated: &["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"],
    workload: Workload::Teams,
};

/// <https://learn.microsoft.com/en-us/graph/api/chat-list-messages>
pub(super) const READ_MESSAGES: Needs = Needs {
    app: &["Chat.Read.All", "Chat.ReadWrite.All"],
    delegated: &["Chat.Read", "Chat.ReadWrite"],
    workload: Workload::Teams,
};

/// <https://learn.microsoft.com/en-us/graph/api/chats-getallmessages>
pub(super) const READ_ALL_MESSAGES: Needs =
    Needs { app: &["Chat.Read.All", "Chat.ReadWrite.All"], delegated: &[], workload: Workload::Teams };

/// An app may only import messages, never send any. <https://learn.microsoft.com/en-us/graph/api/chat-post-messages>
pub(super) const SEND_MESSAGE: Needs = Needs {
    app: &["Teamwork.Migrate.All"],
    delegated: &["ChatMessage.Send", "Chat.ReadWrite"],
    workload: Workload::Teams,
};

impl Needs {
    /// Refuses a token that has none of the permissions.
    pub fn check(&self, world: &World, claims: &Claims) -> Result<(), Fault> {
        let has = |wanted: &&str| match claims.is_delegated() {
            true => claims.scp.split(' ').any(|scope| scope == *wanted),
            false => claims.roles.iter().any(|role| role == *wanted) && may_use(world, wanted),
        };
        let wanted = if claims.is_delegated() { self.delegated } else { self.app };
        if wanted.iter().any(has) {
            return Ok(());
        }
        Err(match self.workload {
            // The Teams workload names what is missing, the directory does not.
            Workload::Teams if claims.is_delegated() => {
                forbidden("scope", "Scopes", wanted, &claims.scp.replace(' ', ", "))
            }
            Workload::Teams => forbidden("role", "Roles", wanted, &claims.roles.join(", ")),
            // https://learn.microsoft.com/en-us/graph/json-batching
            Workload::Directory => Fault::new(
                StatusCode::FORBIDDEN,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
        })
    }
}

/// `Application.ReadWrite.OwnedBy` is for apps that the caller owns. That it opens reads of others, too, is reported and
/// not relied on. <https://learn.microsoft.com/en-us/graph/permissions-reference#applicationreadwriteownedby>
fn may_use(world: &World, role: &str) -> bool {
    role != "Application.ReadWrite.OwnedBy" || tenant::owns_itself(world.scenario())
}

fn forbidden(kind: &str, kinds: &str, wanted: &[&str], present: &str) -> Fault {
    Fault::from_workload(
        StatusCode::FORBIDDEN,
        "Forbidden",
        format!(
            "Missing {kind} permissions on the request. API requires one of '{}'. {kinds} on the request '{present}'.",
            wanted.join(", ")
        ),
    )
}
