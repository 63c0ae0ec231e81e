//! The window: pixels and what a screen reader hears.
//!
//! Owns drawing, keys, and how the window is started. Must not know the services: it talks to `session` and hands its commands
//! to `worker`. Start with [`App`]; `theme` is the only place with colours.

mod app;
mod desktop;
mod dialogs;
mod files;
mod form;
mod people;
mod run;
mod screens;
mod sections;
mod shell;
pub mod theme;
mod view;
mod words;

pub use app::{App, Setup};
pub use run::{has_display, run};
