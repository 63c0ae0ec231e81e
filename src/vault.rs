//! The OS keychain: Secret Service, Keychain or Credential Manager, and a stand-in in memory.
//!
//! The only door to it. Owns [`VaultError`], the words for what a keychain can refuse. Knows nothing of accounts: it keeps
//! one secret under one reference, and [`crate::keeper`] remembers which reference counts. A call can block until a person
//! answers the keychain's own question, so it belongs on a worker thread.

use crate::domain::{Failure, Secret};
use keyring_core::{CredentialStore, Entry, Error};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use zeroize::Zeroizing;

/// Under which name the entries stand in the keychain; the user name of each is its reference.
const SERVICE: &str = "Liaison";

/// A place for secrets. Clones are the same place.
#[derive(Clone)]
pub struct Vault(Arc<Place>);

enum Place {
    /// Connected on first use, so that a start never waits for it, and again after a failure.
    Os(Mutex<Option<Arc<CredentialStore>>>),
    Memory {
        entries: Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>,
        rehearsal: Rehearsal,
    },
}

type Rehearsal = Box<dyn Fn(Step) -> Result<(), VaultError> + Send + Sync>;

/// The moments at which a rehearsal can interfere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The keychain is looked for.
    Reach,
    /// Nothing is stored yet.
    BeforeStore,
    /// It is stored, but the caller does not know yet.
    AfterStore,
    /// It is about to be read.
    BeforeLoad,
    /// It is still there.
    BeforeDelete,
    /// It is gone, but the caller does not know yet.
    AfterDelete,
}

/// What a keychain can refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// There is no keychain, or it does not answer.
    NotAvailable,
    /// It is locked and was not unlocked, or it has never been set up.
    Locked,
    /// It holds no such entry.
    NotFound,
    /// It takes no secret of this length.
    TooLong,
    /// Anything else, in the keychain's words.
    Other(String),
}

impl Vault {
    /// The keychain of this computer. Nothing is connected yet.
    pub fn os() -> Self {
        Self(Arc::new(Place::Os(Mutex::new(None))))
    }

    /// A stand-in that forgets everything when its last clone is dropped.
    pub fn memory() -> Self {
        Self::rehearsed(|_| Ok(()))
    }

    /// A computer without a keychain.
    pub fn unavailable() -> Self {
        Self::rehearsed(|_| Err(VaultError::NotAvailable))
    }

    /// A stand-in that asks before and after everything it does: an error is what the caller gets, a panic is a crash.
    pub fn rehearsed(rehearsal: impl Fn(Step) -> Result<(), VaultError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Place::Memory { entries: Mutex::default(), rehearsal: Box::new(rehearsal) }))
    }

    /// The references that a stand-in holds, sorted; empty for the real keychain, which is never listed.
    pub fn references(&self) -> Vec<String> {
        match &*self.0 {
            Place::Os(_) => Vec::new(),
            Place::Memory { entries, .. } => lock(entries).keys().cloned().collect(),
        }
    }

    /// Looks whether there is a keychain, without touching an entry.
    ///
    /// # Errors
    /// [`VaultError::NotAvailable`].
    pub fn reach(&self) -> Result<(), VaultError> {
        match &*self.0 {
            Place::Os(store) => connected(store).map(drop).map_err(VaultError::from),
            Place::Memory { rehearsal, .. } => rehearsal(Step::Reach),
        }
    }

    /// Keeps a secret, in place of what stood under this reference.
    ///
    /// # Errors
    /// What the keychain refuses. After [`VaultError::NotAvailable`] and [`VaultError::Other`] it may be kept all the same.
    pub fn store(&self, reference: &str, secret: &Secret) -> Result<(), VaultError> {
        self.store_bytes(reference, secret.expose().as_bytes())
    }

    /// Keeps a secret that is no text, such as a private key, as [`Vault::store`] does. Windows takes 2,560 bytes.
    ///
    /// # Errors
    /// As those of [`Vault::store`].
    pub fn store_bytes(&self, reference: &str, secret: &[u8]) -> Result<(), VaultError> {
        match &*self.0 {
            Place::Os(store) => with_entry(store, reference, |entry| entry.set_secret(secret)),
            Place::Memory { entries, rehearsal } => {
                rehearsal(Step::BeforeStore)?;
                lock(entries).insert(reference.to_owned(), Zeroizing::new(secret.to_vec()));
                rehearsal(Step::AfterStore)
            }
        }
    }

    /// Reads a secret.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], or what the keychain refuses.
    pub fn load(&self, reference: &str) -> Result<Secret, VaultError> {
        let bytes = self.load_bytes(reference)?;
        let text = std::str::from_utf8(&bytes);
        text.map(Secret::new).map_err(|_| VaultError::Other("What it holds is not text".into()))
    }

    /// Reads a secret that is no text.
    ///
    /// # Errors
    /// As those of [`Vault::load`].
    pub fn load_bytes(&self, reference: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match &*self.0 {
            Place::Os(store) => with_entry(store, reference, |entry| entry.get_secret().map(Zeroizing::new)),
            Place::Memory { entries, rehearsal } => {
                rehearsal(Step::BeforeLoad)?;
                lock(entries).get(reference).cloned().ok_or(VaultError::NotFound)
            }
        }
    }

    /// Removes a secret.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], or what the keychain refuses.
    pub fn delete(&self, reference: &str) -> Result<(), VaultError> {
        match &*self.0 {
            Place::Os(store) => with_entry(store, reference, Entry::delete_credential),
            Place::Memory { entries, rehearsal } => {
                rehearsal(Step::BeforeDelete)?;
                let removed = lock(entries).remove(reference);
                rehearsal(Step::AfterDelete)?;
                removed.map(drop).ok_or(VaultError::NotFound)
            }
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Place::Os(_) => "Vault(os)",
            Place::Memory { .. } => "Vault(memory)",
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect() -> Result<Arc<CredentialStore>, Error> {
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

/// The connection, made now if there is none.
fn connected(store: &Mutex<Option<Arc<CredentialStore>>>) -> Result<Arc<CredentialStore>, Error> {
    let mut store = lock(store);
    match &*store {
        Some(store) => Ok(store.clone()),
        None => Ok(store.insert(connect()?).clone()),
    }
}

/// A connection does not outlive the keychain's process, so a failure over an old one is tried again over a new one.
fn with_entry<T>(
    store: &Mutex<Option<Arc<CredentialStore>>>,
    reference: &str,
    work: impl Fn(&Entry) -> Result<T, Error>,
) -> Result<T, VaultError> {
    let fresh = lock(store).is_none();
    // By default Windows takes credentials along to a person's other computers, where the account's database is not.
    // The target is what the Credential Manager shows.
    let target = format!("{SERVICE}: {reference}");
    let stays = cfg!(windows).then(|| HashMap::from([("persistence", "Local"), ("target", target.as_str())]));
    let attempt = || work(&connected(store)?.build(SERVICE, reference, stays.as_ref())?);
    match attempt() {
        // Elsewhere there is no connection, and a second try would only ask the person again.
        Err(Error::PlatformFailure(_)) if cfg!(all(unix, not(target_os = "macos"))) => {
            *lock(store) = None;
            if fresh { Err(VaultError::NotAvailable) } else { attempt().map_err(VaultError::from) }
        }
        answer => answer.map_err(VaultError::from),
    }
}

/// What macOS means by an `OSStatus` of its keychain. The package's own two kinds mix these up.
/// <https://developer.apple.com/documentation/security/security-framework-result-codes>
#[cfg(any(target_os = "macos", test))]
fn of_macos(status: i32, detail: &str) -> VaultError {
    match status {
        // errSecUserCanceled, errSecAuthFailed, errSecInteractionNotAllowed: the person or the session says no.
        -128 | -25293 | -25308 => VaultError::Locked,
        // A file that cannot be written, errSecInvalidOwnerEdit, errSecReadOnly.
        -61 | -25244 | -25292 => VaultError::Other(detail.trim_end_matches('.').to_owned()),
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain, and what is not known.
        _ => VaultError::NotAvailable,
    }
}

impl From<Error> for VaultError {
    fn from(error: Error) -> Self {
        match error {
            #[cfg(target_os = "macos")]
            Error::PlatformFailure(error) | Error::NoStorageAccess(error)
                if error.is::<security_framework::base::Error>() =>
            {
                let status = error.downcast_ref::<security_framework::base::Error>().map_or(0, |error| error.code());
                of_macos(status, &error.to_string())
            }
            Error::NoDefaultStore | Error::PlatformFailure(_) => VaultError::NotAvailable,
            Error::NoStorageAccess(_) => VaultError::Locked,
            Error::NoEntry => VaultError::NotFound,
            Error::TooLong(..) => VaultError::TooLong,
            // These carry what was read, which may be a secret: their own words stay unused.
            Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Other("What it holds is not text".into()),
            other => VaultError::Other(other.to_string()),
        }
    }
}

/// The keychain's name and how it is made to work, on this system.
const fn words() -> (&'static str, &'static str, &'static str) {
    if cfg!(target_os = "macos") {
        (
            "the Keychain",
            "Open Keychain Access and see that there is a login keychain",
            "Unlock the login keychain in Keychain Access and allow Liaison to use it",
        )
    } else if cfg!(windows) {
        (
            "the Windows Credential Manager",
            "See that the service “Credential Manager” is running",
            "Sign in to Windows again, so that the Credential Manager is unlocked",
        )
    } else {
        (
            "the Secret Service (GNOME Keyring, KWallet or KeePassXC)",
            "Install and start a Secret Service such as GNOME Keyring or KWallet in your desktop session",
            "Unlock your keyring, for instance in “Passwords and Keys” or KWalletManager; if you have never used it, create a default keyring there",
        )
    }
}

impl From<&VaultError> for Failure {
    fn from(error: &VaultError) -> Self {
        Failure::new(error.headline(), error.remedy())
    }
}

impl VaultError {
    /// What is wrong, as a sentence.
    pub fn headline(&self) -> String {
        let (name, ..) = words();
        match self {
            VaultError::NotAvailable => format!("The keychain of this computer, {name}, is not available."),
            VaultError::Locked if cfg!(target_os = "macos") => {
                format!("The keychain of this computer, {name}, is locked or denied access.")
            }
            VaultError::Locked => format!("The keychain of this computer, {name}, is locked."),
            VaultError::NotFound => "The client secret is no longer in the keychain.".into(),
            VaultError::TooLong => "The client secret is too long for the keychain.".into(),
            VaultError::Other(detail) => format!("The keychain of this computer, {name}, refused: {detail}."),
        }
    }

    /// What to do, as one or more sentences.
    pub fn remedy(&self) -> String {
        let (_, start, unlock) = words();
        match self {
            VaultError::NotAvailable => {
                format!("{start}, then try again. Without it the secret can only be used while the window is open.")
            }
            VaultError::Locked => format!("{unlock}, then try again."),
            VaultError::NotFound => {
                "Enter the client secret again and apply; if you no longer have it, make a new one in the Azure portal."
                    .into()
            }
            VaultError::TooLong => {
                "Check that nothing but the column Value was pasted: a client secret has about 40 characters.".into()
            }
            VaultError::Other(_) => "Try again; if it stays like this, sign out of this computer and in again.".into(),
        }
    }
}

impl VaultError {
    /// What is wrong, where it is about a person's sign-in and not the account's secret.
    pub fn headline_of_sign_in(&self) -> String {
        match self {
            VaultError::NotFound => "The sign-in is no longer in the keychain.".into(),
            VaultError::TooLong => "The sign-in is too long for the keychain.".into(),
            error => error.headline(),
        }
    }

    /// What to do about it.
    pub fn remedy_of_sign_in(&self) -> String {
        let (_, start, _) = words();
        match self {
            VaultError::NotAvailable => {
                format!("{start}, then sign in again. Sign-ins are kept in the keychain and nowhere else.")
            }
            VaultError::NotFound => "Sign in again on the Agents screen.".into(),
            error => error.remedy(),
        }
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline(), self.remedy())
    }
}

impl std::error::Error for VaultError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_keeps_replaces_and_removes() {
        let vault = Vault::memory();
        let twin = vault.clone();
        vault.store("a", &Secret::new("one")).expect("stores");
        vault.store("a", &Secret::new("two")).expect("stores");
        assert_eq!(twin.load("a"), Ok(Secret::new("two")));
        assert_eq!(twin.delete("a"), Ok(()));
        assert_eq!((vault.load("a"), vault.delete("a")), (Err(VaultError::NotFound), Err(VaultError::NotFound)));
    }

    #[test]
    fn each_refusal_has_its_own_words_and_none_shows_what_was_read() {
        let failure = || std::io::Error::other("bus").into();
        for (error, expected) in [
            (Error::NoDefaultStore, VaultError::NotAvailable),
            (Error::PlatformFailure(failure()), VaultError::NotAvailable),
            (Error::NoStorageAccess(failure()), VaultError::Locked),
            (Error::NoEntry, VaultError::NotFound),
            (Error::TooLong("secret".into(), 2560), VaultError::TooLong),
            (Error::BadEncoding(b"hunter2".to_vec()), VaultError::Other("What it holds is not text".into())),
            (
                Error::BadDataFormat(b"hunter2".to_vec(), "hunter2".into()),
                VaultError::Other("What it holds is not text".into()),
            ),
        ] {
            let error = VaultError::from(error);
            assert_eq!(error, expected);
            assert!(error.headline().ends_with('.') && error.remedy().ends_with('.'), "{error}");
        }
    }

    #[test]
    fn macos_refusals_are_told_apart() {
        for (status, expected) in [
            (-128, VaultError::Locked),
            (-25293, VaultError::Locked),
            (-25308, VaultError::Locked),
            (-25291, VaultError::NotAvailable),
            (-25294, VaultError::NotAvailable),
            (-25307, VaultError::NotAvailable),
            (-25292, VaultError::Other("Read only".into())),
        ] {
            assert_eq!(of_macos(status, "Read only."), expected, "{status}");
        }
    }

    #[test]
    fn a_vault_for_the_os_connects_to_nothing_until_it_is_used() {
        let Vault(place) = Vault::os();
        let Place::Os(store) = &*place else { panic!("the keychain") };
        assert!(lock(store).is_none());
    }
}
