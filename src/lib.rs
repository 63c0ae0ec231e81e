//! Liaison: set up, test, and monitor a contact center's Microsoft Teams integration account.
//!
//! ARCHITECTURE.md draws the rooms; `domain` is where to start reading.

pub mod agents;
pub mod calendar;
pub mod certificate;
pub mod cli;
pub mod csv_file;
pub mod domain;
pub mod entra;
pub mod graph;
pub mod http;
pub mod keeper;
pub mod message_box;
pub mod notify;
pub mod oauth;
pub mod policy;
pub mod practice;
pub mod probe;
pub mod product;
pub mod profile;
pub mod renew;
pub mod roster;
pub mod saved_file;
pub mod session;
pub mod settings_file;
pub mod store;
pub mod ui;
pub mod vault;
pub mod worker;
