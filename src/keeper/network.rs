//! How this computer reaches Microsoft, as it is kept: a preference, and the proxy's password in the keychain.
//!
//! Owns the form of the preference and the one reference of the password. Knows nothing of the account: the settings are
//! there before it and stay after it. Start with [`Keeper::network`].

use super::{KeepError, Keeper, Store};
use crate::{
    domain::{NetworkDraft, NetworkSettings, Proxy, ProxyAddress, ProxyKind, Secret},
    profile::Profile,
    vault::{Vault, VaultError},
};
use serde::{Deserialize, Serialize};

/// The name of the preference.
const KEY: &str = "network";
/// Under which the keychain keeps the proxy's password. Each data folder has its own.
fn reference(profile: &Profile) -> String {
    format!("proxy password of {}", profile.dir().display())
}

/// The preference. What a later version adds is left out.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Kept {
    proxy: String,
    address: String,
    user: String,
    /// Whether the keychain keeps a password: it is not asked in vain.
    password: bool,
    ca_file: String,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkKept {
    /// The settings, with the password.
    pub settings: NetworkSettings,
    /// Why the password is not in the keychain, where it should be.
    pub password_not_kept: Option<VaultError>,
}

impl Keeper {
    /// The settings of a profile, without its keychain where it need not be asked. What cannot be read is as if never set:
    /// a program that cannot reach its settings must still be able to say so.
    ///
    /// The password is left out where the keychain does not give it; the proxy then says that it wants one.
    pub fn network(profile: &Profile, vault: &Vault) -> NetworkSettings {
        let kept = Kept::of(profile);
        let password = if kept.password { vault.load(&reference(profile)).ok() } else { None };
        kept.read(password)
    }

    /// The settings without the password. The keychain is not asked.
    pub fn network_without_password(profile: &Profile) -> NetworkSettings {
        Kept::of(profile).read(None)
    }

    /// Whether the keychain keeps a password for the proxy. It is not asked.
    pub fn keeps_proxy_password(profile: &Profile) -> bool {
        Kept::of(profile).password
    }

    /// Keeps other settings. A typed password goes to the keychain; the one that is there stays where none was typed, as
    /// long as it is the same user's at the same proxy.
    ///
    /// # Errors
    /// The file cannot be written; nothing was changed then.
    pub fn set_network(&mut self, settings: &NetworkSettings) -> Result<NetworkKept, KeepError> {
        let before = Kept::of(&self.profile);
        let known = before.password;
        let mut settings = settings.clone();
        let reference = reference(&self.profile);
        let mut password_not_kept = None;
        let mut kept = false;
        if let Proxy::Address(address) = &mut settings.proxy {
            match &address.password {
                Some(password) => match self.vault.store(&reference, password) {
                    Ok(()) => kept = true,
                    Err(error) => password_not_kept = Some(error),
                },
                None if known && (&before.address, &before.user) == (&address.url, &address.user) => {
                    kept = true;
                    address.password = self.vault.load(&reference).ok();
                }
                None => {}
            }
        }
        let NetworkDraft { kind, address, user, ca_file, .. } = NetworkDraft::of(&settings);
        let text = Kept { proxy: kind.key().into(), address, user, password: kept, ca_file };
        // Text and truth values can always be written.
        self.set_preference(KEY, &serde_json::to_string(&text).unwrap_or_default())?;
        if known && !kept {
            // One that cannot be removed is nobody's, and the next one takes its place.
            let _ = self.vault.delete(&reference);
        }
        Ok(NetworkKept { settings, password_not_kept })
    }
}

impl Kept {
    fn of(profile: &Profile) -> Self {
        let store = Store::open_to_read(profile).ok().flatten();
        let text = store.and_then(|store| store.preference(KEY).ok().flatten());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    fn read(self, password: Option<Secret>) -> NetworkSettings {
        let proxy = match ProxyKind::ALL.into_iter().find(|kind| kind.key() == self.proxy) {
            Some(ProxyKind::Address) => Proxy::Address(ProxyAddress { url: self.address, user: self.user, password }),
            Some(ProxyKind::None) => Proxy::None,
            Some(ProxyKind::System) | None => Proxy::System,
        };
        NetworkSettings { proxy, ca_file: self.ca_file }
    }
}
