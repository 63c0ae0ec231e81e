//! Shows the scanner what it must catch, and what it must not: a test that cannot fail proves nothing.
//!
//! Each line of [`BAD`] breaks one wall in one way, most of them in a way that a search for a word would miss.

use super::problems;

const HEADER: &str = "//! What it is.\n//! What it must not know.\n";

/// A file, a snippet, and a part of what must be said about it.
const BAD: &[(&str, &str, &str)] = &[
    ("domain/draft.rs", "use crate::session::Session;", "domain names crate::session"),
    ("domain/draft.rs", "use crate::{domain::Field, ui::{form, theme}};", "domain names crate::ui"),
    ("domain/draft.rs", "use super::super::worker::Worker;", "domain names crate::worker"),
    ("domain/mod.rs", "use super::store;", "domain names crate::store"),
    ("domain/draft.rs", "fn f(c: egui::Color32) {}", "domain names egui"),
    ("domain/draft.rs", "#[derive(serde::Serialize)] struct A;", "domain names serde"),
    ("domain/draft.rs", "use serde::{Deserialize, Serialize};", "domain names serde"),
    ("domain/draft.rs", "use std::{fmt, fs};", "domain names std::fs"),
    ("domain/draft.rs", "fn f() { ::std::thread::sleep(d) }", "domain names std::thread"),
    ("domain/draft.rs", "use std::{io, net::{self, TcpStream}};", "domain names std::net"),
    ("domain/draft.rs", "use reqwest;", "domain names reqwest"),
    ("domain/draft.rs", "async fn f() { tokio::task::yield_now().await }", "domain names tokio"),
    ("domain/draft.rs", "use rusqlite as sql;", "domain names rusqlite"),
    ("domain/expiry.rs", "fn f() { chrono::Utc::now() }", "a clock in domain"),
    ("domain/expiry.rs", "const NOW: fn() -> DateTime<Utc> = Utc::now;", "a clock in domain"),
    ("domain/expiry.rs", "fn f() { Local::now() }", "a clock in domain"),
    ("domain/expiry.rs", "use std::time::{Duration, SystemTime};", "a clock in domain"),
    ("domain/expiry.rs", "fn f() { std::time::Instant::now() }", "a clock in domain"),
    ("session/mod.rs", "use egui::Context;", "session names egui"),
    ("session/mod.rs", "use crate::{keeper, domain};", "session names crate::keeper"),
    ("session/mod.rs", "fn f() { std::thread::spawn(|| ()) }", "session names std::thread"),
    ("session/editor.rs", "use serde_json::Value;", "session names serde_json"),
    ("worker.rs", "use egui::Context;", "worker names egui"),
    ("worker.rs", "use super::ui::App;", "worker names crate::ui"),
    ("store/mod.rs", "use eframe::Frame;", "store names eframe"),
    ("vault.rs", "use crate::session::Action;", "vault names crate::session"),
    ("practice/server.rs", "use crate::http::Client;", "practice names crate::http"),
    ("practice/graph.rs", "use super::super::graph::Wire;", "practice names crate::graph"),
    ("practice/mod.rs", "fn f() { crate::probe::run() }", "practice names crate::probe"),
    ("entra.rs", "use crate::practice::Tenant;", "entra names crate::practice"),
    ("probe.rs", "#[cfg(not(test))] use super::practice::Tenant;", "probe names crate::practice"),
    ("ui/app.rs", "use crate::store::Store;", "ui names crate::store"),
    ("ui/shell.rs", "use crate::worker::Worker;", "ui names crate::worker"),
    ("ui/sections/test.rs", "use super::super::super::probe;", "ui names crate::probe"),
    ("ui/files.rs", "fn f() { std::fs::read(p) }", "ui names std::fs"),
    ("cli/mod.rs", "use crate::ui::Setup;", "cli names crate::ui"),
    ("cli.rs", "use egui;", "cli names egui"),
    ("attic.rs", "", "attic is no room"),
    ("ui/shell.rs", "const A: egui::Color32 = egui::Color32::from_rgb(1, 2, 3);", "a colour outside the theme"),
    ("ui/shell.rs", "fn f() { Color32::WHITE }", "a colour outside the theme"),
    ("ui/form.rs", "fn f() { hex(0xff0000) }", "a colour outside the theme"),
    ("vault.rs", "fn f() { g().unwrap() }", "unwrap() outside tests"),
    ("vault.rs", "fn f() { g()\n    .unwrap\n() }", "unwrap() outside tests"),
    ("vault.rs", "fn f() { todo!() }", "todo! outside tests"),
    ("vault.rs", "fn f() { dbg!(1); }", "dbg! outside tests"),
    ("vault.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", "an ignored test"),
    ("vault.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore]\n    fn f() {}\n}", "an ignored test"),
    ("vault.rs", "const A: char = '\"'; fn f() { g().unwrap() } const B: char = '\"';", "unwrap() outside tests"),
    ("vault.rs", "fn f<'a>(a: &'a str) { a.g().unwrap() }", "unwrap() outside tests"),
    ("vault.rs", "const A: &str = r#\"\"\"#; fn f() { g().unwrap() }", "unwrap() outside tests"),
    ("vault.rs", "#[cfg(test)]\nmod tests {}\nfn f() { g().unwrap() }", "unwrap() outside tests"),
    ("vault.rs", "#[cfg(test)]\nuse std::fs;\nfn f() { g().unwrap() }", "unwrap() outside tests"),
];

/// A file and a snippet about which nothing must be said.
const GOOD: &[(&str, &str)] = &[
    ("domain/draft.rs", "// use egui::Context; Utc::now()\n/* crate::ui /* nested */ todo!() */"),
    ("domain/draft.rs", "/// [`crate::session`] uses it.\nconst A: &str = \"use egui::Ui; dbg!(1).unwrap()\";"),
    ("domain/draft.rs", "use super::{Field, field::Problem}; use crate::domain::Guid; use std::fmt;"),
    ("domain/expiry.rs", "fn f(now: DateTime<Utc>) -> Instant { Utc.timestamp(0) }"),
    ("domain/expiry.rs", "#[cfg(test)]\nmod tests {\n    fn f() { Utc::now().unwrap(); std::fs::read(p) }\n}"),
    ("session/paste.rs", "use serde_json::Value;"),
    ("session/tests.rs", "use std::thread; fn f() { g().unwrap() }"),
    ("ui/app.rs", "use crate::{profile::Profile, vault::Vault, worker::Worker};"),
    ("ui/files.rs", "use crate::worker::Outbox;"),
    ("ui/theme.rs", "fn f() { (Color32::from_rgb(1, 2, 3), hex(0xff)) }"),
    ("ui/shell.rs", "fn f() { (Color32::TRANSPARENT, g().unwrap_or_default(), practice::hex_of(1)) }"),
    ("main.rs", "use liaison::ui; fn f() { eframe::run() }"),
    ("practice/graph.rs", "use super::{graph_error, people}; use crate::domain::Guid;"),
    ("vault.rs", "fn f() { g().unwrap_or(1); g().unwrap_or_else(|| 2); ignore(3) }"),
];

fn of(file: &str, snippet: &str) -> Vec<String> {
    problems(file, &format!("{HEADER}{snippet}\n"))
}

#[test]
fn the_scanner_catches_every_broken_wall() {
    for (file, snippet, expected) in BAD {
        let found = of(file, snippet);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{file}: {snippet}\nsaid {found:?}");
    }
}

#[test]
fn the_scanner_says_nothing_of_good_code() {
    for (file, snippet) in GOOD {
        assert_eq!(of(file, snippet), Vec::<String>::new(), "{file}: {snippet}");
    }
}

#[test]
fn headers_and_lengths_are_counted() {
    let said = |text: &str, part: &str| problems("vault.rs", text).iter().any(|problem| problem.contains(part));
    assert!(said("fn f() {}", "opens with 0 lines"));
    assert!(said("//! Only this.\n//!\nfn f() {}", "opens with 1 lines"));
    let function = |lines: usize| format!("{HEADER}fn f(a: [u8; 2]) {{\n{}}}\n", "    g(\"}\");\n".repeat(lines - 2));
    assert!(!said(&function(80), "fn f has"));
    assert!(said(&function(81), "fn f has 81 lines"));
    let inside = format!("{HEADER}impl A {{\n    fn a();\n{}}}\n", function(81).trim_start_matches(HEADER));
    assert!(said(&inside, "fn f has 81 lines"));
    assert!(!said(&format!("{HEADER}{}", "\n".repeat(498)), "longer than"));
    assert!(said(&format!("{HEADER}{}", "\n".repeat(499)), "longer than 500"));
}

#[test]
fn findings_name_their_line() {
    assert_eq!(
        of("vault.rs", "/*\n\n*/ const A: &str = \"\n\";\nfn f() { g().unwrap() }"),
        ["7: unwrap() outside tests"]
    );
}
