//! System Messages for Conferencing Microsoft Teams Users to a Customer Chat.
//!
//! Seven fields, each with its default to go back to, and other languages for all. Texts and checks are `domain::messages`'.

use super::{hint, mark};
use crate::{
    domain::{Draft, Field, MessageKey, Severity, messages::Pack},
    session::Action,
    ui::{
        form::{self, Kind, TextField},
        sections::properties::field_id,
        theme::palette,
        view::{Actions, View},
    },
};
use egui::Ui;
use egui_material_icons::icons::{ICON_RESTART_ALT, ICON_TRANSLATE};

/// Draws the section.
pub fn show(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    form::heading(ui, "System Messages for Conferencing Microsoft Teams Users to a Customer Chat");
    for key in MessageKey::ALL {
        let field = Field::Message(key);
        form::row(ui, key.label(), |ui, label| {
            form::line(ui, form::ICON_BUTTON + form::GAP, |ui, width| {
                let error = view.problem(field).is_some_and(|problem| problem.severity == Severity::Error);
                let multiline = !MessageKey::COMMANDS.contains(&key);
                let spec = TextField { error, width, multiline, hint: key.default_text(), ..TextField::default() };
                form::text_field(ui, field_id(field), label, draft.system_messages.get_mut(key), spec);
                let differs = draft.system_messages.get(key) != key.default_text();
                ui.add_enabled_ui(differs, |ui| {
                    let name = format!("Restore the default of {}", key.label());
                    if form::icon_button(ui, ICON_RESTART_ALT, &name, palette(ui).muted).clicked() {
                        actions.push(Action::RestoreMessage(key));
                    }
                });
                mark(ui, view, field, actions);
            });
            hint(ui, view, field, &help(key, draft.system_messages.get(key)));
            form::undrawable(ui, draft.system_messages.get(key));
        });
    }
    packs(ui, draft, actions);
}

/// What follows a name is shown behind one, in whatever language it is.
fn help(key: MessageKey, text: &str) -> String {
    match key {
        MessageKey::PartyJoined | MessageKey::PartyLeft => {
            format!("Follows the colleague's name: “Adele Vance {}”.", text.trim())
        }
        key => key.help().to_owned(),
    }
}

/// The defaults, and the same messages in other languages.
fn packs(ui: &mut Ui, draft: &Draft, actions: &mut Actions) {
    let used = Pack::of(&draft.system_messages);
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(used != Some(Pack::English), |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_RESTART_ALT), "Restore all defaults").clicked() {
                actions.push(Action::RestoreMessages);
            }
        });
        let menu = form::button(ui, Kind::Plain, Some(ICON_TRANSLATE), "Use another language…");
        egui::Popup::menu(&menu).show(|ui| {
            form::compact(ui);
            for pack in Pack::ALL {
                if ui.selectable_label(used == Some(pack), pack.label()).clicked() {
                    actions.push(Action::UseMessages(pack));
                    ui.close();
                }
            }
        });
    });
    form::small(ui, "Another language takes the place of all seven messages. An undo brings yours back.");
}
