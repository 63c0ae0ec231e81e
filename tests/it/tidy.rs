//! The walls of the house, held by reading the source: who may enter which room, where colours and clocks stand, and sizes.
//!
//! One crate cannot hold them with Cargo. [`ROOMS`] is the list to change when a room is built; ARCHITECTURE.md says why each
//! wall stands. The scanner reads tokens, not lines, so comments and texts cannot trip it and grouped imports cannot hide. Test
//! code inside `src` may do as it likes, except be long.

use std::{
    fs,
    path::{Path, PathBuf},
};

mod scan;
mod self_check;

use scan::{Source, scan};

/// A room: one module at the top of `src`, and what it may name.
struct Room {
    name: &'static str,
    /// Rooms of this crate that it may enter, besides itself.
    enters: &'static [&'static str],
    /// Names from elsewhere that it must not know.
    never: &'static [&'static str],
}

/// What draws: everything but the window does without.
const WINDOW: &[&str] = &["egui", "eframe", "egui_dnd", "egui_material_icons", "rfd", "winit"];
/// What leads outside the process: the inner rooms get values and return values.
const NOTHING_OUTSIDE: &[&str] = &[
    "egui",
    "eframe",
    "egui_dnd",
    "egui_material_icons",
    "rfd",
    "winit",
    "reqwest",
    "tokio",
    "rusqlite",
    "keyring_core",
    "axum",
    "directories",
    "clap",
    "serde",
    "serde_json",
    "std::fs",
    "std::net",
    "std::thread",
    "std::env",
    "std::process",
];
/// The window draws; files, network and what is kept are behind the worker. Threads are for the system's own dialogs.
const NOT_IN_THE_WINDOW: &[&str] =
    &["reqwest", "tokio", "rusqlite", "keyring_core", "axum", "clap", "std::fs", "std::net"];

const ROOMS: &[Room] = &[
    Room { name: "domain", enters: &[], never: NOTHING_OUTSIDE },
    Room { name: "session", enters: &["domain"], never: NOTHING_OUTSIDE },
    Room { name: "profile", enters: &["domain"], never: WINDOW },
    // Its errors hold the vault's: a secret and its row fail as one. The history keeps settings as a settings file has them.
    Room { name: "store", enters: &["domain", "profile", "settings_file", "vault", "certificate"], never: WINDOW },
    Room { name: "vault", enters: &["domain", "profile"], never: WINDOW },
    Room { name: "keeper", enters: &["domain", "profile", "store", "vault"], never: WINDOW },
    Room { name: "settings_file", enters: &["domain", "saved_file"], never: WINDOW },
    Room { name: "saved_file", enters: &["domain"], never: WINDOW },
    Room { name: "csv_file", enters: &["domain", "saved_file"], never: WINDOW },
    Room { name: "http", enters: &["domain"], never: WINDOW },
    Room { name: "calendar", enters: &["domain", "saved_file"], never: WINDOW },
    Room { name: "notify", enters: &["domain", "product", "profile"], never: WINDOW },
    Room { name: "product", enters: &[], never: WINDOW },
    Room { name: "policy", enters: &["domain"], never: WINDOW },
    // The system's own message box, before there is a window.
    Room { name: "message_box", enters: &[], never: NOT_IN_THE_WINDOW },
    Room { name: "certificate", enters: &["domain", "saved_file"], never: WINDOW },
    Room { name: "entra", enters: &["domain", "http", "certificate"], never: WINDOW },
    Room { name: "graph", enters: &["domain", "http", "entra"], never: WINDOW },
    Room { name: "oauth", enters: &["domain", "http", "entra"], never: WINDOW },
    Room { name: "agents", enters: &["domain", "profile", "vault", "keeper", "http", "oauth"], never: WINDOW },
    Room { name: "roster", enters: &["domain", "profile", "http", "entra", "graph"], never: WINDOW },
    // A secret that the keychain does not give is a check that failed, too.
    Room { name: "probe", enters: &["domain", "http", "entra", "graph", "vault"], never: WINDOW },
    Room { name: "renew", enters: &["domain", "http", "entra", "graph", "probe"], never: WINDOW },
    // Wire structs shared with the client would let one mistake pass on both sides.
    Room { name: "practice", enters: &["domain"], never: WINDOW },
    Room {
        name: "worker",
        enters: &[
            "domain",
            "session",
            "profile",
            "calendar",
            "certificate",
            "notify",
            "store",
            "vault",
            "keeper",
            "settings_file",
            "saved_file",
            "csv_file",
            "agents",
            "http",
            "entra",
            "graph",
            "roster",
            "probe",
            "renew",
            "practice",
        ],
        never: WINDOW,
    },
    Room { name: "ui", enters: &["domain", "product", "session"], never: NOT_IN_THE_WINDOW },
    Room {
        name: "cli",
        enters: &[
            "domain",
            "profile",
            "certificate",
            "notify",
            "product",
            "store",
            "vault",
            "keeper",
            "settings_file",
            "csv_file",
            "agents",
            "http",
            "entra",
            "graph",
            "roster",
            "probe",
            "renew",
            "practice",
        ],
        never: WINDOW,
    },
];

/// Doors in the walls: a file, and what it alone may name.
const DOORS: &[(&str, &[&str])] = &[
    // Recognises values in the JSON that the Azure command line prints.
    ("session/paste.rs", &["serde_json"]),
    // Starts the worker with a folder and a keychain.
    ("ui/app.rs", &["crate::notify", "crate::profile", "crate::vault", "crate::worker"]),
    // Answers of the system's file dialog join the worker's.
    ("ui/files.rs", &["crate::worker"]),
];

/// These tie the rooms together, so they may name them all.
const HALLS: &[&str] = &["lib.rs", "main.rs", "bin/liaisonw.rs"];

const MAX_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 80;

/// Everything that is wrong with a file of `src`, as `line: what`. `file` is its path under `src`, with slashes.
fn problems(file: &str, text: &str) -> Vec<String> {
    let source = scan(text);
    let mut found = Vec::new();
    shape(&source, text, &mut found);
    if is_test_file(file) {
        return found;
    }
    walls(file, &source, &mut found);
    clocks_and_colours(file, &source, &mut found);
    for token in source.tokens.windows(3).filter(|t| t[0].text == "." && t[1].text == "unwrap" && t[2].text == "(") {
        found.push(format!("{}: unwrap() outside tests", token[1].line));
    }
    for pair in source.tokens.windows(2).filter(|pair| pair[1].text == "!") {
        if ["todo", "dbg", "unimplemented"].contains(&pair[0].text.as_str()) {
            found.push(format!("{}: {}! outside tests", pair[0].line, pair[0].text));
        }
    }
    found
}

fn is_test_file(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// The first lines, and lengths: these hold for test code, too.
fn shape(source: &Source, text: &str, found: &mut Vec<String>) {
    let header = text.lines().take_while(|line| line.starts_with("//!")).filter(|line| line.trim() != "//!").count();
    if header < 2 {
        found.push(format!("1: opens with {header} lines of //!, not with what it owns and must not know"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        found.push(format!("{lines}: longer than {MAX_LINES} lines"));
    }
    for function in &source.functions {
        if function.lines > MAX_FUNCTION_LINES {
            found.push(format!("{}: fn {} has {} lines", function.line, function.name, function.lines));
        }
    }
    found.extend(ignored_tests(source));
}

fn ignored_tests(source: &Source) -> Vec<String> {
    let is_ignore = |t: &[scan::Token]| t[0].text == "[" && t[1].text == "ignore";
    source.all.windows(2).filter(|t| is_ignore(t)).map(|t| format!("{}: an ignored test", t[1].line)).collect()
}

fn walls(file: &str, source: &Source, found: &mut Vec<String>) {
    if HALLS.contains(&file) {
        return;
    }
    let top = file.split('/').next().unwrap_or(file).trim_end_matches(".rs");
    let Some(room) = ROOMS.iter().find(|room| room.name == top) else {
        found.push(format!("1: {top} is no room: add it to ROOMS with what it may enter"));
        return;
    };
    let doors: Vec<&str> =
        DOORS.iter().filter(|(door, _)| *door == file).flat_map(|(_, names)| *names).copied().collect();
    for path in &source.paths {
        let name = path.absolute(file);
        let inside = |wall: &str| name == wall || name.starts_with(&format!("{wall}::"));
        if doors.iter().any(|door| inside(door)) {
            continue;
        }
        if let Some(rest) = name.strip_prefix("crate::") {
            let entered = rest.split("::").next().unwrap_or(rest);
            let is_room = ROOMS.iter().any(|other| other.name == entered);
            if is_room && entered != room.name && !room.enters.contains(&entered) {
                found.push(format!("{}: {top} names {name}", path.line));
            }
        } else if let Some(wall) = room.never.iter().find(|wall| inside(wall)) {
            found.push(format!("{}: {top} names {wall}", path.line));
        }
    }
}

fn clocks_and_colours(file: &str, source: &Source, found: &mut Vec<String>) {
    for path in &source.paths {
        for (index, segment) in path.segments.iter().enumerate() {
            let next = path.segments.get(index + 1).map_or("", String::as_str);
            let clock = match segment.as_str() {
                "SystemTime" => true,
                "Utc" | "Local" | "Instant" => next == "now",
                _ => false,
            };
            if clock && file.starts_with("domain/") {
                found.push(format!("{}: a clock in domain: {}", path.line, path.segments.join("::")));
            }
            let colour = segment == "Color32" && !next.is_empty() && next != "TRANSPARENT" && next != "PLACEHOLDER";
            if colour && file != "ui/theme.rs" {
                found.push(format!("{}: a colour outside the theme: Color32::{next}", path.line));
            }
        }
    }
    let calls = source.tokens.windows(2).filter(|pair| pair[0].text == "hex" && pair[1].text == "(");
    if file.starts_with("ui/") && file != "ui/theme.rs" {
        found.extend(calls.map(|pair| format!("{}: a colour outside the theme: hex(", pair[0].line)));
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_walls_of_the_house_stand() {
    let src = folder("src");
    let mut found = Vec::new();
    for path in rust_files(&src) {
        let file = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        found.extend(problems(&file, &text).into_iter().map(|problem| format!("src/{file}:{problem}")));
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_room_is_a_module_and_no_test_is_ignored() {
    for room in ROOMS.iter().filter(|room| room.name != "cli") {
        let file = folder("src").join(room.name);
        assert!(file.is_dir() || file.with_extension("rs").is_file(), "{} is listed but not there", room.name);
    }
    for path in rust_files(&folder("tests")) {
        let ignored = ignored_tests(&scan(&fs::read_to_string(&path).unwrap()));
        assert!(ignored.is_empty(), "{}: {ignored:?}", path.display());
    }
}
