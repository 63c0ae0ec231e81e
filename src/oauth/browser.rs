//! Signing in in the system's browser, which comes back to a listener on this computer.
//!
//! Owns the listener and the page that ends the sign-in. Only the one request that carries this sign-in's `state` is taken;
//! others are answered and change nothing. Start with [`in_browser`].
//!
//! Sources: <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>,
//! <https://www.rfc-editor.org/rfc/rfc8252#section-7.3>

use super::{
    SignInError, SignedIn, client, endpoint, person, scopes,
    wire::{Boxed, Wire},
};
use crate::{
    domain::{Credentials, Secret, setup::LOOPBACK_REDIRECT_URI},
    http::{Http, words},
};
use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use oauth2::{AuthUrl, AuthorizationCode, CsrfToken, PkceCodeChallenge, RedirectUrl};
use std::{collections::HashMap, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};
use url::{Url, form_urlencoded};

/// How long a person has, before the sign-in is given up.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// How long the browser may take to fetch its last page.
const GRACE: Duration = Duration::from_secs(2);

/// What came back, and where the page is written to.
struct Arrival {
    code: Result<Secret, SignInError>,
    page: oneshot::Sender<Page>,
}

/// The page that ends a sign-in.
struct Page {
    status: StatusCode,
    title: String,
    text: String,
}

/// What the listener knows.
struct Desk {
    host: String,
    path: String,
    state: CsrfToken,
    arrivals: mpsc::Sender<Arrival>,
}

/// Has a person sign in. `open` gets the address for the browser. With a `hint`, the page begins with that account.
///
/// # Errors
/// Why nobody is signed in. Dropping the future cancels, and the listener is gone.
pub async fn in_browser(
    http: &Http,
    with: &Credentials,
    hint: Option<&str>,
    patience: Duration,
    open: impl FnOnce(&str) + Send,
) -> Result<SignedIn, SignInError> {
    let (listener, redirect) = listen().await?;
    let wire = Wire::new(http, with);
    let authorize = AuthUrl::new(endpoint(with, "authorize")).map_err(|_| SignInError::Address)?;
    let client = client(with)?.set_auth_uri(authorize).set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let nonce = CsrfToken::new_random();
    let mut request = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes(with))
        .set_pkce_challenge(challenge)
        .add_extra_param("response_mode", "query")
        .add_extra_param("nonce", nonce.secret().clone());
    request = match hint {
        Some(hint) => request.add_extra_param("login_hint", hint),
        // Without this, a browser that knows the administrator would sign in the administrator.
        None => request.add_extra_param("prompt", "select_account"),
    };
    let (address, state) = request.url();
    let (mut serving, stop, mut arrived) = serve(listener, &redirect, state);

    open(address.as_str());
    let arrival = tokio::time::timeout(patience, arrived.recv()).await;
    let Arrival { code, page } = arrival.map_err(|_| SignInError::TimedOut)?.ok_or(SignInError::TimedOut)?;
    let redeem = async {
        let code = AuthorizationCode::new(code?.expose().to_owned());
        let request = client.exchange_code(code).set_pkce_verifier(verifier);
        let reply: Boxed<'_, _> = Box::pin(request.request_async(&wire));
        person(with, &reply.await.map_err(|error| wire.refused(error))?, Some(nonce.secret()))
    };
    let signed_in = redeem.await;
    // Where the browser is gone, nobody reads the page.
    let _ = page.send(Page::of(&signed_in));
    let _ = stop.send(());
    let _ = tokio::time::timeout(GRACE, &mut serving.0).await;
    signed_in
}

/// A listener on a free port, and the redirect URI that leads to it.
async fn listen() -> Result<(TcpListener, Url), SignInError> {
    let no_port = |error: std::io::Error| SignInError::NoPort(error.to_string());
    // `[::1]` is no redirect URI for Entra, so there is no second listener.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
    let port = listener.local_addr().map_err(no_port)?.port();
    let mut redirect = Url::parse(LOOPBACK_REDIRECT_URI).map_err(|_| SignInError::Address)?;
    redirect.set_port(Some(port)).map_err(|()| SignInError::Address)?;
    Ok((listener, redirect))
}

/// Answers until it is told to stop, or until the sign-in is dropped.
fn serve(
    listener: TcpListener,
    redirect: &Url,
    state: CsrfToken,
) -> (Stopped, oneshot::Sender<()>, mpsc::Receiver<Arrival>) {
    let (arrivals, arrived) = mpsc::channel(1);
    let host = format!("{}:{}", redirect.host_str().unwrap_or_default(), redirect.port().unwrap_or_default());
    let desk = Arc::new(Desk { host, path: redirect.path().to_owned(), state, arrivals });
    let (stop, stopped) = oneshot::channel::<()>();
    let router = Router::new().fallback(answer).with_state(desk);
    let serve = axum::serve(listener, router).with_graceful_shutdown(async move {
        // A sender that is gone stops it as well.
        let _ = stopped.await;
    });
    (Stopped(tokio::spawn(async move { serve.await.unwrap_or_default() })), stop, arrived)
}

/// The listener ends with the sign-in, however that ends.
struct Stopped(tokio::task::JoinHandle<()>);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Page {
    // A page elsewhere whose name leads here must not get an answer.
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    if request.method() != Method::GET || request.uri().path() != desk.path || host != Some(desk.host.as_str()) {
        return Page::new(
            StatusCode::NOT_FOUND,
            "Nothing here",
            "This address only ends a sign-in that Liaison began.",
        );
    }
    let query: HashMap<String, String> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    if query.get("state") != Some(desk.state.secret()) {
        return Page::new(
            StatusCode::BAD_REQUEST,
            "This answer belongs to another sign-in",
            "Nothing was changed. Begin the sign-in once more in Liaison, and finish it in the page that opens.",
        );
    }
    let code = match (query.get("code"), query.get("error")) {
        (_, Some(error)) => {
            let message = query.get("error_description").map(|text| words(text)).unwrap_or_default();
            let digits = message.strip_prefix("AADSTS").and_then(|rest| rest.split(':').next());
            let code = digits.and_then(|digits| digits.parse().ok());
            let message = message.split(" Trace ID:").next().unwrap_or_default().to_owned();
            Err(SignInError::Page { error: words(error), code, message })
        }
        (Some(code), None) => Ok(Secret::new(code.clone())),
        (None, None) => Err(SignInError::NotOAuth),
    };
    let (page, written) = oneshot::channel();
    // One answer is enough; a second one, such as from a reload, finds the channel full or closed.
    let taken = desk.arrivals.try_send(Arrival { code, page }).is_ok();
    match written.await {
        Ok(page) if taken => page,
        _ => Page::new(StatusCode::CONFLICT, "This answer was used before", "You can close this window."),
    }
}

impl Page {
    fn new(status: StatusCode, title: &str, text: &str) -> Self {
        Self { status, title: title.to_owned(), text: text.to_owned() }
    }

    fn of(signed_in: &Result<SignedIn, SignInError>) -> Self {
        match signed_in {
            Ok(person) => {
                let title = format!("{} is signed in", person.name);
                Page::new(StatusCode::OK, &title, "You can close this window and go back to Liaison.")
            }
            Err(error) => {
                let failure = error.failure();
                Page::new(StatusCode::BAD_REQUEST, &failure.headline, &failure.remedy)
            }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let (mark, title, text) = (if self.status == StatusCode::OK { "✓" } else { "!" }, self.title, self.text);
        let [title, text] = [title, text].map(|text| escape(&text));
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>Liaison</title><style>{STYLE}</style></head><body><main><p \
             class=\"mark\" aria-hidden=\"true\">{mark}</p><h1>{title}</h1><p>{text}</p></main></body></html>"
        );
        let headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("connection", "close"),
        ];
        (self.status, headers, html).into_response()
    }
}

const STYLE: &str = ":root{color-scheme:light dark}\
    body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:#f4f5f8;color:#1b1f27}\
    main{max-width:32rem;padding:2.5rem;text-align:center}h1{margin:.5rem 0;font-size:1.375rem;line-height:1.35}p{margin:0;color:#5a6272}\
    .mark{width:3rem;height:3rem;margin:0 auto;border-radius:50%;font-size:1.5rem;line-height:3rem;background:#e3e6fa;color:#3b4bc8}\
    @media(prefers-color-scheme:dark){body{background:#14161b;color:#e8eaf0}p{color:#a7afbf}.mark{background:#2a3050;color:#b9c2ff}}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
