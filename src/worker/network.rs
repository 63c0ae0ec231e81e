//! The lane's part that is about how this computer reaches Microsoft.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::network`.

use super::Lane;
use crate::session::network::Command;

impl Lane {
    pub(super) fn network(&mut self, command: Command) {
        match command {}
    }
}
