//! What a test says of a certificate that is used in a secret's place.
//!
//! Owns the words. A certificate says itself when it ends, so its end is known without any permission.

use crate::domain::{Certificate, Check, CheckId, CheckState, Evidence, ExpiryReading, ExpiryState, expiry};
use chrono::{DateTime, Utc};

/// The end of the certificate. It has no end that Azure could tell better.
pub(super) fn expiry(certificate: &Certificate, evidence: Evidence, now: DateTime<Utc>) -> (Check, ExpiryReading) {
    let at = certificate.not_after;
    let (state, verb) = match ExpiryState::of(Some(certificate.expiry()), now) {
        ExpiryState::Expired => (CheckState::Warning, "Expired"),
        ExpiryState::Warning => (CheckState::Warning, "Expires"),
        ExpiryState::Ok | ExpiryState::Unknown => (CheckState::Passed, "Expires"),
    };
    let headline = format!(
        "The certificate {} on {} (UTC), {}",
        verb.to_lowercase(),
        at.format("%-d %B %Y"),
        expiry::distance(at, now)
    );
    let remedy = (state == CheckState::Warning).then(|| {
        "Make a new certificate, upload it in the Azure portal under App registrations › your app › Certificates & secrets › Certificates, and use it here.".into()
    });
    let check = Check::new(CheckId::SecretExpiry, state, headline);
    (Check { remedy, evidence, ..check }, ExpiryReading::Read { at, candidates: 1 })
}

/// Entra took the assertion.
pub(super) fn accepted(certificate: &Certificate) -> String {
    let start: String = certificate.thumbprint.chars().take(8).collect();
    format!("Certificate accepted (thumbprint {start}…)")
}
