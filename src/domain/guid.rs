//! Identifiers as Entra hands them out: parsed leniently, kept strictly.
//!
//! Owns [`Guid`] and the reasons why a text is none. Knows nothing of which field the text stands in.

use super::paste;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A GUID that is not all zeros, shown in lower case with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(Uuid);

/// Why a text is not a usable [`Guid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAGuid {
    /// Nothing was entered.
    Empty,
    /// Only zeros: Entra refuses it with AADSTS900021.
    Zero,
    /// It reads like `contoso.com`.
    DomainName,
    /// Neither too long nor too short, but with other characters, or of another length.
    Malformed {
        /// How many hexadecimal digits were found; a GUID has 32.
        digits: usize,
    },
}

impl Guid {
    /// Reads a GUID with or without hyphens, braces, quotes, blanks and invisible characters, in any case.
    ///
    /// # Errors
    /// Says why the text is none.
    pub fn parse(text: &str) -> Result<Self, NotAGuid> {
        let text = Zeroizing::new(paste::clean_id(text));
        if text.is_empty() {
            return Err(NotAGuid::Empty);
        }
        match Uuid::try_parse(&text) {
            Ok(id) if id.is_nil() => Err(NotAGuid::Zero),
            Ok(id) => Ok(Self(id)),
            Err(_) if paste::looks_like_domain(&text) => Err(NotAGuid::DomainName),
            Err(_) => Err(NotAGuid::Malformed { digits: text.chars().filter(char::is_ascii_hexdigit).count() }),
        }
    }

    /// Reads a GUID as servers write it, fast.
    pub fn from_server(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().filter(|id| !id.is_nil()).map(Self)
    }

    /// The GUID of these bytes, unless they are all zero.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        Some(Uuid::from_bytes(bytes)).filter(|id| !id.is_nil()).map(Self)
    }

    /// Its bytes, the first digits first.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }
}

impl NotAGuid {
    /// What is wrong, as a sentence.
    pub fn what(self) -> String {
        match self {
            NotAGuid::Empty => "It is empty.".into(),
            NotAGuid::Zero => "It consists of zeros only.".into(),
            NotAGuid::DomainName => "This is a domain name, not an ID.".into(),
            NotAGuid::Malformed { digits } if digits < 32 => {
                format!("An ID has 32 digits and letters from a to f; this has {digits}.")
            }
            NotAGuid::Malformed { .. } => {
                "An ID looks like 12345678-abcd-1234-abcd-123456789abc; this does not.".into()
            }
        }
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";

    #[test]
    fn whatever_people_paste_is_read() {
        for text in [
            PLAIN,
            "  58A1F3C2-7D0E-4B52-9A61-0C7E2F4D8B90\r\n",
            "{58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90}",
            "\"58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90\",",
            "\u{200b}58a1f3c2-7d0e-4b52-9a61-\u{ad}0c7e2f4d8b90\u{feff}",
            "58a1f3c2-7d0e-4b52-\n9a61-0c7e2f4d8b90",
            "58a1f3c27d0e4b529a610c7e2f4d8b90",
            "‘58a1f3c2–7d0e–4b52–9a61–0c7e2f4d8b90’",
        ] {
            assert_eq!(Guid::parse(text).map(|g| g.to_string()), Ok(PLAIN.into()), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_guid_is_called_what_it_is() {
        for (text, why) in [
            ("", NotAGuid::Empty),
            (" \u{200b} ", NotAGuid::Empty),
            ("00000000-0000-0000-0000-000000000000", NotAGuid::Zero),
            ("contoso.onmicrosoft.com", NotAGuid::DomainName),
            ("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b9", NotAGuid::Malformed { digits: 31 }),
        ] {
            assert_eq!(Guid::parse(text), Err(why), "{text:?}");
        }
    }
}
