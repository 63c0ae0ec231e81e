//! The certificate that is used in a client secret's place, and the ways to one.
//!
//! Owns the layout. Nothing of the private key is ever shown.

use super::mark;
use crate::{
    domain::{Certificate, ExpiryState, Field, SecretDraft, expiry},
    session::{Action, FileTask, renewal::Action as Renewal},
    ui::{
        form::{self, Kind},
        theme::{self, palette},
        view::{Actions, View},
    },
};
use chrono::Local;
use egui::{Id, RichText, Ui};
use egui_material_icons::icons::ICON_LICENSE;

/// Under the field of a secret: the ways to a certificate.
pub fn instead(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    // The pink bar has the same button.
    let calm = matches!(view.session.expiry_state(view.now), ExpiryState::Ok | ExpiryState::Unknown);
    // Around the line, not in it: what is in a scope of its own does not break.
    ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
        // The line is as high as its button from the first, or the words would stand above it.
        ui.spacing_mut().interact_size.y = 24.0;
        ui.horizontal_wrapped(|ui| {
            let kept = view.session.saved.is_some() && view.kept_secret.is_some();
            if kept && calm {
                if form::button(ui, Kind::Quiet, None, "Renew secret…").clicked() {
                    actions.push(Action::Renewal(Renewal::Renew));
                }
            } else {
                form::small(ui, "Microsoft advises a certificate over a secret.");
            }
            ways(ui, "Use a certificate instead…", Kind::Quiet, None, actions);
        });
    });
}

/// A button with a menu of ways to another credential.
fn ways(ui: &mut Ui, name: &str, kind: Kind, secret: Option<&str>, actions: &mut Actions) {
    let response = form::button(ui, kind, None, name);
    egui::Popup::menu(&response).show(|ui| {
        form::compact(ui);
        if ui.selectable_label(false, "Certificate from a file…").clicked() {
            actions.push(Action::ChooseFile(FileTask::OpenCertificate));
            ui.close();
        }
        if ui.selectable_label(false, "Make a certificate…").clicked() {
            actions.push(Action::Renewal(Renewal::AskToMake));
            ui.close();
        }
        if let Some(secret) = secret
            && ui.selectable_label(false, secret).clicked()
        {
            actions.push(Action::Renewal(Renewal::UseSecret));
            form::focus_soon(ui.ctx(), super::properties::field_id(Field::ClientSecret));
            ui.close();
        }
    });
}

/// The certificate in use, or about to be.
pub fn shown(ui: &mut Ui, label: Id, draft: &SecretDraft, view: &View<'_>, actions: &mut Actions) {
    let Some(certificate) = view.session.shown_certificate() else { return };
    let given = matches!(draft, SecretDraft::Certificate(_));
    let stored = view.kept_secret.is_some();
    let keep_old = if given && stored { 84.0 + form::GAP } else { 0.0 };
    form::line(ui, 85.0 + form::GAP + keep_old, |ui, width| {
        form::value_box(ui, width, ICON_LICENSE, &certificate.subject, label);
        ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
            ways(ui, "Replace…", Kind::Plain, Some("Client secret"), actions);
        });
        if keep_old > 0.0 && form::button(ui, Kind::Plain, None, "Keep old").clicked() {
            actions.push(Action::KeepSecret);
        }
        mark(ui, view, Field::ClientSecret, actions);
    });
    details(ui, certificate, given, view, actions);
}

fn details(ui: &mut Ui, certificate: &Certificate, given: bool, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let ends = expiry::show(certificate.not_after, &Local);
    let kept = if given { "its key goes to the keychain when you apply" } else { "its key is kept in the keychain" };
    form::small(ui, &format!("Certificate, ends on {ends}; {kept}."));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 24.0;
        ui.spacing_mut().item_spacing.x = theme::STEP;
        form::small(ui, "Thumbprint");
        let text = RichText::new(&certificate.thumbprint).monospace().color(p.muted);
        ui.add(egui::Label::new(text).truncate());
        form::copy_button(ui, "Copy the thumbprint", &certificate.thumbprint);
    });
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
            if form::button(ui, Kind::Plain, None, "Save the .cer file for Azure…").clicked() {
                actions.push(Action::ChooseFile(FileTask::SaveCertificate));
            }
        });
    });
    form::small(
        ui,
        "Upload it in the Azure portal › your app › Certificates & secrets › Certificates. Sign-in works once it is there.",
    );
}
