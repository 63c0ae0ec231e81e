//! A list of any length: only the rows in sight are made, and one of them is where the keyboard is.
//!
//! Owns scrolling, the bar, and the keys. The place is counted in rows, not in points: with a million rows, points would be too
//! coarse. Knows nothing of people. Start with [`show`].

use crate::ui::theme::palette;
use egui::{EventFilter, Id, Key, Rect, Sense, Ui, UiBuilder, accesskit::Role, pos2, vec2};
use std::ops::Range;

/// Width of the bar.
pub const BAR: f32 = 12.0;

/// What the list remembers between frames.
#[derive(Clone, Copy, Default)]
pub struct Place {
    /// The row at the top, and how much of it is scrolled away.
    pub top: f64,
    /// The row that the keyboard is on.
    pub current: usize,
    /// The current row is to be scrolled into sight and to get the focus.
    wanted: bool,
}

impl Place {
    /// Puts the keyboard on a row, which gets the focus as soon as it is drawn.
    pub fn go_to(&mut self, row: usize) {
        (self.current, self.wanted) = (row, true);
    }
}

/// A row to be drawn.
pub struct Row {
    /// Its position in the list.
    pub index: usize,
    /// Where it is.
    pub rect: Rect,
    /// Whether the keyboard is on it.
    pub current: bool,
    /// Whether it was clicked, or chosen by key.
    pub clicked: bool,
    /// Its name for the tree that screen readers read.
    pub id: Id,
}

/// Draws the list into what is left of `ui`. `name` is its accessible name, `describe` what a screen reader hears of a row.
/// Gives the rows in sight.
pub fn show(
    ui: &mut Ui,
    name: &str,
    place: &mut Place,
    count: usize,
    height: f32,
    mut describe: impl FnMut(usize) -> String,
    mut draw: impl FnMut(&mut Ui, Row),
) -> Range<usize> {
    let id = Id::unique(("list", name));
    let (outer, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let page = f64::from(outer.height() / height);
    let last = (count as f64 - page).max(0.0);
    place.current = place.current.min(count.saturating_sub(1));
    // A key in this frame is followed in the next one, where the row is scrolled into sight before it gets the focus.
    let wanted = std::mem::take(&mut place.wanted);
    if wanted {
        let (row, fits) = (place.current as f64, (page - 1.0).max(0.0));
        place.top = place.top.clamp(row - fits, row);
    }
    if ui.rect_contains_pointer(outer) {
        let moved = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta.y));
        place.top -= f64::from(moved / height);
    }
    place.top = place.top.clamp(0.0, last);
    let rows = outer.with_max_x(outer.right() - if last > 0.0 { BAR } else { 0.0 });
    let first = place.top.floor() as usize;
    let sight = first..(((place.top + page).ceil()) as usize).min(count);
    let whole = UiBuilder::new().scope_id(id).max_rect(rows).accessibility_parent(ui.unique_id());
    let mut inside = ui.new_child(whole);
    inside.set_clip_rect(rows.intersect(ui.clip_rect()));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::List);
        node.set_label(name);
        node.set_size_of_set(count);
    });
    for index in sight.clone() {
        let y = rows.top() + ((index as f64 - place.top) * f64::from(height)) as f32;
        let rect = Rect::from_min_size(pos2(rows.left(), y), vec2(rows.width(), height));
        let focus = wanted && index == place.current;
        one(&mut inside, id, rect, (index, count, focus), place, &mut describe, &mut draw);
    }
    bar(ui, id, outer, page, last, place);
    sight
}

/// One row: its position, how many there are, and whether it gets the focus.
fn one(
    ui: &mut Ui,
    list: Id,
    rect: Rect,
    (index, count, focus): (usize, usize, bool),
    place: &mut Place,
    describe: &mut impl FnMut(usize) -> String,
    draw: &mut impl FnMut(&mut Ui, Row),
) {
    let current = index == place.current;
    // Tab stops at one row only; the arrows lead to the others.
    let sense = if current { Sense::click() } else { Sense::CLICK };
    let id = list.with(index);
    let response = ui.interact(rect, id, sense);
    if focus {
        response.request_focus();
    }
    let text = describe(index);
    response.widget_info(|| egui::WidgetInfo::labeled(Role::ListItem, true, &text));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_position_in_set(index);
        node.set_size_of_set(count);
        node.set_selected(current);
    });
    let p = palette(ui);
    let ground = match (current, response.hovered()) {
        (true, _) => Some(p.accent_soft),
        (false, true) => Some(p.sunk),
        (false, false) => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 0, ground);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, p.line));
    if response.has_focus() {
        let ring = egui::Stroke::new(2.0, p.accent);
        ui.painter().rect_stroke(rect.shrink(1.0), 4, ring, egui::StrokeKind::Inside);
        keys(ui, id, rect, count, place);
    }
    if response.clicked() && !current {
        place.go_to(index);
    }
    let builder = UiBuilder::new().scope_id(id.with("inside")).max_rect(rect).accessibility_parent(id);
    let mut inside = ui.new_child(builder);
    let row = Row { index, rect, current, clicked: response.clicked(), id };
    draw(&mut inside, row);
}

/// Arrows, Home, End and the page keys, while a row has the focus.
fn keys(ui: &Ui, id: Id, rect: Rect, count: usize, place: &mut Place) {
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let page = (ui.clip_rect().height() / rect.height()).floor().max(1.0) as usize;
    let last = count.saturating_sub(1);
    let now = place.current;
    let moves = [
        (Key::ArrowUp, now.saturating_sub(1)),
        (Key::ArrowDown, (now + 1).min(last)),
        (Key::PageUp, now.saturating_sub(page)),
        (Key::PageDown, (now + page).min(last)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    for (key, to) in moves {
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
            place.go_to(to);
            ui.ctx().request_repaint();
            break;
        }
    }
}

/// The bar at the right, which can be dragged.
fn bar(ui: &mut Ui, list: Id, outer: Rect, page: f64, last: f64, place: &mut Place) {
    if last <= 0.0 {
        return;
    }
    let p = palette(ui);
    let track = outer.with_min_x(outer.right() - BAR);
    let length = ((page / (last + page)) as f32 * track.height()).clamp(28.0_f32.min(track.height()), track.height());
    let room = track.height() - length;
    let response = ui.interact(track, list.with("bar"), Sense::CLICK | Sense::DRAG);
    if let Some(pointer) = response.interact_pointer_pos()
        && room > 0.0
    {
        let at = ((pointer.y - track.top() - length / 2.0) / room).clamp(0.0, 1.0);
        place.top = f64::from(at) * last;
    }
    let top = track.top() + (place.top / last) as f32 * room;
    let handle = Rect::from_min_size(pos2(track.left() + 3.0, top), vec2(BAR - 6.0, length)).shrink2(vec2(0.0, 2.0));
    let strong = response.hovered() || response.dragged();
    ui.painter().rect_filled(handle, 3, if strong { p.muted } else { p.outline });
    ui.ctx().accesskit_node_builder(list.with("bar"), |node| {
        node.set_role(Role::ScrollBar);
        node.set_label("Scroll the list");
        node.set_numeric_value(place.top);
        node.set_max_numeric_value(last);
    });
}
