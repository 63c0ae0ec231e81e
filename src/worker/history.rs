//! The lane's part that is about what was done to the account, and going back to it.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::history`.

use super::Lane;
use crate::session::history::Command;

impl Lane {
    pub(super) fn history(&mut self, command: Command) {
        match command {}
    }
}
