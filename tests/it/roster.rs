//! People over real HTTP: read from pages of every kind, kept, brought up to date, cut off and gone on with.
//!
//! The practice tenant answers as Graph does; answers that Graph should never give come from a script.

use crate::canned::{Canned, answer, json};
use chrono::Utc;
use liaison::{
    domain::{
        CloudDraft, CloudKind, Credentials, Guid, People, Secret,
        people::{Ask, Order, Progress, Query},
    },
    http::Http,
    practice::{Options, Practice, Scenario},
    profile::Profile,
    roster::{self, Memory, Refresh, Refreshed, Stopped},
};
use serde_json::{Value, json as j};
use std::sync::{Arc, Mutex};

mod keeping;
mod pages;

const TOKEN: &str = "e30.e30.the-token";

/// A profile, a client and an account that points at a server.
struct Place {
    dir: tempfile::TempDir,
    refresh: Refresh,
    told: Arc<Mutex<Vec<Progress>>>,
}

fn id(number: u32) -> String {
    format!("{number:08x}-0000-4000-8000-{number:012x}")
}

fn guid(number: u32) -> Guid {
    Guid::parse(&id(number)).unwrap()
}

/// A user without anything but a name.
fn user(number: u32, name: &str) -> Value {
    j!({"id": id(number), "displayName": name, "userPrincipalName": format!("u{number}@contoso.example")})
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Place {
    fn at(login_url: &str, graph_url: &str, secret: &str) -> Self {
        let cloud = CloudDraft { kind: CloudKind::Custom, login_url: login_url.into(), graph_url: graph_url.into() };
        let [object_id, tenant_id, client_id] =
            [liaison::practice::OBJECT_ID, liaison::practice::TENANT_ID, liaison::practice::CLIENT_ID]
                .map(|id| Guid::parse(id).unwrap());
        let credential = Secret::new(secret).into();
        let credentials = Credentials { object_id, tenant_id, client_id, cloud: cloud.parse().unwrap(), credential };
        let dir = tempfile::tempdir().unwrap();
        let refresh = Refresh {
            http: Http::default(),
            credentials,
            profile: Profile::at(dir.path().to_owned()),
            now: Utc::now,
            memory: Memory::default(),
            everybody: false,
        };
        Self { dir, refresh, told: Arc::default() }
    }

    fn practice(practice: &Practice) -> Self {
        let details = practice.details();
        Self::at(&details.login_url, &details.graph_url, &details.client_secret)
    }

    fn canned(server: &Canned) -> Self {
        Self::at(&server.url, &server.url, "8Qk8Q~secret")
    }

    async fn try_load(&self) -> Result<Refreshed, Stopped> {
        let told = self.told.clone();
        // What one client keeps belongs to the runtime that it is used in.
        let refresh = Refresh { http: Http::default(), ..self.refresh.clone() };
        refresh.run(move |progress| told.lock().unwrap().push(progress)).await
    }

    fn load(&self) -> Arc<People> {
        let refreshed = runtime().block_on(self.try_load()).unwrap();
        assert_eq!(refreshed.not_kept, None);
        refreshed.kept.people
    }

    fn stops(&self) -> Stopped {
        runtime().block_on(self.try_load()).unwrap_err()
    }

    /// What another start of the program would find.
    fn kept(&self) -> roster::State {
        roster::open(&self.refresh.profile, self.refresh.credentials.tenant_id, &Memory::default()).unwrap()
    }

    fn kept_names(&self) -> Vec<String> {
        names(&self.kept().kept.expect("people are kept").people)
    }

    fn told(&self) -> Vec<Progress> {
        self.told.lock().unwrap().clone()
    }

    fn file(&self) -> std::path::PathBuf {
        self.refresh.profile.people(self.refresh.credentials.tenant_id)
    }
}

fn names(people: &People) -> Vec<String> {
    people.in_order(Order::Name).iter().map(|row| people.person(*row).unwrap().name().to_owned()).collect()
}

fn found(people: &People, text: &str) -> Vec<String> {
    let found = people.search(Ask { query: Query::new(text), ..Ask::default() }, None);
    found.rows.iter().map(|row| people.person(*row).unwrap().name().to_owned()).collect()
}

fn practice(scenario: Scenario, people: usize) -> Practice {
    Practice::start(Options { scenario, people, ..Options::default() }).unwrap()
}

/// A server with a token, without deltas and counts, whose pages are what the function makes of its address.
fn pages(pages: impl FnOnce(&str) -> Vec<Vec<u8>>) -> Canned {
    Canned::route_by(|url| {
        vec![
            ("/token", vec![json(200, j!({"access_token": TOKEN}))]),
            ("/users/$count", vec![answer(400, &[], "")]),
            ("/users/delta", vec![json(404, j!({"error": {"code": "ResourceNotFound", "message": "no"}}))]),
            ("/users", pages(url)),
        ]
    })
}

/// A page; the next one has this number.
fn page(url: &str, next: Option<u32>, users: &[Value]) -> Vec<u8> {
    let mut body = j!({"value": users});
    if let Some(next) = next {
        body["@odata.nextLink"] = j!(format!("{url}/v1.0/users?$skiptoken={next}"));
    }
    json(200, body)
}
