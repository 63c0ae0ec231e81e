//! Signing people in with Microsoft: authorization code with PKCE in the system's browser, device codes, and refreshing.
//!
//! Owns the protocol on behalf of a person; the package `oauth2` makes and reads the messages, [`crate::http`] carries them.
//! Knows nothing of keychains, of who is kept, or of a window. Start with [`in_browser`]; what comes of it is [`SignedIn`].
//!
//! Sources: <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>,
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code>,
//! <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>

mod answer;
mod browser;
mod device;
mod error;
mod wire;

pub use browser::{PATIENCE, in_browser};
pub use device::{DeviceCode, by_device};
pub use error::SignInError;

use crate::{
    domain::{
        Credentials, Guid, Secret,
        setup::{PERMISSIONS, PermissionKind},
    },
    http::Http,
};
use oauth2::{
    EndpointNotSet, EndpointSet, ExtraTokenFields, RefreshToken, Scope, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use wire::{Boxed, Wire};

/// A person who has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The Object ID in the directory.
    pub id: Guid,
    /// As colleagues see the person.
    pub name: String,
    /// The user principal name.
    pub principal_name: String,
    /// What the sign-in gave.
    pub tokens: Tokens,
}

/// Tokens of a person. `Debug` shows none.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For Graph and nowhere else.
    pub access: Secret,
    /// How long that is valid from now on.
    pub expires_in: Duration,
    /// For the next tokens. It replaces the one before.
    pub refresh: Secret,
}

/// What Entra adds to OAuth's answer. `Debug` shows nothing of it.
#[derive(Deserialize, Serialize)]
struct Extra {
    id_token: Option<String>,
}

impl ExtraTokenFields for Extra {}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extra(…)")
    }
}

type Reply = StandardTokenResponse<Extra, BasicTokenType>;

/// The package's client for Entra's answers; the token endpoint is always known.
type Client<Authorize = EndpointNotSet, Device = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    Reply,
    BasicTokenIntrospectionResponse,
    oauth2::StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorize,
    Device,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Addresses come from the domain, which has parsed them; a bad one is refused in words all the same.
fn client(with: &Credentials) -> Result<Client, SignInError> {
    let token = TokenUrl::new(endpoint(with, "token")).map_err(|_| SignInError::Address)?;
    // The app's proof is added by `Wire`, since the package knows secrets but no assertions.
    Ok(oauth2::Client::new(oauth2::ClientId::new(with.client_id.to_string())).set_token_uri(token))
}

fn endpoint(with: &Credentials, name: &str) -> String {
    format!("{}/{}/oauth2/v2.0/{name}", with.cloud.login_url(), with.tenant_id)
}

/// What Liaison asks people for: the delegated permissions of the set-up checklist, and who they are.
fn scopes(with: &Credentials) -> Vec<Scope> {
    let graph = with.cloud.graph_url();
    let permissions = PERMISSIONS.iter().filter(|one| one.kind == PermissionKind::Delegated).map(|one| one.name);
    let permissions = permissions.filter(|name| *name != "offline_access").map(|name| format!("{graph}/{name}"));
    let protocol = ["openid", "profile", "offline_access"].map(str::to_owned);
    protocol.into_iter().chain(permissions).map(Scope::new).collect()
}

/// New tokens for a kept sign-in. The old refresh token stays valid for a while, so that nothing is lost when the new one
/// cannot be kept.
///
/// # Errors
/// [`SignInError::ends_sign_in`] tells whether the person has to sign in again.
pub async fn refresh(http: &Http, with: &Credentials, token: &Secret) -> Result<Tokens, SignInError> {
    let wire = Wire::new(http, with);
    let old = RefreshToken::new(token.expose().to_owned());
    let client = client(with)?;
    let request = client.exchange_refresh_token(&old).add_scopes(scopes(with));
    let reply: Boxed<'_, _> = Box::pin(request.request_async(&wire));
    let reply = reply.await.map_err(|error| wire.refused(error))?;
    // Where no new one comes, the old one goes on.
    tokens(&reply, Some(token)).ok_or(SignInError::NotLasting)
}

fn tokens(reply: &Reply, old: Option<&Secret>) -> Option<Tokens> {
    let refresh = reply.refresh_token().map(|new| Secret::new(new.secret().to_owned())).or_else(|| old.cloned())?;
    Some(Tokens {
        access: Secret::new(reply.access_token().secret().to_owned()),
        // What does not say how long it lives is used once.
        expires_in: reply.expires_in().unwrap_or_default(),
        refresh,
    })
}

/// Who signed in, from the ID token. Its signature is not checked, since it comes straight from the token endpoint:
/// <https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>, rule 6.
fn person(with: &Credentials, reply: &Reply, nonce: Option<&str>) -> Result<SignedIn, SignInError> {
    let id_token = reply.extra_fields().id_token.as_deref().ok_or(SignInError::NoIdentity)?;
    let claims = answer::claims(id_token).ok_or(SignInError::NoIdentity)?;
    let claim = |name: &str| claims.get(name).and_then(serde_json::Value::as_str);
    if claim("aud") != Some(&with.client_id.to_string()) {
        return Err(SignInError::NotOurs);
    }
    if nonce.is_some() && claim("nonce") != nonce {
        return Err(SignInError::NotOurs);
    }
    if claim("tid").and_then(|tenant| Guid::parse(tenant).ok()) != Some(with.tenant_id) {
        return Err(SignInError::OtherTenant);
    }
    let id = claim("oid").and_then(|id| Guid::parse(id).ok()).ok_or(SignInError::NoIdentity)?;
    let shown = |name: &str| claim(name).map(crate::http::words).filter(|text| !text.is_empty());
    let principal_name = shown("preferred_username").or_else(|| shown("upn")).unwrap_or_else(|| id.to_string());
    let name = shown("name").unwrap_or_else(|| principal_name.clone());
    Ok(SignedIn { id, name, principal_name, tokens: tokens(reply, None).ok_or(SignInError::NotLasting)? })
}
