//! Where the company's policies are: the registry on Windows, a managed preferences file on macOS, a file elsewhere.
//!
//! Owns these places and what is said when one cannot be read. What the values mean is the domain's. They are read once, at the
//! start. Start with [`load`].

#[cfg(not(any(windows, target_os = "macos")))]
use crate::domain::text;
use crate::domain::{Failure, Policy, PolicyValue};
use std::collections::BTreeMap;

type Values = BTreeMap<String, PolicyValue>;

/// Where policies are, as administrators call it.
#[cfg(windows)]
pub const PLACE: &str = r"HKEY_LOCAL_MACHINE\Software\Policies\Liaison";
/// Where policies are, as administrators call it.
#[cfg(target_os = "macos")]
pub const PLACE: &str = "/Library/Managed Preferences/io.github.liaisondesktop.Liaison.plist";
/// Where policies are, as administrators call it.
#[cfg(not(any(windows, target_os = "macos")))]
pub const PLACE: &str = "/etc/liaison/policy.toml";

/// The policies of this computer and of this person. What cannot be read is among [`Policy::problems`].
pub fn load() -> Policy {
    let mut problems = Vec::new();
    let mut values = Values::new();
    // The later one counts: what is set for the computer goes before what is set for the person.
    for place in places() {
        match place {
            Ok(found) => values.extend(found),
            Err((place, detail)) => problems.push(Failure::new(
                format!("The policies in {place} cannot be read."),
                format!(
                    "Ask the people who manage this computer to correct them: {}. Until then they count as not set.",
                    detail.trim_end_matches('.')
                ),
            )),
        }
    }
    let mut policy = Policy::read(&values);
    problems.append(&mut policy.problems);
    policy.problems = problems;
    policy
}

type Read = Result<Values, (String, String)>;

/// <https://learn.microsoft.com/en-us/previous-versions/windows/desktop/policy/implementing-registry-based-policy>
#[cfg(windows)]
fn places() -> Vec<Read> {
    use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type, Value};
    const KEY: &str = r"Software\Policies\Liaison";
    /// 0x80070002: there is no such key, so there are no policies.
    const NOT_FOUND: i32 = 0x8007_0002_u32 as i32;
    fn value(value: Value) -> PolicyValue {
        match value.ty() {
            Type::U32 => u32::try_from(value).map_or(PolicyValue::Other, |number| PolicyValue::Number(number.into())),
            Type::String | Type::ExpandString => String::try_from(value).map_or(PolicyValue::Other, PolicyValue::Text),
            _ => PolicyValue::Other,
        }
    }
    let read = |root: &Key, name: &str| match root.open(KEY) {
        Ok(key) => match key.values() {
            // The default value of a key has no name.
            Ok(all) => Ok(all.filter(|(name, _)| !name.is_empty()).map(|(name, found)| (name, value(found))).collect()),
            Err(error) => Err((format!(r"{name}\{KEY}"), error.message())),
        },
        Err(error) if error.code().0 == NOT_FOUND => Ok(Values::new()),
        Err(error) => Err((format!(r"{name}\{KEY}"), error.message())),
    };
    vec![read(CURRENT_USER, "HKEY_CURRENT_USER"), read(LOCAL_MACHINE, "HKEY_LOCAL_MACHINE")]
}

/// <https://developer.apple.com/documentation/devicemanagement/managedpreferences>
#[cfg(target_os = "macos")]
fn places() -> Vec<Read> {
    let user = whoami::username().unwrap_or_default();
    let file = std::path::Path::new(PLACE);
    let name = file.file_name().unwrap_or_default();
    let personal = file.with_file_name(user).join(name);
    vec![read_file(&personal, parse_plist), read_file(file, parse_plist)]
}

#[cfg(not(any(windows, target_os = "macos")))]
fn places() -> Vec<Read> {
    vec![read_file(std::path::Path::new(PLACE), parse_toml)]
}

/// A file that is not there sets nothing.
#[cfg(not(windows))]
fn read_file(path: &std::path::Path, parse: fn(&[u8]) -> Result<Values, String>) -> Read {
    let read = match std::fs::read(path) {
        Ok(bytes) => parse(&bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Values::new()),
        Err(error) => Err(error.to_string()),
    };
    read.map_err(|detail| (path.display().to_string(), detail))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn parse_toml(bytes: &[u8]) -> Result<Values, String> {
    let bytes = text::to_utf8(bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| "the file is not text in UTF-8".to_owned())?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let value = |value| match value {
        toml::Value::String(text) => PolicyValue::Text(text),
        toml::Value::Integer(number) => PolicyValue::Number(number),
        toml::Value::Boolean(on) => PolicyValue::Switch(on),
        _ => PolicyValue::Other,
    };
    Ok(table.into_iter().map(|(name, found)| (name, value(found))).collect())
}

/// Preferences that macOS itself puts into the file are no policies of Liaison.
#[cfg(target_os = "macos")]
fn parse_plist(bytes: &[u8]) -> Result<Values, String> {
    let read = plist::Value::from_reader(std::io::Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let table = read.into_dictionary().ok_or("the file is not a dictionary")?;
    let value = |value: plist::Value| match value {
        plist::Value::String(text) => PolicyValue::Text(text),
        plist::Value::Integer(number) => number.as_signed().map_or(PolicyValue::Other, PolicyValue::Number),
        plist::Value::Boolean(on) => PolicyValue::Switch(on),
        _ => PolicyValue::Other,
    };
    let own = |name: &str| !name.starts_with("Payload") && !name.starts_with("NS") && !name.starts_with("Apple");
    Ok(table.into_iter().filter(|(name, _)| own(name)).map(|(name, found)| (name, value(found))).collect())
}

#[cfg(all(test, not(any(windows, target_os = "macos"))))]
mod tests {
    use super::*;

    #[test]
    fn a_policy_file_is_read_with_and_without_a_byte_order_mark() {
        let text =
            "\u{feff}# Contoso\r\nProxy = \"none\"\r\nReminders = false\r\nPracticeTenant = 0\r\nCloud = [1]\r\n";
        let values = parse_toml(text.as_bytes()).expect("reads");
        assert_eq!(values["Proxy"], PolicyValue::Text("none".into()));
        assert_eq!(values["Reminders"], PolicyValue::Switch(false));
        assert_eq!(values["PracticeTenant"], PolicyValue::Number(0));
        assert_eq!(values["Cloud"], PolicyValue::Other);
    }

    #[test]
    fn a_policy_file_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policy.toml");
        assert_eq!(read_file(&path, parse_toml), Ok(Values::new()));
        for broken in [&b"Proxy = "[..], b"\xff\xfeP\0", b"[Proxy"] {
            std::fs::write(&path, broken).expect("writes");
            let (place, detail) = read_file(&path, parse_toml).expect_err("is refused");
            assert!(place.ends_with("policy.toml") && !detail.is_empty(), "{place}: {detail}");
        }
        assert!(read_file(folder.path(), parse_toml).is_err());
    }
}
