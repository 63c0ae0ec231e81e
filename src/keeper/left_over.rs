//! What a renewal may have left in Azure, so that a crash cannot make it forgotten.
//!
//! Owns nothing but the way to the database.

use super::{KeepError, Keeper, Store};
use crate::domain::renewal::LeftOver;

impl Keeper {
    /// Writes down a secret that is about to be made in Azure, or the ID that it got.
    ///
    /// # Errors
    /// The file cannot be written; then nothing should be made.
    pub fn note_secret(&mut self, left: &LeftOver) -> Result<(), KeepError> {
        self.store()?.note_secret(left)
    }

    /// Strikes out a secret that is in use, or gone from Azure.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn forget_secret(&mut self, name: &str) -> Result<(), KeepError> {
        self.store()?.forget_secret(name)
    }

    /// The secrets that were made and are not in use, as far as is known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn secrets_left_over(&self) -> Result<Vec<LeftOver>, KeepError> {
        Store::open_to_read(&self.profile)?.map_or(Ok(Vec::new()), |store| store.secrets_left_over())
    }
}
