//! The set-up checklist: five steps in the Azure portal, with each value to copy.
//!
//! Owns only which steps are ticked, and only while the window is open. The steps are `domain::setup`'s.

use crate::{
    domain::setup::{self, PERMISSIONS},
    ui::{
        form,
        theme::{self, palette, semibold, size},
        view::View,
    },
};
use egui::{Id, RichText, Ui};

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        theme::card(ui).inner_margin(20).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                form::heading(ui, "Register the app in Azure, step by step");
                form::link(ui, "Azure Configuration Guide", setup::AZURE_GUIDE_URL);
                let portal =
                    view.session.editor.as_ref().map(|editor| editor.draft.cloud.kind).unwrap_or_default().portal();
                form::link(ui, "Open the Azure portal", portal);
            });
            form::small(ui, "Tick off what is done. The ticks are for you only and go when the window closes.");
            for (index, step) in setup::STEPS.iter().enumerate() {
                form::divider(ui);
                let id = Id::unique(("set-up step", index));
                let mut done: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
                if form::checkbox(ui, &mut done, &format!("{}. {}", index + 1, step.title)).changed() {
                    ui.data_mut(|data| data.insert_temp(id, done));
                }
                ui.horizontal_top(|ui| {
                    ui.add_space(26.0);
                    ui.vertical(|ui| {
                        form::small(ui, step.how);
                        for (name, value) in step.values {
                            ui.horizontal(|ui| {
                                form::small(ui, name);
                                form::copyable(ui, name, value);
                            });
                        }
                        if index == 2 {
                            permissions(ui);
                        }
                    });
                });
            }
        });
    });
}

fn permissions(ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = 26.0;
    egui::Grid::new("permissions").num_columns(4).spacing([16.0, 2.0]).show(ui, |ui| {
        for title in ["Permission", "Type", "For"] {
            ui.label(RichText::new(title).font(semibold(size::SMALL)).color(palette(ui).muted));
        }
        ui.end_row();
        for permission in PERMISSIONS {
            ui.label(RichText::new(permission.name).monospace());
            for text in [permission.kind.label(), permission.feature] {
                ui.add(egui::Label::new(RichText::new(text).size(size::SMALL).color(palette(ui).muted)).extend());
            }
            form::copy_button(ui, &format!("Copy {} ({})", permission.name, permission.kind.label()), permission.name);
            ui.end_row();
        }
    });
}
