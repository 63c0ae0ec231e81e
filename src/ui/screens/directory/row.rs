//! One colleague on one line: face, name and job, department, presence, numbers, and the buttons that reach the person.
//!
//! Owns where each part stands, and the menu of numbers. Knows nothing of the list around it. Start with [`show`].

use super::{Look, list::Row, reach};
use crate::{
    domain::{PersonRef, deep_link},
    ui::{
        form,
        people::{self, line_at},
        theme::{self, palette, semibold, size},
        view::Actions,
    },
};
use egui::{FontId, Id, Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2};
use egui_material_icons::{MaterialIcon, icons::*};

/// Height of a row.
pub const HEIGHT: f32 = 48.0;
/// Room at both ends.
const EDGE: f32 = 12.0;
/// Edge of a face.
const FACE: f32 = 32.0;

/// Where the columns begin and how wide they are.
#[derive(Clone, Copy)]
pub struct Columns {
    /// Face, name and job.
    pub name: (f32, f32),
    /// Nothing where there is no room for it.
    pub department: Option<(f32, f32)>,
    /// Icon, words and message.
    pub presence: (f32, f32),
    /// The first number.
    pub number: (f32, f32),
    /// The buttons.
    pub buttons: (f32, f32),
    /// The buttons have icons only.
    pub narrow: bool,
}

impl Columns {
    /// For a list between these two places.
    pub fn of(left: f32, right: f32) -> Self {
        let narrow = right - left < 700.0;
        let buttons = if narrow { 68.0 } else { 108.0 };
        let rest = right - left - 2.0 * EDGE - buttons;
        let parts = if narrow { [0.38, 0.0, 0.30, 0.32] } else { [0.29, 0.215, 0.235, 0.26] };
        let mut at = left + EDGE;
        let mut next = |part: f32| {
            let column = (at, rest * part - EDGE);
            at += rest * part;
            column
        };
        let (name, department, presence, number) = (next(parts[0]), next(parts[1]), next(parts[2]), next(parts[3]));
        let department = (!narrow).then_some(department);
        Self { name, department, presence, number, buttons: (right - EDGE - buttons, buttons), narrow }
    }
}

/// What a screen reader hears of a row.
pub fn describe(person: PersonRef<'_>, look: &Look<'_>) -> String {
    let mut said = person.name().to_owned();
    let mut say = |text: &str| {
        if !text.is_empty() {
            said.push_str(", ");
            said.push_str(text);
        }
    };
    say(person.job_title().unwrap_or_default());
    say(person.department().unwrap_or_default());
    if let Some(presence) = look.presence(person.id()) {
        say(&presence.words());
        say(presence.message.as_deref().unwrap_or_default());
    }
    let numbers = person.numbers_in(look.options);
    match numbers[..] {
        [] => say("no number"),
        [(_, one)] => say(one),
        [(_, first), ..] => {
            say(first);
            say(&format!("{} numbers", numbers.len()));
        }
    }
    said
}

/// Draws a row.
pub fn show(ui: &mut Ui, row: &Row, columns: Columns, person: PersonRef<'_>, look: &Look<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let middle = row.rect.center().y;
    let (left, width) = columns.name;
    let face = Rect::from_center_size(pos2(left + FACE / 2.0, middle), vec2(FACE, FACE));
    people::avatar(ui, face, person.name(), look.face(ui, person.id()));
    let (text, room) = (left + FACE + 10.0, width - FACE - 10.0);
    let small = FontId::proportional(size::SMALL - 1.0);
    match person.job_title() {
        Some(job) => {
            line_at(ui, text, middle - 9.0, room, person.name(), FontId::proportional(size::BODY), p.text);
            line_at(ui, text, middle + 9.0, room, job, small, p.muted);
        }
        None => {
            line_at(ui, text, middle, room, person.name(), FontId::proportional(size::BODY), p.text);
        }
    }
    if let (Some((left, width)), Some(department)) = (columns.department, person.department()) {
        line_at(ui, left, middle, width, department, FontId::proportional(size::BODY), p.muted);
    }
    let (left, width) = columns.presence;
    if let Some(presence) = look.presence(person.id()) {
        let cell = Rect::from_min_size(pos2(left, row.rect.top()), vec2(width, HEIGHT));
        people::presence(ui, cell, presence.kind(), &presence.words(), presence.message.as_deref());
    }
    numbers(ui, row, columns, person, look, actions);
    buttons(ui, row, columns, person, look, actions);
}

/// The number, or the first one and a mark that there are more. A click on the row opens the menu.
fn numbers(ui: &mut Ui, row: &Row, columns: Columns, person: PersonRef<'_>, look: &Look<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let numbers = person.numbers_in(look.options);
    let (left, width) = columns.number;
    let middle = row.rect.center().y;
    let body = FontId::proportional(size::BODY);
    match numbers[..] {
        [] => {
            line_at(ui, left, middle, width, "no number", body, p.muted);
        }
        [(_, one)] => {
            line_at(ui, left, middle, width, one, body, p.text);
        }
        [(_, first), ..] => {
            let end = line_at(ui, left, middle, width - 18.0, first, body, p.text);
            people::icon_at(ui.painter(), pos2(end + 10.0, middle), ICON_ARROW_DROP_DOWN, size::ICON, p.text);
        }
    }
    let anchor = Rect::from_min_size(pos2(left - 8.0, row.rect.top() + 4.0), vec2(width, HEIGHT - 8.0));
    if row.clicked {
        egui::Popup::open_id(ui.ctx(), menu_id(row.id));
    }
    let menu = egui::Popup::new(menu_id(row.id), ui.ctx().clone(), anchor, ui.layer_id())
        .kind(egui::PopupKind::Menu)
        .open_memory(None)
        .accessible_name(format!("Numbers of {}", person.name()))
        .anchor_widget(row.id)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .layout(egui::Layout::top_down_justified(egui::Align::Min));
    let mut left = ui.input(|input| input.key_pressed(egui::Key::Escape));
    let shown = menu.show(|ui| {
        form::compact(ui);
        menu_of(ui, person, look, true, |ui, choice| {
            let link = match choice {
                Choice::Call(number) => look.call_number(number),
                Choice::Dial(number) => deep_link::tel(number),
            };
            reach::open(ui, look, link, actions);
            ui.close();
            left = true;
        });
    });
    // Whoever came by key goes on from where the menu was opened.
    if shown.is_some() && left {
        ui.memory_mut(|memory| memory.request_focus(row.id));
    }
}

fn menu_id(row: Id) -> Id {
    row.with("numbers")
}

/// What was chosen in the menu.
pub enum Choice<'a> {
    /// Call this number in Teams.
    Call(&'a str),
    /// Dial it with what this computer dials with.
    Dial(&'a str),
}

/// The numbers of a person in the configured order, as agents see them in the directory and in the transfer dialog.
pub fn menu_of<'a>(
    ui: &mut Ui,
    person: PersonRef<'a>,
    look: &Look<'_>,
    dials: bool,
    mut chosen: impl FnMut(&mut Ui, Choice<'a>),
) {
    let p = palette(ui);
    ui.set_min_width(250.0);
    let numbers = person.numbers_in(look.options);
    if numbers.is_empty() {
        let hidden = person.numbers().count();
        form::small(ui, if hidden == 0 { "No number in the directory" } else { "No number of a type that agents see" });
    }
    for (kind, number) in numbers {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::STEP;
            form::icon(ui, people::phone_icon(kind), p.muted, 16.0);
            let name = format!("{}, {}", number, kind.label());
            let mut job = egui::text::LayoutJob::default();
            let format = egui::TextFormat::simple(FontId::proportional(size::BODY), p.text);
            job.append(number, 0.0, format);
            let format = egui::TextFormat::simple(FontId::proportional(size::SMALL), p.muted);
            job.append(kind.label(), 8.0, format);
            // As wide in every line, so that what stands behind it stands in a column.
            let cell = egui::Layout::left_to_right(egui::Align::Center);
            let entry = ui.allocate_ui_with_layout(vec2(256.0, 28.0), cell, |ui| {
                ui.set_min_width(256.0);
                ui.add(egui::Button::new(job).frame_when_inactive(false))
            });
            let entry = entry.inner;
            entry.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, &name));
            if entry.on_hover_text("Call in Teams").clicked() {
                chosen(ui, Choice::Call(number));
            }
            let dial = format!("Dial {} with this computer", number);
            if dials && form::icon_button(ui, ICON_DIALPAD, &dial, p.muted).clicked() {
                chosen(ui, Choice::Dial(number));
            }
            if dials {
                form::copy_button(ui, &format!("Copy {}", number), number);
            }
        });
    }
}

fn buttons(ui: &mut Ui, row: &Row, columns: Columns, person: PersonRef<'_>, look: &Look<'_>, actions: &mut Actions) {
    let (left, width) = columns.buttons;
    let rect = Rect::from_min_size(pos2(left, row.rect.top()), vec2(width, HEIGHT));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let builder = UiBuilder::new().scope_id(row.id.with("buttons")).max_rect(rect).layout(layout);
    let mut ui = ui.new_child(builder.accessibility_parent(row.id));
    ui.spacing_mut().item_spacing.x = theme::STEP;
    let upn = person.user_principal_name();
    for (icon, word, preposition, link) in
        [(ICON_CHAT, "Chat", "Chat with", look.chat(upn)), (ICON_CALL, "Call", "Call", look.call(upn))]
    {
        let name = format!("{preposition} {}", person.name());
        if button(&mut ui, row.current, columns.narrow, icon, word, &name, link.is_some()) {
            reach::open(&ui, look, link, actions);
        }
    }
}

/// A button that the keyboard reaches in the current row only.
fn button(ui: &mut Ui, current: bool, narrow: bool, icon: MaterialIcon, word: &str, name: &str, enabled: bool) -> bool {
    let p = palette(ui);
    let font = if narrow {
        FontId::new(size::ICON, egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into()))
    } else {
        semibold(size::SMALL)
    };
    let text = egui::RichText::new(if narrow { icon.codepoint } else { word }).font(font).color(p.text);
    let sense = if current { Sense::click() } else { Sense::CLICK };
    let button = egui::Button::new(text).sense(sense).min_size(vec2(32.0, theme::CONTROL_HEIGHT));
    let response = ui.add_enabled(enabled, button.fill(p.panel));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let response = response.on_hover_text(name);
    response
        .on_disabled_hover_text("Teams has no address for this in this cloud, or the person cannot sign in.")
        .clicked()
}
