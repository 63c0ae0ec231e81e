//! Cleaning what people paste.
//!
//! Owns the rules for what may be dropped around an ID or a secret without asking. Knows nothing of fields or windows.

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
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c) && !is_quote(*c))
        .filter(|c| !matches!(c, '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';'))
        .map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c.to_ascii_lowercase() })
        .collect()
}

/// A secret without invisible characters, the blanks around it, and one pair of quotes or braces around all of it.
///
/// Nothing inside is touched: brackets, quotes and punctuation can be part of a secret.
pub fn clean_secret(text: &str) -> String {
    let visible: String =
        text.chars().filter(|c| !c.is_control() || *c == '\n').filter(|c| !is_invisible(*c)).collect();
    let mut value = visible.trim();
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('{', '}'), ('<', '>')] {
        if let Some(inner) = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            value = inner.trim();
        }
    }
    value.to_owned()
}

/// Whether a text reads like `contoso.onmicrosoft.com`.
pub fn looks_like_domain(text: &str) -> bool {
    let mut labels = text.split('.');
    text.contains('.')
        && labels.all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && text.chars().any(char::is_alphabetic)
}
