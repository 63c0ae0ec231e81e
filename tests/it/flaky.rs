//! A bad network in front of a server on this computer: it passes on, or loses requests or answers.
//!
//! Its port stands in for the server's in everything that passes, in both directions, so that neither side notices.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Passes,
    /// The server never sees it.
    RequestLost,
    /// The server has answered, but the client never sees that.
    AnswerLost,
}

/// Which requests have which fate.
#[derive(Clone, Debug)]
struct Plan {
    /// The beginning of the requests' first lines.
    of: String,
    fates: VecDeque<Fate>,
    /// Nothing passes at all.
    down: bool,
}

pub struct Flaky {
    port: u16,
    plan: Arc<Mutex<Plan>>,
}

impl Flaky {
    /// In front of the server on this port.
    pub fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(port.to_string().len(), server.to_string().len(), "lengths must not change");
        let plan = Arc::new(Mutex::new(Plan { of: String::new(), fates: VecDeque::new(), down: false }));
        let known = plan.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, plan) = (client.unwrap(), known.clone());
                thread::spawn(move || serve(client, port, server, &plan));
            }
        });
        Self { port, plan }
    }

    /// An address of the server's, by way of here.
    pub fn by_way(&self, url: &str, server: u16) -> String {
        url.replace(&server.to_string(), &self.port.to_string())
    }

    /// What happens to the next requests whose first line begins like this.
    pub fn plan(&self, of: &str, fates: &[Fate]) {
        let mut plan = self.plan.lock().unwrap();
        (plan.of, plan.fates) = (of.to_owned(), fates.iter().copied().collect());
    }

    /// Whether all of that has happened.
    pub fn is_done(&self) -> bool {
        self.plan.lock().unwrap().fates.is_empty()
    }

    pub fn set_down(&self, down: bool) {
        self.plan.lock().unwrap().down = down;
    }
}

fn serve(mut client: TcpStream, here: u16, server: u16, plan: &Mutex<Plan>) {
    while let Some(request) = message(&mut client) {
        let fate = {
            let mut plan = plan.lock().unwrap();
            let meant = request.starts_with(plan.of.as_bytes());
            match plan.down {
                true => Fate::RequestLost,
                false if meant => plan.fates.pop_front().unwrap_or(Fate::Passes),
                false => Fate::Passes,
            }
        };
        if fate == Fate::RequestLost {
            break;
        }
        let Ok(mut there) = TcpStream::connect(("127.0.0.1", server)) else { break };
        there.write_all(&replace(&request, here, server)).unwrap();
        let Some(answer) = message(&mut there) else { break };
        if fate == Fate::AnswerLost || client.write_all(&replace(&answer, server, here)).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// One request or answer with its whole body.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 65536];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let lines = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length = lines.lines().find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= head + 4 + length {
                return Some(bytes);
            }
        }
    }
}

fn replace(bytes: &[u8], from: u16, to: u16) -> Vec<u8> {
    let (from, to) = (from.to_string(), to.to_string());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, at)| *at == from.as_bytes()).map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}
