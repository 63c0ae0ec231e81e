//! What `benches/directory.py` measures: the directory loaded and kept, searched and drawn, against the least that could be done.
//!
//! Knows the library's public face only. Each word is one process, so that memory is that word's alone:
//!
//! - `empty`: this program, doing nothing.
//! - `bare TENANT`: a loop of reqwest and serde_json that keeps everybody in memory.
//! - `load TENANT FOLDER`: everybody, read, sorted, made searchable and kept in SQLite.
//! - `search TENANT FOLDER`: keystrokes among the people kept there, and a plain scan of the same bytes.
//! - `frames TENANT FOLDER`: the Directory screen, scrolled and typed into, without a display.
//! - `apply TENANT FOLDER`: an account, so that a window over the folder reads its people.
//!
//! `TENANT` is the object that `liaison practice` prints first; `FOLDER` is a profile.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that cannot go on should stop")]

mod bare;
mod frames;

use chrono::Utc;
use liaison::{
    domain::{
        CloudDraft, CloudKind, Credentials, Guid, People, Secret,
        people::{Ask, Found, Query},
    },
    http::Http,
    profile::Profile,
    roster::{self, Memory, Refresh},
};
use memchr::memmem;
use serde::Deserialize;
use serde_json::json;
use std::{fs, path::PathBuf, time::Instant};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["empty"] => println!("{}", json!({"peak_kib": peak()})),
        ["bare", tenant] => bare::run(&Tenant::read(tenant)),
        ["load", tenant, folder] => load(&Tenant::read(tenant), folder.into()),
        ["search", tenant, folder] => search(&Tenant::read(tenant), folder.into()),
        ["apply", tenant, folder] => frames::apply(&Tenant::read(tenant), folder.into()),
        ["frames", tenant, folder] => frames::run(&Tenant::read(tenant), folder.into()),
        _ => panic!("empty | bare … | load … | search … | frames …"),
    }
}

fn guid(id: &str) -> Guid {
    Guid::parse(id).unwrap()
}

/// Whose people.
#[derive(Deserialize)]
struct Tenant {
    login_url: String,
    graph_url: String,
    tenant_id: String,
    client_id: String,
    object_id: String,
    client_secret: String,
}

impl Tenant {
    fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap()
    }

    fn cloud(&self) -> CloudDraft {
        CloudDraft { kind: CloudKind::Custom, login_url: self.login_url.clone(), graph_url: self.graph_url.clone() }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn load(tenant: &Tenant, folder: PathBuf) {
    let started = Instant::now();
    fs::create_dir_all(&folder).unwrap();
    let refresh = Refresh {
        http: Http::default(),
        credentials: Credentials {
            object_id: guid(&tenant.object_id),
            tenant_id: guid(&tenant.tenant_id),
            client_id: guid(&tenant.client_id),
            cloud: tenant.cloud().parse().unwrap(),
            credential: Secret::new(tenant.client_secret.clone()).into(),
        },
        profile: Profile::at(folder),
        now: Utc::now,
        memory: Memory::default(),
        everybody: true,
    };
    let mut pages = 0;
    let refreshed = runtime().block_on(refresh.run(|_| pages += 1)).unwrap();
    assert_eq!(refreshed.not_kept, None);
    let people = refreshed.kept.people.len();
    println!("{}", json!({"people": people, "pages": pages, "ms": ms(started), "peak_kib": peak()}));
}

fn search(tenant: &Tenant, folder: PathBuf) {
    let started = Instant::now();
    let people =
        roster::open(&Profile::at(folder), guid(&tenant.tenant_id), &Memory::default()).unwrap().kept.unwrap().people;
    let opened = ms(started);
    let text: Vec<u8> = people.searched().flatten().copied().collect();
    let mut rows = Vec::new();
    // As somebody types, with whoever was found by the last keystroke; then what nobody typed before.
    for typed in ["zoe angstrom", "4255550100", "sales ann", "contoso.com", "nobody at all"] {
        let mut before = None;
        for (end, _) in typed.char_indices().skip(1).chain([(typed.len(), ' ')]) {
            let typed = &typed[..end];
            let (found, took) = best(|| find(&people, typed, before.as_ref()));
            rows.push(row(typed, "typed on", &found, took, &text));
            before = Some(found);
        }
        let (found, took) = best(|| find(&people, typed, None));
        rows.push(row(typed, "pasted", &found, took, &text));
    }
    println!("{}", json!({"people": people.len(), "bytes": text.len(), "opened_ms": opened, "searches": rows}));
}

fn find(people: &People, text: &str, before: Option<&Found>) -> Found {
    people.search(Ask { query: Query::new(text), ..Ask::default() }, before)
}

fn row(typed: &str, how: &str, found: &Found, took: f64, text: &[u8]) -> serde_json::Value {
    let needle: Vec<u8> = found.ask.query.longest().to_vec();
    let (_, scan) = best(|| memmem::find_iter(text, &needle).count());
    json!({"typed": typed, "how": how, "found": found.rows.len(), "ms": took, "scan_ms": scan, "ratio": took / scan})
}

/// The shortest of 21: whatever is longer is the machine's doing.
fn best<T>(mut work: impl FnMut() -> T) -> (T, f64) {
    let mut fastest = f64::MAX;
    let mut last = None;
    for _ in 0..21 {
        let started = Instant::now();
        last = Some(std::hint::black_box(work()));
        fastest = fastest.min(ms(started));
    }
    (last.unwrap(), fastest)
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The most memory that this process ever held, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
