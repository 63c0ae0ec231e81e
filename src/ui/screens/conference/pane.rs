//! What one person of a conference reads, and the field in which they write.
//!
//! Owns the texts being typed, only while the window is open. Who reads what is the transcript's.

use super::Shown;
use crate::{
    domain::{
        MessageKey, SystemMessages,
        conference::{
            Party,
            transcript::{Entry, Side, Transcript, What},
        },
    },
    session::{
        Action as SessionAction,
        conference::{Action, Mode},
    },
    ui::{
        form::{self, Kind, TextField},
        theme::{self, palette, semibold, size},
        view::Actions,
    },
};
use egui::{Align, Context, FontId, Id, Key, Label, Layout, Margin, RichText, Ui, WidgetInfo, accesskit::Role};
use egui_material_icons::icons::ICON_SEND;

/// What a colleague answers with one click.
pub const TO_AN_INVITATION: [MessageKey; 2] = [MessageKey::PositiveResponse, MessageKey::NegativeResponse];
/// What a colleague leaves with.
pub const WHILE_IN: [MessageKey; 1] = [MessageKey::LeaveAnyTimeCommand];

/// Characters of a command on its button.
const LONGEST_BUTTON: usize = 18;

/// One pane.
pub struct Pane<'a> {
    /// Whose it is.
    pub party: Party,
    /// What happened.
    pub transcript: &'a Transcript,
    /// The messages on the screen, in which system messages are shown.
    pub messages: Option<&'a SystemMessages>,
    /// The name of the field.
    pub field: &'a str,
    /// Shown while there is nothing to read.
    pub empty: &'a str,
    /// Whether something can be written.
    pub open: bool,
    /// Whether there is a field to write in.
    pub writes: bool,
    /// Of which conference.
    pub mode: Mode,
    /// Commands to write with one click.
    pub answers: &'a [MessageKey],
}

impl<'a> Pane<'a> {
    /// Somebody's pane; `field` is the name of the field in which they write.
    pub fn of(shown: &Shown<'a>, party: Party, field: &'a str) -> Self {
        let (transcript, messages, mode) = (shown.transcript, shown.messages, shown.mode);
        Pane { party, transcript, messages, field, empty: "", open: true, writes: true, mode, answers: &[] }
    }

    /// Draws what is read, and under it the field.
    pub fn show(self, ui: &mut Ui, actions: &mut Actions) {
        let line = theme::CONTROL_HEIGHT + ui.spacing().item_spacing.y;
        let below = match (self.writes, self.answers) {
            (false, _) => 0.0,
            (true, []) => line,
            (true, _) => 2.0 * line,
        };
        let height = (ui.available_height() - below).max(40.0);
        let area = egui::ScrollArea::vertical()
            .id_salt(("conference", self.mode == Mode::Live, self.party))
            .stick_to_bottom(true);
        area.max_height(height).min_scrolled_height(height).auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 6.0);
            ui.spacing_mut().item_spacing.y = 6.0;
            let mut read = 0;
            for entry in self.transcript.entries() {
                if let Some(side) = entry.side(self.party) {
                    bubble(ui, entry, side, self.messages);
                    read += 1;
                }
            }
            if read == 0 {
                form::small(ui, self.empty);
            }
        });
        self.quick_answers(ui, actions);
        if self.writes {
            self.composer(ui, actions);
        }
    }

    fn quick_answers(&self, ui: &mut Ui, actions: &mut Actions) {
        if self.answers.is_empty() {
            return;
        }
        ui.horizontal(|ui| {
            for key in self.answers {
                let word = self.messages.map_or(key.default_text(), |messages| messages.get(*key)).trim();
                // An empty command is no command, and nobody can press a button without a name.
                if word.is_empty() {
                    continue;
                }
                let cut = if word.chars().count() > LONGEST_BUTTON { "…" } else { "" };
                let short: String = word.chars().take(LONGEST_BUTTON).collect();
                if form::button(ui, Kind::Plain, None, &format!("{}{cut}", short.trim_end())).clicked() {
                    actions.push(say(self.party, word));
                }
            }
        });
    }

    fn composer(&self, ui: &mut Ui, actions: &mut Actions) {
        let id = composer(self.mode, self.party);
        let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        ui.add_enabled_ui(self.open, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let width = ui.available_width() - form::ICON_BUTTON - 6.0;
                let hint = if self.open { "Write a message" } else { "The session has ended" };
                let field = TextField { hint, width, ..TextField::default() };
                let response = form::text_field(ui, id, Id::NULL, &mut text, field).accessible_name(self.field);
                let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                let color = palette(ui).accent;
                let clicked = form::icon_button(ui, ICON_SEND, &format!("Send: {}", self.field), color).clicked();
                if (enter || clicked) && !text.trim().is_empty() {
                    actions.push(say(self.party, &text));
                    text.clear();
                }
                if enter {
                    response.request_focus();
                }
            });
        });
        ui.data_mut(|data| data.insert_temp(id, text));
    }
}

fn say(from: Party, text: &str) -> SessionAction {
    SessionAction::Conference(Action::Say { from, text: text.to_owned() })
}

fn composer(mode: Mode, party: Party) -> Id {
    Id::unique(("conference composer", mode == Mode::Live, party))
}

/// Empties the fields of everybody.
pub fn forget_texts(ctx: &Context, mode: Mode) {
    ctx.data_mut(|data| {
        for party in [Party::Customer, Party::Agent].into_iter().chain((0..100).map(Party::Colleague)) {
            data.remove::<String>(composer(mode, party));
        }
    });
}

/// A pane's title and what stands behind it.
pub fn title(ui: &mut Ui, text: &str, behind: impl FnOnce(&mut Ui)) {
    let left = |ui: &mut Ui| {
        let label = ui.add(Label::new(RichText::new(text).font(semibold(size::BODY))).truncate());
        form::as_heading(ui, label.id, text);
    };
    form::split(ui, text, left, behind);
}

/// One of several panes to look at. Returns whether it was chosen.
pub fn tab(ui: &mut Ui, on: bool, name: &str) -> bool {
    let response = ui.selectable_label(on, RichText::new(name).size(size::SMALL));
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, name));
    form::reveal(&response);
    response.clicked()
}

/// One entry as this pane shows it.
fn bubble(ui: &mut Ui, entry: &Entry, side: Side, messages: Option<&SystemMessages>) {
    let p = palette(ui);
    let text = entry.text(messages);
    if side == Side::Middle {
        let label = Label::new(RichText::new(text).size(size::SMALL).color(p.muted)).wrap().halign(Align::Center);
        ui.vertical_centered(|ui| ui.add(label));
        return;
    }
    let mut job = egui::text::LayoutJob::default();
    if let (Side::Other, What::Said { name, .. }) = (side, &entry.what) {
        job.append(name, 0.0, egui::TextFormat::simple(semibold(size::BODY), p.text));
        job.append(" ", 0.0, egui::TextFormat::simple(FontId::proportional(size::BODY), p.text));
    }
    job.append(&text, 0.0, egui::TextFormat::simple(FontId::proportional(size::BODY), p.text));
    let (fill, layout) = match side {
        Side::Own => (p.accent_soft, Layout::right_to_left(Align::Min)),
        Side::Other | Side::Middle => (p.sunk, Layout::left_to_right(Align::Min)),
    };
    job.wrap.max_width = ui.available_width() * 0.86 - 22.0;
    let galley = ui.painter().layout_job(job);
    ui.with_layout(layout, |ui| {
        let frame = egui::Frame::new().fill(fill).corner_radius(8).inner_margin(Margin::symmetric(11, 7));
        frame.show(ui, |ui| ui.add(Label::new(galley)));
    });
}
