//! The listener: binding, TLS, delays, dropped connections, and which half of the tenant a path belongs to.
//!
//! It owns sockets and the event loop. It must not know what sign-in or Graph answer; start reading at `answer`.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener as StdListener},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::to_bytes,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::{mpsc, oneshot},
    time,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::{
    Options, RequestLog, Scenario, StartError, TlsFiles, call::Call, credentials::Certificate, delegated, discovery,
    graph, graph_error, roster::Roster, sign_in, world::World,
};

/// Larger than any request that the real servers take on these paths.
const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// Added to every answer in the scenario `slow`.
const SLOW: Duration = Duration::from_secs(2);
/// A client that opens a connection and says nothing must not hold it for ever.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A bound listener with its event loop, ready for a thread.
pub(super) struct Serving {
    runtime: Runtime,
    listener: StdListener,
    tls: Option<TlsAcceptor>,
    world: Arc<World>,
}

/// Does everything that can fail, so that `Practice::start` reports it to its caller.
pub(super) fn prepare(options: Options) -> Result<(Arc<World>, Serving), StartError> {
    let tls = options.tls.as_ref().map(acceptor).transpose()?;
    let port_error = |error| StartError::Port(options.port, error);
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(port_error)?;
    listener.set_nonblocking(true).map_err(port_error)?;
    let port = listener.local_addr().map_err(port_error)?.port();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::System)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let world = Arc::new(World::new(
        format!("{scheme}://127.0.0.1:{port}"),
        Roster::new(options.people),
        options.scenario,
        options.delay,
    ));
    world.chats().set_pace(options.reply_pace);
    if let Some(path) = &options.app_certificate {
        let unusable = |reason| StartError::AppCertificate(path.clone(), reason);
        let bytes = fs::read(path).map_err(|error| unusable(error.to_string()))?;
        world.set_certificates(vec![Certificate::read(&bytes).map_err(unusable)?]);
    }
    let serving = Serving { runtime, listener, tls, world: Arc::clone(&world) };
    Ok((world, serving))
}

impl Serving {
    /// Serves until the sender of `stopped` is gone; open connections end with the event loop.
    pub fn run(self, stopped: oneshot::Receiver<()>) {
        let Serving { runtime, listener, tls, world } = self;
        runtime.block_on(async move {
            let Ok(listener) = TcpListener::from_std(listener) else {
                return;
            };
            let (lines, ready) = mpsc::channel(16);
            tokio::spawn(accept(listener, tls, Arc::clone(&world), lines));
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let service =
                Router::new().fallback(answer).with_state(world).into_make_service_with_connect_info::<Scissors>();
            tokio::select! {
                _ = axum::serve(Lines { ready, address }, service) => {}
                _ = stopped => {}
            }
        });
    }
}

fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, StartError> {
    let certificate = |reason| StartError::Certificate(files.cert.clone(), reason);
    let key = |reason| StartError::Key(files.key.clone(), reason);
    let pem = fs::read(&files.cert).map_err(|error| certificate(error.to_string()))?;
    let chain = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(certificate("it holds no certificate".to_owned()));
    }
    let pem = fs::read(&files.key).map_err(|error| key(error.to_string()))?;
    let private = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| key(error.to_string()))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| key(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts connections and finishes each handshake on its own task, so that one slow client holds up nobody.
async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, world: Arc<World>, lines: mpsc::Sender<Line>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, most likely: give the others time to close theirs.
            time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if world.scenario() == Scenario::Offline {
            continue;
        }
        tokio::spawn(prepare_line(stream, tls.clone(), Arc::clone(&world), lines.clone()));
    }
}

async fn prepare_line(stream: TcpStream, tls: Option<TlsAcceptor>, world: Arc<World>, lines: mpsc::Sender<Line>) {
    // Small answers must not wait for more to send; where it cannot be set, they are only slower.
    let _ = stream.set_nodelay(true);
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
        Some(tls) => match time::timeout(HANDSHAKE_LIMIT, tls.accept(stream)).await {
            Ok(Ok(stream)) => Box::new(stream),
            // The client hung up or does not trust the certificate: there is nobody to tell.
            Ok(Err(_)) | Err(_) => return,
        },
    };
    let _ = lines.send(Line { stream, world, scissors: Scissors::default() }).await;
}

struct Lines {
    ready: mpsc::Receiver<Line>,
    address: SocketAddr,
}

impl Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        match self.ready.recv().await {
            Some(line) => (line, self.address),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One connection. In the scenario `offline` it breaks, also when it was opened before.
struct Line {
    stream: Box<dyn Stream>,
    world: Arc<World>,
    scissors: Scissors,
}

/// Cuts one connection, so that an answer never arrives.
#[derive(Clone, Default)]
struct Scissors(Arc<AtomicBool>);

impl Connected<IncomingStream<'_, Lines>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Scissors {
        stream.io().scissors.clone()
    }
}

impl Line {
    fn is_cut(&self) -> bool {
        self.scissors.0.load(Ordering::Relaxed) || self.world.scenario() == Scenario::Offline
    }
}

fn cut<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() && self.is_cut() {
            return cut();
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return cut();
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

async fn answer(
    State(world): State<Arc<World>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call::new(parts.method, parts.uri.path(), parts.uri.query().unwrap_or_default(), parts.headers, body);
    let scenario = world.scenario();
    let slow = if scenario == Scenario::Slow { SLOW } else { Duration::ZERO };
    time::sleep(world.delay + slow).await;
    let response = route(&world, &call, scenario);
    world.remember(entry(&call, response.status()));
    if response.extensions().get::<graph_error::Lost>().is_some() {
        scissors.0.store(true, Ordering::Relaxed);
    }
    response
}

fn route(world: &World, call: &Call, scenario: Scenario) -> Response {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let is_graph = is_graph(&segments);
    let gateway_down = scenario == Scenario::ServerError || (is_graph && scenario == Scenario::GraphDown);
    if gateway_down {
        return gateway_error();
    }
    match segments[..] {
        _ if is_graph => graph::respond(world, call),
        ["common", "discovery", "instance"] => discovery::instance(world),
        [tenant, "oauth2", "v2.0", "token"] => sign_in::token(world, call, tenant),
        // An account without a tenant id forms this address.
        ["oauth2", "v2.0", "token"] => sign_in::token(world, call, ""),
        [tenant, "oauth2", "v2.0", "authorize"] => delegated::authorize(world, call, tenant),
        [tenant, "login"] => delegated::decide(world, call, tenant),
        [tenant, "oauth2", "v2.0", "devicecode"] => delegated::device_code(world, call, tenant),
        ["devicelogin"] => delegated::device_page(world, call),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => discovery::configuration(world, call, tenant),
        [tenant, "discovery", "v2.0", "keys"] => discovery::keys(world, call, tenant),
        _ => graph::unknown_version(world, call),
    }
}

fn is_graph(segments: &[&str]) -> bool {
    segments.first() == Some(&"v1.0")
}

/// What a gateway in front of the service says when nothing behind it answers: not JSON.
fn gateway_error() -> Response {
    const PAGE: &str = "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n\
        <center><h1>503 Service Temporarily Unavailable</h1></center>\r\n\
        <hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html")], PAGE).into_response()
}

fn entry(call: &Call, status: StatusCode) -> RequestLog {
    let is_graph = call.segments.first().is_some_and(|first| first == "v1.0");
    let path = match call.raw_query.as_str() {
        query if is_graph && !query.is_empty() => format!("{}?{query}", call.path),
        _ => call.path.clone(),
    };
    RequestLog {
        method: call.method.to_string(),
        path,
        status: status.as_u16(),
        client_request_id: call.header("client-request-id").map(str::to_owned),
    }
}
