//! A preview of the transfer dialog in Agent Desktop: the same people, the same menu, the same order of numbers.
//!
//! Owns its layout. Nothing is transferred. Start with [`show`].

use super::{
    Look,
    row::{Choice, menu_of},
};
use crate::{
    domain::PersonRef,
    session::{
        Action,
        directory::{Action as Of, Filter},
    },
    ui::{
        form::{self, Kind},
        people::{self, line_at},
        theme::{self, Palette, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{FontId, Id, Modal, Rect, RichText, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

/// How many people it shows.
const SHOWN: usize = 6;
/// Height of a person in it.
const ROW: f32 = 44.0;

/// Draws it, while it is open.
pub fn show(ui: &mut Ui, view: &View<'_>, look: &Look<'_>, actions: &mut Actions) {
    let state = &view.session.directory;
    let Some(chosen) = &state.transfer else { return };
    let p = Palette::of(ui.ctx().theme());
    let frame = egui::Frame::new().fill(p.panel).stroke(egui::Stroke::new(1.0, p.line)).inner_margin(24);
    let frame = frame.corner_radius(theme::CARD_RADIUS).shadow(ui.visuals().window_shadow);
    let response = Modal::new(Id::unique("transfer dialog")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(420.0);
        ui.spacing_mut().item_spacing.y = 8.0;
        const TITLE: &str = "Transfer the call";
        let title = ui.label(RichText::new(TITLE).font(semibold(16.0)));
        form::as_heading(ui, title.id, TITLE);
        form::small(ui, "As an agent sees it in Agent Desktop. Nothing is transferred here.");
        let mut filter = state.filter.clone();
        ui.horizontal(|ui| {
            let id = Id::unique("transfer to");
            form::search_field(ui, id, "Transfer to", "Name, mail, department or number", &mut filter.text, 420.0);
        });
        if filter.text != state.filter.text {
            let filter = Filter { text: filter.text, ..Filter::default() };
            actions.push(Action::Directory(Of::Filter(filter)));
        }
        ui.allocate_ui(vec2(420.0, ROW * SHOWN as f32), |ui| {
            ui.set_min_height(ROW * SHOWN as f32);
            ui.spacing_mut().item_spacing.y = 0.0;
            if state.count() == 0 {
                form::small(ui, "Nobody fits.");
            }
            for person in (0..SHOWN).filter_map(|position| state.person(position)) {
                entry(ui, person, look, actions);
            }
        });
        let text = chosen.as_deref().unwrap_or("Click a colleague to choose a number.");
        let label = form::small(ui, text);
        form::announced(ui, &label, text);
        form::split(
            ui,
            "transfer",
            |_| {},
            |ui| {
                if form::button(ui, Kind::Plain, None, "Close").clicked() {
                    actions.push(Action::Directory(Of::Transfer(None)));
                }
            },
        );
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(Role::Dialog);
            node.set_label(TITLE);
        });
    });
    if response.should_close() && !egui::Popup::is_any_open(ui.ctx()) {
        actions.push(Action::Directory(Of::Transfer(None)));
    }
}

fn entry(ui: &mut Ui, person: PersonRef<'_>, look: &Look<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::CONTROL_RADIUS, p.sunk);
    }
    if response.has_focus() {
        let ring = egui::Stroke::new(2.0, p.accent);
        ui.painter().rect_stroke(rect, theme::CONTROL_RADIUS, ring, egui::StrokeKind::Inside);
    }
    let face = Rect::from_center_size(pos2(rect.left() + 24.0, rect.center().y), vec2(30.0, 30.0));
    people::avatar(ui, face, person.name(), look.face(ui, person.id()));
    let (left, width) = (rect.left() + 48.0, rect.width() - 56.0);
    line_at(ui, left, rect.center().y - 8.0, width, person.name(), FontId::proportional(size::BODY), p.text);
    let presence = look.presence(person.id());
    if let Some(presence) = presence {
        people::presence_mark(ui, face, presence.kind(), p.panel);
    }
    let small: Vec<&str> = [person.department()].into_iter().flatten().collect();
    let words = presence.map(|presence| presence.words());
    let small = small.into_iter().chain(words.as_deref()).collect::<Vec<_>>().join(" · ");
    line_at(ui, left, rect.center().y + 9.0, width, &small, FontId::proportional(size::SMALL - 1.0), p.muted);
    let name = format!("Transfer to {}", person.name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let menu = egui::Popup::menu(&response).accessible_name(format!("Numbers of {}", person.name()));
    menu.show(|ui| {
        form::compact(ui);
        menu_of(ui, person, look, false, |ui, choice| {
            let (Choice::Call(number) | Choice::Dial(number)) = choice;
            let text = format!("The call would go to {}, {number}.", person.name());
            actions.push(Action::Directory(Of::Transfer(Some(Some(text)))));
            ui.close();
        });
    });
}
