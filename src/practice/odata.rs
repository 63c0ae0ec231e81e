//! OData query options: reading them off a request and picking the selected properties of an object.
//!
//! It owns `$select`, `$top` and the refusal of options that do not exist. It must not know which object is read; start
//! reading at `Options::read`. <https://learn.microsoft.com/en-us/graph/query-parameters>

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::{call::Call, graph_error::Fault};

/// Properties of a user that live outside the directory, so a collection cannot return them.
/// <https://learn.microsoft.com/en-us/graph/api/user-list>
const OUTSIDE_THE_DIRECTORY: [&str; 11] = [
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// The options whose names begin with `$`, as they were sent.
pub(super) struct Options(Vec<(String, String)>);

impl Options {
    /// Refuses names that OData does not have and options that are real but not built here.
    pub fn read(call: &Call) -> Result<Options, Fault> {
        Options::read_with(call, &[])
    }

    /// The same, for a resource that takes some options more.
    pub fn read_with(call: &Call, more: &[&str]) -> Result<Options, Fault> {
        let mut options = Vec::new();
        for (name, value) in call.query() {
            match name.as_str() {
                name if more.contains(&name) => {}
                "$select" | "$top" | "$search" | "$count" | "$skiptoken" | "$skip" | "$format" => {}
                "$filter" | "$orderby" | "$expand" => return Err(Fault::not_built(&name)),
                _ if name.starts_with('$') => {
                    return Err(Fault::bad_request(format!("The query parameter '{name}' is not supported.")));
                }
                // Anything else is a custom option, which services ignore.
                _ => continue,
            }
            if options.iter().any(|(earlier, _)| *earlier == name) {
                return Err(Fault::bad_request(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                )));
            }
            options.push((name, value));
        }
        Ok(Options(options))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let option = self.0.iter().find(|(option, _)| option == name);
        option.map(|(_, value)| value.as_str())
    }

    /// The properties asked for, in the spelling of the schema; none means the default set.
    pub fn select(&self, type_name: &str, known: &[&'static str]) -> Result<Option<Vec<&'static str>>, Fault> {
        let Some(list) = self.get("$select") else {
            return Ok(None);
        };
        let mut selected = Vec::new();
        for name in list.split(',').map(str::trim) {
            let same = |one: &&&'static str| one.eq_ignore_ascii_case(name);
            if type_name == "user" && OUTSIDE_THE_DIRECTORY.iter().any(|one| same(&one)) {
                return Err(Fault::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "NotImplemented",
                    "This operation target is not yet supported.",
                ));
            }
            let found = known.iter().find(same).ok_or_else(|| {
                Fault::bad_request(format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
                     'microsoft.graph.{type_name}'."
                ))
            })?;
            if !selected.contains(found) {
                selected.push(*found);
            }
        }
        Ok(Some(selected))
    }

    /// Page size: 100 by default, at most 999.
    /// <https://learn.microsoft.com/en-us/answers/questions/1129204/>
    pub fn page_size(&self) -> Result<usize, Fault> {
        let Some(text) = self.get("$top") else {
            return Ok(100);
        };
        let size: u64 = text.parse().map_err(|_| {
            Fault::bad_request(format!(
                "Invalid value '{text}' for $top query option found. The $top query option requires a non-negative \
                 integer value."
            ))
        })?;
        match usize::try_from(size) {
            Ok(size @ 1..=999) => Ok(size),
            _ => Err(Fault::unsupported_query(format!(
                "Invalid page size specified: '{size}'. Must be between 1 and 999 inclusive."
            ))),
        }
    }
}

/// The context that names what follows, `users(id,mail)` after a `$select`.
pub(super) fn context(origin: &str, set: &str, selected: Option<&[&str]>, single: bool) -> String {
    let fields = selected.map_or(String::new(), |names| format!("({})", names.join(",")));
    let entity = if single { "/$entity" } else { "" };
    format!("{origin}/v1.0/$metadata#{set}{fields}{entity}")
}

/// One object as an answer: the context first, then the selected properties or all of them.
pub(super) fn entity(context: String, object: Map<String, Value>, selected: Option<&[&str]>) -> Value {
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), Value::String(context));
    body.extend(object.into_iter().filter(|(name, _)| selected.is_none_or(|names| names.contains(&name.as_str()))));
    Value::Object(body)
}
