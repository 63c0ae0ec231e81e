//! The account as it is saved: every value valid. It comes into being only by parsing a [`super::Draft`].
//!
//! The secret is not part of it: it lives in the keychain, and [`Credentials`] bring both together for a test.

use super::{
    cloud::Cloud, credential::Credential, directory::DirectoryOptions, guid::Guid, licensing::LicensingMode,
    messages::SystemMessages,
};

/// The one Microsoft Teams integration account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Any name; never empty.
    pub name: String,
    /// The app registration's Object ID.
    pub object_id: Guid,
    /// The Directory (tenant) ID.
    pub tenant_id: Guid,
    /// The Application (client) ID.
    pub client_id: Guid,
    /// Where it signs in.
    pub cloud: Cloud,
    /// Evaluation or production.
    pub licensing_mode: LicensingMode,
    /// What agents see of a colleague's numbers.
    pub directory_options: DirectoryOptions,
    /// The seven messages, without blanks around them.
    pub system_messages: SystemMessages,
}

/// What a connection test needs. Two of them are equal when the same values would be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The app registration's Object ID.
    pub object_id: Guid,
    /// The Directory (tenant) ID.
    pub tenant_id: Guid,
    /// The Application (client) ID.
    pub client_id: Guid,
    /// Where to sign in.
    pub cloud: Cloud,
    /// The client secret, or the certificate.
    pub credential: Credential,
}

impl Account {
    /// The account's values together with its credential.
    pub fn credentials(&self, credential: Credential) -> Credentials {
        Credentials {
            object_id: self.object_id,
            tenant_id: self.tenant_id,
            client_id: self.client_id,
            cloud: self.cloud.clone(),
            credential,
        }
    }
}
