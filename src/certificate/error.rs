//! What is wrong with a certificate's file, and what to do about it.
//!
//! Owns the words. They never hold a piece of what was read, which may be a key.

use crate::domain::Failure;
use std::{fmt, io, path::PathBuf};

/// Why a certificate cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateError {
    /// The file cannot be read.
    NotOpened(PathBuf, String),
    /// The file cannot be written.
    NotWritten(Failure),
    /// It is longer than any certificate with its key.
    TooLarge,
    /// It is neither PEM nor PKCS #12.
    NotUnderstood,
    /// PKCS #12 with a password, and none was given.
    PasswordNeeded,
    /// The password does not open it, or it is encrypted in a way that nobody uses any more.
    WrongPassword,
    /// A key that is encrypted inside a PEM file.
    EncryptedKey,
    /// No private key in it.
    NoKey,
    /// No certificate in it.
    NoCertificate,
    /// The key is not an RSA key.
    NotRsa,
    /// An RSA key of this many bits.
    KeySize(usize),
    /// The key belongs to none of the certificates in it.
    NotAPair,
    /// A new one could not be made.
    NotMade(String),
}

impl CertificateError {
    /// The file cannot be read.
    pub(super) fn io(path: PathBuf, error: &io::Error) -> Self {
        CertificateError::NotOpened(path, error.to_string())
    }

    /// What is wrong, as a sentence.
    pub fn headline(&self) -> String {
        match self {
            CertificateError::NotOpened(path, _) => format!("{} cannot be read.", path.display()),
            CertificateError::NotWritten(failure) => failure.headline.clone(),
            CertificateError::TooLarge => "This file is too long for a certificate with its key.".into(),
            CertificateError::NotUnderstood => "This file holds no certificate in a form that is known here.".into(),
            CertificateError::PasswordNeeded => "This file is protected by a password.".into(),
            CertificateError::WrongPassword => "This password does not open the file.".into(),
            CertificateError::EncryptedKey => "The private key in this PEM file is encrypted.".into(),
            CertificateError::NoKey => "There is no private key in this file that can sign.".into(),
            CertificateError::NoCertificate => "There is a private key in this file, but no certificate.".into(),
            CertificateError::NotRsa => "The private key is not an RSA key, and Microsoft takes no other.".into(),
            CertificateError::KeySize(bits) => {
                format!("The RSA key has {bits} bits; those from 2048 to 4096 can be used.")
            }
            CertificateError::NotAPair => "The private key does not belong to the certificate in this file.".into(),
            CertificateError::NotMade(_) => "The certificate could not be made.".into(),
        }
    }

    /// What to do, as one or more sentences.
    pub fn remedy(&self) -> String {
        match self {
            CertificateError::NotWritten(failure) => failure.remedy.clone(),
            CertificateError::NotOpened(_, detail) => format!("Check the path and your rights. ({detail})"),
            CertificateError::TooLarge | CertificateError::NotUnderstood => {
                "Choose a .pem file with certificate and private key, or a .pfx or .p12 file.".into()
            }
            CertificateError::PasswordNeeded => "Enter the password with which it was exported.".into(),
            CertificateError::WrongPassword => {
                "Enter it again. If it is right, export the certificate anew with AES encryption: old kinds are not read."
                    .into()
            }
            CertificateError::EncryptedKey => {
                "Make a PKCS #12 file of it, whose password is asked for: openssl pkcs12 -export -in that.pem -out new.pfx"
                    .into()
            }
            CertificateError::NoKey => {
                "Export the certificate with its private key as .pfx, or put both into one .pem file: cat certificate.pem key.pem > both.pem".into()
            }
            CertificateError::NoCertificate => {
                "Put both into one .pem file: cat certificate.pem key.pem > both.pem".into()
            }
            CertificateError::NotRsa | CertificateError::KeySize(_) => {
                "Make a certificate with an RSA key of 2048 bits.".into()
            }
            CertificateError::NotAPair => "Put a certificate and the key with which it was made into one file.".into(),
            CertificateError::NotMade(detail) => format!("Choose a file with one instead. ({detail})"),
        }
    }
}

impl From<&CertificateError> for Failure {
    fn from(error: &CertificateError) -> Self {
        Failure::new(error.headline(), error.remedy())
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for CertificateError {}
