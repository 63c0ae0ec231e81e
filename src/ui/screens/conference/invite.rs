//! How a colleague is invited into a rehearsal: a name, and how they behave.
//!
//! Owns what is typed, only while the window is open.

use super::pane;
use crate::{
    domain::conference::{Conference, people::Character},
    session::{Action as SessionAction, conference::Action},
    ui::{
        form::{self, Kind, TextField},
        view::Actions,
    },
};
use egui::{Id, Key, Ui};
use egui_material_icons::icons::ICON_PERSON_ADD;

/// Offered one after the other.
const NAMES: [&str; 5] = ["Zoë Ångström", "Adele Vance", "Alex Wilber", "Megan Bowen", "佐藤 花子"];

/// Draws the form.
pub fn show(ui: &mut Ui, conference: &Conference, actions: &mut Actions) {
    let first = conference.colleagues.is_empty();
    pane::title(ui, "Colleague in Teams", |ui| {
        if !first && form::button(ui, Kind::Quiet, None, "Cancel").clicked() {
            actions.push(SessionAction::Conference(Action::Choose(false)));
        }
    });
    form::small(
        ui,
        "Invite a colleague and see what they read in Teams. Write their answers yourself, or have them behave in a way of your choice.",
    );
    ui.add_space(4.0);
    let id = Id::unique("conference invitee");
    let typed = ui.data(|data| data.get_temp::<(String, Character)>(id));
    let free = NAMES.into_iter().find(|name| conference.find(name).is_none()).unwrap_or_default();
    let (mut name, mut character) = typed.unwrap_or_else(|| (free.to_owned(), Character::ByHand));
    let mut enter = false;
    ui.add_enabled_ui(!conference.ended, |ui| {
        let label = form::small(ui, "Name");
        let response = form::text_field(ui, id, label.id, &mut name, TextField { hint: free, ..TextField::default() });
        enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        form::small(ui, "Behaviour");
        let combo = egui::ComboBox::from_id_salt("conference character").width(ui.available_width()).truncate();
        let combo = combo.selected_text(character.label()).show_ui(ui, |ui| {
            form::compact(ui);
            for choice in Character::ALL {
                ui.selectable_value(&mut character, choice, choice.label());
            }
        });
        let _ = combo.response.accessible_name("Behaviour");
        ui.add_space(4.0);
        ui.add_enabled_ui(!name.trim().is_empty(), |ui| {
            let clicked = form::button(ui, Kind::Primary, Some(ICON_PERSON_ADD), "Invite").clicked();
            if (clicked || enter) && !name.trim().is_empty() {
                actions.push(SessionAction::Conference(Action::Invite { name: name.trim().to_owned(), character }));
            }
        });
    });
    if conference.ended {
        form::small(ui, "The session has ended. Start again to invite somebody.");
    }
    ui.data_mut(|data| {
        if actions.iter().any(invites) {
            data.remove::<(String, Character)>(id);
        } else {
            data.insert_temp(id, (name, character));
        }
    });
}

fn invites(action: &SessionAction) -> bool {
    matches!(action, SessionAction::Conference(Action::Invite { .. }))
}
