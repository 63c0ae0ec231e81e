//! History: what was done to the account, and going back to it.
//!
//! Owns the layout of the screen; what it shows is `session::history`'s. Only the rows in sight are made.

use crate::{
    domain::{
        Field, expiry,
        history::{Entry, FieldChange, Kind as Deeds},
    },
    session::{
        Action, FileTask,
        history::{Action as Of, Read, State},
    },
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, Palette, palette, semibold, size},
        view::{Actions, View},
        words,
    },
};
use chrono::Local;
use egui::{
    Align, Align2, Id, Key, Label, Layout, Modifiers, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, accesskit::Role,
    pos2, vec2,
};
use egui_material_icons::{MaterialIcon, icons::*};

/// Height of a row of the list.
const ROW: f32 = 52.0;
/// From this width on, the details stand beside the list.
const WIDE: f32 = 700.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.history;
    theme::card(ui).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        if let Some(failure) = &state.failure {
            return failed(ui, failure, actions);
        }
        let Some(read) = &state.read else { return reading(ui) };
        ui.data_mut(|data| data.remove::<f64>(begun_id()));
        if read.history.entries.is_empty() && read.faults.is_empty() {
            return empty(ui);
        }
        egui::Frame::new().inner_margin(16).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            tools(ui, view, state, actions);
            verdict(ui, read);
            let (width, height) = (ui.available_width(), ui.available_height());
            let down = Layout::top_down(Align::Min);
            if width >= WIDE {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 16.0;
                    let left = (width * 0.48).min(520.0);
                    ui.allocate_ui_with_layout(vec2(left, height), down, |ui| list(ui, state, actions));
                    let rest = vec2(ui.available_width(), height);
                    ui.allocate_ui_with_layout(rest, down, |ui| details(ui, view, state, actions));
                });
            } else {
                ui.allocate_ui_with_layout(vec2(width, height * 0.5), down, |ui| list(ui, state, actions));
                ui.allocate_ui_with_layout(vec2(width, ui.available_height()), down, |ui| {
                    details(ui, view, state, actions)
                });
            }
        });
    });
}

fn failed(ui: &mut Ui, failure: &crate::domain::Failure, actions: &mut Actions) {
    egui::Frame::new().inner_margin(20).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| form::verdict(ui, Verdict::Bad, &failure.headline));
        ui.label(&failure.remedy);
        if form::button(ui, Kind::Primary, None, "Try again").clicked() {
            actions.push(Action::History(Of::Reload));
        }
    });
}

fn begun_id() -> Id {
    Id::unique("history: when reading it began")
}

/// What takes longer than a moment says what it does.
fn reading(ui: &mut Ui) {
    let now = ui.input(|input| input.time);
    let begun: f64 = ui.data_mut(|data| *data.get_temp_mut_or(begun_id(), now));
    if now - begun < 0.2 {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(210));
        return;
    }
    egui::Frame::new()
        .inner_margin(20)
        .show(ui, |ui| form::remark(ui, Verdict::Neutral, "Reading and verifying the history…"));
}

fn empty(ui: &mut Ui) {
    const TITLE: &str = "Nothing was done yet";
    ui.add_space((ui.available_height() * 0.3).max(12.0));
    ui.vertical_centered(|ui| {
        ui.set_max_width(460.0_f32.min(ui.available_width() - 24.0));
        form::icon(ui, ICON_HISTORY, palette(ui).muted, 32.0);
        let title = ui.label(RichText::new(TITLE).font(semibold(16.0)));
        form::as_heading(ui, title.id, TITLE);
        form::small(
            ui,
            "Every Apply, test, renewal and deletion is written down here with who did it and what changed, and an earlier state can be restored. A secret is never part of it.",
        );
    });
}

fn tools(ui: &mut Ui, view: &View<'_>, state: &State, actions: &mut Actions) {
    let mut search = state.search.clone();
    let mut kind = state.kind;
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = form::GAP;
        let width = (ui.available_width() - 160.0 - form::GAP).clamp(90.0, 360.0);
        let id = Id::unique("search the history");
        form::search_field(ui, id, "Search the history", "Who, what or a value", &mut search, width);
        let name = |kind: Option<Deeds>| kind.map_or("All kinds", Deeds::label);
        let combo = egui::ComboBox::from_id_salt("kinds").width(150.0).height(420.0).selected_text(name(kind));
        let combo = combo.show_ui(ui, |ui| {
            form::compact(ui);
            for choice in std::iter::once(None).chain(Deeds::ALL.into_iter().map(Some)) {
                ui.selectable_value(&mut kind, choice, name(choice));
            }
        });
        form::reveal(&combo.response.accessible_name("Kind"));
    };
    form::split(ui, "history tools", left, |ui| {
        ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_UPLOAD), "Export…").clicked() {
                actions.push(Action::ChooseFile(FileTask::History));
            }
        });
    });
    if search != state.search {
        actions.push(Action::History(Of::Search(search)));
    }
    if kind != state.kind {
        actions.push(Action::History(Of::Filter(kind)));
    }
}

/// Whether the chain is whole, and its seal to be noted elsewhere.
fn verdict(ui: &mut Ui, read: &Read) {
    let p = palette(ui);
    if read.faults.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = form::SMALL_LINE;
            ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
            form::icon(ui, Verdict::Good.icon(), p.ok, 16.0);
            let count = read.history.entries.len();
            let entries = if count == 1 { "1 entry".to_owned() } else { format!("{} entries", words::grouped(count)) };
            let text = format!("{entries}, none changed or removed since it was written.");
            let label = form::small(ui, &text);
            form::announced(ui, &label, &text);
            let seal: String = read.history.seal.chars().take(12).collect();
            form::small(ui, &format!("Seal {seal}…")).on_hover_text(
                "Note the seal and the number of entries elsewhere. If the entry with that number has another hash later, somebody wrote the history anew.",
            );
            form::copy_button(ui, "Copy the seal", &format!("{entries}, {}", read.history.seal));
        });
        return;
    }
    let frame = egui::Frame::new().fill(p.sunk).stroke(Stroke::new(1.0, p.bad)).corner_radius(8).inner_margin(12);
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal_wrapped(|ui| form::verdict(ui, Verdict::Bad, "This history was changed by other hands"));
        for fault in read.faults.iter().take(3) {
            form::colored(ui, fault, p.text);
        }
        if read.faults.len() > 3 {
            form::colored(ui, &format!("And {} more, marked in the list.", read.faults.len() - 3), p.text);
        }
    });
}

fn offset_id() -> Id {
    Id::unique("history: how far it is to be scrolled")
}

fn row_id(entry: &Entry) -> Id {
    Id::unique(("history row", entry.number))
}

fn list(ui: &mut Ui, state: &State, actions: &mut Actions) {
    ui.set_min_size(ui.available_size());
    if state.count() == 0 {
        form::small(ui, "Nothing fits the search.");
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = egui::ScrollArea::vertical().id_salt("history").auto_shrink(false);
    if let Some(offset) = ui.data_mut(|data| data.remove_temp::<f32>(offset_id())) {
        area = area.vertical_scroll_offset(offset);
    }
    let output = area.show_rows(ui, ROW, state.count(), |ui, rows| {
        let first = rows.start;
        for index in rows {
            let Some(entry) = state.row(index) else { continue };
            let selected = state.selected == Some(entry.number);
            // One row takes the keyboard: the selected one, or the first in sight.
            let stop = selected || (index == first && state.selected_row().is_none());
            row(ui, state, Place { index, selected, stop }, entry, actions);
        }
    });
    let list = output.inner_rect;
    let id = ui.unique_id();
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::List);
        node.set_label("What was done, the newest first");
    });
    keys(ui, state, list.height(), output.state.clamped_offset().y, actions);
}

/// Up, Down, Page Up, Page Down, Home and End move through the entries while one of them has the keyboard.
fn keys(ui: &Ui, state: &State, height: f32, offset: f32, actions: &mut Actions) {
    let focused = ui.memory(|memory| memory.focused());
    let on_row = state.details().is_some_and(|entry| Some(row_id(entry)) == focused);
    if !on_row {
        return;
    }
    let (row, last) = (state.selected_row().unwrap_or(0), state.count() - 1);
    let page = ((height / ROW) as usize).max(2) - 1;
    let to = ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        if pressed(Key::ArrowDown) {
            Some(row + 1)
        } else if pressed(Key::ArrowUp) {
            Some(row.saturating_sub(1))
        } else if pressed(Key::PageDown) {
            Some(row + page)
        } else if pressed(Key::PageUp) {
            Some(row.saturating_sub(page))
        } else if pressed(Key::Home) {
            Some(0)
        } else if pressed(Key::End) {
            Some(last)
        } else {
            None
        }
    });
    let Some((to, entry)) = to.map(|to| to.min(last)).and_then(|to| Some((to, state.row(to)?))) else { return };
    actions.push(Action::History(Of::Select(entry.number)));
    let top = to as f32 * ROW;
    let offset = offset.clamp((top + ROW - height).max(0.0), top);
    ui.data_mut(|data| data.insert_temp(offset_id(), offset));
    ui.memory_mut(|memory| memory.request_focus(row_id(entry)));
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    selected: bool,
    stop: bool,
}

fn row(ui: &mut Ui, state: &State, place: Place, entry: &Entry, actions: &mut Actions) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let sense = if place.stop { Sense::click() } else { Sense::CLICK };
    let response = ui.interact(rect, row_id(entry), sense);
    let inner = rect.shrink2(vec2(1.0, 1.0));
    if place.selected {
        ui.painter().rect_filled(inner, 8, p.accent_soft);
    } else if response.hovered() {
        ui.painter().rect_filled(inner, 8, p.sunk);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(inner, 8, Stroke::new(2.0, p.accent), egui::StrokeKind::Inside);
    }
    let (icon, color) = look(entry, p);
    let font = |points| egui::FontId::new(points, egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into()));
    let middle = pos2(rect.left() + 20.0, rect.center().y);
    ui.painter().text(middle, Align2::CENTER_CENTER, icon.codepoint, font(size::ICON), color);
    let at = entry.at.map(|at| expiry::show(at, &Local)).unwrap_or_default();
    let time = ui.painter().layout_no_wrap(at.clone(), egui::FontId::proportional(size::SMALL), p.muted);
    let title = format!("{} · {}", entry.label(), entry.user);
    let summary = match entry.fault {
        Some(fault) => format!("{} {}", fault.text(), entry.summary()),
        None => entry.summary(),
    };
    let time_at = pos2(rect.right() - 12.0 - time.size().x, rect.top() + 9.0);
    let upper =
        Rect::from_min_max(pos2(rect.left() + 38.0, rect.top() + 6.0), pos2(time_at.x - 8.0, rect.top() + 27.0));
    let lower =
        Rect::from_min_max(pos2(rect.left() + 38.0, rect.top() + 26.0), pos2(rect.right() - 12.0, rect.bottom() - 5.0));
    ui.painter().galley(time_at, time, p.muted);
    line(ui, upper, RichText::new(&title).font(semibold(size::BODY)).color(p.text));
    let below = if entry.fault.is_some() { p.bad } else { p.muted };
    line(ui, lower, RichText::new(summary.lines().next().unwrap_or_default()).size(size::SMALL).color(below));
    let name = format!("{title}, {at}, {summary}");
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, place.selected, &name));
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_position_in_set(place.index);
        node.set_size_of_set(state.count());
    });
    if response.clicked() {
        response.request_focus();
        actions.push(Action::History(Of::Select(entry.number)));
    }
}

/// A line of text that is cut where it ends; the row tells it to screen readers.
fn line(ui: &Ui, rect: Rect, text: RichText) {
    let job = egui::WidgetText::from(text).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        rect.width(),
        egui::TextStyle::Body,
    );
    let at = pos2(rect.left(), rect.center().y - job.size().y / 2.0);
    ui.painter().galley(at, job, palette(ui).text);
}

fn look(entry: &Entry, p: &Palette) -> (MaterialIcon, egui::Color32) {
    if entry.fault.is_some() {
        return (Verdict::Bad.icon(), p.bad);
    }
    let icon = match entry.kind {
        Some(Deeds::Applied) => ICON_EDIT,
        Some(Deeds::Imported) => ICON_DOWNLOAD,
        Some(Deeds::Restored) => ICON_HISTORY,
        Some(Deeds::Tested) => ICON_SYNC,
        Some(Deeds::TestFailed) => return (ICON_SYNC_PROBLEM, p.bad),
        Some(Deeds::Renewed) => ICON_KEY,
        Some(Deeds::Deleted) => ICON_DELETE,
        Some(Deeds::AgentEnabled) => ICON_PERSON_ADD,
        Some(Deeds::AgentDisabled) => ICON_PERSON_REMOVE,
        None => ICON_HELP,
    };
    (icon, p.muted)
}

fn details(ui: &mut Ui, view: &View<'_>, state: &State, actions: &mut Actions) {
    let p = palette(ui);
    let frame = egui::Frame::new().fill(p.ground).stroke(Stroke::new(1.0, p.line)).corner_radius(8);
    frame.show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let Some(entry) = state.details() else {
            egui::Frame::new().inner_margin(16).show(ui, |ui| form::small(ui, "Choose an entry to see what changed."));
            return;
        };
        egui::ScrollArea::vertical().id_salt("history details").auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(16).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                one(ui, view, entry, actions);
            });
        });
    });
}

fn one(ui: &mut Ui, view: &View<'_>, entry: &Entry, actions: &mut Actions) {
    let p = palette(ui);
    form::heading(ui, &format!("{} by {}", entry.label(), entry.user));
    let at = entry.at.map_or_else(|| "at an unknown time".into(), |at| expiry::show(at, &Local));
    form::small(ui, &format!("Entry {} · {at}", entry.number));
    if let Some(fault) = entry.fault {
        ui.horizontal_wrapped(|ui| form::verdict(ui, Verdict::Bad, &fault.text()));
    }
    if !entry.note.is_empty() {
        ui.add(Label::new(RichText::new(&entry.note).color(p.text)).wrap());
    }
    if entry.restorable {
        restore(ui, view, entry, actions);
    }
    for change in &entry.changes {
        before_and_after(ui, change);
    }
    if entry.changes.is_empty() && entry.restorable {
        form::small(ui, "Nothing changed.");
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 24.0;
        let short: String = entry.hash.chars().take(12).collect();
        form::small(ui, &format!("Hash {short}…"));
        form::copy_button(ui, "Copy the hash", &entry.hash);
    });
}

fn restore(ui: &mut Ui, view: &View<'_>, entry: &Entry, actions: &mut Actions) {
    ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
        if form::button(ui, Kind::Plain, Some(ICON_HISTORY), "Restore these settings…").clicked() {
            actions.push(Action::History(Of::Restore(entry.number)));
        }
    });
    let what = if entry.kind == Some(Deeds::Deleted) { "before it was deleted" } else { "from then on" };
    form::small(
        ui,
        &format!(
            "All settings as they were {what} come into the form as unsaved changes, to look over and apply. The client secret is not part of them."
        ),
    );
}

/// One field: its name, what stood there and what stands there now.
fn before_and_after(ui: &mut Ui, change: &FieldChange) {
    let p = palette(ui);
    let shown = |ui: &mut Ui, icon: MaterialIcon, text: &str, color| {
        if text.is_empty() {
            return;
        }
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            form::icon(ui, icon, color, 14.0);
            let text = RichText::new(text).size(size::SMALL).line_height(Some(form::SMALL_LINE)).color(color);
            let id = matches!(change.field, Field::ObjectId | Field::TenantId | Field::ClientId);
            ui.add(Label::new(if id { text.monospace() } else { text }).wrap());
        });
    };
    let group = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.spacing_mut().interact_size.y = form::SMALL_LINE;
        ui.label(RichText::new(change.field.label()).font(semibold(size::SMALL)).color(p.text));
        shown(ui, ICON_REMOVE, &change.old, p.muted);
        shown(ui, ICON_ADD, &change.new, p.text);
    });
    form::group(&group.response, Role::Group, &change.text());
}
