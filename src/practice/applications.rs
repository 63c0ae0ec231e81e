//! The app registration over Graph: reading it, its owners, and adding and removing what it signs in with.
//!
//! It owns the bodies of these requests and their answers. It must not know tokens or roles; `graph` has checked them.
//! Start reading at `get`. <https://learn.microsoft.com/en-us/graph/api/resources/application>

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Months, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    call::Call,
    credentials::{Certificate, Secret},
    graph_error::{Answer, Fault},
    odata::{self, Options},
    tenant::{self, CLIENT_ID, OBJECT_ID},
    world::World,
};

/// How a path names an application.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    ObjectId(&'a str),
    AppId(&'a str),
}

impl<'a> Key<'a> {
    /// `applications(appId='…')`, the alternate key.
    /// <https://learn.microsoft.com/en-us/graph/api/application-get>
    pub fn from_segment(segment: &'a str) -> Option<Key<'a>> {
        let key = segment.strip_prefix("applications(")?.strip_suffix(')')?;
        let (name, value) = key.split_once('=')?;
        if name.trim() != "appId" {
            return None;
        }
        value.trim().strip_prefix('\'')?.strip_suffix('\'').map(Key::AppId)
    }

    /// Refuses every id but that of the one app that there is.
    fn check(self) -> Result<(), Fault> {
        let (id, ours) = match self {
            Key::ObjectId(id) => (id, OBJECT_ID),
            Key::AppId(id) => (id, CLIENT_ID),
        };
        if matches!(self, Key::AppId(_)) && Uuid::try_parse(id).is_err() {
            // https://github.com/microsoftgraph/msgraph-sdk-python/issues/408
            return Err(bad(
                "Invalid value specified for object reference property 'appId' of resource 'Application'.",
            ));
        }
        if id.eq_ignore_ascii_case(ours) { Ok(()) } else { Err(Fault::not_found(id)) }
    }
}

fn bad(message: impl Into<String>) -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
}

/// `GET /applications/{object id}` and `GET /applications(appId='{client id}')`
pub(super) fn get(world: &World, call: &Call, key: Key<'_>) -> Result<Answer, Fault> {
    let options = Options::read(call)?;
    let selected = options.select("application", &APPLICATION)?;
    key.check()?;
    let with_keys = selected.as_deref().is_some_and(|names| names.contains(&"keyCredentials"));
    let object = tenant::application(world, with_keys);
    let context = odata::context(&world.origin, "applications", selected.as_deref(), true);
    Ok(Answer::Json(odata::entity(context, object, selected.as_deref())))
}

/// `GET /applications`, where the one app can be looked for by its ids.
/// <https://learn.microsoft.com/en-us/graph/api/application-list>
pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let options = Options::read_with(call, &["$filter"])?;
    let selected = options.select("application", &APPLICATION)?;
    let is_wanted = match options.get("$filter").map(|filter| filter.split_whitespace().collect::<Vec<_>>()) {
        None => true,
        Some(words) => match words[..] {
            ["appId", "eq", id] => id.trim_matches('\'').eq_ignore_ascii_case(CLIENT_ID),
            ["id", "eq", id] => id.trim_matches('\'').eq_ignore_ascii_case(OBJECT_ID),
            _ => return Err(Fault::not_built("this filter on applications")),
        },
    };
    let mut object = tenant::application(world, false);
    object.retain(|name, _| selected.as_deref().is_none_or(|names| names.contains(&name.as_str())));
    let found: Vec<Value> = is_wanted.then_some(Value::Object(object)).into_iter().collect();
    let context = odata::context(&world.origin, "applications", selected.as_deref(), false);
    Ok(Answer::Json(json!({"@odata.context": context, "value": found})))
}

/// `GET /applications/{id}/owners` <https://learn.microsoft.com/en-us/graph/api/application-list-owners>
pub(super) fn owners(world: &World, key: Key<'_>) -> Result<Answer, Fault> {
    key.check()?;
    Ok(Answer::Json(json!({
        "@odata.context": format!("{}/v1.0/$metadata#directoryObjects", world.origin),
        "value": tenant::owners(world),
    })))
}

/// `POST /applications/{id}/addPassword`: the only answer that ever shows the secret.
/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>
pub(super) fn add_password(world: &World, call: &Call, key: Key<'_>) -> Result<Answer, Fault> {
    key.check()?;
    let body = call.json()?;
    let wanted = match &body["passwordCredential"] {
        Value::Null => json!({}),
        wanted @ Value::Object(_) => wanted.clone(),
        _ => return Err(bad("Invalid value specified for parameter 'passwordCredential'.")),
    };
    check_members(&body, &["passwordCredential"], "addPassword")?;
    let known = ["customKeyIdentifier", "displayName", "endDateTime", "hint", "keyId", "secretText", "startDateTime"];
    check_members(&wanted, &known, "passwordCredential")?;
    let now = Utc::now();
    let start = time(&wanted, "startDateTime")?.unwrap_or(now);
    // "The default value is startDateTime + 2 years."
    let end = time(&wanted, "endDateTime")?.unwrap_or_else(|| start.checked_add_months(Months::new(24)).unwrap_or(now));
    if end <= start || end <= now {
        return Err(bad("Password credential end date is invalid."));
    }
    let secret = Secret {
        value: Secret::random_value(),
        key_id: Uuid::new_v4().to_string(),
        display_name: wanted["displayName"].as_str().map(str::to_owned),
        start,
        end,
        made: Some(now),
    };
    let mut answer = secret.json();
    answer["@odata.context"] = json!(format!("{}/v1.0/$metadata#microsoft.graph.passwordCredential", world.origin));
    answer["secretText"] = json!(secret.value);
    world.add_secret(secret);
    Ok(Answer::Json(answer))
}

/// `POST /applications/{id}/removePassword`
/// <https://learn.microsoft.com/en-us/graph/api/application-removepassword>
pub(super) fn remove_password(world: &World, call: &Call, key: Key<'_>) -> Result<Answer, Fault> {
    key.check()?;
    let body = call.json()?;
    check_members(&body, &["keyId"], "removePassword")?;
    let id = body["keyId"].as_str().and_then(|id| Uuid::try_parse(id).ok());
    let id = id.ok_or_else(|| bad("Invalid value specified for parameter 'keyId'."))?.to_string();
    if !world.secrets().iter().any(|secret| secret.key_id == id) {
        return Err(bad(format!("No password credential found with keyId {id}.")));
    }
    world.remove_secret(id);
    Ok(Answer::NoContent)
}

/// `PATCH /applications/{id}` with `keyCredentials`, which replaces them all; one that is kept is named by its `keyId`.
/// <https://learn.microsoft.com/en-us/graph/api/application-update>
pub(super) fn update(world: &World, call: &Call, key: Key<'_>) -> Result<Answer, Fault> {
    key.check()?;
    let body = call.json()?;
    if body.get("passwordCredentials").is_some() {
        return Err(bad("Updating passwordCredentials is not supported. Use addPassword and removePassword."));
    }
    for name in body.as_object().into_iter().flat_map(|members| members.keys()) {
        if name != "keyCredentials" {
            return Err(Fault::not_built(&format!("changing '{name}' of an application")));
        }
    }
    let Some(wanted) = body["keyCredentials"].as_array() else {
        return Err(bad("Invalid value specified for property 'keyCredentials' of resource 'Application'."));
    };
    let present = world.certificates();
    let certificates = wanted.iter().map(|one| key_credential(one, &present)).collect::<Result<Vec<_>, _>>()?;
    world.set_certificates(certificates);
    Ok(Answer::NoContent)
}

fn key_credential(wanted: &Value, present: &[Certificate]) -> Result<Certificate, Fault> {
    if wanted["type"] != "AsymmetricX509Cert" || wanted["usage"] != "Verify" {
        return Err(bad("Key credential type or usage is invalid."));
    }
    let Some(key) = wanted["key"].as_str() else {
        let kept = present.iter().find(|one| wanted["keyId"] == one.key_id.as_str());
        return kept.cloned().ok_or_else(|| bad("Key credential value is invalid."));
    };
    let bytes = STANDARD.decode(key).map_err(|_| bad("Key credential value is invalid."))?;
    let mut certificate = Certificate::read(&bytes).map_err(|_| bad("Key credential value is invalid."))?;
    if let Some(name) = wanted["displayName"].as_str() {
        certificate.display_name = Some(name.to_owned());
    }
    Ok(certificate)
}

fn check_members(object: &Value, known: &[&str], type_name: &str) -> Result<(), Fault> {
    let members = object.as_object().ok_or_else(|| bad("The request body must be a JSON object."))?;
    match members.keys().find(|name| !name.starts_with('@') && !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Fault::bad_request(format!(
            "The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to only use property \
             names that are defined by the type."
        ))),
    }
}

fn time(object: &Value, name: &str) -> Result<Option<DateTime<Utc>>, Fault> {
    match &object[name] {
        Value::Null => Ok(None),
        value => value
            .as_str()
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map(|time| Some(time.to_utc()))
            .ok_or_else(|| {
                Fault::bad_request(format!(
                    "Cannot convert the literal '{value}' to the expected type 'Edm.DateTimeOffset'."
                ))
            }),
    }
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
