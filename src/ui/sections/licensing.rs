//! Licensing Mode for MS Graph API Used for MS Teams Messages.
//!
//! The words are the source's; they live in `domain::licensing`.

use super::heading;
use crate::{
    domain::{Draft, Field, LicensingMode, licensing},
    ui::{
        form::{self, Verdict},
        theme::{self, palette},
        view::{Actions, View},
    },
};
use egui::{Ui, accesskit::Role};

/// Draws the section.
pub fn show(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    const TITLE: &str = "Licensing Mode for MS Graph API Used for MS Teams Messages";
    heading(ui, view, TITLE, Field::LicensingMode, actions);
    form::prose(ui, |ui| {
        form::small(ui, licensing::READ_FIRST);
        form::link(ui, "Payment models and licensing requirements", licensing::READ_FIRST_LINK);
    });
    let group = ui
        .scope(|ui| {
            for mode in LicensingMode::ALL {
                let chosen = form::radio(ui, draft.licensing_mode == mode, mode.label(), |ui| {
                    form::small(ui, mode.explanation());
                    if mode == LicensingMode::Production {
                        form::small(ui, licensing::MODEL_A);
                    }
                    let (text, url) = mode.link();
                    form::link(ui, text, url);
                });
                if chosen {
                    draft.licensing_mode = mode;
                }
            }
        })
        .response;
    form::group(&group, Role::RadioGroup, TITLE);
    theme::note(ui).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal_top(|ui| {
            form::icon(ui, Verdict::Neutral.icon(), palette(ui).muted, 16.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                form::small(ui, licensing::METERING_ENDED);
                let (text, link, url) = licensing::BILLING_CHANGES;
                form::prose(ui, |ui| {
                    form::small(ui, text);
                    form::link(ui, link, url);
                });
            });
        });
    });
}
