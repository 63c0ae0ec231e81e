//! The lane's part that is about rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::conference`.

use super::Lane;
use crate::session::conference::Command;

impl Lane {
    pub(super) fn conference(&mut self, command: Command) {
        match command {}
    }
}
