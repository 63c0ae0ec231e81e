//! Conference: rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns the layout of the screen; what it shows is `session::conference`'s. `seats` draws the three people, `pane` what one
//! of them reads and writes, `invite` and `live` how somebody is invited.

mod invite;
mod live;
mod pane;
mod seats;

use crate::{
    domain::{
        SystemMessages,
        conference::{
            Conference, Rules,
            transcript::{Transcript, What},
        },
    },
    session::{
        Action as SessionAction, FileTask,
        conference::{self, Action, Mode},
    },
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, size},
        view::{Actions, View},
    },
};
use egui::{Align, Id, Layout, RichText, Ui, UiBuilder, vec2};
use egui_material_icons::icons::*;
use seats::Seat;

/// Below this width there is one pane at a time.
const THREE: f32 = 700.0;
/// Between panes.
const GAP: f32 = 12.0;

/// The conference on the screen.
struct Shown<'a> {
    mode: Mode,
    conference: &'a Conference,
    transcript: &'a Transcript,
    /// In a rehearsal, system messages are shown as they stand on the screen.
    messages: Option<&'a SystemMessages>,
    rules: Rules,
}

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let session = view.session;
    let state = &session.conference;
    let agent = session.live_agent().map_or("Agent", |(_, name)| name);
    let not_begun = (Conference::new("Customer", agent), Transcript::default());
    let live = state.live.call.as_ref().map(|call| (&call.conference, &call.transcript));
    let (conference, transcript) = match state.mode {
        Mode::Rehearsal => (&state.rehearsal.conference, &state.rehearsal.transcript),
        Mode::Live => live.unwrap_or((&not_begun.0, &not_begun.1)),
    };
    let (messages, rules) = match state.mode {
        Mode::Rehearsal => {
            let messages = session.editor.as_ref().map(|editor| &editor.draft.system_messages);
            (messages, conference::rehearsal_rules(session))
        }
        Mode::Live => (None, session.live_rules()),
    };
    let shown = Shown { mode: state.mode, conference, transcript, messages, rules };
    wake(ui, &shown, view, actions);
    ui.spacing_mut().item_spacing.y = 8.0;
    header(ui, &shown, view, actions);
    if state.mode == Mode::Live && live::missing(ui, view, actions) {
        return;
    }
    let footer = theme::CONTROL_HEIGHT + 8.0;
    let height = (ui.available_height() - footer).max(180.0);
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    panes(ui, area, &shown, view, actions);
    foot(ui, &shown, view, actions);
}

/// An invitation runs out, or a practice person answers, without anybody touching the window.
fn wake(ui: &Ui, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    if let Some(next) = next_moment(shown, view) {
        match (next - view.now).to_std() {
            Ok(wait) if !wait.is_zero() => ui.ctx().request_repaint_after(wait),
            _ => actions.push(SessionAction::Conference(Action::Tick)),
        }
    }
}

fn next_moment(shown: &Shown<'_>, view: &View<'_>) -> Option<chrono::DateTime<chrono::Utc>> {
    match shown.mode {
        Mode::Rehearsal => view.session.conference.rehearsal.next_moment(&shown.rules),
        Mode::Live => shown.conference.deadline(&shown.rules),
    }
}

/// What this is, and what to know of the messages.
fn header(ui: &mut Ui, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 26.0;
        for (mode, name) in [(Mode::Rehearsal, "Rehearsal"), (Mode::Live, "Live")] {
            if pane::tab(ui, shown.mode == mode, name) && shown.mode != mode {
                actions.push(SessionAction::Conference(Action::Mode(mode)));
            }
        }
        match shown.mode {
            Mode::Rehearsal => form::small(ui, "Nothing here reaches a customer or Microsoft Teams."),
            Mode::Live => live::banner(ui, view),
        };
        if let Some(key) = conference::message_at_fault(view.session) {
            form::icon(ui, Verdict::Bad.icon(), p.bad, 16.0);
            let text = format!("“{}” has to be corrected in System Messages before it can be applied.", key.label());
            let label = form::colored(ui, &text, p.bad);
            form::announced(ui, &label, &text);
        } else if conference::messages_unsaved(view.session) {
            let text = match shown.mode {
                Mode::Rehearsal => "With the messages on the screen, which are not applied yet.",
                Mode::Live => "With the applied messages, not with those on the screen.",
            };
            let label = form::colored(ui, text, p.warn);
            form::announced(ui, &label, text);
        }
    });
}

fn panes(ui: &mut Ui, area: egui::Rect, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let all = [Seat::Customer, Seat::Agent, Seat::Colleague];
    if area.width() >= THREE {
        let width = (area.width() - 2.0 * GAP) / 3.0;
        for (index, seat) in all.into_iter().enumerate() {
            let left = area.left() + index as f32 * (width + GAP);
            let rect = egui::Rect::from_min_size(egui::pos2(left, area.top()), vec2(width, area.height()));
            seats::show(ui, rect, seat, shown, view, actions);
        }
        return;
    }
    let id = Id::unique("conference pane");
    let mut open: usize = ui.data(|data| data.get_temp(id)).unwrap_or(1);
    let tabs = egui::Rect::from_min_size(area.min, vec2(area.width(), theme::CONTROL_HEIGHT));
    let mut line = ui.new_child(UiBuilder::new().max_rect(tabs).layout(Layout::left_to_right(Align::Center)));
    let colleague = shown.conference.colleagues.get(view.session.conference.shown).map_or("Colleague", |c| &c.name);
    for (index, name) in ["Customer", "Agent", colleague].into_iter().enumerate() {
        if pane::tab(&mut line, open == index, name) {
            open = index;
            ui.data_mut(|data| data.insert_temp(id, open));
        }
    }
    let rect = area.with_min_y(tabs.bottom() + 8.0);
    seats::show(ui, rect, all[open.min(2)], shown, view, actions);
}

/// The last thing that happened, and what to do with all of it.
fn foot(ui: &mut Ui, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let any = !shown.transcript.entries().is_empty();
    let waiting = next_moment(shown, view).is_some();
    let is_on = shown.mode == Mode::Live && view.session.conference.live.call.as_ref().is_some_and(|call| call.is_on());
    let last = last_words(shown.transcript, shown.messages);
    let left = |ui: &mut Ui| {
        let color = palette(ui).muted;
        let label = ui.add(egui::Label::new(RichText::new(&last).size(size::SMALL).color(color)).truncate());
        form::announced(ui, &label, &last);
    };
    form::split(ui, "conference foot", left, |ui| {
        if shown.mode == Mode::Rehearsal {
            ui.add_enabled_ui(waiting, |ui| {
                if form::button(ui, Kind::Plain, Some(ICON_FAST_FORWARD), "Let two minutes pass").clicked() {
                    actions.push(SessionAction::Conference(Action::LetTimePass));
                }
            });
        }
        ui.add_enabled_ui(any && !is_on, |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_RESTART_ALT), "Start again").clicked() {
                pane::forget_texts(ui.ctx(), shown.mode);
                actions.push(SessionAction::Conference(Action::StartAgain));
            }
        });
        ui.add_enabled_ui(any && view.session.busy.is_none(), |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_DOWNLOAD), "Save transcript…").clicked() {
                actions.push(SessionAction::ChooseFile(FileTask::Transcript));
            }
        });
    });
}

/// The last entry in one line, read out when it changes.
fn last_words(transcript: &Transcript, messages: Option<&SystemMessages>) -> String {
    let Some(entry) = transcript.entries().last() else { return "Nothing was said yet.".into() };
    let text = entry.text(messages);
    match &entry.what {
        What::Said { name, .. } => format!("{name}: {text}"),
        What::System { .. } | What::Note(_) => text,
    }
}
