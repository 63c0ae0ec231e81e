//! `GET /{tenant}/oauth2/v2.0/authorize` and the pages behind it: pick an account, consent, and back to the app.
//!
//! It owns the order of the pages and the way back. It must not know what a request may contain, which is `ask`; start
//! reading at `authorize`. The pages remember nothing: each carries the whole request in its form.

use axum::{
    body::Body,
    http::{HeaderValue, Method, Response, StatusCode, header},
};
use chrono::Utc;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::{
    super::{aadsts::Refusal, call::Call, people::Person, world::World},
    ask::{Ask, Mode, Parameters, Refused},
    grants::Agreed,
    pages,
};

/// The first page, or the refusal of the request.
pub(in super::super) fn authorize(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    let pairs = match call.method {
        Method::GET => call.query(),
        Method::POST => form(call),
        _ => {
            let text = format!("The endpoint only accepts GET, POST requests. Received a {} request.", call.method);
            return pages::refused(&Refusal::new(900561, text));
        }
    };
    let ask = match checked(world, tenant, &pairs) {
        Ok(ask) => ask,
        Err(response) => return *response,
    };
    if ask.prompt.as_deref() == Some("none") {
        // Nobody is ever signed in here without the page.
        let refusal = Refusal::new(50058, "A silent sign-in request was sent but no user is signed in.");
        return back(&ask, &refused(&refusal, "login_required"));
    }
    let hinted = ask.login_hint.as_deref().and_then(|hint| world.people.by_principal_name(hint));
    let asks_again = matches!(ask.prompt.as_deref(), Some("login" | "select_account"));
    match hinted {
        Some(person) if !asks_again => pages::consent(&decision_url(tenant), &pairs, &person, &ask.scopes),
        _ => pages::pick(&decision_url(tenant), &pairs, &first_people(world), None),
    }
}

/// `POST /{tenant}/login`: what a person chose on a page.
pub(in super::super) fn decide(world: &World, call: &Call, tenant: &str) -> Response<Body> {
    let pairs = form(call);
    let ask = match checked(world, tenant, &pairs) {
        Ok(ask) => ask,
        Err(response) => return *response,
    };
    let given = Parameters(&pairs);
    if given.get("answer") == Some("cancel") {
        let refusal = Refusal::new(65004, "User declined to consent to access the app.");
        return back(&ask, &refused(&refusal, "access_denied"));
    }
    let account = given.get("account").map(str::trim).unwrap_or_default();
    let Some(person) = world.people.by_principal_name(account) else {
        let what = "This username may be incorrect. Choose a person below, or enter the whole address of one.";
        return pages::pick(&decision_url(tenant), &pairs, &first_people(world), Some(what));
    };
    if given.get("answer") != Some("accept") {
        return pages::consent(&decision_url(tenant), &pairs, &person, &ask.scopes);
    }
    let agreed = Agreed {
        person: person.id(),
        scopes: ask.scopes.clone(),
        platform: ask.platform,
        nonce: ask.nonce.clone(),
        redirect_uri: ask.redirect_uri.clone(),
        challenge: ask.challenge.clone(),
    };
    let code = world.grants().give_code(agreed, Utc::now());
    back(&ask, &[("code", code), ("session_state", Uuid::new_v4().to_string())])
}

/// A refusal goes to a page where the redirect URI is not trusted, else back to the app.
fn checked(world: &World, tenant: &str, pairs: &[(String, String)]) -> Result<Ask, Box<Response<Body>>> {
    match Ask::read(world, tenant, pairs) {
        Ok(ask) => Ok(ask),
        Err(Refused::OnThePage(refusal)) => Err(Box::new(pages::refused(&refusal))),
        Err(Refused::AtTheApp(ask, refusal, error)) => Err(Box::new(back(&ask, &refused(&refusal, error)))),
    }
}

pub(super) fn form(call: &Call) -> Vec<(String, String)> {
    if call.is_form() { form_urlencoded::parse(&call.body).into_owned().collect() } else { Vec::new() }
}

fn decision_url(tenant: &str) -> String {
    format!("/{tenant}/login")
}

/// Those who stand on the page; others can be named.
pub(super) fn first_people(world: &World) -> Vec<Person> {
    (0..6).filter_map(|index| world.people.by_id(Person::at(index).id())).collect()
}

fn refused(refusal: &Refusal, error: &'static str) -> Vec<(&'static str, String)> {
    vec![("error", error.to_owned()), ("error_description", refusal.description())]
}

/// Back to the app, with its own `state`.
fn back(ask: &Ask, answer: &[(&'static str, String)]) -> Response<Body> {
    let mut answer: Vec<(&str, &str)> = answer.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if let Some(state) = &ask.state {
        answer.push(("state", state));
    }
    if ask.mode == Mode::FormPost {
        return pages::form_post(&ask.redirect_uri, &answer);
    }
    // A redirect URI without a path comes back with a slash, which is what parsing does.
    let Ok(mut url) = Url::parse(&ask.redirect_uri) else {
        return pages::refused(&super::ask::mismatch(&ask.redirect_uri));
    };
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&answer).finish();
    if ask.mode == Mode::Fragment {
        url.set_fragment(Some(&encoded));
    } else {
        url.query_pairs_mut().extend_pairs(&answer);
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let location = HeaderValue::try_from(url.as_str()).expect("a parsed address is a valid header value");
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    response
}
