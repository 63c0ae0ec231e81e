//! The network as offices have it: each trouble is the real thing on loopback, and is called what it is.

mod authority;
mod proxy;

use crate::canned::{Canned, answer, json};
use authority::Authority;
use liaison::{
    domain::{NetworkSettings, Proxy, ProxyAddress, Secret},
    http::{Answer, Cause, Failure, Http},
};
use proxy::{Manner, TestProxy};
use serde_json::json as j;
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

const TOKEN: &str = "the-token-that-goes-nowhere";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn asked(http: &Http, url: &str) -> Result<Answer, Failure> {
    runtime().block_on(http.get(url, &Secret::new(TOKEN)))
}

/// Why it does not work. Nothing of what is sent is in it.
#[track_caller]
fn fails(http: &Http, url: &str) -> Failure {
    let failure = asked(http, url).err().expect("no usable answer is possible");
    let said = format!("{failure:?} {} {}", failure.headline(), failure.remedy());
    assert!(!said.contains(TOKEN) && !said.contains("/secret-path"), "{said}");
    failure
}

fn works(http: &Http, url: &str) -> bool {
    asked(http, url).is_ok_and(|answer| answer.status == 200)
}

fn with_file(ca_file: &str) -> NetworkSettings {
    NetworkSettings { ca_file: ca_file.into(), ..NetworkSettings::default() }
}

fn through(proxy: &str, user: &str, password: Option<&str>, ca_file: &str) -> NetworkSettings {
    let password = password.map(Secret::new);
    let proxy = Proxy::Address(ProxyAddress { url: proxy.into(), user: user.into(), password });
    NetworkSettings { proxy, ca_file: ca_file.into() }
}

fn good() -> Vec<crate::canned::Route> {
    vec![("/", vec![json(200, j!({"hello": "world"}))])]
}

#[test]
fn a_companys_root_is_refused_with_its_name_and_trusted_from_a_file() {
    let company = Authority::new("Contoso Inspection Root");
    let server = Canned::route_over_tls(good(), company.server(&["127.0.0.1"]));
    let refused = fails(&Http::default(), &format!("{}/secret-path", server.url));
    assert_eq!(refused.cause, Cause::CertificateNotTrusted, "{refused:?}");
    assert!(refused.headline().contains("“CN=Contoso Inspection Root” has issued"), "{}", refused.headline());
    assert!(refused.remedy().contains("Network settings"));
    assert_eq!(server.requests().len(), 0, "nothing was sent");

    assert!(works(&Http::new(&with_file(&company.file())), &format!("{}/", server.url)));
    let another = Authority::new("Fabrikam Root");
    let still = fails(&Http::new(&with_file(&another.file())), &format!("{}/", server.url));
    assert_eq!(still.cause, Cause::CertificateNotTrusted, "a file adds what is in it and nothing else");
}

#[test]
fn a_trusted_certificate_must_still_be_right() {
    let company = Authority::new("Contoso Root");
    let http = Http::new(&with_file(&company.file()));
    let other = Canned::route_over_tls(good(), company.server(&["elsewhere.example"]));
    assert_eq!(fails(&http, &format!("{}/", other.url)).cause, Cause::CertificateOfAnother);
    let old = Canned::route_over_tls(good(), company.expired_server("127.0.0.1"));
    let failure = fails(&http, &format!("{}/", old.url));
    assert_eq!(failure.cause, Cause::CertificateNotNow, "{failure:?}");
    assert!(failure.remedy().contains("date and time of this computer"));
    assert_eq!(other.requests().len() + old.requests().len(), 0);
}

#[test]
fn a_certificate_file_that_is_none_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("text.pem");
    std::fs::write(&text, "no certificate").unwrap();
    let huge = dir.path().join("huge.pem");
    std::fs::write(&huge, vec![b'x'; 2 * 1024 * 1024]).unwrap();
    for path in [text, huge, dir.path().join("missing.pem"), dir.path().to_owned()] {
        let path = path.to_string_lossy().into_owned();
        let failure = fails(&Http::new(&with_file(&path)), "https://127.0.0.1:1/");
        assert_eq!(failure.cause, Cause::CaFile, "{path}");
        assert!(failure.detail.is_some() && failure.is_about_settings());
    }
}

#[test]
fn encryption_that_is_none_is_called_that() {
    for said in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let url = server(|mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            stream.write_all(said.as_bytes()).unwrap();
        });
        let failure = fails(&Http::default(), &url.replace("http:", "https:"));
        assert_eq!(failure.cause, Cause::Tls, "{failure:?}");
    }
}

#[test]
fn a_proxy_is_used_for_the_world_and_never_for_this_computer() {
    let company = Authority::new("Contoso Root");
    let server = Canned::route_over_tls(good(), company.server(&["login.contoso.test", "127.0.0.1"]));
    let to = server.url.replace("https://", "");
    let proxy = TestProxy::start(Manner::Tunnel(to));
    let http = Http::new(&through(&proxy.url, "", None, &company.file()));
    assert!(works(&http, "https://login.contoso.test/x"));
    assert_eq!(proxy.heads()[0].lines().next(), Some("CONNECT login.contoso.test:443 HTTP/1.1"));
    assert!(works(&http, &format!("{}/x", server.url)));
    assert_eq!(proxy.heads().len(), 1, "this computer is reached directly");
    assert!(!proxy.heads().concat().contains(TOKEN), "the proxy sees no token");
}

#[test]
fn a_proxy_that_wants_a_password_gets_it_or_is_named() {
    let company = Authority::new("Contoso Root");
    let server = Canned::route_over_tls(good(), company.server(&["login.contoso.test"]));
    // “me:p w~ü” in Base64.
    let proxy = TestProxy::start(Manner::Password("Basic bWU6cCB3fsO8".into(), server.url.replace("https://", "")));
    let file = company.file();
    assert!(works(&Http::new(&through(&proxy.url, "me", Some("p w~ü"), &file)), "https://login.contoso.test/"));
    for settings in [through(&proxy.url, "", None, &file), through(&proxy.url, "me", Some("wrong-word"), &file)] {
        let failure = fails(&Http::new(&settings), "https://login.contoso.test/secret-path");
        assert_eq!(failure.cause, Cause::ProxyPassword, "{failure:?}");
        let at = proxy.url.replace("http://", "");
        assert_eq!(failure.headline(), format!("The proxy {at} wants a user name and a password"));
        assert!(!format!("{failure:?}{settings:?}").contains("wrong-word"));
    }
}

#[test]
fn a_proxy_that_does_not_help_is_named() {
    let host = "https://login.contoso.test/";
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = fails(&Http::new(&through(&format!("http://{gone}"), "", None, "")), host);
    assert_eq!(failure.cause, Cause::ProxyUnreachable, "{failure:?}");
    assert_eq!(failure.headline(), format!("The proxy {gone} could not be reached"));

    for manner in [
        Manner::Answer("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>Blocked</html>".into()),
        Manner::Answer("HTTP/1.1 502 Bad Gateway\r\n\r\n".into()),
        Manner::Answer("<html>".into()),
        Manner::Answer(String::new()),
    ] {
        let proxy = TestProxy::start(manner);
        let failure = fails(&Http::new(&through(&proxy.url, "", None, "")), host);
        assert_eq!(failure.cause, Cause::ProxyRefused, "{failure:?}");
        assert!(failure.headline().ends_with("did not pass the request on to login.contoso.test"));
        assert!(failure.is_about_settings());
    }
    let page = TestProxy::start(Manner::Answer("HTTP/1.1 200 OK\r\n\r\n<html>Please sign in</html>".into()));
    assert_eq!(fails(&Http::new(&through(&page.url, "", None, "")), host).cause, Cause::Tls);
}

#[test]
fn a_captive_portal_is_called_a_web_page() {
    let page = "<html>Welcome to the hotel</html>";
    for reply in [
        answer(200, &["Content-Type: text/html; charset=utf-8"], page),
        answer(302, &["Location: http://127.0.0.1:1/portal"], ""),
        answer(511, &["Content-Type: text/html"], page),
    ] {
        let portal = Canned::route(vec![("/", vec![reply])]);
        let url = format!("{}/secret-path", portal.url);
        let failure = match asked(&Http::default(), &url) {
            Err(failure) => failure,
            Ok(answer) => answer.json().err().unwrap(),
        };
        assert_eq!(failure.cause, Cause::WebPage, "{failure:?}");
        assert!(failure.headline().starts_with("A web page answered in place of 127.0.0.1"));
        assert!(failure.remedy().contains("in a browser"));
        assert_eq!(portal.requests().len(), 1, "no redirect is followed");
    }
}

#[test]
fn each_stage_has_its_time_limit() {
    // It takes connections and says nothing: to plain http it is connected, to https it never is.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap();
    let limits = |connect, all| {
        Http::with_limits(&NetworkSettings::default(), Duration::from_millis(connect), Duration::from_millis(all))
    };
    let failure = fails(&limits(60_000, 200), &format!("http://{at}/secret-path"));
    assert_eq!(failure.cause, Cause::TimedOut, "{failure:?}");
    let failure = fails(&limits(200, 60_000), &format!("https://{at}/secret-path"));
    assert_eq!(failure.cause, Cause::NotConnected, "{failure:?}");
}

/// A server that does with the connection what it likes, once the request is there.
fn server(with: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
    thread::spawn(move || with(listener.accept().unwrap().0));
    url
}

#[test]
fn a_reset_in_mid_body_is_no_answer() {
    let url = server(|mut stream| {
        // What has arrived and is not read makes the system reset the connection instead of closing it.
        stream.peek(&mut [0; 16]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"half\": ").unwrap();
    });
    let failure = fails(&Http::default(), &url);
    assert_eq!(failure.cause, Cause::Closed, "{failure:?}");
}

#[test]
fn an_answer_of_64_mib_is_not_taken_in() {
    const ALL: usize = 64 * 1024 * 1024;
    let (tell, sent) = mpsc::channel();
    let url = server(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {ALL}\r\n\r\n").as_bytes()).unwrap();
        let (piece, mut written) = (vec![b' '; 64 * 1024], 0);
        while written < ALL && stream.write_all(&piece).is_ok() {
            written += piece.len();
        }
        tell.send(written).unwrap();
    });
    let failure = fails(&Http::default(), &url);
    assert_eq!(failure.cause, Cause::TooLarge, "{failure:?}");
    let written = sent.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(written < ALL, "the client hangs up in between");
}

#[test]
fn json_that_is_200_000_deep_ends_nothing() {
    let deep = format!("{}{}", "{\"a\":[".repeat(100_000), "]}".repeat(100_000));
    let server = Canned::route(vec![("/", vec![answer(200, &["Content-Type: application/json"], &deep)])]);
    let answer = asked(&Http::default(), &format!("{}/", server.url)).unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(answer.json().err().map(|failure| failure.cause), Some(Cause::Foreign));
}

#[test]
fn server_trouble_is_tried_again_and_a_refusal_is_not() {
    for (status, tries) in [(429, 3), (500, 3), (502, 3), (503, 3), (504, 3), (400, 1), (401, 1), (403, 1), (404, 1)] {
        let reply = answer(status, &["Retry-After: 0"], "{}");
        let server = Canned::route(vec![("/", vec![reply])]);
        let answer =
            asked(&Http::default(), &format!("{}/", server.url)).unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!((answer.status, server.requests().len()), (status, tries), "{status}");
    }
}

#[test]
fn a_refused_port_is_called_that() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(TcpStream::connect(gone).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused));
    assert_eq!(fails(&Http::default(), &format!("https://{gone}/secret-path")).cause, Cause::Refused);
}
