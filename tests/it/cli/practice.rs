//! `practice` as a process of its own.

use super::{CLIENT_SECRET, Place, place};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Stdio},
};

/// A practice tenant that ends with the test at the latest.
struct Serving {
    child: Child,
    details: Value,
}

impl Serving {
    fn start(place: &Place, words: &[&str]) -> Self {
        let mut command = place.bare();
        command.arg("practice").args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
        let details = serde_json::from_str(&first).unwrap_or_else(|error| panic!("{error}: {first}"));
        Self { child, details }
    }

    fn detail(&self, name: &str) -> &str {
        self.details[name].as_str().unwrap_or_else(|| panic!("{name}"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_first_line_is_all_that_another_process_needs() {
    let place = place();
    let serving = Serving::start(&place, &["--scenario", "expiring_in_9_days", "--people", "3"]);
    let names = ["login_url", "graph_url", "tenant_id", "client_id", "object_id", "client_secret"];
    assert_eq!(serving.details.as_object().expect("an object").len(), names.len());
    let [login_url, graph_url, tenant_id, client_id, object_id, secret] = names.map(|name| serving.detail(name));
    let file = json!({
        "format": 1, "name": "Practice", "tenant_id": tenant_id, "client_id": client_id, "object_id": object_id,
        "cloud": {"custom": {"login_url": login_url, "graph_url": graph_url}}, "licensing_mode": "production",
    });
    place.run_with(&["apply", "-"], &[], &file.to_string()).ends(0);
    let document = place.run_with(&["test", "--json"], &[("LIAISON_CLIENT_SECRET", secret)], "").ends(0).json();
    assert_eq!(document["checks"][6]["state"], "warning");
    assert_eq!(secret, CLIENT_SECRET);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_well() {
    use std::io::Read;
    let place = place();
    for signal in ["-INT", "-TERM"] {
        let mut serving = Serving::start(&place, &[]);
        let id = serving.child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
        assert_eq!(serving.child.wait().expect("it ends").code(), Some(0), "{signal}");
        let mut hint = String::new();
        serving.child.stderr.take().expect("a pipe").read_to_string(&mut hint).expect("text");
        assert!(hint.contains("Press Ctrl-C") && !hint.contains(CLIENT_SECRET), "{hint}");
    }
}

#[test]
fn it_serves_https_on_the_port_that_was_asked_for() {
    let place = place();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port").local_addr().expect("an address").port();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/practice");
    let [cert, key] = ["loopback.crt", "loopback.key"].map(|name| folder.join(name).display().to_string());
    let serving = Serving::start(&place, &["--port", &free.to_string(), "--cert", &cert, "--key", &key]);
    assert_eq!(serving.detail("login_url"), format!("https://127.0.0.1:{free}"));
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let place = place();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    place.run(&["practice", "--port", &port]).ends(2).says("is already in use");
    place.run(&["practice", "--cert", "none.pem", "--key", "none.pem"]).ends(2).says("none.pem");
    place.run(&["practice", "--app-cert", "none.cer"]).ends(2).says("The app's certificate none.cer cannot be used");
    place.run(&["practice", "--port", "99999"]).ends(2).says("--port");
}
