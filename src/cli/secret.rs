//! The client secret as a script gives it: never as an argument.
//!
//! Owns the order of the sources before the keychain. The text is not judged here: apply and test word their own verdict.

use crate::domain::{Failure, paste};
use std::io::{self, BufRead};
use zeroize::Zeroizing;

const VARIABLE: &str = "LIAISON_CLIENT_SECRET";

/// The longest line that is read; a secret has about 40 characters.
const LIMIT: u64 = 64 * 1024;

/// The secret from the environment, else from the first line of standard input if it is to be read.
///
/// # Errors
/// What was given is no text, or standard input was to have one and has none.
pub(super) fn given(stdin: bool) -> Result<Option<Zeroizing<String>>, Failure> {
    match std::env::var_os(VARIABLE).map(|value| value.into_string().map(Zeroizing::new)) {
        Some(Ok(text)) if !paste::clean_secret(&text).is_empty() => return Ok(Some(text)),
        Some(Err(_)) => return Err(Failure::new(format!("{VARIABLE} is not text."), "Set it again, in UTF-8.")),
        Some(Ok(_)) | None => {}
    }
    if !stdin {
        return Ok(None);
    }
    first_line(io::stdin().lock()).map(Some)
}

fn first_line(from: impl BufRead) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(256));
    let read = from.take(LIMIT).read_until(b'\n', &mut line);
    let text = read.ok().and_then(|_| std::str::from_utf8(&line).ok());
    match text.map(|text| text.trim_end_matches(['\r', '\n'])) {
        Some(text) if !paste::clean_secret(text).is_empty() => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(Failure::new(
            "Client Secret: There is none on the first line of standard input.",
            "Send its Value there as one line of text, or leave --secret-stdin out.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_line_counts() {
        let read = |text: &[u8]| first_line(text).ok().map(|line| line.to_string());
        assert_eq!(read(b"8Qk8Q~a\r\nmore"), Some("8Qk8Q~a".into()));
        assert_eq!(read(b"8Qk8Q~a"), Some("8Qk8Q~a".into()));
        for text in [&b""[..], b"\n8Qk8Q~a", b" \n", b"\xff\xfe\n"] {
            assert_eq!(read(text), None);
        }
    }
}
