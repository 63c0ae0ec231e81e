//! What a method and a path under `/v1.0` ask for, and which permissions that needs.
//!
//! It owns the map of Graph. It must not know tokens or answers; start reading at `find`.

use axum::http::Method;

use super::{
    access::{self, Needs},
    applications::Key,
    call::Call,
    graph_error::Fault,
};

/// First segments that Graph has and the practice tenant has not.
const NOT_BUILT: [&str; 5] = ["communications", "groups", "servicePrincipals", "subscriptions", "teams"];

/// What a method and a path ask for.
pub(super) enum Resource<'a> {
    Applications,
    Application(Key<'a>),
    UpdateApplication(Key<'a>),
    AddPassword(Key<'a>),
    RemovePassword(Key<'a>),
    Owners(Key<'a>),
    Users,
    UserCount,
    User(&'a str),
    UserDelta,
    /// Of whom, and in which size.
    Photo(&'a str, Option<&'a str>),
    Me,
    Presence(&'a str),
    MyPresence,
    Presences,
    Organization,
    CreateChat,
    Chat(&'a str),
    ChatMembers(&'a str),
    /// Of whom; nobody means the person who is signed in.
    Chats(Option<&'a str>),
    Messages(&'a str),
    SendMessage(&'a str),
    AllMessages(&'a str),
}

impl Resource<'_> {
    pub fn needs(&self) -> Needs {
        match self {
            Resource::Applications | Resource::Application(_) | Resource::Owners(_) => access::READ_APPLICATION,
            Resource::UpdateApplication(_) | Resource::AddPassword(_) | Resource::RemovePassword(_) => {
                access::CHANGE_APPLICATION
            }
            Resource::Users | Resource::UserCount | Resource::User(_) | Resource::UserDelta => access::READ_USERS,
            Resource::Photo(..) => access::READ_PHOTOS,
            Resource::Me => access::READ_ME,
            Resource::Presence(_) | Resource::Presences => access::READ_PRESENCE,
            Resource::MyPresence => access::READ_MY_PRESENCE,
            Resource::Organization => access::READ_ORGANIZATION,
            Resource::CreateChat => access::CREATE_CHAT,
            Resource::Chat(_) | Resource::ChatMembers(_) | Resource::Chats(_) => access::READ_CHAT,
            Resource::Messages(_) => access::READ_MESSAGES,
            Resource::SendMessage(_) => access::SEND_MESSAGE,
            Resource::AllMessages(_) => access::READ_ALL_MESSAGES,
        }
    }

    /// What cannot be sent twice without harm.
    pub fn changes(&self) -> bool {
        matches!(self, Resource::AddPassword(_) | Resource::CreateChat | Resource::SendMessage(_))
    }
}

pub(super) fn find(call: &Call) -> Result<Resource<'_>, Fault> {
    let segments: Vec<&str> = call.segments.iter().skip(1).map(String::as_str).collect();
    let found = match segments[..] {
        ["applications"] => vec![(Method::GET, Resource::Applications)],
        ["applications", id, ref rest @ ..] => of_application(Key::ObjectId(id), rest)?,
        ["users"] => vec![(Method::GET, Resource::Users)],
        ["users", "$count"] => vec![(Method::GET, Resource::UserCount)],
        ["users", "delta" | "delta()" | "microsoft.graph.delta" | "microsoft.graph.delta()"] => {
            vec![(Method::GET, Resource::UserDelta)]
        }
        ["users", id, "photo", "$value"] => vec![(Method::GET, Resource::Photo(id, None))],
        ["users", id, "photos", size, "$value"] => vec![(Method::GET, Resource::Photo(id, Some(size)))],
        ["users", _, "photo" | "photos", ..] => return Err(Fault::not_built(&call.path)),
        ["users", key] => vec![(Method::GET, Resource::User(key))],
        ["users", id, "presence"] | ["communications", "presences", id] => {
            vec![(Method::GET, Resource::Presence(id))]
        }
        ["communications", "getPresencesByUserId"] => vec![(Method::POST, Resource::Presences)],
        ["organization"] => vec![(Method::GET, Resource::Organization)],
        ["chats"] => vec![(Method::GET, Resource::Chats(None)), (Method::POST, Resource::CreateChat)],
        ["me", "chats"] => vec![(Method::GET, Resource::Chats(None))],
        ["users", key, "chats"] => vec![(Method::GET, Resource::Chats(Some(key)))],
        ["users", key, "chats", "getAllMessages"] => vec![(Method::GET, Resource::AllMessages(key))],
        ["chats", id, ref rest @ ..] | ["me", "chats", id, ref rest @ ..] => of_chat(id, rest)?,
        ["me"] => vec![(Method::GET, Resource::Me)],
        ["me", "presence"] => vec![(Method::GET, Resource::MyPresence)],
        [first, ref rest @ ..] if let Some(key) = Key::from_segment(first) => of_application(key, rest)?,
        [first, ..] if NOT_BUILT.contains(&first) => {
            return Err(Fault::not_built(&call.path));
        }
        ["users", _, navigation, ..] | ["me", navigation, ..] => return Err(unknown_segment(navigation)),
        ["organization", ..] => return Err(Fault::not_built(&call.path)),
        [first, ..] => return Err(unknown_segment(first)),
        [] => return Err(Fault::not_built("the service document")),
    };
    found
        .into_iter()
        .find(|(method, _)| *method == call.method)
        .map(|(_, resource)| resource)
        .ok_or_else(Fault::wrong_method)
}

/// What there is under an application, by method.
fn of_application<'a>(key: Key<'a>, rest: &[&str]) -> Result<Vec<(Method, Resource<'a>)>, Fault> {
    Ok(match rest {
        [] => vec![(Method::GET, Resource::Application(key)), (Method::PATCH, Resource::UpdateApplication(key))],
        ["owners"] => vec![(Method::GET, Resource::Owners(key))],
        // Actions may be called by their full names.
        ["addPassword" | "microsoft.graph.addPassword"] => vec![(Method::POST, Resource::AddPassword(key))],
        ["removePassword" | "microsoft.graph.removePassword"] => vec![(Method::POST, Resource::RemovePassword(key))],
        [navigation, ..] => return Err(unknown_segment(navigation)),
    })
}

fn of_chat<'a>(id: &'a str, rest: &[&str]) -> Result<Vec<(Method, Resource<'a>)>, Fault> {
    Ok(match rest {
        [] => vec![(Method::GET, Resource::Chat(id))],
        ["members"] => vec![(Method::GET, Resource::ChatMembers(id))],
        ["messages"] => vec![(Method::GET, Resource::Messages(id)), (Method::POST, Resource::SendMessage(id))],
        ["messages", ..] => return Err(Fault::not_built("a single message")),
        [navigation, ..] => return Err(unknown_segment(navigation)),
    })
}

fn unknown_segment(segment: &str) -> Fault {
    Fault::bad_request(format!("Resource not found for the segment '{segment}'."))
}
