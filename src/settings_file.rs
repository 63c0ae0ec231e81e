//! The settings file: what export writes, and what import and the command line read.
//!
//! Owns the JSON members of format 1, tolerance for what people do to such files, and the words for what cannot be read.
//! It never holds a secret, in either direction. Whether the values make an account is left to
//! [`Draft::parse`](crate::domain::Draft::parse).

mod read;

pub use read::{Imported, SettingsFileError, read, read_bytes};

use crate::{
    domain::{Account, Cloud, CloudKind, DirectoryOptions, SystemMessages},
    saved_file,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
};

/// The format that is written, and the newest that is read.
pub const FORMAT: u64 = 1;

/// The longest file that is read, in bytes.
pub const LIMIT: usize = 1 << 20;

/// The account as the text of a settings file, without its secret.
pub fn write(account: &Account) -> String {
    let text = serde_json::to_string_pretty(&Written::of(account));
    // Serialising fails for maps with keys that are no text, and there are none.
    text.unwrap_or_default() + "\n"
}

/// The members of a settings file in their order, for a document that has others beside them.
pub fn members(account: &Account) -> impl Serialize + '_ {
    Written::of(account)
}

/// Writes a settings file in whole or not at all.
///
/// # Errors
/// [`SettingsFileError::NotWritten`]; what was there before still is.
pub fn save(path: &Path, account: &Account) -> Result<(), SettingsFileError> {
    let fill = |file: &mut dyn Write| file.write_all(write(account).as_bytes());
    saved_file::write(path, fill).map_err(SettingsFileError::NotWritten)
}

/// Reads a settings file.
///
/// # Errors
/// The file cannot be opened, or is not one that [`read()`] understands.
pub fn load(path: &Path) -> Result<Imported, SettingsFileError> {
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to see that it is too long, even of a file that never ends.
    let read = File::open(path).and_then(|file| file.take(LIMIT as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| SettingsFileError::NotOpened { path: path.into(), detail: error.to_string() })?;
    read_bytes(&bytes)
}

/// The members in their order.
#[derive(Serialize)]
struct Written<'a> {
    format: u64,
    name: &'a str,
    object_id: String,
    tenant_id: String,
    client_id: String,
    #[serde(serialize_with = "cloud")]
    cloud: &'a Cloud,
    licensing_mode: &'a str,
    #[serde(serialize_with = "phones")]
    directory_options: &'a DirectoryOptions,
    #[serde(serialize_with = "messages")]
    system_messages: &'a SystemMessages,
}

impl<'a> Written<'a> {
    fn of(account: &'a Account) -> Self {
        // All fields by name, so that a new one is not forgotten here.
        let Account {
            name,
            object_id,
            tenant_id,
            client_id,
            cloud,
            licensing_mode,
            directory_options,
            system_messages,
        } = account;
        Self {
            format: FORMAT,
            name,
            object_id: object_id.to_string(),
            tenant_id: tenant_id.to_string(),
            client_id: client_id.to_string(),
            cloud,
            licensing_mode: licensing_mode.key(),
            directory_options,
            system_messages,
        }
    }
}

fn cloud<S: Serializer>(cloud: &Cloud, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Addresses<'a> {
        login_url: &'a str,
        graph_url: &'a str,
    }
    match cloud.kind() {
        CloudKind::Custom => {
            let mut map = to.serialize_map(Some(1))?;
            let addresses = Addresses { login_url: cloud.login_url(), graph_url: cloud.graph_url() };
            map.serialize_entry(CloudKind::Custom.key(), &addresses)?;
            map.end()
        }
        kind => to.serialize_str(kind.key()),
    }
}

fn phones<S: Serializer>(options: &DirectoryOptions, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Phone<'a> {
        r#type: &'a str,
        shown: bool,
    }
    to.collect_seq(options.as_slice().iter().map(|option| Phone { r#type: option.kind.key(), shown: option.shown }))
}

fn messages<S: Serializer>(messages: &SystemMessages, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(messages.iter().map(|(key, text)| (key.key(), text)))
}
