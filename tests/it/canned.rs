//! A server that answers from a script and remembers what it was asked.
//!
//! It knows nothing of Microsoft: each answer is raw bytes, so that answers no real server should give can be given too.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A word in a request's line, and what it is answered.
pub type Route = (&'static str, Vec<Vec<u8>>);

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method and target, such as `GET /x`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The form's fields, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// The server; once its script is over, connections are refused.
pub struct Canned {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Canned {
    pub fn serve(script: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        thread::spawn(move || {
            for answer in script {
                let (mut stream, _) = listener.accept().unwrap();
                let request = read(&mut BufReader::new(&stream));
                seen.lock().unwrap().push(request);
                // The client may hang up first, for instance on an answer that is too long.
                let _ = stream.write_all(&answer);
            }
        });
        Self { url, requests }
    }

    /// Answers by what is asked: the first route whose word stands in the request's line gives its next answer, and its last
    /// one again and again. What no route fits, or a route without answers, is cut off.
    pub fn route(routes: Vec<Route>) -> Self {
        Self::route_by(|_| routes)
    }

    /// The same, for answers that name the server's own address.
    pub fn route_by(routes: impl FnOnce(&str) -> Vec<Route>) -> Self {
        Self::accept("http", routes, Some)
    }

    /// The same over https.
    pub fn route_over_tls(routes: Vec<Route>, config: ServerConfig) -> Self {
        let config = Arc::new(config);
        Self::accept(
            "https",
            |_| routes,
            move |stream| {
                let mut tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
                // A client that does not trust the certificate hangs up, and there is nothing to answer.
                while tls.conn.is_handshaking() {
                    tls.conn.complete_io(&mut tls.sock).ok()?;
                }
                Some(tls)
            },
        )
    }

    fn accept<S: Read + Write>(
        scheme: &str,
        routes: impl FnOnce(&str) -> Vec<Route>,
        open: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let routes = routes(&url);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, routes, open) = (requests.clone(), Arc::new(Mutex::new(routes)), Arc::new(open));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, seen, routes, open) = (stream.unwrap(), seen.clone(), routes.clone(), open.clone());
                thread::spawn(move || {
                    let Some(mut stream) = open(stream) else { return };
                    let request = read(&mut BufReader::new(&mut stream));
                    let line = request.line.clone();
                    seen.lock().unwrap().push(request);
                    let mut routes = routes.lock().unwrap();
                    let Some((_, answers)) = routes.iter_mut().find(|(word, _)| line.contains(word)) else { return };
                    let answer = if answers.len() > 1 { answers.remove(0) } else { answers.concat() };
                    drop(routes);
                    let _ = stream.write_all(&answer).and_then(|()| stream.flush());
                });
            }
        });
        Self { url, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &mut impl BufRead) -> Request {
    let mut lines = stream.lines().map(Result::unwrap).take_while(|line| !line.is_empty());
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap())
        .collect();
    let mut request = Request { line, headers, body: Vec::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).unwrap();
    request
}

/// An answer with a body of any kind and further header lines.
pub fn answer(status: u16, headers: &[&str], body: &str) -> Vec<u8> {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

/// An answer in JSON.
pub fn json(status: u16, body: serde_json::Value) -> Vec<u8> {
    answer(status, &["Content-Type: application/json; charset=utf-8"], &body.to_string())
}
