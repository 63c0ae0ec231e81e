//! A proxy on loopback that behaves as it is told.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

#[derive(Clone)]
pub enum Manner {
    /// Every tunnel leads to this address, whatever name is asked for.
    Tunnel(String),
    /// The same, for whoever sends this `Proxy-Authorization`; anybody else gets 407.
    Password(String, String),
    /// Says this and hangs up.
    Answer(String),
}

pub struct TestProxy {
    pub url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl TestProxy {
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = heads.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, manner, seen) = (stream.unwrap(), manner.clone(), seen.clone());
                thread::spawn(move || {
                    let head = head(&stream);
                    seen.lock().unwrap().push(head.clone());
                    // A client that hangs up in between is no failure of the proxy.
                    let _ = answer(stream, &manner, &head);
                });
            }
        });
        Self { url, heads }
    }

    /// What it was sent before each tunnel.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

fn answer(mut stream: TcpStream, manner: &Manner, head: &str) -> io::Result<()> {
    match manner {
        Manner::Tunnel(to) => tunnel(stream, to),
        Manner::Password(wanted, to) => {
            let given = head.lines().find_map(|line| {
                line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"))
            });
            if given.is_some_and(|(_, given)| given == wanted) {
                return tunnel(stream, to);
            }
            let no = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
            stream.write_all(no.as_bytes())
        }
        Manner::Answer(said) => {
            stream.write_all(said.as_bytes())?;
            stream.shutdown(Shutdown::Write)?;
            // What the client still sends is read: with it unread, hanging up would take back what was said.
            io::copy(&mut stream, &mut io::sink()).map(drop)
        }
    }
}

fn tunnel(mut stream: TcpStream, to: &str) -> io::Result<()> {
    let server = TcpStream::connect(to)?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut up, mut down) = (stream.try_clone()?, server.try_clone()?);
    let there = thread::spawn(move || io::copy(&mut up, &mut &server).and_then(|_| server.shutdown(Shutdown::Write)));
    io::copy(&mut down, &mut stream)?;
    let _ = there.join();
    Ok(())
}
