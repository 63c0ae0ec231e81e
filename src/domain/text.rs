//! Text files as Windows programs write them: with a byte order mark, or in UTF-16.
//!
//! Owns the recognition of these. PowerShell 5.1 writes UTF-16 with its `>`, and so does Notepad where it is told to. Start
//! with [`to_utf8`].

use std::borrow::Cow;

/// The same text in UTF-8 and without a byte order mark. What has no mark, or is not text after all, stays as it is.
pub fn to_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let decoded = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => return Cow::Borrowed(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(bytes), |text| Cow::Owned(text.into_bytes()))
}

/// Whether the text is in UTF-16 and says so.
pub fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    // At most three bytes come of two: the text, which may be a secret, is not copied while it grows.
    let mut text = String::with_capacity(bytes.len() / 2 * 3);
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(decoded.ok()?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_understood() {
        let text = "Zoë 🙂\r\n";
        let marked: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
        let little: Vec<u8> = marked.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = marked.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &little, &big] {
            assert_eq!(to_utf8(bytes), text.as_bytes(), "{bytes:?}");
        }
        assert!(is_utf16(&little) && is_utf16(&big) && !is_utf16(text.as_bytes()));
    }

    #[test]
    fn what_is_not_text_stays_as_it_is() {
        for bytes in [&b""[..], b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xff", &[0x30, 0x82, 0x01]] {
            assert_eq!(to_utf8(bytes), bytes);
        }
    }
}
