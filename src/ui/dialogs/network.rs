//! The dialog with the network settings.
//!
//! Owns its words. What can be entered and whether it is right is the domain's; the session saves it.

use super::{buttons, title};
use crate::{
    domain::{Failure, NetworkField, ProxyKind},
    session::{
        Action,
        network::{Action as NetworkAction, Form},
    },
    ui::{
        form::{self, Kind, TextField},
        theme::palette,
        view::Actions,
    },
};
use egui::{Id, Ui};

/// What stands above and below the part that scrolls, and the room around the dialog.
const FRAME: f32 = 240.0;

/// Draws it.
pub(super) fn show(ui: &mut Ui, form: &mut Form, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Network settings");
    form::small(ui, "How this computer reaches Microsoft. They are kept for this computer, not in the account.");
    settle(ui);
    // In a small window the middle scrolls, so that the buttons stay.
    let room = (ui.ctx().content_rect().height() - FRAME).max(120.0);
    egui::ScrollArea::vertical().max_height(room).auto_shrink([false, true]).show(ui, |ui| {
        // Room for the bar, whether it shows or not.
        ui.set_max_width(ui.available_width() - 12.0);
        ui.add_enabled_ui(!form.saving, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            proxy(ui, form);
            ui.add_space(4.0);
            certificates(ui, form);
        });
    });
    let saving = form.saving;
    buttons(ui, actions, "Cancel", |ui, actions| {
        ui.add_enabled_ui(!saving, |ui| {
            if form::button(ui, Kind::Primary, None, if saving { "Saving…" } else { "Save" }).clicked() {
                actions.push(Action::Network(NetworkAction::Save));
            }
        });
    });
    title
}

/// A dialog is placed by the height it had; after the first frames it would jump under the pointer. They are drawn again.
fn settle(ui: &Ui) {
    let id = Id::unique("height of the network settings");
    let height = egui::AreaState::load(ui.ctx(), ui.layer_id().id).and_then(|area| area.size).map(|size| size.y);
    let known: Option<Option<f32>> = ui.data(|data| data.get_temp(id));
    if known != Some(height) {
        ui.data_mut(|data| data.insert_temp(id, height));
        ui.ctx().request_repaint();
    }
}

fn proxy(ui: &mut Ui, form: &mut Form) {
    for kind in ProxyKind::ALL {
        if form::radio(ui, form.draft.kind == kind, kind.label(), |ui| drop(form::small(ui, kind.help()))) {
            form.draft.kind = kind;
            form.problems.clear();
        }
    }
    if form.draft.kind != ProxyKind::Address {
        return;
    }
    field(ui, "Address of the proxy", &mut form.draft.address, "proxy.example.com:8080");
    problem(ui, form, NetworkField::Address);
    field(ui, "User name", &mut form.draft.user, "Empty where it wants none");
    problem(ui, form, NetworkField::User);
    let label = ui.label("Password");
    let hint = if form.has_password { "Kept in the keychain; type to replace it" } else { "Kept in the keychain" };
    let spec = TextField { password: true, secret: true, hint, ..TextField::default() };
    form::text_field(ui, Id::unique("proxy password"), label.id, &mut *form.password, spec);
}

fn certificates(ui: &mut Ui, form: &mut Form) {
    field(
        ui,
        "File with your company's certificate authorities",
        &mut form.draft.ca_file,
        "Path of a PEM file, or empty",
    );
    problem(ui, form, NetworkField::CaFile);
    form::small(ui, "They are trusted besides those of the system. There is no way to trust everything.");
}

fn field(ui: &mut Ui, name: &str, text: &mut String, hint: &str) {
    let label = ui.label(name);
    form::text_field(ui, Id::unique(("network", name)), label.id, text, TextField { hint, ..TextField::default() });
}

fn problem(ui: &mut Ui, form: &Form, field: NetworkField) {
    let Some(Failure { headline, remedy }) = form.problem(field) else { return };
    let text = format!("{headline} {remedy}");
    let label = form::colored(ui, &text, palette(ui).bad);
    form::announced(ui, &label, &text);
}
