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
use egui::{Sense, Ui, accesskit::Role, vec2};

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
                if let Some(count) = view.session.history.messages(view.now) {
                    this_month(ui, count);
                }
            });
        });
    });
}

/// The month's messages against what evaluation mode once allowed: a thin bar and words. For information only, so in grey.
fn this_month(ui: &mut Ui, count: u64) {
    let p = palette(ui);
    form::small(ui, &licensing::this_month(count));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width().min(220.0), 8.0), Sense::hover());
    let bar = rect.shrink2(vec2(0.0, 2.0));
    ui.painter().rect_filled(bar, 2, p.line);
    let share = (count as f32 / licensing::EVALUATION_LIMIT as f32).min(1.0);
    let full = egui::Rect::from_min_size(bar.min, vec2(bar.width() * share, bar.height()));
    ui.painter().rect_filled(full, 2, p.muted);
}
