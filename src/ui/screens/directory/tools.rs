//! What narrows the list: the search, three filters, and the headings that put it in order.
//!
//! Owns their controls; they change a copy of the filter, which goes to the session. Start with [`show`].

use super::{column_heading, row::Columns};
use crate::{
    domain::{PresenceKind, people::Order},
    session::{
        Action,
        directory::{Action as Of, Filter, Numbers, State},
    },
    ui::{
        form,
        theme::{palette, semibold, size},
        view::Actions,
    },
};
use egui::{ComboBox, Id, Key, Modifiers, Rect, RichText, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use egui_material_icons::icons::{ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD};

/// Height of the headings.
const HEADINGS: f32 = 30.0;

/// Draws the search and the filters. Answers whether the keyboard goes on into the list.
pub fn show(ui: &mut Ui, state: &State, actions: &mut Actions) -> bool {
    let mut filter = state.filter.clone();
    let id = Id::unique("search the directory");
    let into_list = ui.memory(|memory| memory.has_focus(id))
        && ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::ArrowDown) || input.consume_key(Modifiers::NONE, Key::Enter)
        });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(form::GAP, 6.0);
        let width = (ui.available_width() - 3.0 * 150.0 - 3.0 * form::GAP - 8.0).clamp(180.0, 420.0);
        let hint = "Name, department, number";
        ui.scope(|ui| {
            ui.horizontal(|ui| form::search_field(ui, id, "Search the directory", hint, &mut filter.text, width));
        });
        ui.spacing_mut().item_spacing.x = form::GAP;
        presences(ui, &mut filter);
        departments(ui, state, &mut filter);
        numbers(ui, &mut filter);
    });
    if filter != state.filter {
        actions.push(Action::Directory(Of::Filter(filter)));
    }
    into_list
}

fn combo<R>(ui: &mut Ui, name: &str, selected: &str, on: bool, add: impl FnOnce(&mut Ui) -> R) {
    let p = palette(ui);
    let text = RichText::new(selected).font(semibold(size::SMALL)).color(if on { p.accent } else { p.text });
    let combo = ComboBox::from_id_salt(name).width(142.0).height(420.0).truncate().selected_text(text);
    let combo = combo.show_ui(ui, |ui| {
        form::compact(ui);
        add(ui);
    });
    form::reveal(&combo.response.accessible_name(name));
}

fn presences(ui: &mut Ui, filter: &mut Filter) {
    let name = |kind: Option<PresenceKind>| kind.map_or("Any presence", PresenceKind::label);
    let shown = filter.presence.map_or("Presence", PresenceKind::label);
    combo(ui, "Presence", shown, filter.presence.is_some(), |ui| {
        for kind in std::iter::once(None).chain(PresenceKind::ALL.into_iter().map(Some)) {
            ui.selectable_value(&mut filter.presence, kind, name(kind));
        }
    });
}

fn departments(ui: &mut Ui, state: &State, filter: &mut Filter) {
    let shown = filter.department.as_deref().unwrap_or("Department").to_owned();
    let all = state.people.departments();
    combo(ui, "Department", &shown, filter.department.is_some(), |ui| {
        ui.selectable_value(&mut filter.department, None, "Any department");
        let row = ui.spacing().interact_size.y;
        // There may be thousands: only those in sight are made.
        let area = egui::ScrollArea::vertical().max_height(360.0);
        area.show_rows(ui, row, all.len(), |ui, rows| {
            for department in &all[rows] {
                ui.selectable_value(&mut filter.department, Some(department.clone()), &**department);
            }
        });
    });
}

fn numbers(ui: &mut Ui, filter: &mut Filter) {
    let shown = match filter.numbers {
        Numbers::Any => "Has number",
        Numbers::Of(kind) => kind.label(),
        Numbers::NoneShown => "No number",
        Numbers::NotE164 => "Not in E.164",
    };
    combo(ui, "Has number", shown, filter.numbers != Numbers::Any, |ui| {
        for choice in Numbers::ALL {
            ui.selectable_value(&mut filter.numbers, choice, choice.label());
        }
    });
}

/// Draws the headings over the columns; the two that can be sorted by are buttons.
pub fn headings(ui: &mut Ui, columns: Columns, state: &State, actions: &mut Actions) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEADINGS), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, p.line));
    let y = rect.center().y;
    let mut filter = state.filter.clone();
    sort(ui, columns.name, y, Order::Name, &mut filter);
    if let Some(department) = columns.department {
        sort(ui, department, y, Order::Department, &mut filter);
    }
    column_heading(ui, columns.presence, y, "Presence");
    column_heading(ui, columns.number, y, "Number");
    if filter != state.filter {
        actions.push(Action::Directory(Of::Filter(filter)));
    }
}

fn sort(ui: &mut Ui, (left, width): (f32, f32), y: f32, order: Order, filter: &mut Filter) {
    let p = palette(ui);
    let on = filter.order == order;
    let icon = if filter.descending { ICON_ARROW_UPWARD } else { ICON_ARROW_DOWNWARD };
    let color = if on { p.text } else { p.muted };
    let galley = crate::ui::people::line(ui, order.label(), semibold(size::SMALL - 1.0), color, width - 20.0);
    let text = Rect::from_min_size(pos2(left, y - 12.0), vec2(galley.size().x + 20.0, 24.0));
    let response = ui.interact(text.expand2(vec2(6.0, 0.0)), Id::unique(("sort by", order)), Sense::click());
    let ground = text.expand2(vec2(6.0, 0.0));
    if response.hovered() {
        ui.painter().rect_filled(ground, 4, p.sunk);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(ground, 4, egui::Stroke::new(2.0, p.accent), egui::StrokeKind::Inside);
    }
    let end = left + galley.size().x;
    ui.painter().galley(pos2(left, y - galley.size().y / 2.0), galley, color);
    if on {
        crate::ui::people::icon_at(ui.painter(), pos2(end + 10.0, y), icon, 14.0, p.text);
    }
    let state = match (on, filter.descending) {
        (false, _) => "",
        (true, false) => ", sorted from A to Z",
        (true, true) => ", sorted from Z to A",
    };
    let name = format!("Sort by {}{state}", order.label().to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.clicked() {
        filter.descending = on && !filter.descending;
        filter.order = order;
    }
}
