//! Files as other programs write them, and an assertion as Entra reads it.
//! The file in `tests/data` is one of OpenSSL 3; the others are made here.

use super::*;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeZone;
use jsonwebtoken::{DecodingKey, Validation};
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};
use serde_json::Value;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 26, 12, 0, 0).single().expect("a moment")
}

fn own() -> ClientCertificate {
    make("Liaison", 12, now()).expect("makes")
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
}

fn pfx(of: &ClientCertificate, password: &str) -> Vec<u8> {
    let key = p12_keystore::PrivateKey::from_der(of.key.expose()).expect("a key");
    let certificate = p12_keystore::Certificate::from_der(&of.certificate.der).expect("a certificate");
    let mut store = KeyStore::new();
    store.add_entry("it", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("1", key, [certificate])));
    store.writer(password).write().expect("writes")
}

#[test]
fn one_of_ones_own_says_what_it_is_and_comes_back_from_every_form() {
    let made = own();
    assert_eq!(made.certificate.subject, "CN=Liaison");
    assert_eq!(made.certificate.not_after, Utc.with_ymd_and_hms(2027, 11, 26, 0, 0, 0).single().expect("a moment"));
    assert!(made.certificate.not_before <= now() && made.certificate.thumbprint.len() == 40);
    let public = write(&made.certificate);
    let pkcs8 = format!("{public}{}", pem("PRIVATE KEY", made.key.expose()));
    let inner = read::pkcs1_of(&made.key).expect("a key");
    let other = own();
    let pkcs1 = format!("{}{}{public}", pem("RSA PRIVATE KEY", inner), write(&other.certificate));
    for text in [pkcs8.as_str(), &pkcs1, &pkcs1.replace('\n', "\r\n"), &format!("Bag Attributes\n  x: y\n{pkcs8}")] {
        assert_eq!(read(text.as_bytes(), None).as_ref(), Ok(&made), "the key finds its certificate");
    }
    let password = Secret::new("pässword");
    assert_eq!(read(&pfx(&made, password.expose()), Some(&password)).as_ref(), Ok(&made));
    assert_eq!(read(&pfx(&made, ""), None).as_ref(), Ok(&made));
}

#[test]
fn what_openssl_and_windows_write_is_read() {
    let file = include_bytes!("../../tests/data/openssl.pfx");
    let read = read(file, Some(&Secret::new("practice"))).expect("reads");
    assert_eq!(read.certificate.subject, "CN=Contoso practice");
    assert_eq!(read.certificate.thumbprint, include_str!("../../tests/data/openssl.thumbprint").trim());
    assert!(assertion(&read, "https://login.example/token", "client", now()).is_ok());
}

#[test]
fn every_file_that_cannot_be_used_is_told_with_what_to_do() {
    let (made, other) = (own(), own());
    let public = write(&made.certificate);
    let key = pem("PRIVATE KEY", made.key.expose());
    let elliptic = rcgen::KeyPair::generate().expect("makes").serialize_der();
    let wrong = Some(Secret::new("wrong"));
    let protected = pfx(&made, "right");
    for (bytes, password, error) in [
        (b"hello".to_vec(), &None, CertificateError::NotUnderstood),
        (Vec::new(), &None, CertificateError::NotUnderstood),
        (vec![0x30, 0x03, 0x02, 0x01, 0x07], &None, CertificateError::NotUnderstood),
        (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----".to_vec(), &None, CertificateError::NotUnderstood),
        (public.clone().into(), &None, CertificateError::NoKey),
        (made.certificate.der.clone(), &None, CertificateError::NoKey),
        (key.clone().into(), &None, CertificateError::NoCertificate),
        (format!("{key}{}", write(&other.certificate)).into(), &None, CertificateError::NotAPair),
        (format!("{public}{}", pem("PRIVATE KEY", &elliptic)).into(), &None, CertificateError::NotRsa),
        (format!("{public}{}", pem("PRIVATE KEY", b"0")).into(), &None, CertificateError::NoKey),
        (format!("{public}{}", pem("ENCRYPTED PRIVATE KEY", b"0")).into(), &None, CertificateError::EncryptedKey),
        (protected.clone(), &None, CertificateError::PasswordNeeded),
        (protected, &wrong, CertificateError::WrongPassword),
    ] {
        assert_eq!(read(&bytes, password.as_ref()), Err(error.clone()));
        assert!(error.headline().ends_with('.') && error.remedy().len() > 20, "{error}");
    }
    let huge = RsaKeySize::_4096;
    assert!(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, huge).is_ok_and(|key| key.serialize_der().len() < 2560));
}

#[test]
fn the_assertion_is_what_entra_asks_for() {
    let made = own();
    let audience = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
    let signed = assertion(&made, audience, "the-client", Utc::now()).expect("signs");
    let header = jsonwebtoken::decode_header(signed.expose()).expect("a header");
    assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::PS256, Some("JWT")));
    let thumbprint = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&made.certificate.der));
    assert_eq!(header.x5t_s256, Some(thumbprint));
    let (_, parsed) = x509_parser::parse_x509_certificate(&made.certificate.der).expect("a certificate");
    let key = DecodingKey::from_rsa_der(&parsed.public_key().subject_public_key.data);
    let mut validation = Validation::new(Algorithm::PS256);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["aud", "iss", "sub", "exp", "nbf"]);
    validation.validate_nbf = true;
    let claims = jsonwebtoken::decode::<Value>(signed.expose(), &key, &validation).expect("is valid").claims;
    assert_eq!((&claims["iss"], &claims["sub"]), (&"the-client".into(), &"the-client".into()));
    assert_eq!(claims["exp"].as_i64().zip(claims["nbf"].as_i64()).map(|(exp, nbf)| exp - nbf), Some(LIFE));
    assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 36));
    let again = assertion(&made, audience, "the-client", Utc::now()).expect("signs");
    assert_ne!(again.expose(), signed.expose(), "no assertion is sent twice");
}
