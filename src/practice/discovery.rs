//! The sign-in service's public documents: openid-configuration, signing keys and instance discovery.
//!
//! It owns their shape. It must not know secrets or tokens; start reading at `configuration`.

use axum::{
    body::Body,
    http::{Response, StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Scenario, aadsts,
    call::Call,
    delegated, sign_in,
    tenant::{self, Named, TENANT_ID},
    world::World,
};

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
///
/// Tenant errors are the token endpoint's, but `error` is `invalid_tenant`.
/// <https://github.com/james-gould/azure-keyvault-emulator/issues/324>
pub(super) fn configuration(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    if let Err(refusal) = sign_in::check_tenant(tenant, world.scenario()) {
        return refusal.with_error("invalid_tenant").response(world, call);
    }
    let login = &world.origin;
    let cloud = Cloud::of(world);
    let any = matches!(tenant::named(tenant), Named::AnyTenant);
    // The address keeps the words common, organizations and consumers; the issuer is then a template.
    let (tenant, issuer) = if any { (tenant, "{tenantid}") } else { (TENANT_ID, TENANT_ID) };
    let body = json!({
        "token_endpoint": format!("{login}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{login}/{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{login}/{issuer}/v2.0"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{login}/oidc/userinfo"),
        "authorization_endpoint": format!("{login}/{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{login}/{tenant}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{login}/{tenant}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
            "msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid",
            "ver", "at_hash", "c_hash", "email"],
        "kerberos_endpoint": format!("{login}/{tenant}/kerberos"),
        "tenant_region_scope": if any { Value::Null } else { json!(cloud.region) },
        "cloud_instance_name": cloud.instance,
        "cloud_graph_host_name": cloud.old_graph,
        "msgraph_host": cloud.graph,
        "rbac_url": "https://pas.windows.net",
    });
    document(&body)
}

/// The cloud that a tenant lives in, as its metadata name it. This tenant is a cloud of its own, whose hosts are the
/// practice tenant's; one that lives elsewhere names the hosts of Microsoft's cloud for the US government.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud>
struct Cloud<'a> {
    region: &'static str,
    instance: &'a str,
    graph: &'a str,
    old_graph: &'a str,
}

impl Cloud<'_> {
    fn of(world: &World) -> Cloud<'_> {
        let host = host(&world.origin);
        match world.scenario() {
            Scenario::OtherCloud => Cloud {
                region: "USGov",
                instance: "microsoftonline.us",
                graph: "graph.microsoft.us",
                old_graph: "graph.windows.net",
            },
            _ => Cloud { region: "EU", instance: host, graph: host, old_graph: host },
        }
    }
}

/// `GET /{tenant}/discovery/v2.0/keys`: the key of ID tokens. Access tokens are not really signed.
pub(super) fn keys(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    match sign_in::check_tenant(tenant, world.scenario()) {
        Ok(()) => document(&delegated::keys()),
        Err(refusal) => refusal.with_error("invalid_tenant").response(world, call),
    }
}

/// `GET /common/discovery/instance`: client libraries ask whether this host is a cloud that they may trust.
pub(super) fn instance(world: &World) -> Response<Body> {
    let login = &world.origin;
    let host = host(login);
    document(&json!({
        "tenant_discovery_endpoint": format!("{login}/{TENANT_ID}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

fn document(body: &Value) -> Response<Body> {
    (
        StatusCode::OK,
        [
            (header::CONTENT_TYPE.as_str(), "application/json; charset=utf-8".to_owned()),
            ("cache-control", "max-age=86400, private".to_owned()),
            ("access-control-allow-origin", "*".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("x-ms-request-id", Uuid::new_v4().to_string()),
            ("x-ms-ests-server", aadsts::SERVER.to_owned()),
        ],
        body.to_string(),
    )
        .into_response()
}
