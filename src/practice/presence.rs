//! Presence: one person's, or that of up to 650 people at once.
//!
//! It owns the values and the limit. It must not know tokens or roles; `graph` has checked them. Start reading at
//! `by_user_id`. <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    call::Call,
    graph_error::{Answer, Fault},
    people::Person,
    world::World,
};

/// The most ids in one request.
const MOST_IDS: usize = 650;

/// Availability with a fitting activity, in the Pascal case that the wire sends.
/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/api-reference/v1.0/resources/presence.md>
const STATES: [(&str, &str); 19] = [
    ("Available", "Available"),
    ("Busy", "InAMeeting"),
    ("Away", "Away"),
    ("Available", "Available"),
    ("Offline", "Offline"),
    ("DoNotDisturb", "Presenting"),
    ("BeRightBack", "BeRightBack"),
    ("Busy", "InACall"),
    ("AvailableIdle", "Inactive"),
    ("Busy", "Busy"),
    ("Offline", "OffWork"),
    ("DoNotDisturb", "UrgentInterruptionsOnly"),
    ("Busy", "InAConferenceCall"),
    ("Away", "OutOfOffice"),
    ("BusyIdle", "Inactive"),
    ("PresenceUnknown", "PresenceUnknown"),
    // The current page lists camel case and another split: what one is doing became an availability.
    // https://learn.microsoft.com/en-us/graph/api/resources/presence
    ("inAMeeting", "busy"),
    ("focusing", "doNotDisturb"),
    // Values are open: clients meet words that no page lists.
    ("Commuting", "OnTheTrain"),
];

/// The first so many are common; the rest show themselves once each.
const COMMON: usize = 16;

/// `GET /users/{id}/presence` and `GET /communications/presences/{id}`: "You must pass the user's ID", not a name.
/// <https://learn.microsoft.com/en-us/graph/api/presence-get>
pub(super) fn get(world: &World, id: &str) -> Result<Answer, Fault> {
    let id = Uuid::try_parse(id).map_err(|_| refused(format!("Id '{id}' is not a valid GUID.")))?;
    let person = world.people.by_id(id).ok_or_else(|| {
        Fault::from_workload(StatusCode::NOT_FOUND, "NotFound", format!("User '{id}' was not found."))
    })?;
    let mut body = object(&person);
    body["@odata.context"] = json!(format!("{}/v1.0/$metadata#users('{id}')/presence/$entity", world.origin));
    Ok(Answer::Json(body))
}

/// `POST /communications/getPresencesByUserId`
///
/// What happens to unknown ids and to the order is not documented: here unknown ones are left out and the rest comes
/// sorted by id, so that only a client that matches by id is right.
pub(super) fn by_user_id(world: &World, call: &Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let ids = body["ids"].as_array().filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| refused("The parameter 'ids' must hold at least one id."))?;
    if ids.len() > MOST_IDS {
        return Err(refused(format!("The request holds {} ids; at most {MOST_IDS} are allowed.", ids.len())));
    }
    let mut wanted = Vec::with_capacity(ids.len());
    for id in ids {
        let text = id.as_str().unwrap_or_default();
        let parsed = Uuid::try_parse(text).map_err(|_| refused(format!("Id '{text}' is not a valid GUID.")))?;
        wanted.push(parsed);
    }
    wanted.sort_unstable();
    wanted.dedup();
    let found = wanted.into_iter().filter_map(|id| world.people.by_id(id));
    let value: Vec<Value> = found.map(|person| object(&person)).collect();
    Ok(Answer::Json(json!({
        "@odata.context": format!("{}/v1.0/$metadata#Collection(microsoft.graph.presence)", world.origin),
        "value": value,
    })))
}

fn refused(message: impl Into<String>) -> Fault {
    Fault::from_workload(StatusCode::BAD_REQUEST, "BadRequest", message)
}

/// <https://learn.microsoft.com/en-us/graph/api/resources/presence>
fn object(person: &Person) -> Value {
    // The first people show one state each.
    let at = match person.index {
        index if (index as usize) < STATES.len() => index as usize,
        _ => (person.dice() >> 32) as usize % COMMON,
    };
    let (availability, activity) = STATES[at];
    let is_away = activity == "OutOfOffice";
    let message = is_away.then_some("I am out of the office and back next week.");
    json!({
        "id": person.id().to_string(),
        "availability": availability,
        "activity": activity,
        "statusMessage": status_message(person),
        "sequenceNumber": "A0001",
        "outOfOfficeSettings": {"message": message, "isOutOfOffice": is_away},
        "workLocation": null,
    })
}

/// About one person in six has one. <https://learn.microsoft.com/en-us/graph/api/resources/presencestatusmessage>
fn status_message(person: &Person) -> Value {
    if person.index % 6 != 2 {
        return Value::Null;
    }
    let texts =
        ["Working from home today 🏡", "At the customer's until 3 pm", "Back on Monday", "Bitte nur dringende Anrufe"];
    json!({
        "message": {"content": texts[person.index as usize / 6 % texts.len()], "contentType": "text"},
        "expiryDateTime": null,
        "publishedDateTime": "2026-11-20T08:00:00Z",
    })
}
