//! The practice tenant over real HTTP: every refusal, every scenario, paging, limits and headers.

mod applications;
mod assertion;
mod batch;
mod chats;
mod delegated;
mod delta;
mod discovery;
mod graph;
mod people;
mod scenarios;
mod server;
mod sign_in;

use liaison::practice::{Options, Practice, Scenario};
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap};
use serde_json::Value;

/// One answer, read to its end.
struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    async fn of(request: RequestBuilder) -> Reply {
        let response: Response = request.send().await.expect("an answer");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("a body"),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header {name}"));
        value.to_str().expect("a text header")
    }

    /// `error.code` of a Graph error.
    fn graph_code(&self) -> String {
        self.json()["error"]["code"].as_str().expect("a code").to_owned()
    }
}

fn start(scenario: Scenario) -> Practice {
    start_with(scenario, 25)
}

fn start_with(scenario: Scenario, people: usize) -> Practice {
    let options = Options { scenario, people, ..Options::default() };
    Practice::start(options).expect("a free port")
}

fn client() -> Client {
    Client::builder().no_proxy().build().expect("a client")
}

fn token_url(practice: &Practice, tenant: &str) -> String {
    format!("{}/{tenant}/oauth2/v2.0/token", practice.details().login_url)
}

/// The form of a correct request.
fn good_form(practice: &Practice) -> Vec<(&'static str, String)> {
    let details = practice.details();
    vec![
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", details.client_id.clone()),
        ("client_secret", details.client_secret.clone()),
        ("scope", format!("{}/.default", details.graph_url)),
    ]
}

async fn sign_in(practice: &Practice) -> Reply {
    let url = token_url(practice, &practice.details().tenant_id);
    Reply::of(client().post(url).form(&good_form(practice))).await
}

async fn access_token(practice: &Practice) -> String {
    let reply = sign_in(practice).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["access_token"].as_str().expect("a token").to_owned()
}

/// A GET under `/v1.0` with a fresh token.
async fn get(practice: &Practice, path: &str) -> Reply {
    Reply::of(request(practice, path).await).await
}

async fn request(practice: &Practice, path: &str) -> RequestBuilder {
    let token = access_token(practice).await;
    let url = format!("{}/v1.0/{path}", practice.details().graph_url);
    client().get(url).bearer_auth(token)
}
