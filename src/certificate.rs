//! Certificates that take a client secret's place: read from files, made, and signed in with.
//!
//! Owns the encodings (PEM, PKCS #12, DER), the client assertion, and the words for a file that cannot be used. Knows nothing
//! of the keychain, of Entra's answers or of a window. Start with [`read`]; [`assertion`] is what the token endpoint gets.
//!
//! Source: <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>

mod error;
mod read;

pub use error::CertificateError;
pub use read::{describe, load, read};

use crate::{
    domain::{Certificate, ClientCertificate, PrivateKey, Secret},
    saved_file,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Months, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{io::Write, path::Path};
use uuid::Uuid;

/// How long an assertion is valid, in seconds: "short-lived, 5-10 minutes after nbf at most".
const LIFE: i64 = 300;

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// A client assertion: a JWT that proves the app to the token endpoint `audience`, valid for five minutes from `now`.
///
/// # Errors
/// [`CertificateError::NoKey`]: the key cannot sign.
pub fn assertion(
    with: &ClientCertificate,
    audience: &str,
    client_id: &str,
    now: DateTime<Utc>,
) -> Result<Secret, CertificateError> {
    let thumbprint = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&with.certificate.der));
    let header = Header { x5t_s256: Some(thumbprint), ..Header::new(Algorithm::PS256) };
    let (at, jti) = (now.timestamp(), Uuid::new_v4().to_string());
    let claims = Claims { aud: audience, iss: client_id, sub: client_id, jti, iat: at, nbf: at, exp: at + LIFE };
    let key = EncodingKey::from_rsa_der(read::pkcs1_of(&with.key)?);
    jsonwebtoken::encode(&header, &claims, &key).map(Secret::new).map_err(|_| CertificateError::NoKey)
}

/// Makes a certificate of one's own with an RSA key of 2048 bits, valid from today for so many months.
///
/// # Errors
/// [`CertificateError::NotMade`].
pub fn make(name: &str, months: u32, now: DateTime<Utc>) -> Result<ClientCertificate, CertificateError> {
    let day = |at: DateTime<Utc>| {
        // Months and days of a date are small.
        rcgen::date_time_ymd(at.year(), at.month() as u8, at.day() as u8)
    };
    let made = || -> Result<_, rcgen::Error> {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut distinguished_name = DistinguishedName::new();
        distinguished_name.push(DnType::CommonName, name);
        let mut params = CertificateParams::default();
        params.not_before = day(now);
        params.not_after = day(now.checked_add_months(Months::new(months)).unwrap_or(now));
        params.distinguished_name = distinguished_name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        Ok((params.self_signed(&key)?, PrivateKey::new(key.serialize_der())))
    };
    let (certificate, key) = made().map_err(|error| CertificateError::NotMade(error.to_string()))?;
    Ok(ClientCertificate { certificate: describe(certificate.der())?, key })
}

/// The public half as the text of a `.cer` file, which the portal takes under Certificates & secrets.
pub fn write(certificate: &Certificate) -> String {
    let text = base64::prelude::BASE64_STANDARD.encode(&certificate.der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// Writes the public half as a `.cer` file, in whole or not at all.
///
/// # Errors
/// [`CertificateError::NotWritten`]; what was there before still is.
pub fn save(path: &Path, certificate: &Certificate) -> Result<(), CertificateError> {
    let fill = |file: &mut dyn Write| file.write_all(write(certificate).as_bytes());
    saved_file::write(path, fill).map_err(CertificateError::NotWritten)
}

#[cfg(test)]
mod tests;
