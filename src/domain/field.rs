//! The one source of names for the settings of an account.
//!
//! Owns the [`Field`] that labels, problems, the command line and tests all use. Knows nothing of values.

use super::messages::MessageKey;

/// One setting of the integration account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The name that the administrator gives the account.
    Name,
    /// The app registration's Object ID.
    ObjectId,
    /// The directory in which the app is registered.
    TenantId,
    /// The app registration's Application (client) ID.
    ClientId,
    /// The value of one of the app's client secrets.
    ClientSecret,
    /// When that secret ends.
    ExpiresAt,
    /// Which Microsoft cloud the tenant lives in.
    Cloud,
    /// Evaluation or production.
    LicensingMode,
    /// Which phone numbers agents see, and in which order.
    DirectoryOptions,
    /// One of the seven system messages.
    Message(MessageKey),
}

impl Field {
    /// Every field, in the order of the screen.
    pub fn all() -> impl Iterator<Item = Field> {
        [
            Field::Name,
            Field::ObjectId,
            Field::TenantId,
            Field::ClientId,
            Field::ClientSecret,
            Field::ExpiresAt,
            Field::Cloud,
            Field::LicensingMode,
            Field::DirectoryOptions,
        ]
        .into_iter()
        .chain(MessageKey::ALL.into_iter().map(Field::Message))
    }

    /// The label on the screen, as the source words it.
    pub fn label(self) -> &'static str {
        match self {
            Field::Name => "Name",
            Field::ObjectId => "Object ID",
            Field::TenantId => "Directory (Tenant) ID",
            Field::ClientId => "Client ID",
            Field::ClientSecret => "Client Secret",
            Field::ExpiresAt => "Expires at",
            Field::Cloud => "Cloud",
            Field::LicensingMode => "Licensing mode",
            Field::DirectoryOptions => "Directory Options",
            Field::Message(key) => key.label(),
        }
    }

    /// The member's name in the settings file and in `--json` output.
    pub fn key(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::ObjectId => "object_id",
            Field::TenantId => "tenant_id",
            Field::ClientId => "client_id",
            Field::ClientSecret => "client_secret",
            Field::ExpiresAt => "expires_at",
            Field::Cloud => "cloud",
            Field::LicensingMode => "licensing_mode",
            Field::DirectoryOptions => "directory_options",
            Field::Message(key) => key.key(),
        }
    }

    /// The field with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|field| field.key() == key)
    }

    /// Where in the Azure portal the value is found, or what it does.
    pub fn help(self) -> &'static str {
        match self {
            Field::Name => "Any name. It is shown in this list only.",
            Field::ObjectId => {
                "Azure portal › App registrations › your app › Overview › Object ID. Not the one under Enterprise applications."
            }
            Field::TenantId => "Azure portal › App registrations › your app › Overview › Directory (tenant) ID.",
            Field::ClientId => "Azure portal › App registrations › your app › Overview › Application (client) ID.",
            Field::ClientSecret => {
                "Azure portal › your app › Certificates & secrets › column Value, not Secret ID. Azure shows it only once, when it is made."
            }
            Field::ExpiresAt => "Azure portal › your app › Certificates & secrets › column Expires.",
            Field::Cloud => "Global fits nearly everyone, GCC included. The others are for national clouds.",
            Field::LicensingMode => "Agents notice no difference between the two.",
            Field::DirectoryOptions => "The order applies when a directory entry with multiple numbers is clicked.",
            Field::Message(key) => key.help(),
        }
    }
}
