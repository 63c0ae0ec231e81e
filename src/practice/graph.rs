//! Microsoft Graph under `/v1.0`: finds the resource, then checks throttling, the token and its roles, then answers.
//!
//! It owns that order, the application and the organization. People are in `users`, presence in `presence`. It must not
//! know how sign-ins are checked. Start reading at `respond`.

use axum::{
    body::Body,
    http::{Method, Response, StatusCode},
};
use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    GRAPH_APP_ID, Scenario,
    call::Call,
    delta,
    graph_error::{self, Answer, Fault},
    odata::{self, Options},
    photos, presence,
    tenant::{self, CLIENT_ID, OBJECT_ID, TENANT_DOMAIN, TENANT_ID, TENANT_NAME},
    token::{self, Claims, Unreadable},
    users,
    world::World,
};

/// How many requests the scenario `throttled` refuses.
const THROTTLED_REQUESTS: u32 = 2;

/// First segments that Graph has and the practice tenant has not.
const NOT_BUILT: [&str; 8] =
    ["$batch", "applications", "chats", "communications", "groups", "servicePrincipals", "subscriptions", "teams"];

/// What a path names.
enum Resource<'a> {
    Application(ApplicationKey<'a>),
    Users,
    UserCount,
    User(&'a str),
    UserDelta,
    /// Of whom, and in which size.
    Photo(&'a str, Option<&'a str>),
    Presence(&'a str),
    Presences,
    Organization,
}

enum ApplicationKey<'a> {
    ObjectId(&'a str),
    AppId(&'a str),
}

/// Any request under `/v1.0`.
pub(super) fn respond(world: &World, call: &Call) -> Response<Body> {
    graph_error::response(world, call, answer(world, call))
}

/// A path that is neither a sign-in path nor under `/v1.0`.
pub(super) fn unknown_version(world: &World, call: &Call) -> Response<Body> {
    let version = call.segments.first().map_or("", String::as_str);
    let fault = Fault::bad_request(format!("Invalid version: {version}"));
    graph_error::response(world, call, Err(fault))
}

fn answer(world: &World, call: &Call) -> Result<Answer, Fault> {
    // An unknown segment is refused before the token is looked at.
    let resource = find(call)?;
    check_throttle(world, call)?;
    let claims = authenticate(world, call)?;
    check_roles(&resource, &claims)?;
    match resource {
        Resource::Application(key) => application(world, call, key),
        Resource::Users => users::list(world, call),
        Resource::UserCount => users::count(world, call),
        Resource::User(key) => users::get(world, call, key),
        Resource::UserDelta => delta::respond(world, call),
        Resource::Photo(key, size) => photos::get(world, key, size),
        Resource::Presence(id) => presence::get(world, id),
        Resource::Presences => presence::by_user_id(world, call),
        Resource::Organization => Ok(Answer::Json(organization(world))),
    }
}

fn find(call: &Call) -> Result<Resource<'_>, Fault> {
    let segments: Vec<&str> = call.segments.iter().skip(1).map(String::as_str).collect();
    let (method, resource) = match segments[..] {
        ["applications", id] => (Method::GET, Resource::Application(ApplicationKey::ObjectId(id))),
        ["users"] => (Method::GET, Resource::Users),
        ["users", "$count"] => (Method::GET, Resource::UserCount),
        ["users", "delta" | "delta()" | "microsoft.graph.delta" | "microsoft.graph.delta()"] => {
            (Method::GET, Resource::UserDelta)
        }
        ["users", id, "photo", "$value"] => (Method::GET, Resource::Photo(id, None)),
        ["users", id, "photos", size, "$value"] => (Method::GET, Resource::Photo(id, Some(size))),
        ["users", _, "photo" | "photos", ..] => return Err(Fault::not_built(&call.path)),
        ["users", key] => (Method::GET, Resource::User(key)),
        ["users", id, "presence"] | ["communications", "presences", id] => (Method::GET, Resource::Presence(id)),
        ["communications", "getPresencesByUserId"] => (Method::POST, Resource::Presences),
        ["organization"] => (Method::GET, Resource::Organization),
        ["me", ..] => {
            return Err(Fault::bad_request("/me request is only valid with delegated authentication flow."));
        }
        [one] if app_id_key(one).is_some() => {
            let key = app_id_key(one).unwrap_or_default();
            (Method::GET, Resource::Application(ApplicationKey::AppId(key)))
        }
        [first, ..] if NOT_BUILT.contains(&first) => {
            return Err(Fault::not_built(&call.path));
        }
        ["users", _, navigation, ..] => return Err(unknown_segment(navigation)),
        ["organization", ..] => return Err(Fault::not_built(&call.path)),
        [first, ..] => return Err(unknown_segment(first)),
        [] => return Err(Fault::not_built("the service document")),
    };
    if call.method != method {
        return Err(Fault::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        ));
    }
    Ok(resource)
}

/// `applications(appId='…')`, the alternate key.
/// <https://learn.microsoft.com/en-us/graph/api/application-get>
fn app_id_key(segment: &str) -> Option<&str> {
    let key = segment.strip_prefix("applications(")?.strip_suffix(')')?;
    let (name, value) = key.split_once('=')?;
    (name.trim() == "appId").then(|| value.trim().strip_prefix('\'')?.strip_suffix('\'')).flatten()
}

fn unknown_segment(segment: &str) -> Fault {
    Fault::bad_request(format!("Resource not found for the segment '{segment}'."))
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
    if claims.exp <= Utc::now().timestamp() {
        return refuse("Access token has expired.");
    }
    Ok(claims)
}

/// The application permissions of each call, least privileged first; one of them is enough.
fn check_roles(resource: &Resource<'_>, claims: &Claims) -> Result<(), Fault> {
    let accepted: &[&str] = match resource {
        // https://learn.microsoft.com/en-us/graph/api/application-get (an app may not read even itself without one)
        Resource::Application(_) => &[
            "Application.Read.All",
            "Application.ReadWrite.OwnedBy",
            "Application.ReadWrite.All",
            "Directory.Read.All",
        ],
        // https://learn.microsoft.com/en-us/graph/api/user-list
        Resource::Users | Resource::UserCount | Resource::User(_) | Resource::UserDelta => {
            &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        }
        // https://learn.microsoft.com/en-us/graph/api/profilephoto-get
        Resource::Photo(..) => {
            &["ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.Read.All", "User.ReadWrite.All"]
        }
        // https://learn.microsoft.com/en-us/graph/api/organization-get (with User.Read only a few members are filled)
        Resource::Organization => &["Organization.Read.All", "Directory.Read.All", "User.Read.All"],
        // https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid
        Resource::Presence(_) | Resource::Presences => &["Presence.Read.All", "Presence.ReadWrite.All"],
    };
    if claims.roles.iter().any(|role| accepted.contains(&role.as_str())) {
        return Ok(());
    }
    Err(match resource {
        // The Teams workload names the missing roles, the directory does not.
        Resource::Presence(_) | Resource::Presences => Fault::from_workload(
            StatusCode::FORBIDDEN,
            "Forbidden",
            format!(
                "Missing role permissions on the request. API requires one of '{}'. Roles on the request '{}'.",
                accepted.join(", "),
                claims.roles.join(", ")
            ),
        ),
        // https://learn.microsoft.com/en-us/graph/json-batching
        _ => Fault::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
    })
}

/// `GET /applications/{object id}` and `GET /applications(appId='{client id}')`
fn application(world: &World, call: &Call, key: ApplicationKey<'_>) -> Result<Answer, Fault> {
    let options = Options::read(call)?;
    let object = tenant::application(world.scenario(), world.started);
    let selected = options.select("application", &APPLICATION)?;
    let (id, ours) = match key {
        ApplicationKey::ObjectId(id) => (id, OBJECT_ID),
        ApplicationKey::AppId(id) => (id, CLIENT_ID),
    };
    if matches!(key, ApplicationKey::AppId(_)) && Uuid::try_parse(id).is_err() {
        // https://github.com/microsoftgraph/msgraph-sdk-python/issues/408
        return Err(Fault::new(
            StatusCode::BAD_REQUEST,
            "Request_BadRequest",
            "Invalid value specified for object reference property 'appId' of resource 'Application'.",
        ));
    }
    if !id.eq_ignore_ascii_case(ours) {
        return Err(Fault::not_found(id));
    }
    let context = odata::context(&world.origin, "applications", selected.as_deref(), true);
    Ok(Answer::Json(odata::entity(context, object, selected.as_deref())))
}

/// Properties of `application` in the v1.0 schema; those that the object does not carry are left out of an answer.
const APPLICATION: [&str; 43] = [
    "id",
    "deletedDateTime",
    "addIns",
    "api",
    "appId",
    "applicationTemplateId",
    "appRoles",
    "authenticationBehaviors",
    "certification",
    "createdByAppId",
    "createdDateTime",
    "defaultRedirectUri",
    "description",
    "disabledByMicrosoftStatus",
    "displayName",
    "groupMembershipClaims",
    "identifierUris",
    "info",
    "isDeviceOnlyAuthSupported",
    "isDisabled",
    "isFallbackPublicClient",
    "keyCredentials",
    "managerApplications",
    "nativeAuthenticationApisEnabled",
    "notes",
    "oauth2RequirePostResponse",
    "optionalClaims",
    "parentalControlSettings",
    "passwordCredentials",
    "publicClient",
    "publisherDomain",
    "requestSignatureVerification",
    "requiredResourceAccess",
    "samlMetadataUrl",
    "serviceManagementReference",
    "servicePrincipalLockConfiguration",
    "signInAudience",
    "spa",
    "tags",
    "tokenEncryptionKeyId",
    "uniqueName",
    "verifiedPublisher",
    "web",
];

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

    use axum::{body::Bytes, http::HeaderMap};

    use super::*;
    use crate::practice::roster::Roster;

    #[test]
    fn a_token_is_good_for_an_hour() {
        let origin = "http://127.0.0.1:1".to_owned();
        let world = World::new(origin.clone(), Roster::new(1), Scenario::Healthy, Duration::ZERO);
        let now = Utc::now().timestamp();
        for (age, is_good) in [(0, true), (3_590, true), (3_601, false)] {
            let token = token::issue(&origin, &origin, &[], now - age);
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
