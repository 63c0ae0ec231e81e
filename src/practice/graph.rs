//! Microsoft Graph under `/v1.0`: finds the resource, then checks throttling, the token and its permissions, then answers.
//!
//! It owns that order and the organization. Paths are in `resource`, permissions in `access`, and each part of
//! Graph has a file of its own. It must not know how sign-ins are checked. Start reading at `respond`.

use axum::{
    body::Body,
    http::{Response, StatusCode},
};
use chrono::Utc;
use serde_json::{Value, json};

use super::{
    GRAPH_APP_ID, Scenario, applications, batch,
    call::Call,
    chats, delta,
    graph_error::{self, Answer, Fault},
    odata, photos, presence,
    resource::{self, Resource},
    tenant::{TENANT_DOMAIN, TENANT_ID, TENANT_NAME},
    token::{self, Claims, Unreadable},
    users,
    world::World,
};

/// How many requests the scenario `throttled` refuses.
const THROTTLED_REQUESTS: u32 = 2;

/// Any request under `/v1.0`.
pub(super) fn respond(world: &World, call: &Call) -> Response<Body> {
    let result = answer(world, call);
    let is_lost = result.is_ok() && resource::find(call).is_ok_and(|one| one.changes()) && world.loses_answer();
    let mut response = graph_error::response(world, call, result);
    if is_lost {
        response.extensions_mut().insert(graph_error::Lost);
    }
    response
}

/// A path that is neither a sign-in path nor under `/v1.0`.
pub(super) fn unknown_version(world: &World, call: &Call) -> Response<Body> {
    let version = call.segments.first().map_or("", String::as_str);
    let fault = Fault::bad_request(format!("Invalid version: {version}"));
    graph_error::response(world, call, Err(fault))
}

fn answer(world: &World, call: &Call) -> Result<Answer, Fault> {
    if call.segments.get(1).is_some_and(|first| first == "$batch") {
        authenticate(world, call)?;
        return batch::respond(world, call, &answer);
    }
    // An unknown segment is refused before the token is looked at.
    let resource = resource::find(call)?;
    check_throttle(world, call)?;
    let claims = authenticate(world, call)?;
    let is_mine = call.segments.get(1).is_some_and(|first| first == "me");
    if is_mine && !claims.is_delegated() {
        return Err(Fault::bad_request("/me request is only valid with delegated authentication flow."));
    }
    resource.needs().check(world, &claims)?;
    match resource {
        Resource::Applications => applications::list(world, call),
        Resource::Application(key) => applications::get(world, call, key),
        Resource::UpdateApplication(key) => applications::update(world, call, key),
        Resource::AddPassword(key) => applications::add_password(world, call, key),
        Resource::RemovePassword(key) => applications::remove_password(world, call, key),
        Resource::Owners(key) => applications::owners(world, key),
        Resource::Users => users::list(world, call),
        Resource::UserCount => users::count(world, call),
        Resource::User(key) => users::get(world, call, key),
        Resource::UserDelta => delta::respond(world, call),
        Resource::Photo(key, size) => photos::get(world, key, size),
        Resource::Me => users::get(world, call, &claims.oid),
        Resource::Presence(id) => presence::get(world, id),
        Resource::MyPresence => presence::get(world, &claims.oid),
        Resource::Presences => presence::by_user_id(world, call),
        Resource::Organization => Ok(Answer::Json(organization(world))),
        Resource::CreateChat => chats::create(world, call, &claims),
        Resource::Chat(id) => chats::get(world, &claims, id),
        Resource::ChatMembers(id) => chats::members(world, &claims, id),
        Resource::Chats(of) => chats::list(world, &claims, of),
        Resource::Messages(id) => chats::list_messages(world, call, &claims, id),
        Resource::SendMessage(id) => chats::send(world, call, &claims, id),
        Resource::AllMessages(key) => chats::of_everybody(world, call, key),
    }
}

/// In mid-load, the scenarios refuse every third page after the first one, once.
fn check_throttle(world: &World, call: &Call) -> Result<(), Fault> {
    let before = world.count_graph_request();
    match world.scenario() {
        Scenario::ThrottledHard => Err(Fault::throttled()),
        Scenario::Throttled if before < THROTTLED_REQUESTS => Err(Fault::throttled()),
        scenario @ (Scenario::ThrottledMidLoad | Scenario::OutageMidLoad) if call.is_later_page() => {
            match (world.count_later_page() % 3, scenario) {
                (1, Scenario::ThrottledMidLoad) => Err(Fault::throttled()),
                (1, _) => Err(Fault::unavailable()),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// The bearer token: issued by this tenant, for Graph, not expired. Graph names each fault in its message only.
/// <https://learn.microsoft.com/en-us/graph/errors>
fn authenticate(world: &World, call: &Call) -> Result<Claims, Fault> {
    let refuse = |message: &str| Err(Fault::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message));
    let header = call.header("authorization").unwrap_or_default();
    let (scheme, bearer) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || bearer.trim().is_empty() {
        return refuse("Access token is empty.");
    }
    let claims = match token::read(bearer.trim()) {
        Ok(claims) => claims,
        Err(Unreadable::NotThreeParts | Unreadable::BadContent) => {
            return refuse(
                "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact \
                 Serialization Format. (JWS): 'EncodedHeader.EndcodedPayload.EncodedSignature'. (JWE): \
                 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.",
            );
        }
        Err(Unreadable::BadSignature) => {
            return refuse("Access token validation failure. Invalid signature.");
        }
    };
    let for_graph = [world.origin.as_str(), GRAPH_APP_ID].contains(&claims.aud.as_str());
    if !for_graph {
        return refuse("Access token validation failure. Invalid audience.");
    }
    if claims.tid != TENANT_ID {
        return refuse("Access token validation failure. Invalid issuer.");
    }
    if claims.exp <= Utc::now().timestamp() || world.has_ended_early(claims.uti.clone()) {
        return refuse("Access token has expired.");
    }
    Ok(claims)
}

/// `GET /organization`, as much of it as User.Read.All shows.
fn organization(world: &World) -> Value {
    json!({
        "@odata.context": odata::context(&world.origin, "organization", None, false),
        "value": [{
            "id": TENANT_ID,
            "displayName": TENANT_NAME,
            "verifiedDomains": [{
                "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": true,
                "name": TENANT_DOMAIN, "type": "Managed",
            }],
        }],
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{
        body::Bytes,
        http::{HeaderMap, Method},
    };

    use super::*;
    use crate::practice::{roster::Roster, token::Proof};

    #[test]
    fn a_token_is_good_for_an_hour() {
        let origin = "http://127.0.0.1:1".to_owned();
        let world = World::new(origin.clone(), Roster::new(1), Scenario::Healthy, Duration::ZERO);
        let now = Utc::now().timestamp();
        for (age, is_good) in [(0, true), (3_590, true), (3_601, false)] {
            let token = token::issue(&origin, &origin, Proof::Secret, &[], now - age);
            let mut headers = HeaderMap::new();
            let bearer = format!("Bearer {token}").parse().expect("a header");
            headers.insert("authorization", bearer);
            let call = Call::new(Method::GET, "/v1.0/users", "", headers, Bytes::new());
            let result = authenticate(&world, &call);
            assert_eq!(result.is_ok(), is_good, "{age} s");
            if let Err(fault) = result {
                assert!(format!("{fault:?}").contains("Access token has expired."));
            }
        }
    }
}
