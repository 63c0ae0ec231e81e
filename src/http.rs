//! Requests over HTTP and what becomes of them: an [`Answer`], or a [`Failure`] with its remedy.
//!
//! Owns time limits, retries, the size limit, and the words for a network that does not work. Knows nothing of Entra, of
//! Graph, or of what is in an answer. It follows no redirect, so that no secret or token reaches another host, and puts
//! neither into an error. Start with [`Http`].

mod client;
mod failure;

pub use failure::{Cause, Failure};

use crate::domain::{Evidence, NetworkSettings, Secret};
use chrono::{DateTime, Utc};
use client::Ways;
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap};
use serde_json::Value;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use url::Url;
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

/// How long the name of a host may be looked up again.
const LOOK_UP: Duration = Duration::from_secs(1);

/// The HTTP client. Cheap to make and to clone; what it needs is set up with the first request.
/// It keeps connections, so it belongs to the one runtime that it is first used in.
#[derive(Clone, Debug)]
pub struct Http {
    ways: Arc<Ways>,
    timeout: Duration,
    /// How long all pauses between the tries of one request may take together.
    patience: Duration,
}

impl Default for Http {
    fn default() -> Self {
        Self::new(&NetworkSettings::default())
    }
}

impl Http {
    /// A client that reaches the world as this computer's settings say.
    pub fn new(settings: &NetworkSettings) -> Self {
        Self::with_limits(settings, CONNECT_TIMEOUT, TIMEOUT)
    }

    /// The same with another patience: how long a connection may take to come about, and how long one try in all.
    pub fn with_limits(settings: &NetworkSettings, connect: Duration, timeout: Duration) -> Self {
        Self { ways: Arc::new(Ways::new(settings, connect)), timeout, patience: PATIENCE }
    }

    /// The same client for somebody who tries again by himself, and can say so meanwhile.
    pub fn impatient(&self) -> Self {
        Self { patience: Duration::ZERO, ..self.clone() }
    }

    /// Sends a GET with a bearer token.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn get(&self, url: &str, token: &Secret) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.get(url).bearer_auth(token.expose())).await
    }

    /// Sends a GET with a bearer token to Graph's index, which can be a little behind and alone knows how many there are.
    ///
    /// <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn get_eventual(&self, url: &str, token: &Secret) -> Result<Answer, Failure> {
        let request = self.client(url)?.get(url).bearer_auth(token.expose());
        self.send(url, request.header("ConsistencyLevel", "eventual")).await
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

    /// Sends a POST with JSON and a bearer token, once: it changes something.
    ///
    /// # Errors
    /// No usable answer came; what was to be changed may be changed all the same. An answer with any status but a redirect
    /// is an answer.
    pub async fn post(&self, url: &str, token: &Secret, change: &Value) -> Result<Answer, Failure> {
        self.send_once(url, self.client(url)?.post(url).bearer_auth(token.expose()).json(change)).await
    }

    /// Sends a POST with a form, each value encoded as `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// No usable answer came. An answer with any status but a redirect is an answer.
    pub async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.send(url, self.client(url)?.post(url).form(form)).await
    }

    /// Whether a host was reached over IPv4 although its first address is an IPv6 one and this computer has IPv6: then every
    /// new connection waits for it in vain first. Nothing is sent.
    pub async fn ipv6_is_broken(&self, answer: &Answer) -> bool {
        let (Some(peer), None, false) = (answer.peer, self.ways.proxy(&answer.url), client::is_here(&answer.url))
        else {
            return false;
        };
        let Some(host) = Url::parse(&answer.url).ok().and_then(|url| url.host_str().map(str::to_owned)) else {
            return false;
        };
        let known = async { tokio::net::lookup_host((host, peer.port())).await.map(Iterator::collect::<Vec<_>>) };
        let known = tokio::time::timeout(LOOK_UP, known).await;
        known.is_ok_and(|known| known.is_ok_and(|known| broken(peer, &known, failure::has_route)))
    }

    fn client(&self, url: &str) -> Result<&Client, Failure> {
        self.ways.client(url)
    }

    /// Tries again where a server asks for it, and nowhere else: <https://learn.microsoft.com/en-us/graph/throttling>
    async fn send(&self, url: &str, request: RequestBuilder) -> Result<Answer, Failure> {
        let mut patience = self.patience;
        let mut tries = 0;
        loop {
            // A form and an empty body can always be cloned; only a stream could not.
            let again = request.try_clone().ok_or_else(|| Failure::new(Cause::Other, url))?;
            let answer = self.send_once(url, again).await?;
            let pause = answer.retry_after.unwrap_or_else(|| back_off(tries));
            if tries == RETRIES || !matches!(answer.status, 429 | 500 | 502..=504) || pause > patience {
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
            proxy: self.ways.proxy(url),
            ..Failure::classify(e.without_url(), url)
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let peer = response.remote_addr();
        let unusable = |cause| Failure {
            status: Some(status),
            correlation_id: Some(sent_id.clone()),
            proxy: self.ways.proxy(url),
            ..Failure::new(cause, url)
        };
        match status {
            300..400 | 511 => return Err(unusable(Cause::WebPage)),
            407 => return Err(unusable(Cause::ProxyPassword)),
            _ => {}
        }
        let Some(body) = read(&mut response).await.map_err(failed)? else {
            return Err(unusable(Cause::TooLarge));
        };
        let headers = std::mem::take(response.headers_mut());
        let retry_after = retry_after(&headers);
        Ok(Answer { status, retry_after, peer, headers, body, sent_id, url: url.to_owned() })
    }
}

/// The whole body, or nothing when it is longer than [`MAX_ANSWER`].
async fn read(response: &mut Response) -> reqwest::Result<Option<Zeroizing<Vec<u8>>>> {
    let promised = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let mut body = Zeroizing::new(Vec::with_capacity(promised.min(MAX_ANSWER)));
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// How long a server asks to wait: in seconds, or until a moment by its own clock.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text("retry-after")?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(asked).ok()?;
    let now = text("date").and_then(|date| DateTime::parse_from_rfc2822(date).ok())?;
    Some((until - now).to_std().unwrap_or_default())
}

/// Whether the first address of a host is of the kind that did not work although there is a way to it.
fn broken(peer: SocketAddr, known: &[SocketAddr], has_route: impl Fn(SocketAddr) -> bool) -> bool {
    peer.is_ipv4() && known.first().is_some_and(|first| first.is_ipv6() && has_route(*first))
}

/// Half a second, then twice that, each up to half as long again so that many clients do not come back together.
fn back_off(tries: u32) -> Duration {
    let base = Duration::from_millis(500) * 2u32.pow(tries);
    base + base * u32::from(Uuid::new_v4().as_bytes()[0]) / 512
}

/// Whether a file holds certificate authorities in PEM form.
///
/// # Errors
/// It cannot be read or holds none.
pub fn check_ca_file(path: &str) -> Result<(), crate::domain::Failure> {
    client::certificates(path).map(drop).map_err(|detail| {
        let remedy = "Choose a file in PEM form with the root certificate of your company, or leave it empty.";
        crate::domain::Failure::new(format!("This file cannot be used: {detail}."), remedy)
    })
}

/// What a server answered. Has no `Debug`, since the body may hold a token.
pub struct Answer {
    /// The HTTP status; never a redirect.
    pub status: u16,
    /// How long the server asks to wait before the next request, if it asks.
    pub retry_after: Option<Duration>,
    /// Who answered: the server, or the proxy in front of it.
    peer: Option<SocketAddr>,
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
        let kind = self.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let cause = if kind.to_ascii_lowercase().contains("html") { Cause::WebPage } else { Cause::Foreign };
        Failure {
            status: Some(self.status),
            correlation_id: Some(self.sent_id.clone()),
            ..Failure::new(cause, &self.url)
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
        let hasty = Http::with_limits(&NetworkSettings::default(), CONNECT_TIMEOUT, Duration::from_millis(200));
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
    fn ipv6_is_broken_where_it_comes_first_has_a_way_and_is_not_used() {
        let [v4, v6] = ["192.0.2.1:443", "[2001:db8::1]:443"].map(|text| text.parse().expect("an address"));
        for (peer, known, route, expect) in [
            (v4, &[v6, v4][..], true, true),
            (v4, &[v6, v4], false, false),
            (v4, &[v4, v6], true, false),
            (v6, &[v6, v4], true, false),
            (v4, &[v4], true, false),
            (v4, &[], true, false),
        ] {
            assert_eq!(broken(peer, known, |_| route), expect, "{peer} {known:?} {route}");
        }
    }

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_moment() {
        let date = "Thu, 26 Nov 2026 11:00:00 GMT";
        for (asked, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Thu, 26 Nov 2026 11:00:30 GMT", Some(30)),
            ("Thu, 26 Nov 2026 10:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("date", date.parse().expect("a header"));
            headers.insert("retry-after", asked.parse().expect("a header"));
            assert_eq!(retry_after(&headers), seconds.map(Duration::from_secs), "{asked}");
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
