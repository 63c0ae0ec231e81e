//! The token endpoint: checks a client credentials request in the order in which Entra ID would notice each mistake.
//!
//! It owns that order, which no document gives; it follows from which errors hide which in public reports: the shape of
//! the request, the tenant, the app, the secret, the service principal, the resource, the policies. It must not know
//! Graph. Start reading at `issue`. <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use axum::{
    body::Body,
    http::{Method, Response, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::{
    Scenario,
    aadsts::{self, Refusal},
    assertion,
    call::Call,
    delegated,
    tenant::{self, APP_NAME, CLIENT_ID, GRAPH_APP_ID, Named, TENANT_ID, TENANT_NAME},
    token::{self, Proof},
    world::World,
};

/// The Conditional Access policy that blocks in the scenario `conditional_access`.
const BLOCKING_POLICY: &str = "e7b0d5c4-92a1-4f36-b8d7-310c6a5f8e29";

/// `POST /{tenant}/oauth2/v2.0/token`
pub(super) fn token(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    match issue(world, call, tenant) {
        Ok(body) => aadsts::answer(call, StatusCode::OK, &body, Uuid::new_v4()),
        Err(refusal) => refusal.response(world, call),
    }
}

fn issue(world: &World, call: &Call, tenant: &str) -> Result<Value, Refusal> {
    let scenario = world.scenario();
    if call.method != Method::POST {
        return Err(Refusal::new(
            900561,
            format!("The endpoint only accepts POST requests. Received a {} request.", call.method),
        ));
    }
    check_load(scenario)?;
    let form = Form::read(call)?;
    let client_id = form.require("client_id")?;
    let grant = form.require("grant_type")?;
    if delegated::GRANTS.contains(&grant) {
        return delegated::redeem(world, &form, tenant);
    }
    let scope = form.require("scope")?;
    if grant != "client_credentials" {
        return Err(Refusal::new(70003, format!("The app requested an unsupported grant type '{grant}'.")));
    }
    let resource = resource_of(scope)?;
    if let Some((code, text)) = world.refusal() {
        return Err(Refusal::new(code, text));
    }
    check_tenant(tenant, scenario)?;
    check_cloud(scenario)?;
    check_client(client_id, scenario)?;
    check_reach(tenant, scenario)?;
    let proof = check_credentials(world, &form, scenario)?;
    check_resource(world, resource, scenario)?;
    check_policies(scenario)?;

    let roles = tenant::granted_roles(scenario);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": token::LIFETIME,
        "ext_expires_in": token::LIFETIME,
        "access_token": token::issue(resource, &world.origin, proof, &roles, Utc::now().timestamp()),
    }))
}

/// The parameters of the body, with those of HTTP Basic (RFC 6749 section 2.3.1) where the body does not repeat them.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    fn read(call: &Call) -> Result<Form, Refusal> {
        let form = Form::fields(call)?;
        // Entra ID names grant_type first when the whole body is missing.
        form.require("grant_type")?;
        Ok(form)
    }

    pub fn fields(call: &Call) -> Result<Form, Refusal> {
        // Any other content type is not read at all, so its parameters are "missing".
        let mut fields: Vec<(String, String)> =
            if call.is_form() { form_urlencoded::parse(&call.body).into_owned().collect() } else { Vec::new() };
        for (at, (name, _)) in fields.iter().enumerate() {
            if fields[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Refusal::new(
                    9000411,
                    format!("The request is not properly formatted. The parameter '{name}' is duplicated."),
                ));
            }
        }
        fields.retain(|(_, value)| !value.is_empty());
        let mut form = Form(fields);
        if let Some((id, secret)) = basic_credentials(call) {
            form.fill("client_id", id);
            form.fill("client_secret", secret);
        }
        Ok(form)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    }

    pub fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing_parameter(name))
    }

    fn fill(&mut self, name: &str, value: String) {
        if self.get(name).is_none() && !value.is_empty() {
            self.0.push((name.to_owned(), value));
        }
    }
}

fn basic_credentials(call: &Call) -> Option<(String, String)> {
    let (scheme, encoded) = call.header("authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decode(id), form_decode(secret)))
}

/// Both halves of Basic credentials are form-encoded before they are joined.
fn form_decode(text: &str) -> String {
    super::call::percent_decode(&text.replace('+', " "))
}

/// Faults of the service itself come before anything in the request is looked at.
pub(super) fn check_load(scenario: Scenario) -> Result<(), Refusal> {
    Err(match scenario {
        Scenario::StsBusy => Refusal::new(90033, "A transient error has occurred. Please try again."),
        Scenario::ThrottledSignIn => Refusal::new(
            90055,
            "The request has been throttled because too many requests came from this tenant. Please try again later.",
        ),
        Scenario::ClientLoop => Refusal::new(
            50196,
            "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.",
        ),
        _ => return Ok(()),
    })
}

/// The resource in a scope, which must be exactly one, with `/.default` behind it.
fn resource_of(scope: &str) -> Result<&str, Refusal> {
    let malformed = || {
        Refusal::new(
            70011,
            format!(
                "The provided request must include a 'scope' input parameter. The provided value for the input \
                 parameter 'scope' is not valid. The scope {scope} is not valid. The scope format is invalid. Scope \
                 must be in a valid URI form <https://example/scope> or a valid Guid <guid/scope>."
            ),
        )
    };
    let mut scopes = scope.split_whitespace();
    let (Some(one), None) = (scopes.next(), scopes.next()) else {
        return Err(malformed());
    };
    let Some(resource) = one.strip_suffix("/.default") else {
        return Err(Refusal::new(
            1002012,
            format!(
                "The provided value for scope {one} is not valid. Client credential flows must have a scope value \
                 with /.default suffixed to the resource identifier (application ID URI)."
            ),
        ));
    };
    // A resource that ends in a slash is written with two of them and means the same one.
    let resource = resource.strip_suffix('/').unwrap_or(resource);
    if Url::parse(resource).is_err() && Uuid::try_parse(resource).is_err() {
        return Err(malformed());
    }
    Ok(resource)
}

/// Also used by the discovery documents, which know the tenant errors too.
pub(super) fn check_tenant(tenant: &str, scenario: Scenario) -> Result<(), Refusal> {
    match (scenario, tenant::named(tenant)) {
        (Scenario::NoTenantInformation, _) | (_, Named::Empty) => Err(Refusal::new(
            50059,
            "No tenant-identifying information found in either the request or implied by any provided credentials.",
        )),
        (Scenario::TenantMalformed, _) => {
            let mut shortened = tenant.to_owned();
            shortened.pop();
            Err(malformed_tenant(&shortened))
        }
        (_, Named::Malformed) => Err(malformed_tenant(tenant)),
        (_, Named::ZeroGuid) => Err(Refusal::new(
            900021,
            format!(
                "Requested tenant identifier '{tenant}' is not valid. Tenant identifiers may not be an empty GUID."
            ),
        )),
        (Scenario::TenantNotFound, _) | (_, Named::Unknown) => Err(Refusal::new(
            90002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into \
                 the correct cloud. Check with your subscription administrator, this may happen if there are no active \
                 subscriptions for the tenant."
            ),
        )),
        (_, Named::Ours | Named::AnyTenant) => Ok(()),
    }
}

/// The sign-in of one cloud knows the tenants of another only by name.
fn check_cloud(scenario: Scenario) -> Result<(), Refusal> {
    if scenario == Scenario::OtherCloud {
        return Err(Refusal::new(900382, "Confidential Client is not supported in Cross Cloud request."));
    }
    Ok(())
}

fn malformed_tenant(tenant: &str) -> Refusal {
    Refusal::new(
        900023,
        format!("Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."),
    )
}

pub(super) fn check_client(client_id: &str, scenario: Scenario) -> Result<(), Refusal> {
    if scenario == Scenario::AppNotFound || !client_id.eq_ignore_ascii_case(CLIENT_ID) {
        return Err(Refusal::new(
            700016,
            format!(
                "Application with identifier '{client_id}' was not found in the directory '{TENANT_NAME}'. This can \
                 happen if the application has not been installed by the administrator of the tenant or consented to \
                 by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        ));
    }
    if scenario == Scenario::AppDisabled {
        return Err(Refusal::new(7000112, format!("Application '{CLIENT_ID}'({APP_NAME}) is disabled.")));
    }
    Ok(())
}

/// A single-tenant app cannot sign in at an address for any tenant.
pub(super) fn check_reach(tenant: &str, scenario: Scenario) -> Result<(), Refusal> {
    match tenant.to_ascii_lowercase().as_str() {
        "consumers" => Err(Refusal::new(
            9001023,
            "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations \
             or tenant-specific endpoint.",
        )),
        "organizations" => Err(Refusal::new(
            50059,
            "No tenant-identifying information found in either the request or implied by any provided credentials.",
        )),
        other if other == "common" || scenario == Scenario::NotSingleTenant => Err(Refusal::new(
            50194,
            format!(
                "Application '{CLIENT_ID}'({APP_NAME}) is not configured as a multi-tenant application. Usage of the \
                 /common endpoint is not supported for such applications created after '10/15/2018'. Use a \
                 tenant-specific endpoint or configure the application to be multi-tenant."
            ),
        )),
        _ => Ok(()),
    }
}

pub(super) fn check_credentials(world: &World, form: &Form, scenario: Scenario) -> Result<Proof, Refusal> {
    if scenario == Scenario::ClockSkew {
        return Err(assertion::clock_skew());
    }
    let (asserted, secret) = (form.get("client_assertion"), form.get("client_secret"));
    if asserted.is_none() && secret.is_none() {
        return Err(Refusal::new(
            7000216,
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
        ));
    }
    if scenario == Scenario::PublicClient {
        return Err(Refusal::new(
            700025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        ));
    }
    let proof = match asserted {
        Some(asserted) => {
            assertion::check(world, asserted, form.require("client_assertion_type")?)?;
            Proof::Certificate
        }
        None => {
            check_secret(world, form.require("client_secret")?, scenario)?;
            Proof::Secret
        }
    };
    if scenario == Scenario::NoServicePrincipal {
        return Err(Refusal::new(
            7000229,
            format!(
                "The client application {CLIENT_ID} is missing service principal in the tenant {TENANT_ID}. See \
                 instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
            ),
        ));
    }
    Ok(proof)
}

fn check_secret(world: &World, secret: &str, scenario: Scenario) -> Result<(), Refusal> {
    let secrets = world.secrets();
    let known = secrets.iter().find(|entry| entry.value == secret && world.has_heard_of(entry));
    let Some(entry) = known.filter(|_| scenario != Scenario::WrongSecret) else {
        return Err(Refusal::new(
            7000215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{CLIENT_ID}'."
            ),
        ));
    };
    if scenario == Scenario::SecretRevoked && entry.made.is_none() {
        return Err(Refusal::new(
            7005003,
            format!(
                "The provided client secret keys for app '{CLIENT_ID}' are revoked. Please specify a valid client secret."
            ),
        ));
    }
    if entry.end <= Utc::now() {
        return Err(Refusal::new(
            7000222,
            format!(
                "The provided client secret keys for app '{CLIENT_ID}' are expired. Visit the Azure portal to create \
                 new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for \
                 added security: https://aka.ms/certCreds."
            ),
        ));
    }
    Ok(())
}

/// A token is for Graph of the same cloud only. <https://learn.microsoft.com/en-us/graph/deployments>
pub(super) fn check_resource(world: &World, resource: &str, scenario: Scenario) -> Result<(), Refusal> {
    let is_graph = resource.eq_ignore_ascii_case(&world.origin) || resource.eq_ignore_ascii_case(GRAPH_APP_ID);
    if is_graph && scenario != Scenario::ResourceNotFound {
        return Ok(());
    }
    Err(Refusal::new(
        500011,
        format!(
            "The resource principal named {resource} was not found in the tenant named {TENANT_NAME}. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You might have sent your authentication request to the wrong tenant."
        ),
    ))
}

pub(super) fn check_policies(scenario: Scenario) -> Result<(), Refusal> {
    match scenario {
        Scenario::ConditionalAccess => Err(Refusal::new(
            53003,
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        )
        .with_policy(BLOCKING_POLICY)),
        Scenario::UnknownError => {
            Err(Refusal::new(7009999, "The request was declined for a reason that is not documented."))
        }
        _ => Ok(()),
    }
}
