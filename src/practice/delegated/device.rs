//! Device codes: giving them out, and the page on which a person enters one.
//!
//! It owns that page's order. It must not know how a code is redeemed, which is `redeem`; start reading at `begin`.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code>

use axum::{
    body::Body,
    http::{Method, Response, StatusCode},
};
use chrono::Utc;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{
        aadsts::{self, Refusal},
        call::Call,
        sign_in::{self, Form},
        world::World,
    },
    ask::{self, Parameters},
    authorize::{first_people, form},
    grants::{DEVICE_LIFE, Progress},
    pages,
};

const PAGE: &str = "/devicelogin";
/// Seconds between two questions of a waiting device.
const INTERVAL: u64 = 5;

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub(in super::super) fn begin(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    let begun = || -> Result<_, Refusal> {
        if call.method != Method::POST {
            let text = format!("The endpoint only accepts POST requests. Received a {} request.", call.method);
            return Err(Refusal::new(900561, text));
        }
        let scenario = world.scenario();
        sign_in::check_load(scenario)?;
        let form = Form::fields(call)?;
        let client_id = form.require("client_id")?;
        let scope = form.require("scope")?;
        sign_in::check_tenant(tenant, scenario)?;
        sign_in::check_client(client_id, scenario)?;
        sign_in::check_reach(tenant, scenario)?;
        let scopes = ask::scopes(world, scope).map_err(|(refusal, error)| refusal.with_error(error))?;
        let (device_code, user_code) = world.grants().begin_device(scopes, Utc::now());
        let address = format!("{}{PAGE}", world.origin);
        Ok(json!({
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": address,
            "expires_in": DEVICE_LIFE.num_seconds(),
            "interval": INTERVAL,
            "message": format!(
                "To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
            ),
        }))
    };
    match begun() {
        Ok(body) => aadsts::answer(call, StatusCode::OK, &body, Uuid::new_v4()),
        Err(refusal) => refusal.response(world, call),
    }
}

/// The page of `verification_uri`: enter the code, pick an account, consent.
pub(in super::super) fn page(world: &World, call: &Call) -> Response<Body> {
    if call.method != Method::POST {
        return pages::enter_code(PAGE, None);
    }
    let pairs = form(call);
    let given = Parameters(&pairs);
    let user_code = given.get("user_code").unwrap_or_default();
    let Some(scopes) = world.grants().waiting(user_code, Utc::now()) else {
        return pages::enter_code(PAGE, Some("That code didn't work. Check the code and try again."));
    };
    let answer = given.get("answer");
    if answer == Some("cancel") {
        world.grants().answer_device(user_code, Progress::Declined);
        return pages::done("You cancelled the sign-in", "Nothing was granted. You can close this window.");
    }
    let person = given.get("account").and_then(|account| world.people.by_principal_name(account.trim()));
    match person {
        None => pages::pick(PAGE, &pairs, &first_people(world), None),
        Some(person) if answer == Some("accept") => {
            world.grants().answer_device(user_code, Progress::Approved(person.id()));
            let app = super::super::tenant::APP_NAME;
            let what =
                format!("You have signed in to the {app} application on your device. You may now close this window.");
            pages::done(app, &what)
        }
        Some(person) => pages::consent(PAGE, &pairs, &person, &scopes),
    }
}
