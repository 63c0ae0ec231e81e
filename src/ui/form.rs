//! The parts that every section is made of: rows, fields, buttons, notes, verdicts.
//!
//! Owns how a control looks and what a screen reader hears of it. Must not know the account: sections pass texts and values.
//! Start with [`row`] and [`text_field`].

mod copying;
mod glyphs;

pub use copying::{copy_button, copyable, copyable_lines};
pub use glyphs::undrawable;

use super::theme::{self, Palette, palette, semibold, size};
use crate::domain::policy::LOCKED;
use egui::{
    Align, Align2, Color32, FontId, Id, Layout, Margin, Response, RichText, Sense, Stroke, TextEdit, Ui, WidgetInfo,
    accesskit::{Live, Role},
    text::LayoutJob,
    vec2,
};
use egui_material_icons::{MaterialIcon, icons::ICON_LOCK};

/// Width of the column of labels.
const LABELS: f32 = 172.0;
/// Width of the column of marks behind the fields.
pub const MARKS: f32 = 28.0;
/// Between a field and what stands behind it.
pub const GAP: f32 = 8.0;
/// Width of an icon button.
pub const ICON_BUTTON: f32 = 28.0;
/// Height of a line of small print.
pub const SMALL_LINE: f32 = 18.0;
/// Below this width, labels stand above their fields.
const NARROW: f32 = 470.0;

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// Anything else.
    Plain,
    /// A link-like button in a line of text.
    Quiet,
    /// Destroys something, or leads to it.
    Danger,
}

/// A line that tells how something is, with an icon.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Deserves attention.
    Warn,
    /// Does not work.
    Bad,
    /// Not known or not made.
    Neutral,
}

impl Verdict {
    /// Its icon.
    pub fn icon(self) -> MaterialIcon {
        use egui_material_icons::icons::*;
        match self {
            Verdict::Good => ICON_CHECK_CIRCLE,
            Verdict::Warn => ICON_WARNING,
            Verdict::Bad => ICON_ERROR,
            Verdict::Neutral => ICON_INFO,
        }
    }

    /// Its colour.
    pub fn color(self, p: &Palette) -> Color32 {
        match self {
            Verdict::Good => p.ok,
            Verdict::Warn => p.warn,
            Verdict::Bad => p.bad,
            Verdict::Neutral => p.muted,
        }
    }
}

fn icon_font(points: f32) -> FontId {
    FontId::new(points, egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into()))
}

/// What the keyboard gets to is scrolled into view.
pub fn reveal(response: &Response) {
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
}

/// A picture beside a text that says the same; a screen reader does not hear it.
pub fn icon(ui: &mut Ui, icon: MaterialIcon, color: Color32, points: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(points, points.max(SMALL_LINE)), Sense::hover());
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon.codepoint, icon_font(points), color);
}

/// A button with a text, and an icon in front where it helps. Its accessible name is the text.
pub fn button(ui: &mut Ui, kind: Kind, icon: Option<MaterialIcon>, text: &str) -> Response {
    let p = palette(ui);
    let enabled = ui.is_enabled();
    let (fill, line, color) = match kind {
        Kind::Primary => (Some(p.accent), Stroke::new(1.0, p.accent), p.on_accent),
        Kind::Plain => (None, Stroke::new(1.0, p.line), p.text),
        Kind::Quiet => (None, Stroke::NONE, p.accent),
        Kind::Danger => (None, Stroke::NONE, p.bad),
    };
    let framed = matches!(kind, Kind::Primary | Kind::Plain);
    let padding = if framed { ui.spacing().button_padding } else { vec2(theme::STEP, 2.0) };
    let mut job = LayoutJob::default();
    // As high as the button inside, or the text would stick to the top where lines are aligned there.
    let line_height = framed.then_some(theme::CONTROL_HEIGHT - 2.0 * padding.y);
    let format = |font, color| egui::TextFormat {
        font_id: font,
        color,
        line_height,
        valign: Align::Center,
        ..Default::default()
    };
    if let Some(icon) = icon {
        job.append(icon.codepoint, 0.0, format(icon_font(16.0), color));
    }
    job.append(text, if icon.is_some() { 6.0 } else { 0.0 }, format(semibold(size::SMALL), color));
    let mut button = egui::Button::new(job).min_size(vec2(0.0, if framed { theme::CONTROL_HEIGHT } else { 24.0 }));
    button = match fill {
        Some(fill) => button.fill(fill).stroke(line),
        None if framed => button,
        None => button.frame_when_inactive(false),
    };
    // Not in a scope: a scope takes the rest of the line, and a line of buttons could not break.
    let before = std::mem::replace(&mut ui.spacing_mut().button_padding, padding);
    let response = ui.add(button.wrap_mode(egui::TextWrapMode::Extend));
    ui.spacing_mut().button_padding = before;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    reveal(&response);
    if kind == Kind::Primary && response.has_focus() {
        let ring = Stroke::new(2.0, p.accent);
        ui.painter().rect_stroke(response.rect.expand(2.5), 8, ring, egui::StrokeKind::Outside);
    }
    response
}

/// A button that is only an icon; `name` is its accessible name and its tooltip.
pub fn icon_button(ui: &mut Ui, icon: MaterialIcon, name: &str, color: Color32) -> Response {
    let height = ui.spacing().interact_size.y.min(theme::CONTROL_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(vec2(ICON_BUTTON, height), Sense::click());
    let enabled = ui.is_enabled();
    let p = palette(ui);
    let square = egui::Rect::from_center_size(rect.center(), vec2(ICON_BUTTON, ICON_BUTTON.min(height)));
    if response.hovered() || response.is_pointer_button_down_on() {
        ui.painter().rect_filled(square, theme::CONTROL_RADIUS, p.line);
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, p.accent);
        ui.painter().rect_stroke(square, theme::CONTROL_RADIUS, ring, egui::StrokeKind::Inside);
    }
    ui.painter().text(square.center(), Align2::CENTER_CENTER, icon.codepoint, icon_font(size::ICON), color);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    reveal(&response);
    response.on_hover_text(name)
}

/// A section's heading, which a screen reader can jump to.
pub fn heading(ui: &mut Ui, text: &str) {
    let label = ui.add(egui::Label::new(RichText::new(text).font(semibold(size::BODY))).wrap());
    as_heading(ui, label.id, text);
}

/// Tells screen readers that this label is a heading.
pub fn as_heading(ui: &Ui, id: Id, text: &str) {
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Heading);
        node.set_label(text);
    });
}

/// Tells screen readers what belongs together, where it is and what it is called.
pub fn group(response: &Response, role: Role, name: &str) {
    let rect = response.rect;
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_role(role);
        node.set_label(name);
        node.set_bounds(egui::accesskit::Rect {
            x0: rect.min.x.into(),
            y0: rect.min.y.into(),
            x1: rect.max.x.into(),
            y1: rect.max.y.into(),
        });
    });
}

/// What stands at the left of a line and what at its right, made in this order, because Tab goes in the order of making.
/// The right part's width is known from the frame before; when it changes, the frame is drawn again before it is shown.
pub fn split(ui: &mut Ui, name: &str, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    let id = Id::unique(("width of the right part", name));
    let known: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
    let height = ui.spacing().interact_size.y;
    ui.horizontal(|ui| {
        ui.set_min_height(height);
        let room = (ui.available_width() - known - ui.spacing().item_spacing.x).max(0.0);
        let (rect, _) = ui.allocate_exact_size(vec2(room, height), Sense::hover());
        let inside = egui::UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
        left(&mut ui.new_child(inside));
        let shown = ui.scope(right).response.rect.width();
        if (shown - known).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, shown));
            ui.ctx().request_discard("the right part of a line has another width");
        }
    });
}

/// Small print.
pub fn small(ui: &mut Ui, text: &str) -> Response {
    colored(ui, text, palette(ui).muted)
}

/// Small print in a colour.
pub fn colored(ui: &mut Ui, text: &str, color: Color32) -> Response {
    ui.add(egui::Label::new(RichText::new(text).size(size::SMALL).line_height(Some(SMALL_LINE)).color(color)).wrap())
}

/// Text and links in lines that break where they must.
pub fn prose<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        // Before the line begins, whose first row is as high as a control.
        ui.spacing_mut().interact_size.y = SMALL_LINE;
        ui.spacing_mut().item_spacing = vec2(theme::STEP, 2.0);
        ui.horizontal_wrapped(add).inner
    })
    .inner
}

/// For lists of choices: rows that stand close.
pub fn compact(ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = 28.0;
    ui.spacing_mut().item_spacing.y = 0.0;
}

/// A text that is read out when it changes.
pub fn announced(ui: &Ui, response: &Response, text: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Status);
        node.set_label(text);
        node.set_live(Live::Polite);
    });
}

/// An icon and words in the verdict's colour. Read out when it changes.
pub fn verdict(ui: &mut Ui, verdict: Verdict, text: &str) {
    let color = verdict.color(palette(ui));
    icon(ui, verdict.icon(), color, size::ICON);
    let label = ui.add(egui::Label::new(RichText::new(text).font(semibold(size::BODY)).color(color)).wrap());
    announced(ui, &label, text);
}

/// Small print with an icon, in the verdict's colour, in lines that break. Read out when it changes.
pub fn remark(ui: &mut Ui, verdict: Verdict, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let color = verdict.color(palette(ui));
        icon(ui, verdict.icon(), color, 16.0);
        let label = colored(ui, text, color);
        announced(ui, &label, text);
    });
}

/// Says that a policy of the company sets what stands above.
pub fn locked(ui: &mut Ui) {
    let muted = palette(ui).muted;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        icon(ui, ICON_LOCK, muted, 16.0);
        colored(ui, LOCKED, muted);
    });
}

/// A link that opens in the browser.
pub fn link(ui: &mut Ui, text: &str, url: &str) {
    let text = RichText::new(text).size(size::SMALL).line_height(Some(SMALL_LINE));
    reveal(&ui.hyperlink_to(text, url).on_hover_text(url));
}

/// A field and what stands behind it, side by side. `trailing` is the width of that; `add` gets the field's width.
pub fn line<R>(ui: &mut Ui, trailing: f32, add: impl FnOnce(&mut Ui, f32) -> R) -> R {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let width = (ui.available_width() - trailing - MARKS - GAP).max(80.0);
        add(ui, width)
    })
    .inner
}

/// One line of the form: a label, and what belongs to it. `add` gets the label's id to name its control by.
pub fn row<R>(ui: &mut Ui, label: &str, add: impl FnOnce(&mut Ui, Id) -> R) -> R {
    let color = palette(ui).muted;
    let text = RichText::new(label).color(color);
    // A row without a label has only the room for one: an empty label would be read out.
    let name = |ui: &mut Ui| match label {
        "" => Id::NULL,
        _ => ui.add(egui::Label::new(text).wrap()).id,
    };
    if ui.available_width() < NARROW {
        return ui
            .vertical(|ui| {
                ui.spacing_mut().item_spacing.y = theme::STEP;
                let id = name(ui);
                add(ui, id)
            })
            .inner;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0 * theme::STEP;
        let layout = Layout::left_to_right(Align::Center);
        let cell = ui.allocate_ui_with_layout(vec2(LABELS, theme::CONTROL_HEIGHT), layout, |ui| {
            ui.set_min_width(LABELS);
            name(ui)
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(GAP, theme::STEP);
            add(ui, cell.inner)
        })
        .inner
    })
    .inner
}

/// How a text field is drawn.
#[derive(Clone, Copy, Default)]
pub struct TextField<'a> {
    /// For IDs.
    pub monospaced: bool,
    /// Shows dots only.
    pub password: bool,
    /// Holds a secret, whether it is shown or not.
    pub secret: bool,
    /// Grows with its text.
    pub multiline: bool,
    /// Shown while it is empty.
    pub hint: &'a str,
    /// Its value cannot stay like this.
    pub error: bool,
    /// Its width; the rest of the line when it is 0.
    pub width: f32,
}

/// Gives the focus to a control that may only appear in the next frame, and brings it into sight.
pub fn focus_soon(ctx: &egui::Context, id: Id) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("focus soon"), Some(id)));
    ctx.request_repaint();
}

/// A text field named by the label with this id, or not yet named where that is [`Id::NULL`].
pub fn text_field(ui: &mut Ui, id: Id, label: Id, text: &mut dyn egui::TextBuffer, field: TextField<'_>) -> Response {
    let p = palette(ui);
    let focused = ui.memory(|memory| memory.has_focus(id));
    let line = match (field.error, focused) {
        (true, _) => Stroke::new(1.0, p.bad),
        (false, true) => Stroke::new(1.0, p.accent),
        (false, false) => Stroke::new(1.0, p.line),
    };
    let frame = egui::Frame::new()
        .fill(p.ground)
        .stroke(line)
        .corner_radius(theme::CONTROL_RADIUS)
        .inner_margin(Margin::symmetric(10, 5));
    let font = if field.monospaced { FontId::monospace(size::SMALL) } else { FontId::proportional(size::BODY) };
    let width = if field.width > 0.0 { field.width } else { ui.available_width() };
    let edit = if field.multiline { TextEdit::multiline(text).desired_rows(1) } else { TextEdit::singleline(text) };
    let hint = RichText::new(field.hint).color(p.muted);
    let response = ui.add(
        edit.id(id)
            .password(field.password)
            .frame(frame)
            .font(font)
            .text_color(p.text)
            .hint_text(hint)
            .align(Align2::LEFT_CENTER)
            .min_size(vec2(0.0, theme::CONTROL_HEIGHT))
            .desired_width(width),
    );
    if focused {
        ui.painter().rect_stroke(
            response.rect.expand(1.0),
            theme::CONTROL_RADIUS + 1,
            Stroke::new(2.0, if field.error { p.bad_soft } else { p.accent_soft }),
            egui::StrokeKind::Outside,
        );
    }
    let response = if label == Id::NULL { response } else { response.labelled_by(label) };
    if field.error {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_invalid(egui::accesskit::Invalid::True));
    }
    reveal(&response);
    let wanted = Id::unique("focus soon");
    if ui.data(|data| data.get_temp::<Option<Id>>(wanted)).flatten() == Some(id) {
        ui.data_mut(|data| data.remove::<Option<Id>>(wanted));
        response.request_focus();
        response.scroll_to_me(Some(Align::Center));
    }
    // Undo is the session's, so that a field's own steps serve nothing; those of a secret would only be copies of it.
    if field.secret
        && let Some(mut state) = TextEdit::load_state(ui.ctx(), id)
    {
        state.clear_undoer();
        TextEdit::store_state(ui.ctx(), id, state);
    }
    response
}

/// A field in which one searches, with its icon in place of a label. `hint` is shown while it is empty.
pub fn search_field(ui: &mut Ui, id: Id, name: &str, hint: &str, text: &mut String, width: f32) -> Response {
    let p = palette(ui);
    let icon_width = 22.0;
    ui.spacing_mut().item_spacing.x = theme::STEP;
    icon(ui, egui_material_icons::icons::ICON_SEARCH, p.muted, size::ICON);
    let field = TextField { hint, width: width - icon_width, ..TextField::default() };
    text_field(ui, id, Id::NULL, text, field).accessible_name(name)
}

/// A radio button with an explanation under it. Returns whether it was chosen.
pub fn radio(ui: &mut Ui, selected: bool, label: &str, explanation: impl FnOnce(&mut Ui)) -> bool {
    let text = RichText::new(label).font(semibold(size::BODY)).color(palette(ui).text);
    let response = ui
        .scope(|ui| {
            let p = palette(ui);
            ui.spacing_mut().interact_size.y = 24.0;
            if selected {
                // A thick ring in the accent reads better than a dot in a grey circle.
                let widgets = &mut ui.visuals_mut().widgets;
                for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
                    state.bg_fill = p.accent;
                    state.bg_stroke = Stroke::new(1.0, p.accent);
                    state.fg_stroke = Stroke::new(1.0, p.on_accent);
                }
            } else {
                ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.5, p.outline);
            }
            ui.radio(selected, text)
        })
        .inner;
    reveal(&response);
    ui.add_space(-theme::STEP);
    ui.horizontal_top(|ui| {
        ui.add_space(18.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            explanation(ui);
        });
    });
    response.clicked() && !selected
}

/// A check box in the accent.
pub fn checkbox(ui: &mut Ui, checked: &mut bool, label: &str) -> Response {
    let response = ui.scope(|ui| {
        let p = palette(ui);
        let on = *checked;
        let widgets = &mut ui.visuals_mut().widgets;
        for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            state.corner_radius = 4.into();
            state.bg_fill = if on { p.accent } else { p.ground };
            state.bg_stroke = Stroke::new(1.5, if on { p.accent } else { p.outline });
            state.fg_stroke = Stroke::new(2.0, if on { p.on_accent } else { p.text });
        }
        ui.checkbox(checked, RichText::new(label).color(p.text))
    });
    reveal(&response.inner);
    response.inner
}

/// A value that is there but cannot be edited, in a box like a field's, named by the label with this id.
pub fn value_box(ui: &mut Ui, width: f32, picture: MaterialIcon, text: &str, label: Id) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(width, theme::CONTROL_HEIGHT), Sense::hover());
    ui.painter().rect(rect, theme::CONTROL_RADIUS, p.ground, Stroke::new(1.0, p.line), egui::StrokeKind::Inside);
    let layout = Layout::left_to_right(Align::Center);
    let inside = egui::UiBuilder::new().max_rect(rect.shrink2(vec2(10.0, 0.0))).layout(layout);
    let mut inside = ui.new_child(inside);
    icon(&mut inside, picture, p.muted, 16.0);
    inside.add(egui::Label::new(RichText::new(text).color(p.muted)).truncate()).labelled_by(label);
}

/// A thin line across a card, with room around it.
pub fn divider(ui: &mut Ui) {
    ui.add_space(2.0 * theme::STEP);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, palette(ui).line));
    ui.add_space(2.0 * theme::STEP);
}
