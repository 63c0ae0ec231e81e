//! The dialogs about the secret's renewal, and about a certificate in its place.
//!
//! Owns their words. What they lead to is `session::renewal`'s.

use super::{buttons, title};
use crate::{
    domain::{Failure, Typed},
    session::{
        Action,
        renewal::{Action as Renewal, Form},
    },
    ui::{
        form::{self, Kind, TextField},
        view::{Actions, View},
    },
};
use egui::{Id, Key, Ui};
use std::path::Path;

/// Draws the dialog and gives back its title.
pub fn show(ui: &mut Ui, form: &mut Form, view: &View<'_>, actions: &mut Actions) -> &'static str {
    match form {
        Form::Password { path, typed, failure } => password(ui, path, typed, failure.as_ref(), actions),
        Form::Make { months } => make(ui, months, actions),
        Form::Renew { months, typed } => super::renew::show(ui, months, typed, view, actions),
    }
}

fn password(
    ui: &mut Ui,
    path: &Path,
    typed: &mut Typed,
    failure: Option<&Failure>,
    actions: &mut Actions,
) -> &'static str {
    let title = title(ui, "This certificate has a password");
    if let Some(failure) = failure {
        ui.horizontal_wrapped(|ui| form::verdict(ui, form::Verdict::Bad, &failure.headline));
        ui.label(&failure.remedy);
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        ui.label(format!("Enter the password with which {name} was exported. It is used once and not kept."));
    }
    let label = ui.label("Password");
    let id = Id::unique("password of a certificate");
    let spec = TextField { password: true, secret: true, ..TextField::default() };
    let response = form::text_field(ui, id, label.id, &mut *typed.0, spec);
    if typed.0.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    let given = !typed.0.is_empty();
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    buttons(ui, actions, "Cancel", |ui, actions| {
        ui.add_enabled_ui(given, |ui| {
            if form::button(ui, Kind::Primary, None, "Open").clicked() || (given && enter) {
                actions.push(Action::Renewal(Renewal::OpenCertificate));
            }
        });
    });
    title
}

fn make(ui: &mut Ui, months: &mut u32, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Make a certificate");
    ui.label("Liaison makes a certificate with an RSA key of 2048 bits. The key goes to the keychain when you apply and never leaves this computer; the public half is saved as a .cer file for the Azure portal.");
    for (choice, words) in [(6, "6 months"), (12, "12 months"), (24, "24 months")] {
        if form::radio(ui, *months == choice, words, |_| {}) {
            *months = choice;
        }
    }
    buttons(ui, actions, "Cancel", |ui, actions| {
        if form::button(ui, Kind::Primary, None, "Make it").clicked() {
            actions.push(Action::Renewal(Renewal::MakeCertificate));
        }
    });
    title
}
