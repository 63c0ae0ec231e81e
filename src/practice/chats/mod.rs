//! Teams chats over Graph: opening one, reading one and its members, listing those of a person.
//!
//! It owns the rules of `POST /chats` and the JSON of a chat. Messages are in `messages`, what is kept in `state`, the
//! people who answer by themselves in `colleagues`. It must not know tokens beyond their claims; `graph` has checked the
//! permissions. Start reading at `create`. <https://learn.microsoft.com/en-us/graph/api/resources/chat>

mod colleagues;
mod messages;
mod state;

use axum::http::StatusCode;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    TENANT_ID,
    call::Call,
    graph_error::{Answer, Fault},
    people::Person,
    token::Claims,
    world::World,
};
pub use colleagues::ConferenceWords;
pub(super) use messages::{list as list_messages, of_everybody, send};
pub(super) use state::Chats;
use state::{Chat, Kind};

const MEMBER_TYPE: &str = "microsoft.graph.aadUserConversationMember";

/// `2021-04-02T08:13:50.617Z`: the Teams services write milliseconds.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn bad(message: impl Into<String>) -> Fault {
    Fault::from_workload(StatusCode::BAD_REQUEST, "BadRequest", message)
}

fn forbidden(message: &str) -> Fault {
    Fault::from_workload(StatusCode::FORBIDDEN, "Forbidden", message)
}

/// <https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/1666>
fn unlicensed() -> Fault {
    forbidden(
        "Failed to get license information for the user. Ensure user has a valid Office365 license assigned to them.",
    )
}

/// The person in whose name a call is made. A token outlives the person.
fn caller(world: &World, claims: &Claims) -> Result<Option<Person>, Fault> {
    if !claims.is_delegated() {
        return Ok(None);
    }
    let person = Uuid::try_parse(&claims.oid).ok().and_then(|id| world.people.by_id(id));
    match person {
        Some(person) if person.has_teams() => Ok(Some(person)),
        _ => Err(unlicensed()),
    }
}

/// `POST /chats` <https://learn.microsoft.com/en-us/graph/api/chat-post>
pub(super) fn create(world: &World, call: &Call, claims: &Claims) -> Result<Answer, Fault> {
    let caller = caller(world, claims)?;
    let body = call.json()?;
    known_members(&body, &["chatType", "members", "topic", "installedApps"], "chat")?;
    let kind = match body["chatType"].as_str() {
        Some("oneOnOne") => Kind::OneOnOne,
        Some("group") => Kind::Group,
        Some(other) => return Err(bad(format!("Invalid chat type '{other}' specified for creating a chat."))),
        None => return Err(bad("The property 'chatType' is missing from the request body.")),
    };
    if !body["installedApps"].is_null() {
        return Err(Fault::not_built("apps in a new chat"));
    }
    let people = body["members"].as_array().into_iter().flatten().map(|one| member(world, one));
    let people = people.collect::<Result<Vec<Person>, Fault>>()?;
    let mut ids: Vec<Uuid> = people.iter().map(Person::id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != people.len() {
        return Err(bad("Duplicate chat members is specified in the request body."));
    }
    match kind {
        Kind::OneOnOne if ids.len() != 2 => {
            return Err(bad("Chats of type 'oneOnOne' must have exactly two members in the request body."));
        }
        Kind::OneOnOne if !body["topic"].is_null() => {
            return Err(bad("A topic can be set for chats of type 'group' only."));
        }
        Kind::Group if ids.len() < 2 => return Err(bad("Chats of type 'group' must have at least two members.")),
        _ => {}
    }
    if caller.is_some_and(|caller| !ids.contains(&caller.id())) {
        return Err(forbidden("The caller must be one of the members specified in the request body."));
    }
    if people.iter().any(|person| !person.has_teams()) {
        return Err(unlicensed());
    }
    let mut chats = world.chats();
    let chat = match kind {
        Kind::OneOnOne => chats.one_on_one(ids),
        Kind::Group => chats.group(body["topic"].as_str().map(str::to_owned), ids),
    };
    Ok(Answer::Created(entity(world, object(chat))))
}

fn entity(world: &World, mut object: Value) -> Value {
    object["@odata.context"] = json!(format!("{}/v1.0/$metadata#chats/$entity", world.origin));
    object
}

/// One entry of `members`: the type, the role and the address of the person.
fn member(world: &World, member: &Value) -> Result<Person, Fault> {
    known_members(member, &["roles", "user@odata.bind", "visibleHistoryStartDateTime"], "aadUserConversationMember")?;
    let kind = member["@odata.type"].as_str().unwrap_or_default();
    if kind.trim_start_matches('#') != MEMBER_TYPE {
        return Err(bad(format!("Invalid type '{kind}' specified for a chat member. Use '#{MEMBER_TYPE}'.")));
    }
    // There are no guests in this tenant, whose role would be `guest`.
    if member["roles"] != json!(["owner"]) {
        return Err(bad("Invalid role specified for member. Members of a chat must have the role 'owner'."));
    }
    let bind = member["user@odata.bind"].as_str().unwrap_or_default();
    let key = user_key(world, bind).ok_or_else(|| bad(format!("Bind requests not supported for '{bind}'.")))?;
    let person = match Uuid::try_parse(key) {
        Ok(id) => world.people.by_id(id),
        Err(_) => world.people.by_principal_name(key),
    };
    person.ok_or_else(|| {
        Fault::from_workload(StatusCode::NOT_FOUND, "NotFound", format!("User '{key}' was not found in the tenant."))
    })
}

/// The id or name in `https://…/v1.0/users('id')` or `https://…/v1.0/users/id`; the host must be this cloud's own.
fn user_key<'a>(world: &World, bind: &'a str) -> Option<&'a str> {
    let rest = bind.strip_prefix(world.origin.as_str())?.strip_prefix("/v1.0/users")?;
    match rest.strip_prefix('/') {
        Some(key) => Some(key),
        None => rest.strip_prefix("('")?.strip_suffix("')"),
    }
    .filter(|key| !key.is_empty())
}

/// Refuses members that the type does not have; `known` leaves out the annotations.
fn known_members(object: &Value, known: &[&str], type_name: &str) -> Result<(), Fault> {
    let members = object.as_object().ok_or_else(|| bad("The request body must be a JSON object."))?;
    match members.keys().find(|name| !name.starts_with('@') && !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(bad(format!(
            "The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to only use property \
             names that are defined by the type."
        ))),
    }
}

/// A chat that the caller may see. An app sees all.
fn visible<'a>(chats: &'a mut Chats, caller: Option<&Person>, id: &str) -> Result<&'a mut Chat, Fault> {
    let chat = chats.find(id, Utc::now());
    let chat = chat.ok_or_else(|| {
        Fault::from_workload(StatusCode::NOT_FOUND, "NotFound", format!("Chat '{id}' was not found."))
    })?;
    if caller.is_some_and(|caller| !chat.members.contains(&caller.id())) {
        return Err(forbidden("AclCheckFailed-Read: the caller is not a member of the chat."));
    }
    Ok(chat)
}

/// `GET /chats/{id}` <https://learn.microsoft.com/en-us/graph/api/chat-get>
pub(super) fn get(world: &World, claims: &Claims, id: &str) -> Result<Answer, Fault> {
    let caller = caller(world, claims)?;
    let mut chats = world.chats();
    let chat = visible(&mut chats, caller.as_ref(), id)?;
    Ok(Answer::Json(entity(world, object(chat))))
}

/// `GET /chats/{id}/members` <https://learn.microsoft.com/en-us/graph/api/chat-list-members>
pub(super) fn members(world: &World, claims: &Claims, id: &str) -> Result<Answer, Fault> {
    let caller = caller(world, claims)?;
    let mut chats = world.chats();
    let chat = visible(&mut chats, caller.as_ref(), id)?;
    let people = chat.members.iter().filter_map(|id| world.people.by_id(*id));
    let value: Vec<Value> = people
        .map(|person| {
            json!({
                "@odata.type": format!("#{MEMBER_TYPE}"),
                // Opaque, and another one in each chat.
                "id": format!("MCMj{}", Uuid::from_u128(person.id().as_u128() ^ u128::from(chat.created.timestamp_micros().unsigned_abs())).simple()),
                "roles": ["owner"],
                "displayName": person.display_name,
                "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
                "userId": person.id().to_string(),
                "email": person.mail(),
                "tenantId": TENANT_ID,
            })
        })
        .collect();
    let context = format!("{}/v1.0/$metadata#chats('{id}')/members", world.origin);
    Ok(Answer::Json(json!({"@odata.context": context, "@odata.count": value.len(), "value": value})))
}

/// `GET /me/chats`, `/chats` and `/users/{id}/chats` <https://learn.microsoft.com/en-us/graph/api/chat-list>
pub(super) fn list(world: &World, claims: &Claims, of: Option<&str>) -> Result<Answer, Fault> {
    let caller = caller(world, claims)?;
    let person = match (caller, of) {
        (Some(caller), None) => caller,
        (caller, Some(key)) => {
            let person = Uuid::try_parse(key).ok().and_then(|id| world.people.by_id(id));
            let person = person.or_else(|| world.people.by_principal_name(key));
            let person = person.ok_or_else(|| Fault::not_found(key))?;
            if caller.is_some_and(|caller| caller.id() != person.id()) {
                return Err(forbidden("The chats of another user cannot be read in the name of a user."));
            }
            person
        }
        (None, None) => return Err(bad("Requested API is not supported in application-only context")),
    };
    let mut chats = world.chats();
    let value: Vec<Value> = chats.of(person.id(), Utc::now()).map(object).collect();
    let context = format!("{}/v1.0/$metadata#chats", world.origin);
    Ok(Answer::Json(json!({"@odata.context": context, "@odata.count": value.len(), "value": value})))
}

fn object(chat: &Chat) -> Value {
    let kind = match chat.kind {
        Kind::OneOnOne => "oneOnOne",
        Kind::Group => "group",
    };
    let mut object = Map::new();
    for (name, value) in [
        ("id", json!(chat.id)),
        ("topic", json!(chat.topic)),
        ("createdDateTime", json!(time(chat.created))),
        ("lastUpdatedDateTime", json!(time(chat.updated()))),
        ("chatType", json!(kind)),
        ("webUrl", json!(format!("https://teams.microsoft.com/l/chat/{}/0?tenantId={TENANT_ID}", chat.id))),
        ("tenantId", json!(TENANT_ID)),
        ("onlineMeetingInfo", Value::Null),
        ("viewpoint", Value::Null),
    ] {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}
