//! The screens, one beside the navigation at a time.

pub mod accounts;
pub mod setup;
