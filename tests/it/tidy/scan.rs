//! Rust source as tokens, paths and functions: as much of a parser as the walls need.
//!
//! Knows strings, comments, character literals, import groups and braces; nothing of types or macros. What it cannot read it
//! passes over, so what it must catch is shown to it in `self_check`.

/// A word or a sign, and the line it stands on.
#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// `a::b::c`, from an import or from the middle of code. Groups are written out: `a::{b, c}` are two.
#[derive(Clone, Debug)]
pub struct ModulePath {
    pub segments: Vec<String>,
    pub line: usize,
}

/// A function with a body.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// What was read.
#[derive(Debug)]
pub struct Source {
    /// Every token.
    pub all: Vec<Token>,
    /// Those outside of `#[cfg(test)]` items.
    pub tokens: Vec<Token>,
    /// The paths among `tokens`.
    pub paths: Vec<ModulePath>,
    /// All functions.
    pub functions: Vec<Function>,
}

/// Reads a file.
pub fn scan(text: &str) -> Source {
    let all = tokens(text);
    let tokens = without_tests(&all);
    let paths = paths(&tokens);
    let functions = functions(&all);
    Source { all, tokens, paths, functions }
}

impl ModulePath {
    /// The path with `crate` in front, where it leads into this crate. `file` is where it stands, under `src`.
    pub fn absolute(&self, file: &str) -> String {
        let mut module: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
        if module.last() == Some(&"mod") {
            module.pop();
        }
        let mut rest = self.segments.as_slice();
        let mut relative = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "super" => {
                    module.pop();
                }
                "self" if !relative => {}
                "crate" => module.clear(),
                _ => break,
            }
            relative = true;
            rest = after;
        }
        let start = if relative { ["crate"].into_iter().chain(module).collect() } else { Vec::new() };
        start.into_iter().chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line) = (0, 1);
    let mut found = Vec::new();
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => find(&chars, at, |c| c == '\n'),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            '\'' => end_of_character(&chars, at),
            c if c.is_whitespace() => at + 1,
            c if is_word(c) => {
                let end = find(&chars, at, |c| !is_word(c));
                let word: String = chars[at..end].iter().collect();
                match end_of_prefixed_string(&chars, end, &word) {
                    Some(end) => end,
                    None => {
                        found.push(Token { text: word, line });
                        end
                    }
                }
            }
            ':' if chars.get(at + 1) == Some(&':') => {
                found.push(Token { text: "::".into(), line });
                at + 2
            }
            sign => {
                found.push(Token { text: sign.into(), line });
                at + 1
            }
        };
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|at| wanted(chars[*at])).unwrap_or(chars.len())
}

fn end_of_comment(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (at, depth) = (at + 2, depth + 1),
            ('*', '/') => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`: the prefix was read as a word.
fn end_of_prefixed_string(chars: &[char], after: usize, prefix: &str) -> Option<usize> {
    if !["r", "b", "br", "c", "cr"].contains(&prefix) {
        return None;
    }
    let hashes = chars[after..].iter().take_while(|c| **c == '#').count();
    if chars.get(after + hashes) != Some(&'"') || (hashes > 0 && !prefix.contains('r')) {
        return None;
    }
    if !prefix.contains('r') {
        return Some(end_of_string(chars, after));
    }
    let body = after + hashes + 1;
    let closes =
        |at: &usize| chars[*at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    Some((body..chars.len()).find(closes).map_or(chars.len(), |at| at + 1 + hashes))
}

/// A character literal, or the tick of a lifetime.
fn end_of_character(chars: &[char], tick: usize) -> usize {
    match (chars.get(tick + 1), chars.get(tick + 2)) {
        (Some('\\'), _) => (find(chars, tick + 3, |c| c == '\'') + 1).min(chars.len()),
        (Some(_), Some('\'')) => tick + 3,
        _ => tick + 1,
    }
}

/// The index behind the bracket that closes the one at `open`.
fn behind(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Where the body of the item at `from` opens; `None` where it ends with a semicolon.
fn body(tokens: &[Token], from: usize) -> Option<usize> {
    let mut at = from;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" => return Some(at),
            ";" => return None,
            "(" | "[" => at = behind(tokens, at),
            _ => at += 1,
        }
    }
    None
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let is_test = |at: usize| {
        let words = ["#", "[", "cfg", "(", "test", ")", "]"];
        words.iter().enumerate().all(|(index, word)| tokens.get(at + index).is_some_and(|token| token.text == *word))
    };
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !is_test(at) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at = match body(tokens, at + 7) {
            Some(open) => behind(tokens, open),
            None => (at..tokens.len()).find(|at| tokens[*at].text == ";").map_or(tokens.len(), |at| at + 1),
        };
    }
    kept
}

fn paths(tokens: &[Token]) -> Vec<ModulePath> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let follows_use = at > 0 && tokens[at - 1].text == "use";
        let leads_on = tokens.get(at + 1).is_some_and(|token| token.text == "::");
        let starts = tokens[at].text == "::" || (is_name(&tokens[at]) && (follows_use || leads_on));
        at = if starts { tree(tokens, at, &[], &mut found) } else { at + 1 };
    }
    found
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads `a::b`, `a::{b, c::d}` from `at` on, and returns the index behind it.
fn tree(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<ModulePath>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens[at].line;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "::" => at += 1,
            "{" if segments.len() > prefix.len() && tokens[at - 1].text == "::" => {
                let end = behind(tokens, at);
                at += 1;
                while at + 1 < end {
                    let next = tree(tokens, at, &segments, found);
                    at = next.max(at + 1);
                }
                return end;
            }
            _ if is_name(token) && (segments.len() == prefix.len() || tokens[at - 1].text == "::") => {
                segments.push(token.text.clone());
                at += 1;
            }
            _ => break,
        }
    }
    if segments.len() > prefix.len() {
        found.push(ModulePath { segments, line });
    }
    at
}

fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair[0].text != "fn" || !is_name(&pair[1]) {
            continue;
        }
        if let Some(open) = body(tokens, at + 2) {
            let last = &tokens[behind(tokens, open) - 1];
            let lines = last.line - pair[0].line + 1;
            found.push(Function { name: pair[1].text.clone(), line: pair[0].line, lines });
        }
    }
    found
}
