//! History: what was done to the account, and going back to it.
//!
//! Owns the layout of the screen; what it shows is `session::history`'s.

use crate::ui::{
    theme,
    view::{Actions, View},
};
use egui::Ui;

/// Draws the screen.
pub fn show(ui: &mut Ui, _view: &View<'_>, _actions: &mut Actions) {
    theme::card(ui).inner_margin(20).show(ui, |ui| ui.set_min_size(ui.available_size()));
}
