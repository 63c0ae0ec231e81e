//! What `benches/people` measures: the directory loaded and kept, and searched, against the least that could be done.
//!
//! Knows the library's public face only. Each word is one process, so that memory is that word's alone:
//!
//! - `empty`: a client, a profile and nobody.
//! - `load LOGIN GRAPH SECRET FOLDER`: everybody, read, sorted and kept.
//! - `search FOLDER`: keystrokes among the people kept there, and a plain scan of the same bytes.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that cannot go on should stop")]

use chrono::Utc;
use liaison::{
    domain::{
        CloudDraft, CloudKind, Credentials, Guid, People, Secret,
        people::{Ask, Found, Query},
    },
    http::Http,
    practice::{CLIENT_ID, OBJECT_ID, TENANT_ID},
    profile::Profile,
    roster::{self, Memory, Refresh},
};
use memchr::memmem;
use serde_json::json;
use std::{path::PathBuf, time::Instant};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["empty"] => println!("{}", json!({"peak_kib": peak()})),
        ["load", login, graph, secret, folder] => load(login, graph, secret, folder.into()),
        ["search", folder] => search(folder.into()),
        _ => panic!("empty | load LOGIN GRAPH SECRET FOLDER | search FOLDER"),
    }
}

fn guid(id: &str) -> Guid {
    Guid::parse(id).unwrap()
}

fn load(login: &str, graph: &str, secret: &str, folder: PathBuf) {
    let started = Instant::now();
    let cloud = CloudDraft { kind: CloudKind::Custom, login_url: login.into(), graph_url: graph.into() };
    let refresh = Refresh {
        http: Http::default(),
        credentials: Credentials {
            object_id: guid(OBJECT_ID),
            tenant_id: guid(TENANT_ID),
            client_id: guid(CLIENT_ID),
            cloud: cloud.parse().unwrap(),
            credential: Secret::new(secret).into(),
        },
        profile: Profile::at(folder),
        now: Utc::now,
        memory: Memory::default(),
        everybody: true,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut pages = 0;
    let refreshed = runtime.block_on(refresh.run(|_| pages += 1)).unwrap();
    assert_eq!(refreshed.not_kept, None);
    let people = refreshed.kept.people.len();
    println!("{}", json!({"people": people, "pages": pages, "ms": ms(started), "peak_kib": peak()}));
}

fn search(folder: PathBuf) {
    let started = Instant::now();
    let people = roster::open(&Profile::at(folder), guid(TENANT_ID), &Memory::default()).unwrap().kept.unwrap().people;
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

/// The shortest of seven: whatever is longer is the machine's doing.
fn best<T>(mut work: impl FnMut() -> T) -> (T, f64) {
    let mut fastest = f64::MAX;
    let mut last = None;
    for _ in 0..7 {
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
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
