//! What the app proves itself with: its client secrets and its certificates, those of the start and those added since.
//!
//! It owns their JSON and what is kept of a certificate. It must not know requests; `applications` changes them and
//! `sign_in` compares with them. Start reading at `Registration`.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
use uuid::Uuid;
use x509_parser::{certificate::X509Certificate, prelude::FromDer, public_key::PublicKey};

use super::{
    CLIENT_SECRET, OLD_SECRET, OLD_SECRET_ID, SECRET_ID, Scenario,
    tenant::{TWIN_SECRET, graph_time},
};

/// What was added and removed since the start. A change of the scenario leaves it alone.
#[derive(Default)]
pub(super) struct Registration {
    added: Vec<Secret>,
    removed: HashSet<String>,
    certificates: Vec<Certificate>,
}

/// One client secret of the app registration.
#[derive(Clone)]
pub(super) struct Secret {
    pub value: String,
    pub key_id: String,
    pub display_name: Option<String>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// When it was made, which `start` need not be. None for those of the start, which everybody knows.
    pub made: Option<DateTime<Utc>>,
}

impl Registration {
    /// The app's secrets, newest first.
    pub fn secrets(&self, scenario: Scenario, started: DateTime<Utc>) -> Vec<Secret> {
        let added = self.added.iter().rev().cloned();
        added.chain(of_the_start(scenario, started)).filter(|one| !self.removed.contains(&one.key_id)).collect()
    }

    pub fn add_secret(&mut self, secret: Secret) {
        self.added.push(secret);
    }

    pub fn remove_secret(&mut self, key_id: String) {
        self.removed.insert(key_id);
    }

    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub fn set_certificates(&mut self, certificates: Vec<Certificate>) {
        self.certificates = certificates;
    }
}

fn of_the_start(scenario: Scenario, started: DateTime<Utc>) -> [Secret; 2] {
    let day = TimeDelta::days(1);
    let ends_in = match scenario {
        Scenario::SecretExpired => -1,
        Scenario::ExpiringIn9Days | Scenario::MayRenew | Scenario::LateSecret => 9,
        _ => 200,
    };
    let (old_value, old_ends_in) = match scenario {
        Scenario::TwoSecretsSameHint => (TWIN_SECRET, 40),
        _ => (OLD_SECRET, -40),
    };
    [
        Secret {
            value: CLIENT_SECRET.to_owned(),
            key_id: SECRET_ID.to_owned(),
            display_name: Some("Liaison".to_owned()),
            start: started + day * (ends_in - 365),
            end: started + day * ends_in,
            made: None,
        },
        Secret {
            value: old_value.to_owned(),
            key_id: OLD_SECRET_ID.to_owned(),
            display_name: Some("First secret".to_owned()),
            start: started + day * (old_ends_in - 730),
            end: started + day * old_ends_in,
            made: None,
        },
    ]
}

impl Secret {
    /// 40 characters of the kind that Entra ID gives, with the ones that break a form which is not encoded.
    pub fn random_value() -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
        let bytes = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat();
        let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect();
        let part = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
        format!("{}8Q~{}-+{}", part(0, 3), part(16, 40), part(40, 48))
    }

    /// Members of a `passwordCredential`; `secretText` is null on every read.
    /// <https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential>
    pub fn json(&self) -> Value {
        json!({
            "customKeyIdentifier": null,
            "displayName": self.display_name,
            "endDateTime": graph_time(self.end),
            "hint": self.value.get(..3),
            "keyId": self.key_id,
            "secretText": null,
            "startDateTime": graph_time(self.start),
        })
    }
}

/// A certificate that client assertions may be signed with.
#[derive(Clone)]
pub(super) struct Certificate {
    der: Vec<u8>,
    pub key_id: String,
    pub display_name: Option<String>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// The RSA key as PKCS#1.
    pub public_key: Vec<u8>,
}

impl Certificate {
    /// From a PEM file, of which the first certificate counts, or from plain DER. The error is a sentence without its
    /// full stop.
    pub fn read(bytes: &[u8]) -> Result<Certificate, String> {
        let der = match CertificateDer::from_pem_slice(bytes) {
            Ok(der) => der.to_vec(),
            Err(_) => bytes.to_vec(),
        };
        let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| "it holds no certificate".to_owned())?;
        let Ok(PublicKey::RSA(_)) = certificate.public_key().parsed() else {
            return Err("its key is not an RSA key".to_owned());
        };
        let time = |seconds| DateTime::from_timestamp(seconds, 0).ok_or_else(|| "its dates cannot be read".to_owned());
        let validity = certificate.validity();
        Ok(Certificate {
            key_id: Uuid::new_v4().to_string(),
            display_name: Some(certificate.subject().to_string()),
            start: time(validity.not_before.timestamp())?,
            end: time(validity.not_after.timestamp())?,
            public_key: certificate.public_key().subject_public_key.data.to_vec(),
            der,
        })
    }

    /// As `x5t` names it. <https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials>
    pub fn sha1(&self) -> Vec<u8> {
        Sha1::digest(&self.der).to_vec()
    }

    /// As `x5t#S256` names it.
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(&self.der).to_vec()
    }

    /// Members of a `keyCredential`; the key itself comes only when it is selected on one object.
    /// <https://learn.microsoft.com/en-us/graph/api/resources/keycredential>
    pub fn json(&self, with_key: bool) -> Value {
        json!({
            // "Defaults to the thumbprint of the certificate"
            "customKeyIdentifier": STANDARD.encode(self.sha1()),
            "displayName": self.display_name,
            "endDateTime": graph_time(self.end),
            "key": with_key.then(|| STANDARD.encode(&self.der)),
            "keyId": self.key_id,
            "startDateTime": graph_time(self.start),
            "type": "AsymmetricX509Cert",
            "usage": "Verify",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_secrets_look_like_real_ones() {
        let one = Secret::random_value();
        assert_eq!(one.len(), 40);
        assert!(one.contains('~') && one.contains('+'), "{one}");
        assert_ne!(one, Secret::random_value());
    }

    #[test]
    fn what_is_no_certificate_says_so() {
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Certificate::read(text.as_bytes()).err().as_deref(), Some("it holds no certificate"));
        }
    }
}
