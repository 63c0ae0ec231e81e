//! The client secret: never shown, never written, wiped when it is dropped.
//!
//! Owns [`Secret`]. It has no `Display`, no serialisation and a redacted `Debug`, so that none of them can leak it.

use super::{guid::Guid, paste};
use std::fmt;
use zeroize::Zeroizing;

/// The value of a client secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// A text that is being typed and may be a secret or a password: redacted, and wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed(pub Zeroizing<String>);

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// Why a text cannot be a client secret's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotASecret {
    /// Nothing was entered.
    Empty,
    /// A GUID is the Secret ID, the portal's other column.
    SecretId,
    /// A blank in the middle: something else was pasted along with it.
    Blank,
}

impl Secret {
    /// Takes a value as it is, for instance from the keychain.
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// Reads a value as typed or pasted, without the blanks, line ends and quotes around it.
    ///
    /// # Errors
    /// Says why the text cannot be one.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let value = paste::clean_secret(text);
        if value.is_empty() {
            Err(NotASecret::Empty)
        } else if Guid::parse(&value).is_ok() {
            Err(NotASecret::SecretId)
        } else if value.chars().any(char::is_whitespace) {
            Err(NotASecret::Blank)
        } else {
            Ok(Self(value))
        }
    }

    /// The value, to be sent to the token endpoint or into the keychain and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first three characters, which Graph shows as `hint` of a `passwordCredential`.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential>
    pub fn hint(&self) -> String {
        self.0.chars().take(3).collect()
    }
}

impl NotASecret {
    /// What is wrong, as a sentence.
    pub fn what(self) -> &'static str {
        match self {
            NotASecret::Empty => "It is empty.",
            NotASecret::SecretId => "This is the Secret ID, not the Value.",
            NotASecret::Blank => "There is a blank inside it, and a secret has none.",
        }
    }

    /// What to do, as a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            NotASecret::Empty => "Paste the client secret's Value.",
            NotASecret::SecretId => {
                "Paste what stands in the column Value under Certificates & secrets; if Azure no longer shows it, make a new secret."
            }
            NotASecret::Blank => "Copy the Value again with the portal's copy button.",
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_id_is_called_what_it_is() {
        assert_eq!(Secret::parse(" f0b0c0d0-7777-4888-9999-aaaabbbbcccc\n").err(), Some(NotASecret::SecretId));
    }

    #[test]
    fn what_stands_around_a_value_is_removed_and_the_value_is_not() {
        for (text, value) in
            [(" 8Qk8Q~a.b_c-d\r\n", "8Qk8Q~a.b_c-d"), ("\"[6gyXA5S20@+\"", "[6gyXA5S20@+"), ("a'b\"c", "a'b\"c")]
        {
            assert_eq!(Secret::parse(text).map(|s| s.expose().to_owned()), Ok(value.to_owned()));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("8Qk8Q~visible")), "Secret(…)");
    }
}
