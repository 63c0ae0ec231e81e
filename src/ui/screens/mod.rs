//! The screens, one beside the navigation at a time.
//!
//! Each owns its layout; which one is open is the session's.

pub mod accounts;
pub mod agents;
pub mod conference;
pub mod directory;
pub mod history;
pub mod setup;
