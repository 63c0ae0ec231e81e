//! The lane's part that is about the colleagues of the tenant as agents see them.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::directory`.

use super::Lane;
use crate::session::directory::Command;

impl Lane {
    pub(super) fn directory(&mut self, command: Command) {
        match command {}
    }
}
