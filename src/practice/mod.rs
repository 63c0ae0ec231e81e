//! The practice tenant: Entra ID and Microsoft Graph on 127.0.0.1, answering as the real servers do.
//!
//! It owns the truth that no test machine can fetch from Microsoft: status codes, bodies, headers and limits, each with
//! the address of its source. It must not know the client's code (entra, graph, http): one shared mistake would pass on
//! both sides. Start reading here, then `scenario` (what can be wrong), `sign_in` and `graph` (how requests are checked).

mod aadsts;
mod access;
mod applications;
mod assertion;
mod batch;
mod call;
mod chats;
mod credentials;
mod delegated;
mod delta;
mod discovery;
mod filter;
mod graph;
mod graph_error;
mod names;
mod odata;
mod people;
mod photos;
mod presence;
mod resource;
mod roster;
mod scenario;
mod search;
mod server;
mod sign_in;
mod tenant;
mod token;
mod users;
mod world;

use std::{fmt, io, path::PathBuf, sync::Arc, thread, time::Duration};

use tokio::sync::oneshot;

pub use chats::ConferenceWords;
use credentials::Certificate;
pub use roster::{Colleague, Removal};
pub use scenario::Scenario;
pub use tenant::{
    APP_NAME, CLIENT_ID, CLIENT_SECRET, GRAPH_APP_ID, OBJECT_ID, OLD_SECRET, OLD_SECRET_ID, SECRET_ID,
    SERVICE_PRINCIPAL_ID, TENANT_DOMAIN, TENANT_ID, TENANT_NAME,
};
use world::World;

/// How the practice tenant is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// What is wrong in the tenant at the start.
    pub scenario: Scenario,
    /// How many people the directory has. They are computed when asked for, so a million costs nothing.
    pub people: usize,
    /// Serves https with this certificate instead of http.
    pub tls: Option<TlsFiles>,
    /// Waits this long before every answer.
    pub delay: Duration,
    /// A certificate (PEM or DER) that the app may sign in with instead of its secret.
    pub app_certificate: Option<PathBuf>,
    /// How long colleagues in chats take for an answer.
    pub reply_pace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            port: 0,
            scenario: Scenario::Healthy,
            people: 25,
            tls: None,
            delay: Duration::ZERO,
            app_certificate: None,
            reply_pace: Duration::from_secs(2),
        }
    }
}

/// A certificate chain and its private key, both PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate, followed by its issuers if there are any.
    pub cert: PathBuf,
    /// The private key (PKCS#8, PKCS#1 or SEC1).
    pub key: PathBuf,
}

/// Everything that a client must be told to sign in to the practice tenant.
#[derive(Clone, serde::Serialize)]
pub struct Details {
    /// Origin that stands for login.microsoftonline.com, without a trailing slash.
    pub login_url: String,
    /// Origin that stands for graph.microsoft.com, without a trailing slash.
    pub graph_url: String,
    /// Directory (tenant) ID.
    pub tenant_id: String,
    /// Application (client) ID.
    pub client_id: String,
    /// Object ID of the app registration.
    pub object_id: String,
    /// The client secret's value.
    pub client_secret: String,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details")
            .field("login_url", &self.login_url)
            .field("graph_url", &self.graph_url)
            .field("tenant_id", &self.tenant_id)
            .field("client_id", &self.client_id)
            .field("object_id", &self.object_id)
            .field("client_secret", &"[redacted]")
            .finish()
    }
}

/// One answered request, for tests that look at what a client sent. Holds no body, no header beyond the id, no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLog {
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query as they were sent; the query of a sign-in request is left out, since a secret may be in it.
    pub path: String,
    /// The status that was answered.
    pub status: u16,
    /// The `client-request-id` header, when there was one.
    pub client_request_id: Option<String>,
}

/// Why the practice tenant could not start.
#[derive(Debug)]
pub enum StartError {
    /// The port is taken or not allowed.
    Port(u16, io::Error),
    /// The certificate file cannot be used.
    Certificate(PathBuf, String),
    /// The private key file cannot be used.
    Key(PathBuf, String),
    /// The certificate for the app's sign-in cannot be used.
    AppCertificate(PathBuf, String),
    /// The operating system gave no thread or no event loop.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Port(port, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "Port {port} on this computer is already in use. Choose another port, or 0 for any free one.")
            }
            StartError::Port(port, error) => write!(
                f,
                "The practice tenant may not listen on port {port}: {error}. Choose another port, or 0 for any free one."
            ),
            StartError::Certificate(path, reason) => write!(
                f,
                "The certificate {} cannot be used: {reason}. Give a PEM file that begins with the server's certificate.",
                path.display()
            ),
            StartError::Key(path, reason) => write!(
                f,
                "The private key {} cannot be used: {reason}. Give the unencrypted PEM key that belongs to the certificate.",
                path.display()
            ),
            StartError::AppCertificate(path, reason) => write!(
                f,
                "The app's certificate {} cannot be used: {reason}. Give the certificate, PEM or DER, of an RSA key.",
                path.display()
            ),
            StartError::System(error) => {
                write!(f, "The practice tenant could not start: {error}. Close some programs and try again.")
            }
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Port(_, error) | StartError::System(error) => Some(error),
            StartError::Certificate(..) | StartError::Key(..) | StartError::AppCertificate(..) => None,
        }
    }
}

/// A running practice tenant. Dropping it stops the server.
pub struct Practice {
    world: Arc<World>,
    details: Details,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Practice {
    /// Binds 127.0.0.1 and serves on a thread of its own; returns once connections are accepted.
    pub fn start(options: Options) -> Result<Practice, StartError> {
        let (world, serving) = server::prepare(options)?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("practice tenant".to_owned())
            .spawn(move || serving.run(stopped))
            .map_err(StartError::System)?;
        let details = Details {
            login_url: world.origin.clone(),
            graph_url: world.origin.clone(),
            tenant_id: TENANT_ID.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            object_id: OBJECT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
        };
        Ok(Practice { world, details, stop: Some(stop), thread: Some(thread) })
    }

    /// What a client needs to know.
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// What is wrong in the tenant now.
    pub fn scenario(&self) -> Scenario {
        self.world.scenario()
    }

    /// Changes what is wrong, from the next request on. Tokens already given out keep their roles, as real ones do.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.world.set_scenario(scenario);
    }

    /// Refuses every sign-in of the app from now on with one AADSTS code, in the wire shape of that code, so that a client can
    /// be shown each one that Microsoft has.
    pub fn refuse_sign_ins(&self, code: u32, text: &str) {
        self.world.refuse(code, text);
    }

    /// Adds a person to the directory and gives the object id. A question about changes tells of it.
    pub fn add_person(&self, colleague: Colleague) -> String {
        self.world.people.add(colleague).to_string()
    }

    /// Changes the person of this user principal name; false where there is none.
    pub fn change_person(&self, principal_name: &str, change: impl FnOnce(&mut Colleague)) -> bool {
        self.world.people.change(principal_name, change)
    }

    /// Removes the person of this user principal name; false where there is none.
    pub fn remove_person(&self, principal_name: &str, how: Removal) -> bool {
        self.world.people.remove(principal_name, how)
    }

    /// Registers a certificate (PEM or DER, RSA) that the app may sign in with; those registered before stay, and one
    /// that is known already changes nothing. The error is a sentence without its full stop.
    pub fn register_certificate(&self, certificate: &[u8]) -> Result<(), String> {
        let new = Certificate::read(certificate)?;
        let mut certificates = self.world.certificates();
        if !certificates.iter().any(|one| one.sha256() == new.sha256()) {
            certificates.push(new);
            self.world.set_certificates(certificates);
        }
        Ok(())
    }

    /// The words that colleagues in chats answer with; without them they look for the two responses in the invitation,
    /// as in `(YES/NO)`, and take the defaults for the rest.
    pub fn set_conference_words(&self, words: Option<ConferenceWords>) {
        self.world.chats().words = words;
    }

    /// How long colleagues in chats take for an answer; 2 seconds at the start.
    pub fn set_reply_pace(&self, pace: Duration) {
        self.world.chats().set_pace(pace);
    }

    /// How long the sign-in does not know a new secret in the scenario `late_secret`; 20 seconds at the start.
    pub fn set_propagation(&self, propagation: Duration) {
        self.world.set_propagation(propagation);
    }

    /// The requests answered so far, oldest first; only the last ten thousand are kept.
    pub fn requests(&self) -> Vec<RequestLog> {
        self.world.requests()
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practice")
            .field("details", &self.details)
            .field("scenario", &self.scenario())
            .finish_non_exhaustive()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server thread that panicked has nothing left to stop.
            let _ = thread.join();
        }
    }
}
