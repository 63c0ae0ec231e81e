//! Liaison: set up, prove and watch over a contact center's Microsoft Teams integration account.
//!
//! ARCHITECTURE.md draws the rooms; `domain` is where to start reading.

pub mod domain;
pub mod entra;
pub mod graph;
pub mod http;
pub mod practice;
pub mod probe;
