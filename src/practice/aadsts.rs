//! How Entra ID refuses: the AADSTS table with status, `error`, text and trailer, and the headers of a sign-in answer.
//!
//! It owns the wire shape of a refusal. It must not know when one is due: that is `sign_in`. Start reading at `kind`.
//! Statuses marked "guess" were found in no capture; the lookup page and the reference name only the code.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode},
};
use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{call::Call, world::World};

/// Build and slice that answered, as the sign-in service names itself.
pub(super) const SERVER: &str = "2.1.11722.21 - PRACTICE ProdSlices";

/// How trace id, correlation id and time are appended to the text: older captures break lines, newer ones do not.
/// <https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/8621>
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trailer {
    Lines,
    Spaces,
}

/// One refusal, ready to be worded for a request.
pub(super) struct Refusal {
    code: u32,
    text: String,
    error: Option<&'static str>,
    policy: Option<&'static str>,
    suberror: Option<&'static str>,
}

/// Status, `error` and trailer of each code. Unless an arm says otherwise the meaning is from
/// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.
fn kind(code: u32) -> (u16, &'static str, Trailer) {
    use Trailer::{Lines, Spaces};
    match code {
        // Wrong secret or Secret ID: https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/8621
        7000215 => (401, "invalid_client", Lines),
        // Expired secret: https://github.com/liprec/vsts-release-aas/issues/119
        7000222 => (401, "invalid_client", Lines),
        // Revoked secret (status and error are guesses):
        // https://learn.microsoft.com/en-us/entra/workload-id/troubleshoot-revoked-credentials
        7005003 | 7005006 => (401, "invalid_client", Spaces),
        // No secret at all.
        7000216 => (401, "invalid_client", Lines),
        // App not in the directory: https://github.com/Azure/azure-sdk-for-python/issues/8314
        700016 => (400, "unauthorized_client", Spaces),
        // App without service principal: 401 with body, captured in 2025.
        7000229 => (401, "invalid_client", Spaces),
        // Unknown tenant: https://github.com/james-gould/azure-keyvault-emulator/issues/324
        90002 => (400, "invalid_request", Spaces),
        // Neither GUID nor domain: https://github.com/caddy-dns/azure/issues/3
        900023 => (400, "invalid_request", Lines),
        900021 => (400, "invalid_request", Spaces),
        // No tenant named: https://github.com/MicrosoftDocs/azure-docs/issues/68490
        50059 => (400, "invalid_request", Lines),
        // Single-tenant app at /common: https://github.com/microsoftgraph/aspnetcore-connect-sample/issues/65
        50194 => (400, "invalid_request", Spaces),
        // This grant at /consumers (guess).
        9001023 => (400, "invalid_request", Spaces),
        // Disabled app (status is a guess): https://github.com/Worklytics/psoxy/pull/74
        7000112 => (400, "unauthorized_client", Lines),
        // Conditional Access: invalid_grant with suberror and claims, captured in 2025.
        53003 => (400, "invalid_grant", Spaces),
        1002012 => (400, "invalid_scope", Spaces),
        // https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
        70011 => (400, "invalid_scope", Lines),
        500011 => (400, "invalid_resource", Spaces),
        900144 => (400, "invalid_request", Lines),
        // Doubled parameter: https://github.com/MicrosoftDocs/azure-dev-docs/issues/934
        9000411 => (400, "invalid_request", Spaces),
        // RFC 6749 section 5.2 gives the error.
        70003 => (400, "unsupported_grant_type", Lines),
        900561 => (400, "invalid_request", Lines),
        // Tenant of another cloud (statuses and errors are guesses).
        90038 | 900382 | 900432 => (400, "invalid_request", Spaces),
        // Assertions: clock skew, a certificate that is not registered, another app's, another audience (statuses are
        // guesses, the errors from captures): https://github.com/keycloak/keycloak/issues/19425
        700024 | 700027 | 700021 | 700023 => (401, "invalid_client", Spaces),
        // An assertion that is no JWT, or is of another type.
        50027 | 5002727 => (400, "invalid_request", Lines),
        // Secret sent for a public client (status is a guess).
        700025 => (401, "invalid_client", Spaces),
        // Busy: 503 with this error, https://github.com/Azure/azure-sdk-for-python/issues/14241
        90033 => (503, "temporarily_unavailable", Lines),
        // Their statuses are guesses.
        90024 | 90090 => (503, "temporarily_unavailable", Spaces),
        // Throttled tenant: MSAL.NET documents 429 with Retry-After for client credentials; the error is a guess.
        90055 => (429, "temporarily_unavailable", Spaces),
        // Loop: https://github.com/AzureAD/MSAL.PS/issues/10
        50196 => (400, "invalid_grant", Spaces),
        // The sign-in of people. A redirect URI that does not match, an unsupported prompt.
        50011 | 90023 => (400, "invalid_request", Spaces),
        700054 => (400, "unsupported_response_type", Spaces),
        // Bad PKCE sizes and methods.
        501491 | 50147 => (400, "invalid_request", Spaces),
        50058 => (400, "login_required", Spaces),
        // Codes and refresh tokens: https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
        70000 | 70008 | 54005 | 501481 | 700082 | 65001 | 65004 | 50034 => (400, "invalid_grant", Spaces),
        50173 => (400, "invalid_grant", Lines),
        // A person's password, a disabled account, a second factor, an administrator's consent.
        50126 | 50057 | 50076 | 50079 | 90094 => (400, "invalid_grant", Lines),
        7000218 => (401, "invalid_client", Spaces),
        // https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code
        70016 => (400, "authorization_pending", Lines),
        70018 => (400, "bad_verification_code", Lines),
        70019 => (400, "expired_token", Lines),
        _ => (400, "invalid_request", Spaces),
    }
}

impl Refusal {
    pub fn new(code: u32, text: impl Into<String>) -> Refusal {
        Refusal { code, text: text.into(), error: None, policy: None, suberror: None }
    }

    /// Replaces the `error` of the table, where an endpoint uses another one for the same code.
    pub fn with_error(mut self, error: &'static str) -> Refusal {
        self.error = Some(error);
        self
    }

    /// Adds `suberror` and the `claims` that name a Conditional Access policy.
    pub fn with_policy(mut self, policy: &'static str) -> Refusal {
        self.policy = Some(policy);
        self
    }

    /// Adds `suberror`, which says how a client should react.
    pub fn with_suberror(mut self, suberror: &'static str) -> Refusal {
        self.suberror = Some(suberror);
        self
    }

    /// The text with its trailer, for a page or a redirect.
    pub fn description(&self) -> String {
        let (_, _, trailer) = kind(self.code);
        self.described(trailer, Uuid::new_v4(), Uuid::new_v4(), &timestamp())
    }

    fn described(&self, trailer: Trailer, trace: Uuid, correlation: Uuid, timestamp: &str) -> String {
        let gap = if trailer == Trailer::Lines { "\r\n" } else { " " };
        format!(
            "AADSTS{}: {}{gap}Trace ID: {trace}{gap}Correlation ID: {correlation}{gap}Timestamp: {timestamp}",
            self.code, self.text
        )
    }

    pub fn missing_parameter(name: &str) -> Refusal {
        Refusal::new(900144, format!("The request body must contain the following parameter: '{name}'."))
    }

    /// The body and headers for this request.
    /// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>
    pub fn response(&self, world: &World, call: &Call) -> Response<Body> {
        let (status, error, trailer) = kind(self.code);
        let trace = Uuid::new_v4();
        let correlation = call.client_request_id().unwrap_or_else(Uuid::new_v4);
        let timestamp = timestamp();
        let mut body = json!({
            "error": self.error.unwrap_or(error),
            "error_description": self.described(trailer, trace, correlation, &timestamp),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace.to_string(),
            "correlation_id": correlation.to_string(),
        });
        if has_lookup_page(self.code) {
            body["error_uri"] = json!(format!("{}/error?code={}", world.origin, self.code));
        }
        if let Some(policy) = self.policy {
            let claims = json!({"access_token": {"capolids": {"essential": true, "values": [policy]}}});
            body["suberror"] = json!("message_only");
            body["claims"] = json!(claims.to_string());
        }
        if let Some(suberror) = self.suberror {
            body["suberror"] = json!(suberror);
        }
        let status = StatusCode::from_u16(status).expect("the table holds valid statuses");
        let mut response = answer(call, status, &body, trace);
        if self.code == 90055 {
            // The pause that MSAL.NET documents for client credentials.
            response.headers_mut().insert("retry-after", HeaderValue::from_static("60"));
        }
        response
    }
}

/// A blank between date and time, not a `T`.
fn timestamp() -> String {
    Utc::now().format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// `error_uri` is "only present when the error lookup system has additional information"; captures of 50059 and 90033
/// came without it. <https://github.com/Azure/azure-sdk-for-python/issues/14241>
fn has_lookup_page(code: u32) -> bool {
    !matches!(code, 50059 | 90033 | 7009999)
}

/// Any JSON answer of the sign-in service, with the headers of recorded ones: `x-ms-request-id` is the trace id.
pub(super) fn answer(call: &Call, status: StatusCode, body: &Value, trace: Uuid) -> Response<Body> {
    const FIXED: [(&str, &str); 10] = [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("p3p", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
        ("x-ms-ests-server", SERVER),
        ("x-ms-srs", "1.P"),
        ("x-xss-protection", "0"),
    ];
    const COOKIES: [&str; 3] = [
        "fpc=practice; expires=Thu, 31-Dec-2099 00:00:00 GMT; path=/; secure; HttpOnly; SameSite=None",
        "x-ms-gateway-slice=estsfd; path=/; secure; httponly",
        "stsservicecookie=estsfd; path=/; secure; httponly",
    ];
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    for cookie in COOKIES {
        headers.append("set-cookie", HeaderValue::from_static(cookie));
    }
    let trace = HeaderValue::try_from(trace.to_string()).expect("a GUID is a valid header value");
    headers.insert("x-ms-request-id", trace);
    if let Some(id) = call.headers.get("client-request-id") {
        headers.insert("client-request-id", id.clone());
    }
    response
}
