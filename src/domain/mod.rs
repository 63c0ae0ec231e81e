//! What Liaison is about, without a window, files, network, threads or a clock.
//!
//! Owns the account and its draft, the rules that a value must meet, the words for what is wrong, the phone order, the
//! messages, and when a secret expires. Time always comes in as an argument. Start with [`draft`]: everything else serves it.

pub mod account;
pub mod agent;
pub mod check;
pub mod cloud;
pub mod conference;
pub mod coverage;
pub mod credential;
pub mod deep_link;
pub mod diagnosis;
pub mod directory;
pub mod draft;
pub mod expiry;
pub mod failure;
pub mod field;
pub mod guard;
pub mod guid;
pub mod history;
pub mod licensing;
pub mod messages;
pub mod network;
pub mod paste;
pub mod people;
pub mod policy;
pub mod presence;
pub mod problem;
pub mod reminder;
pub mod renewal;
pub mod saved;
pub mod secret;
pub mod setup;
pub mod sign_in;
pub mod text;
pub mod timeline;

pub use account::{Account, Credentials};
pub use agent::{Agent, Standing};
pub use check::{AppKey, AppKeyKind, Check, CheckId, CheckState, Evidence, ExpiryReading, Fix, Outcome, Report};
pub use cloud::{Cloud, CloudDraft, CloudKind};
pub use coverage::Coverage;
pub use credential::{Certificate, ClientCertificate, Credential, PrivateKey};
pub use directory::{DirectoryOptions, PhoneType};
pub use draft::{Draft, SecretDraft};
pub use expiry::{Expiry, ExpirySource, ExpiryState};
pub use failure::Failure;
pub use field::Field;
pub use guid::Guid;
pub use history::{Deed, History, Origin};
pub use licensing::LicensingMode;
pub use messages::{MessageKey, SystemMessages};
pub use network::{NetworkDraft, NetworkField, NetworkSettings, Proxy, ProxyAddress, ProxyKind};
pub use people::{People, PersonRef};
pub use policy::{Policy, PolicyKey, PolicyKind, PolicyValue, Renderer};
pub use presence::{Presence, PresenceKind};
pub use problem::{Problem, Severity};
pub use saved::{ExpiryChange, LastTest, Saved, StoredSecret};
pub use secret::{Secret, Typed};
