//! Requests over HTTP and what becomes of them: an [`Answer`], or a [`Failure`] with its remedy.
//!
//! Owns time limits, retries, the size limit, and the words for a network that does not work. Knows nothing of Entra, of
//! Graph, or of what is in an answer. It follows no redirect, so that no secret or token reaches another host, and puts
//! neither into an error. Start with [`Http`].

use crate::domain::{Evidence, NetworkSettings, Secret};
use chrono::{DateTime, Utc};
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap, redirect};
use serde_json::Value;
use std::{
    error::Error as StdError,
    io::ErrorKind,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio_rustls::rustls::{self, CertificateError};
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one try may take from its start to the last byte of the answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Tries after the first one.
const RETRIES: u32 = 2;
/// How long all pauses between the tries of one request may take together.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// The longest text of a server that is shown, in characters.
const MAX_WORDS: usize = 1000;

/// The HTTP client. Cheap to make and to clone; what it needs is set up with the first request.
/// It keeps connections, so it belongs to the one runtime that it is first used in.
#[derive(Clone, Debug)]
pub struct Http {
    /// For https: the operating system's trust store and proxy.
    secure: Arc<OnceLock<Result<Client, Failure>>>,
    /// For plain http, which the domain allows on this computer only: no trust store, no proxy.
    local: Arc<OnceLock<Result<Client, Failure>>>,
    timeout: Duration,
}

impl Default for Http {
    fn default() -> Self {
        Self { secure: Arc::default(), local: Arc::default(), timeout: TIMEOUT }
    }
}

impl Http {
    /// A client that reaches the world as this computer's settings say.
    pub fn new(_settings: &NetworkSettings) -> Self {
        Self::default()
    }

    /// Sends a GET with a bearer token.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn get(&self, url: &str, token: &Secret) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.get(url).bearer_auth(token.expose())).await
    }

    /// Sends a GET for something that anybody may read.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn get_public(&self, url: &str) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.get(url)).await
    }

    /// Sends a POST with JSON and a bearer token. It may be sent again, so it must not change anything.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn ask(&self, url: &str, token: &Secret, question: &Value) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.post(url).bearer_auth(token.expose()).json(question)).await
    }

    /// Sends a POST with a form, each value encoded as `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.post(url).form(form)).await
    }

    fn client(&self, url: &str) -> Result<&Client, Failure> {
        let builder = || {
            Client::builder()
                .user_agent(concat!("Liaison/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
        };
        let built = |built: reqwest::Result<Client>| {
            built.map_err(|e| Failure { detail: Some(chain(&e)), ..Failure::new(Cause::NoTrustStore, url) })
        };
        let client = if url.starts_with("http:") {
            self.local.get_or_init(|| built(builder().no_proxy().tls_certs_only([]).build()))
        } else {
            self.secure.get_or_init(|| built(builder().https_only(true).build()))
        };
        client.as_ref().map_err(Clone::clone)
    }

    /// Tries again where a server asks for it, and nowhere else: <https://learn.microsoft.com/en-us/graph/throttling>
    async fn send(&self, url: &str, request: RequestBuilder) -> Result<Answer, Failure> {
        let mut patience = PATIENCE;
        let mut tries = 0;
        loop {
            // A form and an empty body can always be cloned; only a stream could not.
            let again = request.try_clone().ok_or_else(|| Failure::new(Cause::Other, url))?;
            let answer = self.send_once(url, again).await?;
            let pause = answer.retry_after.unwrap_or_else(|| back_off(tries));
            if tries == RETRIES || !matches!(answer.status, 429 | 503 | 504) || pause > patience {
                return Ok(answer);
            }
            tokio::time::sleep(pause).await;
            patience -= pause;
            tries += 1;
        }
    }

    async fn send_once(&self, url: &str, request: RequestBuilder) -> Result<Answer, Failure> {
        let sent_id = Uuid::new_v4().to_string();
        // https://learn.microsoft.com/en-us/graph/best-practices-concept: a fresh GUID per request, for support.
        let request = request.header("client-request-id", &sent_id).timeout(self.timeout);
        let failed = |e: reqwest::Error| Failure {
            correlation_id: Some(sent_id.clone()),
            ..Failure::classify(e.without_url(), url)
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let unusable =
            |cause| Failure { status: Some(status), correlation_id: Some(sent_id.clone()), ..Failure::new(cause, url) };
        match status {
            300..400 | 511 => return Err(unusable(Cause::Foreign)),
            407 => return Err(unusable(Cause::Proxy)),
            _ => {}
        }
        let Some(body) = read(&mut response).await.map_err(failed)? else {
            return Err(unusable(Cause::TooLarge));
        };
        let headers = std::mem::take(response.headers_mut());
        let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok());
        let retry_after = seconds.map(Duration::from_secs);
        Ok(Answer { status, retry_after, headers, body, sent_id, url: url.to_owned() })
    }
}

/// The whole body, or nothing when it is longer than [`MAX_ANSWER`].
async fn read(response: &mut Response) -> reqwest::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Half a second, then twice that, each up to half as long again so that many clients do not come back together.
fn back_off(tries: u32) -> Duration {
    let base = Duration::from_millis(500) * 2u32.pow(tries);
    base + base * u32::from(Uuid::new_v4().as_bytes()[0]) / 512
}

/// What a server answered. Has no `Debug`, since the body may hold a token.
pub struct Answer {
    /// The HTTP status; never a redirect.
    pub status: u16,
    /// How long the server asks to wait before the next request, if it asks.
    pub retry_after: Option<Duration>,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
    sent_id: String,
    url: String,
}

impl Answer {
    /// The body as a JSON object.
    ///
    /// # Errors
    /// It is none: something else answered in the server's place, such as a captive portal.
    pub fn json(&self) -> Result<Value, Failure> {
        match serde_json::from_slice(&self.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(self.foreign()),
        }
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// What the server's clock showed, to the second.
    pub fn date(&self) -> Option<DateTime<Utc>> {
        let date = self.headers.get("date")?.to_str().ok()?;
        DateTime::parse_from_rfc2822(date).ok().map(|date| date.with_timezone(&Utc))
    }

    /// The failure for an answer that no server of Microsoft's would give.
    pub fn foreign(&self) -> Failure {
        Failure {
            status: Some(self.status),
            correlation_id: Some(self.sent_id.clone()),
            ..Failure::new(Cause::Foreign, &self.url)
        }
    }

    /// What the headers say for support: Entra's `x-ms-request-id` or Graph's `request-id`, the correlation ID (as sent,
    /// where the server names none), and the server's date.
    pub fn evidence(&self) -> Evidence {
        let header = |name| self.headers.get(name).and_then(|v| v.to_str().ok()).map(words);
        Evidence {
            http_status: Some(self.status),
            trace_id: header("x-ms-request-id").or_else(|| header("request-id")),
            correlation_id: header("client-request-id").or_else(|| Some(self.sent_id.clone())),
            timestamp: header("date"),
            ..Evidence::default()
        }
    }
}

/// A server's text made fit to be shown: one line of bounded length.
pub fn words(text: &str) -> String {
    let text: String = text.chars().take(MAX_WORDS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why no usable answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This computer has no trust store, so that no https is possible.
    NoTrustStore,
    /// The host's name has no address.
    NameNotFound,
    /// The computer there does not take connections.
    Refused,
    /// The network has no way there.
    NoRoute,
    /// Nothing came for too long.
    TimedOut,
    /// The proxy could not be reached, or did not let the request through.
    Proxy,
    /// The server's certificate is not trusted here.
    CertificateNotTrusted,
    /// The server's certificate has ended or not yet begun, by this computer's clock.
    CertificateNotNow,
    /// The server's certificate is another host's.
    CertificateOfAnother,
    /// No encryption that both sides accept, or none at all.
    Tls,
    /// The connection ended before the answer did.
    Closed,
    /// More than 4 MiB.
    TooLarge,
    /// A redirect, or something that is not what the server would say: a captive portal, a proxy's page.
    Foreign,
    /// Something else; the detail tells.
    Other,
}

/// No usable answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// Whom we asked: the host, with its port where it is not the usual one.
    pub host: String,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The `client-request-id` that was sent.
    pub correlation_id: Option<String>,
    /// The technical words of the error.
    pub detail: Option<String>,
}

impl Failure {
    fn new(cause: Cause, url: &str) -> Self {
        let host = url.split("://").last().unwrap_or(url).split('/').next().unwrap_or_default().to_owned();
        Self { cause, host, status: None, correlation_id: None, detail: None }
    }

    fn classify(error: reqwest::Error, url: &str) -> Self {
        let detail = chain(&error);
        let cause = if error.is_timeout() {
            Cause::TimedOut
        // The connector's own words for the way to a proxy and for names; it has no types for these two.
        } else if detail.contains("tunnel error") {
            Cause::Proxy
        } else if let Some(cause) = causes(&error).find_map(known_cause) {
            cause
        } else if detail.contains("dns error") {
            Cause::NameNotFound
        } else if error.is_connect() || error.is_builder() {
            Cause::Other
        } else {
            Cause::Closed
        };
        Self { detail: Some(detail), ..Self::new(cause, url) }
    }

    /// What happened: one sentence without a full stop.
    pub fn headline(&self) -> String {
        let host = &self.host;
        match self.cause {
            Cause::NoTrustStore => "This computer's list of trusted certificate authorities cannot be read".into(),
            Cause::NameNotFound => format!("The address {host} could not be found"),
            Cause::Refused => format!("{host} refused the connection"),
            Cause::NoRoute => format!("The network has no way to {host}"),
            Cause::TimedOut => format!("{host} did not answer in time"),
            Cause::Proxy => format!("The proxy of this computer did not pass the request on to {host}"),
            Cause::CertificateNotTrusted => format!("This computer does not trust the certificate of {host}"),
            Cause::CertificateNotNow => {
                format!("The certificate of {host} is not valid at the time that this computer's clock shows")
            }
            Cause::CertificateOfAnother => format!("The certificate shown for {host} belongs to another address"),
            Cause::Tls => format!("No secure connection to {host} could be agreed on"),
            Cause::Closed => format!("{host} closed the connection before its answer was complete"),
            Cause::TooLarge => format!("{host} sent far more than was asked for"),
            Cause::Foreign => format!("Something else answered in place of {host}"),
            Cause::Other => format!("{host} could not be reached"),
        }
    }

    /// What to do: full sentences.
    pub fn remedy(&self) -> String {
        let host = &self.host;
        match self.cause {
            Cause::NoTrustStore => "On Linux, install the package ca-certificates; if SSL_CERT_FILE or SSL_CERT_DIR is set, check that it names something that exists. Then start Liaison again.".into(),
            Cause::NameNotFound => format!("Check that this computer is online. If other websites open, ask your network team whether {host} can be looked up from here or a proxy has to be set in this computer's network settings."),
            Cause::Refused => format!("Ask your network team to allow connections to {host}. For custom addresses, check that the server is running."),
            Cause::NoRoute | Cause::Other => format!("Check that this computer is online. If other websites open, ask your network team to allow connections to {host}."),
            Cause::TimedOut => format!("Check that this computer is online, and test again. If it stays like this, ask your network team whether a firewall blocks {host}."),
            Cause::Proxy => format!("Ask your network team to let this computer reach {host} through the proxy without a password, or check the proxy in this computer's network settings."),
            Cause::CertificateNotTrusted | Cause::CertificateOfAnother => format!("Something that inspects encrypted traffic may be in between. Ask your network team to install its certificate authority on this computer, or to exempt {host} from inspection."),
            Cause::CertificateNotNow => "Check the date and time of this computer. If they are right, tell your network team.".into(),
            Cause::Tls => format!("Something in between may not understand modern encryption. Ask your network team to let connections to {host} pass unchanged. For custom addresses, check whether the server speaks https."),
            Cause::Closed => "Test again. If it stays like this, a firewall or proxy may cut the connection: ask your network team.".into(),
            Cause::TooLarge | Cause::Foreign => format!("A network that asks to sign in first, or a proxy, may be in between. Open {host} in a browser on this computer, follow what it asks for, and test again. For custom addresses, check that they are right."),
        }
    }

    /// What is known for support.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            http_status: self.status,
            message: self.detail.clone(),
            correlation_id: self.correlation_id.clone(),
            ..Evidence::default()
        }
    }
}

/// An error and what is behind it. An `io::Error` hides the error that it wraps from `source`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&e| match e.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()) {
        Some(inner) => Some(inner as &(dyn StdError + 'static)),
        None => e.source(),
    })
}

fn known_cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        use CertificateError as E;
        return Some(match tls {
            rustls::Error::InvalidCertificate(
                E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. },
            ) => Cause::CertificateNotNow,
            rustls::Error::InvalidCertificate(E::NotValidForName | E::NotValidForNameContext { .. }) => {
                Cause::CertificateOfAnother
            }
            rustls::Error::InvalidCertificate(_) => Cause::CertificateNotTrusted,
            _ => Cause::Tls,
        });
    }
    match error.downcast_ref::<std::io::Error>()?.kind() {
        ErrorKind::ConnectionRefused => Some(Cause::Refused),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::NetworkDown => Some(Cause::NoRoute),
        ErrorKind::TimedOut => Some(Cause::TimedOut),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Some(Cause::Closed),
        _ => None,
    }
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in causes(error).map(ToString::to_string) {
        if parts.last().is_none_or(|last| !last.contains(&part)) {
            parts.push(part);
        }
    }
    words(&parts.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    async fn cause(http: &Http, url: &str) -> Failure {
        http.get(url, &Secret::new("the-token")).await.err().expect("no answer is possible")
    }

    #[tokio::test]
    async fn a_network_that_does_not_work_is_called_what_it_is() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/x", listener.local_addr().expect("an address"));
        let hasty = Http { timeout: Duration::from_millis(200), ..Http::default() };
        let silent = cause(&hasty, &url).await;
        assert_eq!(silent.cause, Cause::TimedOut, "{silent:?}");

        drop(listener);
        let refused = cause(&Http::default(), &url).await;
        assert_eq!(refused.cause, Cause::Refused, "{refused:?}");
        assert!(!format!("{refused:?}").contains("/x"), "the address is not repeated: {refused:?}");

        // No part of a name has more than 63 characters: no name server is asked.
        let name = format!("{}.invalid", "x".repeat(64));
        let unknown = cause(&Http::default(), &format!("http://{name}/x")).await;
        assert_eq!(
            (unknown.cause, unknown.host),
            (Cause::NameNotFound, name),
            "{}",
            unknown.detail.unwrap_or_default()
        );
    }

    #[test]
    fn a_certificate_error_is_found_behind_an_io_error() {
        for (error, expect) in [
            (CertificateError::UnknownIssuer, Cause::CertificateNotTrusted),
            (CertificateError::Expired, Cause::CertificateNotNow),
            (CertificateError::NotValidForName, Cause::CertificateOfAnother),
        ] {
            let io = std::io::Error::new(ErrorKind::InvalidData, rustls::Error::InvalidCertificate(error));
            assert_eq!(causes(&io).find_map(known_cause), Some(expect));
        }
    }

    #[test]
    fn pauses_grow_and_stay_within_patience() {
        for _ in 0..50 {
            assert!((500..750).contains(&back_off(0).as_millis()));
            assert!((1000..1500).contains(&back_off(1).as_millis()));
        }
    }

    #[test]
    fn a_servers_words_are_cut_to_one_bounded_line() {
        assert_eq!(words(" a\r\n\tb\u{7}c "), "a b c");
        assert_eq!(words(&"x".repeat(5000)).len(), MAX_WORDS);
    }
}
