//! What the app proves itself with: a client secret, or a certificate with its private key.
//!
//! Owns the values and their redaction. Knows nothing of files, of encodings or of signing; `certificate` does. Start with
//! [`Credential`].
//!
//! Source: <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>

use super::{
    expiry::{Expiry, ExpirySource},
    secret::Secret,
};
use chrono::{DateTime, Utc};
use std::fmt;
use zeroize::Zeroizing;

/// What the app proves itself with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A client secret.
    Secret(Secret),
    /// A certificate whose public half is uploaded to the app registration.
    Certificate(Box<ClientCertificate>),
}

/// A certificate together with its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The public half.
    pub certificate: Certificate,
    /// The half that is kept like a secret.
    pub key: PrivateKey,
}

/// The public half of a certificate. Nothing in it is a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The whole certificate, DER.
    pub der: Vec<u8>,
    /// Whom it names, such as `CN=Liaison`.
    pub subject: String,
    /// SHA-1 over the DER in upper-case hexadecimal digits, as the portal shows it under Thumbprint.
    pub thumbprint: String,
    /// From when on it is valid.
    pub not_before: DateTime<Utc>,
    /// When it ends.
    pub not_after: DateTime<Utc>,
}

impl Certificate {
    /// When it ends, by its own words.
    pub fn expiry(&self) -> Expiry {
        Expiry { at: self.not_after, source: ExpirySource::Certificate }
    }
}

/// An RSA private key, PKCS #8 in DER. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Takes a key as it is, for instance from the keychain.
    pub fn new(pkcs8: Vec<u8>) -> Self {
        Self(Zeroizing::new(pkcs8))
    }

    /// The key, to sign with or to be kept in the keychain and nothing else.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

impl From<Secret> for Credential {
    fn from(secret: Secret) -> Self {
        Credential::Secret(secret)
    }
}

impl Credential {
    /// The client secret, if it is one.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Credential::Secret(secret) => Some(secret),
            Credential::Certificate(_) => None,
        }
    }
}
