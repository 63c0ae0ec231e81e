//! Directory: the colleagues of the tenant as agents see them.
//!
//! Owns the layout of the screen; what it shows is `session::directory`'s.

use crate::ui::{
    theme,
    view::{Actions, View},
};
use egui::Ui;

/// Draws the screen.
pub fn show(ui: &mut Ui, _view: &View<'_>, _actions: &mut Actions) {
    theme::card(ui).inner_margin(20).show(ui, |ui| ui.set_min_size(ui.available_size()));
}
