//! The lane's part that is about the people who enabled Teams integration, and their signing in.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::agents`.

use super::Lane;
use crate::session::agents::Command;

impl Lane {
    pub(super) fn agents(&mut self, command: Command) {
        match command {}
    }
}
