//! The tenant "Contoso Practice": its ids, its one app registration, who owns it and the granted permissions.
//!
//! It owns the data and how a scenario changes it. It must not know about requests; start reading at `application`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{Scenario, credentials::Secret, world::World};

/// Directory (tenant) ID.
pub const TENANT_ID: &str = "9f2c4a68-3b17-4d5e-8c90-1a7be2d40f63";
/// Display name of the tenant.
pub const TENANT_NAME: &str = "Contoso Practice";
/// Verified domain, accepted wherever the tenant ID is.
pub const TENANT_DOMAIN: &str = "contoso.example";
/// Application (client) ID of the app registration.
pub const CLIENT_ID: &str = "c1d0e5b2-64a3-4f7c-9b28-5e0d7a91c3f4";
/// Object ID of the app registration.
pub const OBJECT_ID: &str = "0b7e93d1-28f6-4c4a-a5d3-6f12c80b9e57";
/// Object ID of the enterprise application (service principal); the `oid` of every token.
pub const SERVICE_PRINCIPAL_ID: &str = "5e40ac97-d218-4b6f-93e1-c7085fb2a6d9";
/// Display name of the app registration.
pub const APP_NAME: &str = "Contoso Teams connector";
/// Value of the secret that clients are configured with.
pub const CLIENT_SECRET: &str = "8Qk8Q~practice-secret_.value-for-Liaison";
/// Secret ID of that secret, which people paste by mistake.
pub const SECRET_ID: &str = "a4f1c6e8-7d20-4395-b81e-0c63d9f5e2b7";
/// Value of an older secret, which has expired.
pub const OLD_SECRET: &str = "k3D8Q~older-practice.secret_no-longer-used";
/// Secret ID of the older secret.
pub const OLD_SECRET_ID: &str = "d83b5f07-1c9a-4e62-87f4-2ae5b0c91d36";
/// Stands in for the older secret in the scenario `two_secrets_same_hint`: not expired, and it begins like the newer.
pub(super) const TWIN_SECRET: &str = "8Qk3X~practice-twin.secret_begins-the-same";
/// Microsoft Graph's own application id, the same in every tenant.
/// <https://learn.microsoft.com/en-us/graph/permissions-reference>
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Redirect URIs of the platform Web: whoever redeems a code for one has to prove itself. The second one is Liaison's.
pub(super) const WEB_REDIRECTS: [&str; 2] =
    ["https://contoso.example/agentdesktop/msteamscallback.html", "http://localhost/liaison"];
/// Redirect URIs of the platform "Mobile and desktop applications", whose clients keep no secret. The second one can be
/// registered in the manifest only. <https://learn.microsoft.com/en-us/entra/identity-platform/reply-url>
pub(super) const PUBLIC_REDIRECTS: [&str; 2] = ["http://localhost", "http://127.0.0.1/native"];

/// The application permissions that the app asks for, with their ids in Graph's permission reference.
/// <https://learn.microsoft.com/en-us/graph/permissions-reference>
const PERMISSIONS: [(&str, &str); 4] = [
    ("Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
    ("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
    ("Presence.Read.All", "a70e0c2d-e793-494c-94c4-118fa0a67f42"),
    ("Chat.Read.All", "6b7d71aa-70aa-4810-a8d9-5d9fb2830017"),
];

/// What lets an app renew its own secret, and with which id it is asked for; only the scenarios that are about it have it.
fn renewal_permission(scenario: Scenario) -> Option<(&'static str, &'static str)> {
    match scenario {
        Scenario::MayRenew | Scenario::MayRenewNotOwner | Scenario::LateSecret => {
            Some(("Application.ReadWrite.OwnedBy", "18a4783c-866b-4cc7-a460-3d5e5662c884"))
        }
        Scenario::MayRenewAny => Some(("Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9")),
        _ => None,
    }
}

/// Whether the app's enterprise application is among the owners of the app registration.
pub(super) fn owns_itself(scenario: Scenario) -> bool {
    matches!(scenario, Scenario::MayRenew | Scenario::LateSecret)
}

/// The owners of the app registration: the first person of the directory, and the app itself in some scenarios.
/// <https://learn.microsoft.com/en-us/graph/api/application-list-owners>
pub(super) fn owners(world: &World) -> Vec<Value> {
    let mut owners = Vec::new();
    if let Some(person) = world.people.at(0) {
        owners.push(json!({
            "@odata.type": "#microsoft.graph.user",
            "id": person.id().to_string(),
            "displayName": person.display_name,
            "mail": person.mail(),
            "userPrincipalName": person.principal_name(),
        }));
    }
    if owns_itself(world.scenario()) {
        owners.push(json!({
            "@odata.type": "#microsoft.graph.servicePrincipal",
            "id": SERVICE_PRINCIPAL_ID,
            "appId": CLIENT_ID,
            "displayName": APP_NAME,
            "servicePrincipalType": "Application",
        }));
    }
    owners
}

/// The application permissions that an administrator consented to.
pub(super) fn granted_roles(scenario: Scenario) -> Vec<&'static str> {
    let missing = match scenario {
        Scenario::NoConsent => return Vec::new(),
        Scenario::MissingApplicationRead => "Application.Read.All",
        Scenario::MissingUserRead => "User.Read.All",
        Scenario::MissingPresenceRead => "Presence.Read.All",
        _ => "",
    };
    let all = PERMISSIONS.into_iter().chain(renewal_permission(scenario));
    all.map(|(name, _)| name).filter(|name| *name != missing).collect()
}

/// `2021-09-09T19:50:29.3086381Z`: Graph writes up to seven digits of a second.
/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>
pub(super) fn graph_time(time: DateTime<Utc>) -> String {
    let ticks = time.timestamp_subsec_nanos() / 100 % 10_000_000;
    format!("{}.{ticks:07}Z", time.format("%Y-%m-%dT%H:%M:%S"))
}

/// Members of the application that nobody filled in. `nativeAuthenticationApisEnabled` is left out: made into JSON schema,
/// Microsoft's metadata allow no null for it.
const EMPTY_MEMBERS: [&str; 16] = [
    "deletedDateTime",
    "applicationTemplateId",
    "createdByAppId",
    "defaultRedirectUri",
    "description",
    "disabledByMicrosoftStatus",
    "groupMembershipClaims",
    "isDeviceOnlyAuthSupported",
    "isDisabled",
    "notes",
    "optionalClaims",
    "samlMetadataUrl",
    "serviceManagementReference",
    "servicePrincipalLockConfiguration",
    "tokenEncryptionKeyId",
    "uniqueName",
];

/// The application object with the members that a plain GET returns.
/// <https://learn.microsoft.com/en-us/graph/api/application-get>
///
/// `with_keys` tells whether the certificates come with their content.
pub(super) fn application(world: &World, with_keys: bool) -> Map<String, Value> {
    let scenario = world.scenario();
    let secrets: Vec<Value> = world.secrets().iter().map(Secret::json).collect();
    let certificates: Vec<Value> = world.certificates().iter().map(|one| one.json(with_keys)).collect();
    let asked_for = PERMISSIONS.into_iter().chain(renewal_permission(scenario));
    let access: Vec<Value> = asked_for.map(|(_, id)| json!({"id": id, "type": "Role"})).collect();
    let created = world.started - TimeDelta::days(900);
    let plain = json!({
        "id": OBJECT_ID,
        "appId": CLIENT_ID,
        "createdDateTime": created.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "displayName": APP_NAME,
        "identifierUris": [],
        "isFallbackPublicClient": scenario == Scenario::PublicClient,
        "publisherDomain": TENANT_DOMAIN,
        "signInAudience": "AzureADMyOrg",
        "tags": [],
    });
    let structured = json!({
        "addIns": [],
        "api": {
            "acceptMappedClaims": null, "knownClientApplications": [], "requestedAccessTokenVersion": null,
            "oauth2PermissionScopes": [], "preAuthorizedApplications": [],
        },
        "appRoles": [],
        "info": {
            "logoUrl": null, "marketingUrl": null, "privacyStatementUrl": null, "supportUrl": null,
            "termsOfServiceUrl": null,
        },
        "keyCredentials": certificates,
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": secrets,
        "publicClient": {"redirectUris": PUBLIC_REDIRECTS},
        "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}],
        "spa": {"redirectUris": []},
        "verifiedPublisher": {"displayName": null, "verifiedPublisherId": null, "addedDateTime": null},
        "web": {
            "homePageUrl": null, "logoutUrl": null,
            "redirectUris": WEB_REDIRECTS,
            "implicitGrantSettings": {"enableAccessTokenIssuance": false, "enableIdTokenIssuance": false},
        },
    });
    let mut object = Map::new();
    for name in EMPTY_MEMBERS {
        object.insert(name.to_owned(), Value::Null);
    }
    for part in [plain, structured] {
        if let Value::Object(members) = part {
            object.extend(members);
        }
    }
    object
}

/// What a tenant identifier in a path stands for.
pub(super) enum Named {
    Ours,
    /// `common`, `organizations` or `consumers`.
    AnyTenant,
    Empty,
    ZeroGuid,
    Unknown,
    Malformed,
}

/// Reads a tenant identifier as .NET's `Guid.TryParse` does, which also takes braces: a tenant pasted as `{guid}` is
/// found, and the sign-in fails later or not at all. <https://github.com/BookStackApp/BookStack/issues/4089>
pub(super) fn named(tenant: &str) -> Named {
    if tenant.is_empty() {
        return Named::Empty;
    }
    if ["common", "organizations", "consumers"].contains(&tenant.to_ascii_lowercase().as_str()) {
        return Named::AnyTenant;
    }
    if let Ok(id) = uuid::Uuid::try_parse(tenant) {
        return match id {
            id if id.is_nil() => Named::ZeroGuid,
            id if id.to_string() == TENANT_ID => Named::Ours,
            _ => Named::Unknown,
        };
    }
    match tenant {
        _ if tenant.eq_ignore_ascii_case(TENANT_DOMAIN) => Named::Ours,
        _ if is_domain(tenant) => Named::Unknown,
        _ => Named::Malformed,
    }
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.contains('.') && text.split('.').all(label)
}
