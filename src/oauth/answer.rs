//! What comes back with a person: the claims of the ID token.
//!
//! Owns decoding only; what a claim has to say is `person`'s in the room's front. Start with [`claims`].

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// The claims of a JSON Web Token, unchecked.
pub(super) fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_of_three_parts_says_anything() {
        let body = BASE64_URL_SAFE_NO_PAD.encode(r#"{"oid":"x"}"#);
        assert_eq!(claims(&format!("h.{body}.s")).map(|claims| claims["oid"] == "x"), Some(true));
        for text in ["", "a.b", &format!("h.{body}"), &format!("h.{body}.s.t"), "h.!.s", "h.W10.s"] {
            assert_eq!(claims(text), None, "{text}");
        }
    }
}
