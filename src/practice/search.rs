//! `$search` on people: quoted clauses such as `"displayName:ann"`, joined with OR and AND.
//!
//! It owns the syntax and what matches. It must not know pages; start reading at `Search::read`.
//! <https://learn.microsoft.com/en-us/graph/search-query-parameter>

use super::{graph_error::Fault, people::Person};

/// Clauses to be fulfilled: any of the outer list, all of the inner one (AND binds tighter).
pub(super) struct Search(Vec<Vec<Clause>>);

struct Clause {
    property: Property,
    /// Lower case; for the display name one entry a token, else the whole text.
    wanted: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Property {
    DisplayName,
    GivenName,
    Surname,
    Mail,
    MailNickname,
    UserPrincipalName,
}

impl Search {
    pub fn read(text: &str) -> Result<Search, Fault> {
        let mut any = vec![Vec::new()];
        let mut rest = text.trim();
        loop {
            let (quoted, after) = take_quoted(rest).ok_or_else(|| syntax_error(rest, text))?;
            if let Some(all) = any.last_mut() {
                all.push(Clause::read(&quoted)?);
            }
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(Search(any));
            }
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            match word {
                "AND" => {}
                "OR" => any.push(Vec::new()),
                _ => return Err(syntax_error(rest, text)),
            }
            rest = after.trim_start();
        }
    }

    pub fn matches(&self, person: &Person) -> bool {
        self.0.iter().any(|all| all.iter().all(|clause| clause.matches(person)))
    }
}

/// The content of the quotes at the start, with `\"` and `\\` unescaped, and what follows.
fn take_quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut content = String::new();
    let mut chars = inner.char_indices();
    while let Some((at, one)) = chars.next() {
        match one {
            '"' => return Some((content, &inner[at + 1..])),
            '\\' => content.push(chars.next()?.1),
            _ => content.push(one),
        }
    }
    None
}

/// OData names the first character that it could not read.
fn syntax_error(rest: &str, text: &str) -> Fault {
    let at = text.len() - rest.len();
    let message = match rest.find(':').filter(|_| !rest.starts_with('"')) {
        Some(colon) => format!("Syntax error: character ':' is not valid at position {} in '{text}'.", at + colon),
        None => format!("Syntax error at position {at} in '{text}'."),
    };
    Fault::bad_request(message)
}

impl Clause {
    fn read(text: &str) -> Result<Clause, Fault> {
        let (name, value) = text.split_once(':').ok_or_else(|| {
            Fault::unsupported_query(format!("The $search clause '{text}' must be of the form \"property:value\"."))
        })?;
        let property = match name.trim().to_ascii_lowercase().as_str() {
            "displayname" => Property::DisplayName,
            "givenname" => Property::GivenName,
            "surname" => Property::Surname,
            "mail" => Property::Mail,
            "mailnickname" => Property::MailNickname,
            "userprincipalname" => Property::UserPrincipalName,
            _ => {
                return Err(Fault::unsupported_query(format!(
                    "Unsupported property filter clause for $search: '{name}'."
                )));
            }
        };
        let wanted = match property {
            Property::DisplayName => tokens(value),
            _ => vec![value.trim().to_lowercase()],
        };
        Ok(Clause { property, wanted })
    }

    /// The display name is compared token by token, every other property from its start.
    fn matches(&self, person: &Person) -> bool {
        let starts = |text: &str| {
            let text = text.to_lowercase();
            self.wanted.iter().all(|wanted| text.starts_with(wanted))
        };
        match self.property {
            Property::DisplayName => {
                let present = tokens(&person.display_name);
                let found = |wanted: &String| present.iter().any(|one| one.starts_with(wanted));
                self.wanted.iter().all(found)
            }
            Property::GivenName => starts(&person.given_name),
            Property::Surname => starts(&person.surname),
            Property::Mail => person.mail().is_some_and(|mail| starts(&mail)),
            Property::MailNickname => starts(person.alias()),
            Property::UserPrincipalName => starts(&person.principal_name()),
        }
    }
}

/// Words in lower case, split at everything that is neither letter nor digit.
fn tokens(text: &str) -> Vec<String> {
    text.split(|one: char| !one.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(search: &str) -> Vec<String> {
        let search = Search::read(search).expect("a valid search");
        (0..25)
            .map(Person::at)
            .filter(|person| search.matches(person))
            .map(|person| person.display_name.into_owned())
            .collect()
    }

    #[test]
    fn tokens_match_from_their_start() {
        assert_eq!(found("\"displayName:ann\""), ["Ann Lee", "Anna-Lena Grün"]);
        assert_eq!(found("\"displayName:lee ann\""), ["Ann Lee"]);
        assert_eq!(found("\"displayName:山田\""), ["山田 太郎"]);
        assert_eq!(found("\"displayName:ann\" AND \"surname:lee\""), ["Ann Lee"]);
        assert_eq!(found("\"mail:ruth\" OR \"givenName:adele\""), ["Adele Vance", "Ruth Mbeki"]);
        assert!(found("\"displayName:nobody\"").is_empty());
    }

    #[test]
    fn a_wrong_search_is_refused() {
        let wrong = ["displayName:ann", "\"displayName:ann", "\"ann\"", "\"phone:1\"", "\"mail:a\" NOT \"mail:b\"", ""];
        for text in wrong {
            assert!(Search::read(text).is_err(), "{text}");
        }
    }
}
