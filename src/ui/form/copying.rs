//! Values that are there to be copied.
//!
//! Owns the button that says for a moment that it copied. Must not know what is copied, which is never a secret.

use super::{GAP, ICON_BUTTON, icon_button};
use crate::ui::theme::{self, palette};
use egui::{Id, Margin, RichText, Ui, vec2};

/// A value in a quiet box with a button that copies it.
pub fn copyable(ui: &mut Ui, name: &str, value: &str) {
    let p = palette(ui);
    theme::note(ui).inner_margin(Margin { left: 12, right: 4, top: 3, bottom: 3 }).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(value).monospace().color(p.text));
            copy_button(ui, &format!("Copy {name}"), value);
        });
    });
}

/// A long value in a quiet box, in as many lines as it needs, with a button that copies it.
pub fn copyable_lines(ui: &mut Ui, name: &str, value: &str) {
    let p = palette(ui);
    theme::note(ui).inner_margin(Margin { left: 12, right: 4, top: 6, bottom: 6 }).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            let width = (ui.available_width() - ICON_BUTTON - GAP).max(80.0);
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.set_min_width(width);
                ui.add(egui::Label::new(RichText::new(value).monospace().color(p.text)).wrap());
            });
            copy_button(ui, &format!("Copy {name}"), value);
        });
    });
}

/// Copies a text, and says for a moment that it did.
pub fn copy_button(ui: &mut Ui, name: &str, value: &str) {
    use egui_material_icons::icons::{ICON_CHECK, ICON_CONTENT_COPY};
    let p = palette(ui);
    let copied = Id::unique(("copied", name, value));
    let now = ui.input(|input| input.time);
    let until: Option<f64> = ui.data(|data| data.get_temp(copied));
    let fresh = until.is_some_and(|until| now < until);
    let response = if fresh {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(1600));
        icon_button(ui, ICON_CHECK, &format!("{name}: copied"), p.ok)
    } else {
        icon_button(ui, ICON_CONTENT_COPY, name, p.muted)
    };
    if response.clicked() {
        ui.copy_text(value.to_owned());
        ui.data_mut(|data| data.insert_temp(copied, now + 1.5));
        ui.ctx().request_repaint();
    }
}
