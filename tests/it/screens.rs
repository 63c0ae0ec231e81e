//! The window as people and screen readers meet it: found by role and name, over real HTTP to the practice tenant.
//!
//! Nothing is drawn and no display is needed. Every frame is also checked for controls without a name and for characters
//! that no font can draw. [`window`] opens it and waits for what goes on behind it.

mod window;

mod account;
mod agents;
mod certificate;
mod conference;
mod directory;
mod edits;
mod expiry;
mod files;
mod first_run;
mod history;
mod keeping;
mod managed;
mod messages;
mod network;
mod pasting;
mod people;
mod reach;
mod reminders;
mod renewal;
mod testing;
