//! Reading a settings file: everything that is wrong with it at once, each thing at its field.
//!
//! Owns the types that members may have, and their defaults. Start with [`read`], which walks the members one by one,
//! because a derived reader stops at the first mistake and does not know the fields' names.

use super::{FORMAT, LIMIT};
use crate::domain::{
    CloudDraft, CloudKind, DirectoryOptions, Draft, Failure, Field, LicensingMode, MessageKey, PhoneType, Problem,
    Severity, directory::PhoneOption, text,
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, error::Category};
use std::{fmt, path::PathBuf};

/// What a settings file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The values, not yet judged. The secret stays the stored one.
    pub draft: Draft,
    /// What was left out or filled in, each a sentence or two.
    pub warnings: Vec<String>,
}

/// Why a settings file cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsFileError {
    /// The file cannot be opened or read.
    NotOpened {
        /// The file.
        path: PathBuf,
        /// Why, in the system's words.
        detail: String,
    },
    /// The file cannot be written, and why.
    NotWritten(Failure),
    /// It is longer than [`LIMIT`].
    TooLong,
    /// It is not text in UTF-8.
    NotText,
    /// It is not JSON.
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is JSON, but of another shape.
    NotSettings,
    /// It was written by a newer Liaison.
    Newer {
        /// The format that it says it has.
        found: u64,
    },
    /// Its format is not a number from 1 on.
    NoFormat,
    /// Values of the wrong type, and whatever else is wrong with the others.
    Invalid(Vec<Problem>),
}

impl From<&SettingsFileError> for Failure {
    fn from(error: &SettingsFileError) -> Self {
        Failure::new(error.headline(), error.remedy())
    }
}

impl SettingsFileError {
    /// What is wrong, as a sentence.
    pub fn headline(&self) -> String {
        match self {
            SettingsFileError::NotOpened { path, .. } => format!("{} cannot be read.", path.display()),
            SettingsFileError::NotWritten(failure) => failure.headline.clone(),
            SettingsFileError::TooLong => "The file is too long to be a settings file.".into(),
            SettingsFileError::NotText => "The file is not text in UTF-8 or UTF-16.".into(),
            SettingsFileError::NotJson { line, column } => {
                format!("The file is not JSON: line {line}, character {column} is not understood.")
            }
            SettingsFileError::NotSettings => "The file is JSON, but not a settings file.".into(),
            SettingsFileError::Newer { .. } => "The settings file was written by a newer version of Liaison.".into(),
            SettingsFileError::NoFormat => "The settings file's format is not a number that Liaison knows.".into(),
            SettingsFileError::Invalid(problems) => match problems.len() {
                1 => "One setting in the file cannot be used.".into(),
                count => format!("{count} settings in the file cannot be used."),
            },
        }
    }

    /// What to do, as one or more sentences.
    pub fn remedy(&self) -> String {
        match self {
            SettingsFileError::NotOpened { detail, .. } => {
                format!("Check that the file is there and that you may read it: {}.", detail.trim_end_matches('.'))
            }
            SettingsFileError::NotWritten(failure) => failure.remedy.clone(),
            SettingsFileError::TooLong => "Choose a file that Liaison exported; none is longer than 1 MiB.".into(),
            SettingsFileError::NotText => "Save it as UTF-8 in your editor, or export it again.".into(),
            SettingsFileError::NotJson { .. } => {
                "Look for a missing comma, quotation mark or bracket there, or export the file again.".into()
            }
            SettingsFileError::NotSettings => {
                "A settings file is one object in braces; export one to see an example.".into()
            }
            SettingsFileError::Newer { found } => format!(
                "It has format {found}, and this version reads format {FORMAT}. Use the newer Liaison, or export the file again with this one."
            ),
            SettingsFileError::NoFormat => format!("Write \"format\": {FORMAT}, or export the file again."),
            SettingsFileError::Invalid(problems) => {
                problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// The settings at fault, if it is about settings.
    pub fn problems(&self) -> &[Problem] {
        match self {
            SettingsFileError::Invalid(problems) => problems,
            _ => &[],
        }
    }
}

impl fmt::Display for SettingsFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for SettingsFileError {}

/// Reads the text of a settings file. What it does not say takes its default.
///
/// # Errors
/// It is no settings file, a newer one, or one with values of the wrong type.
pub fn read(text: &str) -> Result<Imported, SettingsFileError> {
    if text.len() > LIMIT {
        return Err(SettingsFileError::TooLong);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // The parser's own words are not passed on: they can quote the file.
    let members: Members = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => SettingsFileError::NotSettings,
        _ => SettingsFileError::NotJson { line: error.line().max(1), column: error.column().max(1) },
    })?;
    let mut reader = Reader::default();
    reader.format(&members)?;
    for (index, (name, value)) in members.0.iter().enumerate() {
        if members.0[..index].iter().any(|(earlier, _)| earlier == name) {
            let name = printable(name);
            reader.warn(format!("“{name}” stands there more than once; the last one counts."));
        }
        reader.member(name, value);
    }
    reader.missing(&members);
    reader.finish()
}

/// Reads the bytes of a settings file, as [`read`] does.
///
/// # Errors
/// As those of [`read`], or the bytes are not UTF-8.
pub fn read_bytes(bytes: &[u8]) -> Result<Imported, SettingsFileError> {
    if bytes.len() > LIMIT {
        return Err(SettingsFileError::TooLong);
    }
    read(std::str::from_utf8(&text::to_utf8(bytes)).map_err(|_| SettingsFileError::NotText)?)
}

/// An object whose members may stand there twice.
struct Members(Vec<(String, Value)>);

impl Members {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Collect)
    }
}

#[derive(Default)]
struct Reader {
    draft: Draft,
    problems: Vec<Problem>,
    warnings: Vec<String>,
}

impl Reader {
    fn format(&mut self, members: &Members) -> Result<(), SettingsFileError> {
        match members.get("format").map(Value::as_u64) {
            Some(Some(FORMAT)) => Ok(()),
            Some(Some(found)) if found > FORMAT => Err(SettingsFileError::Newer { found }),
            Some(_) => Err(SettingsFileError::NoFormat),
            None => {
                self.warn(format!("“format” is missing; the file is read as format {FORMAT}."));
                Ok(())
            }
        }
    }

    fn member(&mut self, name: &str, value: &Value) {
        match name {
            "format" => {}
            "name" => self.draft.name = self.text(Field::Name, value),
            "object_id" => self.draft.object_id = self.text(Field::ObjectId, value),
            "tenant_id" => self.draft.tenant_id = self.text(Field::TenantId, value),
            "client_id" => self.draft.client_id = self.text(Field::ClientId, value),
            "cloud" => self.cloud(value),
            "licensing_mode" => {
                if let Some(mode) = self.word(Field::LicensingMode, "", value, LicensingMode::ALL, LicensingMode::key) {
                    self.draft.licensing_mode = mode;
                }
            }
            "directory_options" => self.phones(value),
            "system_messages" => self.messages(value),
            // What `liaison show --json` adds. Its expires_at is warned of, because somebody may think that it is taken.
            "secret_stored" | "expires_at_source" | "last_test" => {}
            _ => self.unknown(name),
        }
    }

    /// What is missing of the rest is reported as empty by the draft.
    fn missing(&mut self, members: &Members) {
        for (name, taken) in
            [("cloud", CloudKind::default().label()), ("licensing_mode", LicensingMode::default().label())]
        {
            if members.get(name).is_none() {
                self.warn(format!("“{name}” is missing; {taken} is taken."));
            }
        }
    }

    fn finish(mut self) -> Result<Imported, SettingsFileError> {
        if self.problems.is_empty() {
            return Ok(Imported { draft: self.draft, warnings: self.warnings });
        }
        // Nobody should have to come back for the rest.
        let fields: Vec<Field> = self.problems.iter().map(|problem| problem.field).collect();
        let others = self.draft.problems().into_iter();
        self.problems.extend(others.filter(|p| p.severity == Severity::Error && !fields.contains(&p.field)));
        self.problems.sort_by_key(|problem| problem.field);
        Err(SettingsFileError::Invalid(self.problems))
    }

    fn cloud(&mut self, value: &Value) {
        self.draft.cloud = CloudDraft::default();
        let Some(addresses) = value.as_object().and_then(|object| object.get(CloudKind::Custom.key())) else {
            let known = CloudKind::ALL.into_iter().filter(|kind| *kind != CloudKind::Custom);
            if value.as_str() == Some(CloudKind::Custom.key()) || value.is_object() {
                let remedy = r#"Write {"custom": {"login_url": "https://…", "graph_url": "https://…"}}."#;
                self.wrong(Field::Cloud, "The addresses are missing.", remedy);
            } else if let Some(kind) = self.word(Field::Cloud, "", value, known, CloudKind::key) {
                self.draft.cloud.kind = kind;
            }
            return;
        };
        self.unknown_beside(value, "cloud", &[CloudKind::Custom.key()]);
        self.unknown_beside(addresses, "cloud.custom", &["login_url", "graph_url"]);
        self.draft.cloud.kind = CloudKind::Custom;
        let Some(addresses) = addresses.as_object() else {
            let what = format!("“custom” has to be an object in braces, and is {}.", kind_of(addresses));
            return self.wrong(Field::Cloud, what, "Write the two addresses as login_url and graph_url.");
        };
        let mut address = |name| match addresses.get(name) {
            None | Some(Value::String(_)) => addresses.get(name).and_then(Value::as_str).unwrap_or_default().to_owned(),
            Some(other) => {
                self.wrong_type(Field::Cloud, &format!("“{name}”"), "text in quotation marks", other);
                String::new()
            }
        };
        let (login_url, graph_url) = (address("login_url"), address("graph_url"));
        self.draft.cloud = CloudDraft { kind: CloudKind::Custom, login_url, graph_url };
    }

    fn phones(&mut self, value: &Value) {
        let field = Field::DirectoryOptions;
        let Some(entries) = value.as_array() else { return self.wrong_type(field, "It", "a list in brackets", value) };
        let mut options: Vec<PhoneOption> = Vec::new();
        for (number, entry) in (1..).zip(entries) {
            let place = format!("Entry {number}");
            let Some(object) = entry.as_object() else {
                self.wrong_type(field, &place, "an object in braces", entry);
                continue;
            };
            self.unknown_beside(entry, "directory_options", &["type", "shown"]);
            let null = Value::Null;
            let kind = object.get("type").unwrap_or(&null);
            let kind = self.word(field, &format!("{place}, “type”: "), kind, PhoneType::ALL, PhoneType::key);
            let shown = object.get("shown").unwrap_or(&null);
            let Value::Bool(shown) = *shown else {
                self.wrong_type(field, &format!("{place}: “shown”"), "true or false", shown);
                continue;
            };
            match kind {
                Some(kind) if options.iter().any(|known| known.kind == kind) => {
                    self.warn(format!(
                        "“{}” stands in directory_options more than once; the first one counts.",
                        kind.key()
                    ));
                }
                Some(kind) => options.push(PhoneOption { kind, shown }),
                None => {}
            }
        }
        for kind in PhoneType::ALL.into_iter().filter(|kind| options.iter().all(|known| known.kind != *kind)) {
            self.warn(format!("“{}” is missing in directory_options; it follows at the end, not shown.", kind.key()));
        }
        self.draft.directory_options = DirectoryOptions::from_parts(options);
    }

    fn messages(&mut self, value: &Value) {
        let Some(members) = value.as_object() else {
            let first = Field::Message(MessageKey::ALL[0]);
            return self.wrong_type(first, "“system_messages”", "an object in braces", value);
        };
        let known = MessageKey::ALL.map(MessageKey::key);
        self.unknown_beside(value, "system_messages", &known);
        for (key, text) in read_messages(members) {
            *self.draft.system_messages.get_mut(key) = self.text(Field::Message(key), text);
        }
    }

    fn text(&mut self, field: Field, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            other => {
                self.wrong_type(field, "It", "text in quotation marks", other);
                String::new()
            }
        }
    }

    fn word<T: Copy>(
        &mut self,
        field: Field,
        place: &str,
        value: &Value,
        all: impl IntoIterator<Item = T>,
        key: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let all: Vec<T> = all.into_iter().collect();
        let found = all.iter().copied().find(|one| Some(key(*one)) == value.as_str());
        if found.is_none() {
            let what = match value.as_str() {
                // A value may have slipped here from somewhere else; only what looks like a word is repeated.
                Some(word) if word.len() < 30 => format!("{place}“{word}” is not known."),
                Some(_) => format!("{place}It is not one of the known words."),
                None => format!("{place}It has to be a word in quotation marks, and is {}.", kind_of(value)),
            };
            let words: Vec<&str> = all.into_iter().map(key).collect();
            self.wrong(field, what, format!("Write one of {}.", words.join(", ")));
        }
        found
    }

    fn wrong_type(&mut self, field: Field, what: &str, expected: &str, found: &Value) {
        let what = format!("{what} has to be {expected}, and is {}.", kind_of(found));
        self.wrong(field, what, "Correct it in the file, or export the file again.");
    }

    fn wrong(&mut self, field: Field, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem::error(field, what, remedy));
    }

    fn unknown_beside(&mut self, object: &Value, within: &str, known: &[&str]) {
        let names = object.as_object().into_iter().flatten().map(|(name, _)| name);
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            self.unknown(&format!("{within}.{name}"));
        }
    }

    fn unknown(&mut self, name: &str) {
        let shown = printable(name);
        let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        self.warn(if ["secret", "password"].iter().any(|word| folded.contains(word)) {
            format!(
                "“{shown}” was left out: Liaison never reads a secret from a file. Take it out of the file; give the secret in the window, in LIAISON_CLIENT_SECRET or with --secret-stdin."
            )
        } else {
            format!("“{shown}” is not known and was left out.")
        });
    }

    fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }
}

fn read_messages(members: &Map<String, Value>) -> impl Iterator<Item = (MessageKey, &Value)> {
    MessageKey::ALL.into_iter().filter_map(|key| members.get(key.key()).map(|text| (key, text)))
}

/// Warnings go to terminals: no control characters, and no novels.
fn printable(name: &str) -> String {
    name.chars().take(60).flat_map(char::escape_debug).collect()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "missing or null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
