//! Help: the keyboard shortcuts, and what this program is: version, data folder, and the policies in force.
//!
//! Owns its words. Nothing here changes anything; the releases page opens in the browser, and only when asked to.

use super::{buttons, title};
use crate::{
    domain::{policy::LOCKED, setup},
    product,
    session::managed::Managed,
    ui::{
        form,
        theme::{palette, semibold, size},
        view::Actions,
    },
};
use egui::{RichText, Ui};

/// What stands above and below the part that scrolls, and the room around the dialog.
const FRAME: f32 = 200.0;

/// Draws it.
pub(super) fn show(ui: &mut Ui, managed: &Managed, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Help");
    let height = (ui.ctx().content_rect().height() - FRAME).max(120.0);
    egui::ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 12.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        heading(ui, "Keyboard shortcuts");
        shortcuts(ui);
        form::link(ui, "Azure Configuration Guide", setup::AZURE_GUIDE_URL);
        ui.add_space(8.0);
        heading(ui, "About");
        about(ui, managed);
    });
    buttons(ui, actions, "Close", |_, _| {});
    title
}

fn heading(ui: &mut Ui, text: &str) {
    let label = ui.label(RichText::new(text).font(semibold(size::BODY)));
    form::as_heading(ui, label.id, text);
}

fn shortcuts(ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = 20.0;
    egui::Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
        let command = if ui.ctx().os() == egui::os::OperatingSystem::Mac { "Cmd" } else { "Ctrl" };
        for (keys, what) in [
            (format!("{command}+S"), "Apply"),
            (format!("{command}+T"), "Test connection"),
            (format!("{command}+Z, {command}+Shift+Z"), "Undo and redo an edit"),
            ("Alt+Up, Alt+Down".into(), "Move a phone number type"),
            (format!("{command}+Plus, {command}+Minus, {command}+0"), "Zoom in, zoom out, reset zoom"),
            (format!("{command}+Q"), "Close"),
        ] {
            ui.label(RichText::new(keys).monospace());
            ui.label(what);
            ui.end_row();
        }
    });
}

fn about(ui: &mut Ui, managed: &Managed) {
    ui.label(format!("Liaison {}", product::VERSION));
    form::small(ui, &format!("{}, {}", product::COMMIT, product::TARGET));
    form::link(ui, "Open the releases page", product::RELEASES_URL);
    form::small(ui, "Liaison doesn't look for updates by itself and sends no usage data.");
    ui.add_space(4.0);
    ui.label("Data folder");
    form::small(ui, &managed.folder.display().to_string());
    form::small(ui, managed.folder_source);
    let in_force = managed.policy.in_force();
    if in_force.is_empty() && managed.policy.problems.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.label(LOCKED);
    for (key, value) in in_force {
        form::small(ui, &format!("{key}: {value}"));
    }
    for problem in &managed.policy.problems {
        form::colored(ui, &problem.to_string(), palette(ui).bad);
    }
}
