//! The server itself: starting, stopping, https, delays and the request log.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use liaison::practice::{Options, Practice, RequestLog, Scenario, TENANT_ID, TlsFiles};
use reqwest::{Certificate, Client};

use super::{Reply, access_token, client, get, good_form, sign_in, start, token_url};

/// A self-signed certificate for 127.0.0.1 that nothing else uses or trusts.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/practice").join(name)
}

fn tls(cert: PathBuf, key: PathBuf) -> Options {
    Options { tls: Some(TlsFiles { cert, key }), ..Options::default() }
}

#[tokio::test]
async fn https_with_a_certificate() {
    let cert = fixture("loopback.crt");
    let practice = Practice::start(tls(cert.clone(), fixture("loopback.key"))).expect("a start");
    let details = practice.details();
    assert!(details.login_url.starts_with("https://127.0.0.1:"));
    let pem = std::fs::read(cert).expect("the certificate");
    let trusted = Certificate::from_pem(&pem).expect("a certificate");
    let client = Client::builder().no_proxy().tls_certs_only([trusted]).build().expect("a client");
    let post = client.post(token_url(&practice, TENANT_ID)).form(&good_form(&practice));
    let reply = Reply::of(post).await;
    assert_eq!(reply.status, 200, "{}", reply.text);

    // A client that does not trust it, or that speaks http, gets nothing, and the server lives on.
    assert!(self::client().get(&details.login_url).send().await.is_err());
    let plain = details.login_url.replace("https", "http");
    assert!(self::client().get(plain).send().await.is_err());
    assert!(client.get(&details.login_url).send().await.is_ok());
}

#[test]
fn a_bad_start_says_what_to_do() {
    let [cert, key, readme] = ["loopback.crt", "loopback.key", "server.rs"].map(fixture);
    let none = fixture("none.pem");
    let cases = [
        (tls(none.clone(), key.clone()), "The certificate ", "none.pem"),
        (tls(readme.clone(), key), "The certificate ", "it holds no certificate"),
        (tls(cert.clone(), none), "The private key ", "none.pem"),
        (tls(cert.clone(), readme), "The private key ", "server.rs"),
        (tls(cert.clone(), cert), "The private key ", "Give the unencrypted PEM key"),
    ];
    for (options, begins, says) in cases {
        let text = Practice::start(options).expect_err("a refusal").to_string();
        assert!(text.starts_with(begins) && text.contains(says), "{text}");
    }
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let options = Options { port, ..Options::default() };
    let text = Practice::start(options).expect_err("a refusal").to_string();
    let wanted = format!("Port {port} on this computer is already in use. Choose another port, or 0 for any free one.");
    assert_eq!(text, wanted);
}

#[tokio::test]
async fn dropping_it_stops_it_and_frees_the_port() {
    let practice = start(Scenario::Healthy);
    let url = practice.details().graph_url.clone();
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    drop(practice);
    assert!(client().get(&url).send().await.is_err());
    let options = Options { port, ..Options::default() };
    let again = Practice::start(options).expect("the same port");
    assert_eq!(again.details().graph_url, url);
}

#[tokio::test]
async fn a_delay_holds_every_answer() {
    let options = Options { delay: Duration::from_millis(200), ..Options::default() };
    let practice = Practice::start(options).expect("a start");
    let started = Instant::now();
    assert_eq!(sign_in(&practice).await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(200));
    // Dropping it does not wait for answers that are still held back.
    let url = practice.details().graph_url.clone();
    let waiting = tokio::spawn(client().get(url).send());
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(practice);
    assert!(waiting.await.expect("no panic").is_err());
}

#[tokio::test]
async fn the_log_tells_what_was_asked_but_no_secret() {
    let practice = start(Scenario::Healthy);
    let token = access_token(&practice).await;
    let secret = practice.details().client_secret.clone();
    let url = format!("{}?client_secret={secret}", token_url(&practice, TENANT_ID));
    assert_eq!(Reply::of(client().post(url)).await.status, 400);
    let id = "3b0de3a2-5e5d-4a8c-9f4e-3a3f5b4c7d11";
    let url = format!("{}/v1.0/users?$top=2", practice.details().graph_url);
    Reply::of(client().get(url).bearer_auth(&token).header("client-request-id", id)).await;
    get(&practice, "nonsense").await;
    let log = practice.requests();
    assert_eq!(log.len(), 5);
    let path = format!("/{TENANT_ID}/oauth2/v2.0/token");
    let first = RequestLog { method: "POST".into(), path: path.clone(), status: 200, client_request_id: None };
    assert_eq!(log[0], first);
    assert_eq!((log[1].path.as_str(), log[1].status), (path.as_str(), 400));
    assert_eq!((log[2].path.as_str(), log[2].client_request_id.as_deref()), ("/v1.0/users?$top=2", Some(id)));
    assert_eq!((log[4].path.as_str(), log[4].status), ("/v1.0/nonsense", 400));
    let all = format!("{log:?} {practice:?}");
    assert!(!all.contains(&secret) && !all.contains(&token));
}

#[test]
fn details_are_what_a_client_needs() {
    let practice = start(Scenario::Healthy);
    let json = serde_json::to_value(practice.details()).expect("JSON");
    for name in ["login_url", "graph_url", "tenant_id", "client_id", "object_id", "client_secret"] {
        assert!(json[name].as_str().is_some_and(|text| !text.is_empty() && !text.ends_with('/')), "{name}");
    }
    assert!(json["client_secret"].as_str().is_some_and(|secret| secret.len() >= 34));
}
