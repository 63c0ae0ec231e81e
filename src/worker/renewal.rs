//! The lane's part that is about renewing the secret without a gap, and reminding of its end.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::renewal`.

use super::Lane;
use crate::session::renewal::Command;

impl Lane {
    pub(super) fn renewal(&mut self, command: Command) {
        match command {}
    }
}
