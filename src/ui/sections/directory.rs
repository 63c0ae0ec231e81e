//! Directory Options: phone number types, switched on and off and put in order by pointer and by keyboard.
//!
//! While an item is dragged the new order is only a preview; the draft changes when it is dropped. Escape drops nothing.

use super::{heading, hint};
use crate::{
    domain::{DirectoryOptions, Draft, Field, PhoneType, Presence, PresenceKind, directory::PhoneOption},
    session::Action,
    ui::{
        form, people,
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Align2, Id, Key, Modifiers, RichText, Sense, Ui, accesskit::Role, vec2};
use egui_dnd::{DragDropConfig, dnd};
use egui_material_icons::icons::*;
use std::time::Duration;

/// The last position in the list.
const LAST: usize = PhoneType::ALL.len() - 1;

/// Identifies an item of this list among all lists of the window, as egui_dnd demands.
#[derive(Debug, Hash)]
struct Item(&'static str, PhoneType);

fn preview_id() -> Id {
    Id::unique("phone order while dragging")
}

fn cancelled_id() -> Id {
    Id::unique("phone drag cancelled until the button is released")
}

fn moved_id() -> Id {
    Id::unique("phone type that was moved last")
}

/// Draws the section.
pub fn show(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    heading(ui, view, Field::DirectoryOptions.label(), Field::DirectoryOptions, actions);
    form::small(
        ui,
        "Choose the phone number types that will be available in the Microsoft Teams directory in Agent Desktop. Drag and drop the phone number types to configure their display order. This order applies when a directory entry with multiple numbers is clicked in the directory or transfer dialog.",
    );
    let shown: DirectoryOptions =
        ui.data(|data| data.get_temp(preview_id())).unwrap_or(draft.directory_options.clone());
    if ui.available_width() < 600.0 {
        list(ui, draft, view, actions);
        agent_card(ui, &shown, view);
    } else {
        ui.columns(2, |columns| {
            // A column is justified, which would stretch the words.
            columns[0].vertical(|ui| list(ui, draft, view, actions));
            columns[1].vertical(|ui| agent_card(ui, &shown, view));
        });
    }
}

fn list(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    let escape = ui.input(|input| input.key_pressed(Key::Escape));
    let held = ui.input(|input| input.pointer.any_down());
    let mut cancelled = held && ui.data(|data| data.get_temp(cancelled_id())).unwrap_or(false);
    let preview: Option<DirectoryOptions> = ui.data(|data| data.get_temp(preview_id()));
    if preview.is_some() && escape {
        cancelled = true;
        ui.ctx().stop_dragging();
        ui.data_mut(|data| {
            data.remove::<DirectoryOptions>(preview_id());
            // egui_dnd keeps its drag under the list's id: under a new one, it knows nothing of it.
            let generation: u64 = data.get_temp(generation_id()).unwrap_or(0);
            data.insert_temp(generation_id(), generation + 1);
        });
    }
    ui.data_mut(|data| data.insert_temp(cancelled_id(), cancelled));
    let order = preview.filter(|_| !cancelled).unwrap_or_else(|| draft.directory_options.clone());
    let mut items: Vec<PhoneOption> = order.as_slice().to_vec();
    let scope = ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if cancelled {
            for (index, option) in order.as_slice().iter().enumerate() {
                ui.push_id(option.kind, |ui| row(ui, *option, Place { index, dragged: false }, draft, actions, grip));
            }
            return;
        }
        // A drag may only begin by moving: with the default time-out, egui_dnd 0.18 picks up whatever lies under the pointer.
        let slow = Duration::MAX;
        let mouse = DragDropConfig { click_tolerance_timeout: slow, ..DragDropConfig::mouse() };
        let touch = DragDropConfig { click_tolerance_timeout: slow, ..DragDropConfig::touch_scroll() };
        let keys = order.as_slice().iter().map(|option| Item("directory options", option.kind));
        let response = dnd(ui, list_id(ui)).with_mouse_config(mouse).with_touch_config(Some(touch)).show(
            keys,
            |ui, Item(_, kind), handle, state| {
                let shown = order.shown().any(|on| on == kind);
                let place = Place { index: state.index, dragged: state.dragged };
                row(ui, PhoneOption { kind, shown }, place, draft, actions, |ui| {
                    handle.ui(ui, grip);
                });
            },
        );
        let dragged = response.final_update().and_then(|update| items.get(update.from)).map(|option| option.kind);
        response.update_vec(&mut items);
        if response.is_drag_finished() {
            let order = DirectoryOptions::from_parts(items.iter().copied());
            if order != draft.directory_options {
                remember_move(ui, &order, dragged);
            }
            draft.directory_options = order;
            ui.data_mut(|data| data.remove::<DirectoryOptions>(preview_id()));
        } else if response.is_dragging() {
            ui.data_mut(|data| data.insert_temp(preview_id(), DirectoryOptions::from_parts(items)));
        }
    });
    form::group(&scope.response, Role::List, "Phone number types in their order");
    below(ui, view);
}

fn generation_id() -> Id {
    Id::unique("phone number types, generation")
}

fn list_id(ui: &Ui) -> Id {
    let generation: u64 = ui.data(|data| data.get_temp(generation_id())).unwrap_or(0);
    Id::unique(("phone number types", generation))
}

/// The line under the list: what was moved last, or what is wrong, or how to move.
fn below(ui: &mut Ui, view: &View<'_>) {
    match ui.data(|data| data.get_temp::<String>(moved_id())) {
        Some(text) if view.problem(Field::DirectoryOptions).is_none() => {
            let label = form::small(ui, &text);
            form::announced(ui, &label, &text);
        }
        _ => hint(ui, view, Field::DirectoryOptions, "On the keyboard, Alt+Up and Alt+Down move a type."),
    }
}

fn remember_move(ui: &Ui, order: &DirectoryOptions, moved: Option<PhoneType>) {
    let Some(kind) = moved else { return };
    if let Some(position) = order.as_slice().iter().position(|option| option.kind == kind) {
        let text = format!("{} moved to position {} of {}", kind.label(), position + 1, order.as_slice().len());
        ui.data_mut(|data| data.insert_temp(moved_id(), text));
    }
}

fn grip(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(22.0, 24.0), Sense::hover());
    let font = egui::FontId::new(size::ICON, egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into()));
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, ICON_DRAG_INDICATOR.codepoint, font, palette(ui).muted);
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    dragged: bool,
}

/// One type: its handle, its switch, and two buttons that move it.
fn row(
    ui: &mut Ui,
    option: PhoneOption,
    place: Place,
    draft: &mut Draft,
    actions: &mut Actions,
    handle: impl FnOnce(&mut Ui),
) {
    let p = palette(ui);
    let kind = option.kind;
    let Place { index, dragged } = place;
    // The row under the pointer is drawn on a layer of its own, which does not know the list's spacing.
    ui.spacing_mut().item_spacing = vec2(form::GAP, 0.0);
    ui.spacing_mut().interact_size.y = 28.0;
    let frame = egui::Frame::new()
        .fill(if dragged { p.panel } else { p.ground })
        .stroke(egui::Stroke::new(1.0, if dragged { p.accent } else { p.line }))
        .shadow(if dragged { ui.visuals().popup_shadow } else { egui::Shadow::NONE })
        .corner_radius(8)
        .inner_margin(egui::Margin::symmetric(6, 3))
        .outer_margin(egui::Margin { bottom: 4, ..Default::default() });
    let (mut by_key, mut by_button) = (None, None);
    frame.show(ui, |ui| {
        // On the frame's inside, so that what is in it belongs to the item for screen readers, too.
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(Role::ListItem);
            node.set_label(format!("{}, {}", kind.label(), if option.shown { "shown" } else { "not shown" }));
            node.set_position_in_set(index);
            node.set_size_of_set(PhoneType::ALL.len());
        });
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            handle(ui);
            let switch = |ui: &mut Ui| by_key = switch(ui, option, index, draft);
            form::split(ui, kind.key(), switch, |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                for (able, icon, to, name) in [
                    (index > 0, ICON_ARROW_UPWARD, index.saturating_sub(1), "up"),
                    (index < LAST, ICON_ARROW_DOWNWARD, index + 1, "down"),
                ] {
                    ui.add_enabled_ui(able, |ui| {
                        if form::icon_button(ui, icon, &format!("Move {} {name}", kind.label()), p.muted).clicked() {
                            by_button = Some(to);
                        }
                    });
                }
            });
        });
    });
    if let Some(position) = by_key.or(by_button) {
        let mut order = draft.directory_options.clone();
        order.move_to(kind, position);
        remember_move(ui, &order, Some(kind));
        actions.push(Action::MovePhone(kind, position));
    }
}

/// The type's check box, which Alt+Up and Alt+Down move. Returns the position that they lead to.
fn switch(ui: &mut Ui, option: PhoneOption, index: usize, draft: &mut Draft) -> Option<usize> {
    const MOVE: &str = "Press Alt+Up or Alt+Down to move";
    let mut on = option.shown;
    let mut check = form::checkbox(ui, &mut on, option.kind.label());
    if on != option.shown {
        draft.directory_options.set_shown(option.kind, on);
    }
    if check.clicked() {
        check.request_focus();
    }
    let note = option.kind.no_source();
    if let Some(note) = note {
        form::icon(ui, ICON_INFO, palette(ui).muted, 16.0);
        check = check.on_hover_text(note);
    }
    ui.ctx().accesskit_node_builder(check.id, |node| {
        node.set_description(note.map_or_else(|| MOVE.to_owned(), |note| format!("{MOVE}. {note}")));
    });
    let pressed = |key| check.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    if pressed(Key::ArrowUp) {
        index.checked_sub(1)
    } else if pressed(Key::ArrowDown) && index < LAST {
        Some(index + 1)
    } else {
        None
    }
}

/// What an agent sees when a directory entry with several numbers is clicked: of a real colleague once the directory was read.
fn agent_card(ui: &mut Ui, options: &DirectoryOptions, view: &View<'_>) {
    let p = palette(ui);
    let state = &view.session.directory;
    let person = state.example();
    let name = person.map_or("Adele Vance", |person| person.name());
    let known = person.map(|person| state.presence(person));
    let numbers: Vec<(PhoneType, &str)> = match person {
        Some(person) => person.numbers_in(options),
        None => options.shown().map(|kind| (kind, kind.example())).collect(),
    };
    let frame = theme::card(ui).fill(p.ground).inner_margin(12);
    let card = frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = theme::STEP;
        ui.spacing_mut().interact_size.y = 20.0;
        form::small(ui, "As an agent sees it");
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(36.0, 36.0), Sense::hover());
            let photo = person.and_then(|person| Some((person.id(), state.faces.photo(person.id())?)));
            let face = photo.map(|(id, photo)| people::Photos::of(ui.ctx()).texture(ui.ctx(), id, photo));
            people::avatar(ui, rect, name, face);
            let kind = known.map_or(Some(PresenceKind::Available), |presence| presence.map(Presence::kind));
            if let Some(kind) = kind {
                people::presence_mark(ui, rect, kind, p.ground);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.add(egui::Label::new(RichText::new(name).font(semibold(size::BODY))).truncate());
                match known {
                    None => form::small(ui, "Available"),
                    Some(Some(presence)) => form::small(ui, &presence.words()),
                    Some(None) => form::small(ui, person.and_then(|person| person.department()).unwrap_or_default()),
                }
            });
        });
        ui.add_space(theme::STEP);
        if numbers.is_empty() {
            form::small(ui, "No number to call");
        }
        for (kind, number) in numbers {
            ui.horizontal(|ui| {
                form::icon(ui, people::phone_icon(kind), p.muted, 16.0);
                ui.label(number);
                form::small(ui, kind.label());
            });
        }
    });
    form::group(&card.response, Role::Group, "What an agent sees of a colleague with several numbers");
}
