//! The sections of the Properties pane, from top to bottom.
//!
//! Each edits its own slice of the draft and returns everything else as actions. None knows another.

pub mod certificate;
pub mod directory;
pub mod guard;
pub mod keys;
pub mod licensing;
pub mod messages;
pub mod properties;
pub mod test;

use super::{
    form::{self, Verdict},
    theme::{palette, size},
    view::{Actions, View},
};
use crate::{
    domain::{Field, Severity},
    session::Action,
};
use egui::{Ui, vec2};
use egui_material_icons::icons::ICON_UNDO;

/// A section's heading, with the mark of an unsaved change where the section is one setting.
fn heading(ui: &mut Ui, view: &View<'_>, title: &str, field: Field, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        form::heading(ui, title);
        revert(ui, view, field, actions);
    });
}

/// Puts an unsaved change back. Returns whether there is one.
fn revert(ui: &mut Ui, view: &View<'_>, field: Field, actions: &mut Actions) -> bool {
    let unsaved = view.is_changed(field) && view.session.saved.is_some();
    if unsaved {
        let name = format!("Unsaved change in {}: put back", field.label());
        if form::icon_button(ui, ICON_UNDO, &name, palette(ui).warn).clicked() {
            actions.push(Action::Revert(field));
        }
    }
    unsaved
}

/// The room behind a field: an unsaved change that can be put back, or what the test says of it.
fn mark(ui: &mut Ui, view: &View<'_>, field: Field, actions: &mut Actions) {
    let p = palette(ui);
    ui.allocate_ui_with_layout(vec2(form::MARKS, 32.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_min_width(form::MARKS);
        if revert(ui, view, field, actions) {
            // The test is of other values.
        } else if let Some(report) = view.fresh {
            let tested = matches!(field, Field::ObjectId | Field::TenantId | Field::ClientId | Field::ClientSecret);
            if tested && report.fields_at_fault().contains(&field) {
                form::icon(ui, Verdict::Bad.icon(), p.bad, size::ICON);
            } else if tested && report.failed().is_none() {
                form::icon(ui, Verdict::Good.icon(), p.ok, size::ICON);
            }
        }
    });
}

/// The line under a field: what is wrong with it, or else where its value is found.
fn hint(ui: &mut Ui, view: &View<'_>, field: Field, help: &str) {
    match view.problem(field) {
        Some(problem) => {
            let verdict = match problem.severity {
                Severity::Error => Verdict::Bad,
                Severity::Warning => Verdict::Warn,
            };
            form::remark(ui, verdict, &format!("{} {}", problem.what, problem.remedy));
        }
        None => {
            form::small(ui, help);
        }
    }
}
