//! `$filter` on people: comparisons, `startsWith`, `endsWith` and `in`, joined with and, or, not and brackets.
//!
//! It owns the syntax, what the directory can filter by, and which filters are advanced queries. It must not know pages
//! or the JSON of a person; both come as arguments. Start reading at `Filter::read`.
//! <https://learn.microsoft.com/en-us/graph/filter-query-parameter>

use serde_json::Value;

use super::graph_error::Fault;

/// Properties that a plain filter takes. <https://learn.microsoft.com/en-us/graph/aad-advanced-queries#user-properties>
const PLAIN: [&str; 14] = [
    "accountEnabled",
    "city",
    "country",
    "department",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mailNickname",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
];

/// Those that need an advanced query whatever is asked.
const ADVANCED: [&str; 4] = ["companyName", "faxNumber", "mobilePhone", "officeLocation"];

/// What people must fulfil.
pub(super) struct Filter {
    condition: Condition,
    is_advanced: bool,
}

enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Is(&'static str, Value),
    StartsWith(&'static str, String),
    EndsWith(&'static str, String),
}

impl Filter {
    /// `is_advanced_call`: the header `ConsistencyLevel: eventual` and `$count=true` are there.
    pub fn read(text: &str, is_advanced_call: bool) -> Result<Filter, Fault> {
        let mut reader = Reader { text, rest: text.trim(), is_advanced: false };
        let condition = reader.any()?;
        if !reader.rest.is_empty() {
            return Err(reader.fault());
        }
        let filter = Filter { condition, is_advanced: reader.is_advanced };
        if filter.is_advanced && !is_advanced_call {
            return Err(Fault::unsupported_query(
                "Operator or property of the filter is not supported without 'ConsistencyLevel: eventual' and \
                 '$count=true'.",
            ));
        }
        Ok(filter)
    }

    /// `property` gives a person's value of a property.
    pub fn matches(&self, property: &dyn Fn(&str) -> Value) -> bool {
        self.condition.holds(property)
    }

    /// The ids that alone can match, when the filter names some.
    pub fn ids(&self) -> Option<Vec<&str>> {
        let all = match &self.condition {
            one @ Condition::Is(..) => std::slice::from_ref(one),
            Condition::Any(many) => many,
            _ => return None,
        };
        let ids = all.iter().map(|one| match one {
            Condition::Is("id", Value::String(id)) => Some(id.as_str()),
            _ => None,
        });
        ids.collect()
    }
}

impl Condition {
    fn holds(&self, property: &dyn Fn(&str) -> Value) -> bool {
        // The directory compares without regard to case.
        let text = |name: &str| property(name).as_str().map(str::to_lowercase);
        match self {
            Condition::All(many) => many.iter().all(|one| one.holds(property)),
            Condition::Any(many) => many.iter().any(|one| one.holds(property)),
            Condition::Not(one) => !one.holds(property),
            Condition::Is(name, Value::String(wanted)) => text(name).is_some_and(|text| text == wanted.to_lowercase()),
            Condition::Is(name, wanted) => property(name) == *wanted,
            Condition::StartsWith(name, start) => text(name).is_some_and(|text| text.starts_with(start)),
            Condition::EndsWith(name, end) => text(name).is_some_and(|text| text.ends_with(end)),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    is_advanced: bool,
}

impl<'a> Reader<'a> {
    fn fault(&self) -> Fault {
        let at = self.text.len() - self.rest.len();
        Fault::bad_request(format!("Syntax error at position {at} in '{}'.", self.text))
    }

    /// Takes a sign or a word, in any case, if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let is_next = self.rest.get(..token.len()).is_some_and(|next| next.eq_ignore_ascii_case(token));
        let after = self.rest.get(token.len()..).unwrap_or_default();
        let is_word = token.ends_with(char::is_alphabetic);
        if !is_next || (is_word && after.starts_with(|one: char| one.is_alphanumeric() || one == '_')) {
            return false;
        }
        self.rest = after.trim_start();
        true
    }

    fn expect(&mut self, token: &str) -> Result<(), Fault> {
        if self.take(token) { Ok(()) } else { Err(self.fault()) }
    }

    fn any(&mut self) -> Result<Condition, Fault> {
        let mut many = vec![self.all()?];
        while self.take("or") {
            many.push(self.all()?);
        }
        Ok(if many.len() == 1 { many.remove(0) } else { Condition::Any(many) })
    }

    fn all(&mut self) -> Result<Condition, Fault> {
        let mut many = vec![self.one()?];
        while self.take("and") {
            many.push(self.one()?);
        }
        Ok(if many.len() == 1 { many.remove(0) } else { Condition::All(many) })
    }

    fn one(&mut self) -> Result<Condition, Fault> {
        if self.take("(") {
            let inner = self.any()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take("not") {
            self.is_advanced = true;
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        for (function, advanced) in [("startsWith", false), ("endsWith", true)] {
            if self.take(function) {
                self.is_advanced |= advanced;
                self.expect("(")?;
                let name = self.property()?;
                self.expect(",")?;
                let text = self.string()?.to_lowercase();
                self.expect(")")?;
                return Ok(match advanced {
                    true => Condition::EndsWith(name, text),
                    false => Condition::StartsWith(name, text),
                });
            }
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Fault> {
        let name = self.property()?;
        if self.take("eq") {
            return Ok(Condition::Is(name, self.value()?));
        }
        if self.take("ne") {
            self.is_advanced = true;
            return Ok(Condition::Not(Box::new(Condition::Is(name, self.value()?))));
        }
        if self.take("in") {
            self.expect("(")?;
            let mut many = vec![Condition::Is(name, self.value()?)];
            while self.take(",") {
                many.push(Condition::Is(name, self.value()?));
            }
            self.expect(")")?;
            return Ok(Condition::Any(many));
        }
        Err(self.fault())
    }

    fn property(&mut self) -> Result<&'static str, Fault> {
        let end = self.rest.find(|one: char| !one.is_alphanumeric()).unwrap_or(self.rest.len());
        let name = &self.rest[..end];
        if name.is_empty() {
            return Err(self.fault());
        }
        let find = |list: &'static [&'static str]| list.iter().find(|one| one.eq_ignore_ascii_case(name));
        let found = find(&PLAIN).or_else(|| {
            self.is_advanced = true;
            find(&ADVANCED)
        });
        let found = found.ok_or_else(|| {
            Fault::unsupported_query(format!(
                "Unsupported or invalid query filter clause specified for property '{name}' of resource 'User'."
            ))
        })?;
        self.rest = self.rest[end..].trim_start();
        Ok(found)
    }

    fn value(&mut self) -> Result<Value, Fault> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if self.take(word) {
                return Ok(value);
            }
        }
        self.string().map(Value::String)
    }

    /// In single quotes; a quote inside is doubled.
    fn string(&mut self) -> Result<String, Fault> {
        let mut rest = self.rest.strip_prefix('\'').ok_or_else(|| self.fault())?;
        let mut text = String::new();
        loop {
            let (part, after) = rest.split_once('\'').ok_or_else(|| self.fault())?;
            text.push_str(part);
            match after.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    rest = after;
                }
                None => {
                    self.rest = after.trim_start();
                    return Ok(text);
                }
            }
        }
    }
}
