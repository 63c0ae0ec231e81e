//! Reads certificates with their keys: PEM with PKCS #8 or PKCS #1, and PKCS #12 with a password.
//!
//! Owns the recognition of the form, and that the key belongs to the certificate. Keys leave here in one form only, PKCS #8.

use super::CertificateError;
use crate::domain::{Certificate, ClientCertificate, PrivateKey, Secret, text};
use chrono::DateTime;
use p12_keystore::Pkcs12Archive;
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData};
use sha1::{Digest, Sha1};
use std::{fs::File, io::Read, path::Path};
use x509_parser::{
    asn1_rs::{Any, FromDer, Sequence},
    certificate::X509Certificate,
    pem::Pem,
    public_key::PublicKey,
};
use zeroize::{Zeroize, Zeroizing};

/// The longest file that is read, in bytes; a chain of certificates and a key need a few thousand.
const LIMIT: u64 = 1 << 20;

/// The key sizes that Entra takes and that every keychain keeps: Windows keeps 2,560 bytes, and 4096 bits need 2,400.
const BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// Reads a certificate with its key from a file.
///
/// # Errors
/// The file cannot be read, or as of [`read`].
pub fn load(path: &Path, password: Option<&Secret>) -> Result<ClientCertificate, CertificateError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes));
    let length = read.map_err(|error| CertificateError::io(path.into(), &error))?;
    if length as u64 > LIMIT {
        return Err(CertificateError::TooLarge);
    }
    let plain = Zeroizing::new(text::to_utf8(&bytes).into_owned());
    self::read(&plain, password)
}

/// Reads a certificate with its key. The password is only asked for where the form has one.
///
/// # Errors
/// Says what is wrong with it; [`CertificateError::PasswordNeeded`] where another try with a password may succeed.
pub fn read(bytes: &[u8], password: Option<&Secret>) -> Result<ClientCertificate, CertificateError> {
    const PEM: &[u8] = b"-----BEGIN ";
    if bytes.windows(PEM.len()).any(|window| window == PEM) {
        from_pem(bytes)
    } else if X509Certificate::from_der(bytes).is_ok() {
        Err(CertificateError::NoKey)
    } else if bytes.first() == Some(&0x30) {
        from_pkcs12(bytes, password)
    } else {
        Err(CertificateError::NotUnderstood)
    }
}

fn from_pem(bytes: &[u8]) -> Result<ClientCertificate, CertificateError> {
    let (mut certificates, mut keys) = (Vec::new(), Vec::new());
    // The second is a header of an encrypted PKCS #1 key, which is no PEM to the parser.
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    if holds(b"BEGIN ENCRYPTED PRIVATE KEY") || holds(b"Proc-Type: 4,ENCRYPTED") {
        return Err(CertificateError::EncryptedKey);
    }
    for block in Pem::iter_from_buffer(bytes) {
        let Pem { label, contents } = block.map_err(|_| CertificateError::NotUnderstood)?;
        match label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => certificates.push(contents),
            "PRIVATE KEY" | "RSA PRIVATE KEY" => keys.push(Zeroizing::new(contents)),
            "EC PRIVATE KEY" => return Err(CertificateError::NotRsa),
            _ => {}
        }
    }
    pair(&certificates, &keys)
}

fn from_pkcs12(bytes: &[u8], password: Option<&Secret>) -> Result<ClientCertificate, CertificateError> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password.map_or("", Secret::expose)).map_err(|error| {
        use p12_keystore::error::Error;
        match (error, password) {
            (Error::DerError(_) | Error::InvalidVersion | Error::UnsupportedContentType, None) => {
                CertificateError::NotUnderstood
            }
            (_, None) => CertificateError::PasswordNeeded,
            _ => CertificateError::WrongPassword,
        }
    })?;
    let certificates: Vec<Vec<u8>> = archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
    let keys: Vec<_> = archive.keys.iter().map(|bag| Zeroizing::new(bag.key.as_der().to_vec())).collect();
    pair(&certificates, &keys)
}

/// The first key, and the certificate that it belongs to.
fn pair(certificates: &[Vec<u8>], keys: &[Zeroizing<Vec<u8>>]) -> Result<ClientCertificate, CertificateError> {
    let key = keys.first().ok_or(CertificateError::NoKey)?;
    if certificates.is_empty() {
        return Err(CertificateError::NoCertificate);
    }
    let read = KeyPair::try_from(key.as_slice()).map_err(|_| CertificateError::NoKey)?;
    if read.algorithm() != &PKCS_RSA_SHA256 {
        return Err(CertificateError::NotRsa);
    }
    let bits = bits(&read.subject_public_key_info()).ok_or(CertificateError::NoKey)?;
    if !BITS.contains(&bits) {
        return Err(CertificateError::KeySize(bits));
    }
    let public = read.public_key_raw();
    let own = |der: &&Vec<u8>| {
        X509Certificate::from_der(der)
            .is_ok_and(|(_, parsed)| parsed.public_key().subject_public_key.data.as_ref() == public)
    };
    let der = certificates.iter().find(own).ok_or(CertificateError::NotAPair)?;
    Ok(ClientCertificate { certificate: describe(der)?, key: PrivateKey::new(to_pkcs8(key)) })
}

fn bits(public: &[u8]) -> Option<usize> {
    let (_, info) = x509_parser::x509::SubjectPublicKeyInfo::from_der(public).ok()?;
    match info.parsed().ok()? {
        PublicKey::RSA(key) => Some(key.modulus.iter().skip_while(|byte| **byte == 0).count() * 8),
        _ => None,
    }
}

/// What a certificate says of itself.
///
/// # Errors
/// [`CertificateError::NotUnderstood`]: it is none.
pub fn describe(der: &[u8]) -> Result<Certificate, CertificateError> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|_| CertificateError::NotUnderstood)?;
    let moment = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(CertificateError::NotUnderstood);
    Ok(Certificate {
        der: der.to_vec(),
        subject: shown(&parsed.subject().to_string()),
        thumbprint: Sha1::digest(der).iter().map(|byte| format!("{byte:02X}")).collect(),
        not_before: moment(parsed.validity().not_before.timestamp())?,
        not_after: moment(parsed.validity().not_after.timestamp())?,
    })
}

/// A subject is somebody else's text: one line of bounded length.
fn shown(subject: &str) -> String {
    subject.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `PrivateKeyInfo` with version 0 and `rsaEncryption`: <https://www.rfc-editor.org/rfc/rfc5208#section-5>
const RSA: &[u8] =
    &[0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A PKCS #8 key stays as it is, a PKCS #1 key is wrapped.
fn to_pkcs8(key: &[u8]) -> Vec<u8> {
    if inside(key).is_some() {
        return key.to_vec();
    }
    let mut octets = tagged(0x04, key);
    let mut whole = Zeroizing::new(RSA.to_vec());
    whole.extend_from_slice(&octets);
    octets.zeroize();
    tagged(0x30, &whole)
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 5);
    out.push(tag);
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let bytes = length.to_be_bytes();
            let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
            out.push(0x80 | digits.len() as u8);
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// The PKCS #1 key inside a PKCS #8 one.
fn inside(pkcs8: &[u8]) -> Option<&[u8]> {
    let (_, outer) = Sequence::from_der(pkcs8).ok()?;
    let content: &[u8] = match outer.content {
        std::borrow::Cow::Borrowed(content) => content,
        std::borrow::Cow::Owned(_) => return None,
    };
    let (rest, _version) = Any::from_der(content).ok()?;
    let (rest, algorithm) = Any::from_der(rest).ok()?;
    let (_, key) = Any::from_der(rest).ok()?;
    let is_pkcs8 = algorithm.header.raw_tag() == Some(&[0x30]) && key.header.raw_tag() == Some(&[0x04]);
    is_pkcs8.then_some(key.data)
}

/// The key in the form that is signed with.
pub(super) fn pkcs1_of(key: &PrivateKey) -> Result<&[u8], CertificateError> {
    inside(key.expose()).ok_or(CertificateError::NoKey)
}
