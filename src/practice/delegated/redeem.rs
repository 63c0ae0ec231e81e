//! The token endpoint for people: codes, device codes and refresh tokens become tokens.
//!
//! It owns the order of the checks: the request, the tenant, the app, its credentials, then the grant. It must not know
//! pages; start reading at `redeem`. <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    super::{
        Scenario,
        aadsts::Refusal,
        sign_in::{self, Form},
        tenant::CLIENT_ID,
        token::{self, Proof},
        world::World,
    },
    ask,
    grants::{self, BadCode, BadDevice, Grant},
    id_token,
};

const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The grant types of people.
pub(in super::super) const GRANTS: [&str; 3] = [CODE, REFRESH, DEVICE];

/// The body of a token answer.
pub(in super::super) fn redeem(world: &World, form: &Form, tenant: &str) -> Result<Value, Refusal> {
    let scenario = world.scenario();
    let client_id = form.require("client_id")?;
    let grant_type = form.require("grant_type")?;
    let parameter = match grant_type {
        CODE => "code",
        REFRESH => "refresh_token",
        _ => "device_code",
    };
    let given = form.require(parameter)?;
    let redirect_uri = if grant_type == CODE { form.require("redirect_uri")? } else { "" };
    sign_in::check_tenant(tenant, scenario)?;
    sign_in::check_client(client_id, scenario)?;
    sign_in::check_reach(tenant, scenario)?;
    let now = Utc::now();
    let (grant, nonce, proof) = match grant_type {
        CODE => {
            let public = world.grants().is_public(given).unwrap_or(false);
            let proof = check_client_proof(world, form, scenario, public)?;
            let redeemed = world.grants().redeem(given, redirect_uri, form.get("code_verifier"), now);
            let (grant, nonce) = redeemed.map_err(|bad| bad_code(bad, redirect_uri))?;
            (grant, nonce, proof)
        }
        REFRESH => {
            let grant = grants::read_refresh_token(given);
            let proof = check_client_proof(world, form, scenario, grant.as_ref().is_some_and(|grant| grant.public))?;
            (refreshed(world, grant.ok_or_else(malformed)?, form)?, None, proof)
        }
        _ => {
            // No redirect URI tells the platform, so "Allow public client flows" decides.
            let public = scenario == Scenario::PublicClient;
            let proof = check_client_proof(world, form, scenario, public)?;
            (world.grants().redeem_device(given, public, now).map_err(bad_device)?, None, proof)
        }
    };
    sign_in::check_policies(scenario)?;
    tokens(world, grant, nonce.as_deref(), proof, now)
}

/// A confidential client proves itself, a public one must not try to.
fn check_client_proof(world: &World, form: &Form, scenario: Scenario, public: bool) -> Result<Proof, Refusal> {
    let has_proof = form.get("client_secret").is_some() || form.get("client_assertion").is_some();
    match (public, has_proof) {
        (true, true) => Err(Refusal::new(
            700025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        )),
        (true, false) => Ok(Proof::Nothing),
        (false, false) => Err(Refusal::new(
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )),
        (false, true) => sign_in::check_credentials(world, form, scenario),
    }
}

fn bad_code(bad: BadCode, redirect_uri: &str) -> Refusal {
    match bad {
        BadCode::Unknown => malformed(),
        BadCode::Expired => expired(),
        BadCode::Used => Refusal::new(
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing \
             refresh token.",
        ),
        BadCode::OtherRedirect => ask::mismatch(redirect_uri).with_error("invalid_grant"),
        BadCode::Verifier => Refusal::new(
            501481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        ),
    }
}

fn bad_device(bad: BadDevice) -> Refusal {
    match bad {
        BadDevice::Pending => {
            Refusal::new(70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
        }
        BadDevice::Unknown => Refusal::new(70018, "Bad verification code."),
        BadDevice::Expired => Refusal::new(70019, "The verification code expired."),
        // The code is a guess, the error is documented.
        BadDevice::Declined => {
            Refusal::new(65004, "User declined to consent to access the app.").with_error("authorization_declined")
        }
    }
}

fn malformed() -> Refusal {
    Refusal::new(70000, "Provided grant is invalid or malformed.")
}

fn expired() -> Refusal {
    Refusal::new(
        70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive \
         authorization request for this user and resource.",
    )
}

/// The grant for another round. A new sign-in after the scenario began works again, as it would in reality.
fn refreshed(world: &World, grant: Grant, form: &Form) -> Result<Grant, Refusal> {
    let issued = DateTime::from_timestamp_millis(grant.issued).unwrap_or(world.started);
    let since = world.scenario_since();
    if issued < since {
        let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
        match world.scenario() {
            Scenario::AgentExpired => return Err(expired()),
            Scenario::AgentMalformed => return Err(malformed()),
            Scenario::AgentInactive => {
                let text = format!(
                    "The refresh token has expired due to inactivity. The token was issued on {} and was inactive for \
                     90.00:00:00.",
                    moment(issued)
                );
                return Err(Refusal::new(700082, text));
            }
            Scenario::AgentRevoked => {
                let text = format!(
                    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might \
                     have changed or reset their password. The grant was issued on '{}' and the TokensValidFrom date \
                     (before which tokens are not valid) for this user is '{}'.",
                    moment(issued),
                    moment(since)
                );
                return Err(Refusal::new(50173, text).with_suberror("bad_token"));
            }
            Scenario::ConsentWithdrawn => return Err(not_consented()),
            _ => {}
        }
    }
    if let Some(scope) = form.get("scope") {
        let asked = ask::scopes(world, scope).map_err(|(refusal, _)| refusal)?;
        if asked.iter().any(|one| !grant.scopes.contains(one)) {
            return Err(not_consented());
        }
    }
    Ok(Grant { issued: Utc::now().timestamp_millis(), ..grant })
}

fn not_consented() -> Refusal {
    Refusal::new(
        65001,
        format!(
            "The user or administrator has not consented to use the application with ID '{CLIENT_ID}'. Send an \
             interactive authorization request for this user and resource."
        ),
    )
}

/// `refresh_token` only for `offline_access`, `id_token` only for `openid`. `scope` lists what the access token is for.
fn tokens(
    world: &World,
    grant: Grant,
    nonce: Option<&str>,
    proof: Proof,
    now: DateTime<Utc>,
) -> Result<Value, Refusal> {
    let Some(person) = world.people.by_id(grant.person) else {
        // The directory has become smaller since.
        return Err(Refusal::new(
            50034,
            "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.",
        ));
    };
    let has = |scope: &str| grant.scopes.iter().any(|one| one == scope);
    let permissions: Vec<&str> =
        grant.scopes.iter().map(String::as_str).filter(|one| !ask::PROTOCOL.contains(one)).collect();
    let listed = grant.scopes.iter().filter(|one| *one != "offline_access");
    let origin = &world.origin;
    let mut body = json!({
        "token_type": "Bearer",
        "scope": listed.cloned().collect::<Vec<_>>().join(" "),
        "expires_in": token::LIFETIME,
        "ext_expires_in": token::LIFETIME,
        "access_token": token::issue_delegated(origin, origin, proof, &person, &permissions, now.timestamp()),
    });
    if has("offline_access") {
        body["refresh_token"] = json!(grants::refresh_token(&grant));
    }
    if has("openid") {
        body["id_token"] = json!(id_token::issue(&world.origin, &person, nonce, now.timestamp()));
    }
    Ok(body)
}

/// RFC 7636, S256.
pub(super) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}
