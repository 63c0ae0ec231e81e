//! The dialog with the network settings.
//!
//! Owns its words. What can be entered and whether it is right is the domain's; the session saves it.

use super::{buttons, title};
use crate::{
    domain::{Failure, NetworkField, Policy, ProxyKind},
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
pub(super) fn show(ui: &mut Ui, form: &mut Form, policy: &Policy, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Network settings");
    form::small(ui, "How this computer reaches Microsoft. They are kept for this computer, not in the account.");
    // In a small window the middle scrolls, so that the buttons stay.
    let room = (ui.ctx().content_rect().height() - FRAME).max(120.0);
    egui::ScrollArea::vertical().max_height(room).auto_shrink([false, true]).show(ui, |ui| {
        // Room for the bar, whether it shows or not.
        ui.set_max_width(ui.available_width() - 12.0);
        ui.add_enabled_ui(!form.saving, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            proxy(ui, form, policy.proxy.is_some());
            ui.add_space(4.0);
            certificates(ui, form, policy.ca_file.is_some());
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

/// What the company sets of it stays as it is; the user name and the password are the person's all the same.
fn proxy(ui: &mut Ui, form: &mut Form, set: bool) {
    ui.add_enabled_ui(!set, |ui| {
        for kind in ProxyKind::ALL {
            if form::radio(ui, form.draft.kind == kind, kind.label(), |ui| drop(form::small(ui, kind.help()))) {
                form.draft.kind = kind;
                form.problems.clear();
            }
        }
    });
    if set {
        form::locked(ui);
    }
    if form.draft.kind != ProxyKind::Address {
        return;
    }
    ui.add_enabled_ui(!set, |ui| {
        field(ui, "Address of the proxy", &mut form.draft.address, "proxy.example.com:8080");
    });
    problem(ui, form, NetworkField::Address);
    field(ui, "User name", &mut form.draft.user, "Empty where it wants none");
    problem(ui, form, NetworkField::User);
    let label = ui.label("Password");
    let hint = if form.has_password { "Kept in the keychain; type to replace it" } else { "Kept in the keychain" };
    let spec = TextField { password: true, secret: true, hint, ..TextField::default() };
    form::text_field(ui, Id::unique("proxy password"), label.id, &mut *form.password, spec);
}

fn certificates(ui: &mut Ui, form: &mut Form, set: bool) {
    ui.add_enabled_ui(!set, |ui| {
        let name = "File with your company's certificate authorities";
        field(ui, name, &mut form.draft.ca_file, "Path of a PEM file, or empty");
    });
    if set {
        form::locked(ui);
    }
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
