//! The client secret as a script gives it: never as an argument.
//!
//! Owns the order of the sources before the keychain. The text is not judged here: apply and test word their own verdict.

use crate::{
    certificate,
    domain::{Failure, Secret, SecretDraft, paste, text},
};
use std::{
    io::{self, BufRead, Read},
    path::Path,
};
use zeroize::Zeroizing;

const VARIABLE: &str = "LIAISON_CLIENT_SECRET";

/// The longest line that is read; a secret has about 40 characters.
const LIMIT: u64 = 64 * 1024;

/// The password of a certificate's file.
const PASSWORD: &str = "LIAISON_CERTIFICATE_PASSWORD";

/// What an Apply does with the secret: what is given takes the stored one's place.
///
/// # Errors
/// As those of [`given`].
pub(super) fn draft(stdin: bool) -> Result<SecretDraft, Failure> {
    given(stdin).map(|secret| secret.map_or(SecretDraft::Keep, SecretDraft::Replace))
}

/// A certificate in a secret's place. Its password, if it has one, comes like a secret.
///
/// # Errors
/// It cannot be used, or its password is not there.
pub(super) fn certificate(path: &Path, password_stdin: bool) -> Result<SecretDraft, Failure> {
    let password = match std::env::var(PASSWORD).ok().filter(|password| !password.is_empty()) {
        Some(password) => Some(Secret::new(password)),
        None if password_stdin => Some(Secret::new(line(io::stdin().lock()).unwrap_or_default().as_str())),
        None => None,
    };
    match certificate::load(path, password.as_ref()) {
        Ok(with) => Ok(SecretDraft::Certificate(Box::new(with))),
        Err(error @ certificate::CertificateError::PasswordNeeded) => {
            let remedy = format!("Give its password in {PASSWORD}, or with --password-stdin on standard input.");
            Err(Failure::new(format!("{}: {}", path.display(), error.headline()), remedy))
        }
        Err(error) => Err(Failure::new(format!("{}: {}", path.display(), error.headline()), error.remedy())),
    }
}

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

/// A password from the first line of standard input.
///
/// # Errors
/// There is none.
pub(super) fn password() -> Result<Secret, Failure> {
    let line = line(io::stdin().lock()).filter(|line| !line.is_empty());
    line.map(|line| Secret::new(line.as_str())).ok_or_else(|| {
        Failure::new("There is no password on the first line of standard input.", "Send it there as one line of text.")
    })
}

/// One line of text, without its end.
fn line(from: impl BufRead) -> Option<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(256));
    let mut from = from.take(LIMIT);
    from.read_until(b'\n', &mut line).ok()?;
    if text::is_utf16(&line) {
        // The end of a line has two bytes there, and the second one is still to come.
        from.read_to_end(&mut line).ok()?;
    }
    let plain = Zeroizing::new(text::to_utf8(&line).into_owned());
    let text = std::str::from_utf8(&plain).ok()?;
    Some(Zeroizing::new(text.lines().next().unwrap_or_default().trim_end_matches('\r').to_owned()))
}

fn first_line(from: impl BufRead) -> Result<Zeroizing<String>, Failure> {
    match line(from) {
        Some(text) if !paste::clean_secret(&text).is_empty() => Ok(text),
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
