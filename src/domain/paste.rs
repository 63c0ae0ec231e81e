//! Cleaning what people paste.
//!
//! Owns the rules for what may be dropped around an ID or a secret without asking. Knows nothing of fields or windows.

use zeroize::Zeroizing;

/// Characters that are drawn with no width, or that only steer the text's direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»')
}

/// An ID without blanks, line ends, quotes, brackets, trailing punctuation and invisible characters, in lower case.
///
/// Typographic hyphens become plain ones, because word processors change them.
pub fn clean_id(text: &str) -> String {
    // It may be a secret in the wrong field: with room for all of it, no piece is left where it grew.
    let mut id = String::with_capacity(text.len());
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c) && !is_quote(*c))
        .filter(|c| !matches!(c, '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';'))
        .map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c.to_ascii_lowercase() });
    id.extend(kept);
    id
}

/// A secret without invisible characters, the blanks around it, and one pair of quotes or braces around all of it.
///
/// Nothing inside is touched: brackets, quotes and punctuation can be part of a secret.
pub fn clean_secret(text: &str) -> Zeroizing<String> {
    let mut visible = Zeroizing::new(String::with_capacity(text.len()));
    visible.extend(text.chars().filter(|c| (!c.is_control() || *c == '\n') && !is_invisible(*c)));
    let mut value = visible.trim();
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('{', '}'), ('<', '>')] {
        if let Some(inner) = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            value = inner.trim();
        }
    }
    Zeroizing::new(value.to_owned())
}

/// Whether a text reads like `contoso.onmicrosoft.com`.
pub fn looks_like_domain(text: &str) -> bool {
    let mut labels = text.split('.');
    text.contains('.')
        && labels.all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && text.chars().any(char::is_alphabetic)
}
