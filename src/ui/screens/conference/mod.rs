//! Conference: rehearsed and live conferences of customer, agent and colleague.
//!
//! Owns the layout of the screen; what it shows is `session::conference`'s. `pane` draws what one person reads and writes,
//! `invite` how somebody is invited.

mod invite;
mod pane;

use crate::{
    domain::conference::{Conference, Party, Stage, people::Character, transcript::Transcript},
    session::{
        Action as SessionAction, FileTask,
        conference::{self, Action},
    },
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Align, Id, Layout, RichText, Ui, UiBuilder, vec2};
use egui_material_icons::icons::*;
use pane::Pane;

/// Below this width there is one pane at a time.
const THREE: f32 = 700.0;
/// Between panes.
const GAP: f32 = 12.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let rules = conference::rehearsal_rules(view.session);
    let rehearsal = &view.session.conference.rehearsal;
    if let Some(next) = rehearsal.next_moment(&rules) {
        match (next - view.now).to_std() {
            Ok(wait) if !wait.is_zero() => ui.ctx().request_repaint_after(wait),
            _ => actions.push(SessionAction::Conference(Action::Tick)),
        }
    }
    ui.spacing_mut().item_spacing.y = 8.0;
    header(ui, view);
    let footer = theme::CONTROL_HEIGHT + 8.0;
    let height = (ui.available_height() - footer).max(180.0);
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    panes(ui, area, view, actions);
    foot(ui, view, actions);
}

/// What this is, and what to know of the messages.
fn header(ui: &mut Ui, view: &View<'_>) {
    let p = palette(ui);
    form::prose(ui, |ui| {
        form::icon(ui, ICON_THEATER_COMEDY, p.muted, size::ICON);
        let title = ui.label(RichText::new("Rehearsal").font(semibold(size::BODY)));
        form::as_heading(ui, title.id, "Rehearsal");
        form::small(ui, "Nothing here reaches a customer or Microsoft Teams.");
        if let Some(key) = conference::message_at_fault(view.session) {
            form::icon(ui, Verdict::Bad.icon(), p.bad, 16.0);
            let text = format!("“{}” has to be corrected in System Messages before it can be applied.", key.label());
            let label = form::colored(ui, &text, p.bad);
            form::announced(ui, &label, &text);
        } else if conference::messages_unsaved(view.session) {
            let text = "With the messages on the screen, which are not applied yet.";
            let label = form::colored(ui, text, p.warn);
            form::announced(ui, &label, text);
        }
    });
}

fn panes(ui: &mut Ui, area: egui::Rect, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.conference;
    let all = [Seat::Customer, Seat::Agent, Seat::Colleague];
    if area.width() >= THREE {
        let width = (area.width() - 2.0 * GAP) / 3.0;
        for (index, seat) in all.into_iter().enumerate() {
            let left = area.left() + index as f32 * (width + GAP);
            let rect = egui::Rect::from_min_size(egui::pos2(left, area.top()), vec2(width, area.height()));
            seat_in(ui, rect, seat, view, actions);
        }
        return;
    }
    let id = Id::unique("conference pane");
    let mut open: usize = ui.data(|data| data.get_temp(id)).unwrap_or(1);
    let tabs = egui::Rect::from_min_size(area.min, vec2(area.width(), theme::CONTROL_HEIGHT));
    let mut line = ui.new_child(UiBuilder::new().max_rect(tabs).layout(Layout::left_to_right(Align::Center)));
    let colleague = state.rehearsal.conference.colleagues.get(state.shown).map_or("Colleague", |c| &c.name);
    for (index, name) in ["Customer", "Agent", colleague].into_iter().enumerate() {
        if pane::tab(&mut line, open == index, name) {
            open = index;
            ui.data_mut(|data| data.insert_temp(id, open));
        }
    }
    let rect = area.with_min_y(tabs.bottom() + 8.0);
    seat_in(ui, rect, all[open.min(2)], view, actions);
}

#[derive(Clone, Copy)]
enum Seat {
    Customer,
    Agent,
    Colleague,
}

fn seat_in(ui: &mut Ui, rect: egui::Rect, seat: Seat, view: &View<'_>, actions: &mut Actions) {
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    let ui = &mut inside;
    ui.set_clip_rect(rect.expand(4.0).intersect(ui.clip_rect()));
    let state = &view.session.conference;
    let conference = &state.rehearsal.conference;
    let card = theme::card(ui).inner_margin(12).show(ui, |ui| {
        ui.set_min_size(rect.size() - vec2(26.0, 26.0));
        ui.set_max_size(rect.size() - vec2(26.0, 26.0));
        ui.spacing_mut().item_spacing.y = 6.0;
        match seat {
            Seat::Customer => customer(ui, conference, view, actions),
            Seat::Agent => agent(ui, conference, view, actions),
            Seat::Colleague => colleague(ui, conference, view, actions),
        }
    });
    let name = match seat {
        Seat::Customer => "Customer",
        Seat::Agent => "Agent",
        Seat::Colleague => "Colleague in Teams",
    };
    form::group(&card.response, egui::accesskit::Role::Group, name);
}

fn customer(ui: &mut Ui, conference: &Conference, view: &View<'_>, actions: &mut Actions) {
    pane::title(ui, "Customer", |ui| {
        ui.add_enabled_ui(!conference.ended, |ui| {
            if form::button(ui, Kind::Quiet, None, "Leave the chat").clicked() {
                actions.push(SessionAction::Conference(Action::Leave(Party::Customer)));
            }
        });
    });
    let empty = "Write as the customer, who never sees more than this pane.";
    one(view, Party::Customer, "Message from the customer", empty, !conference.ended).show(ui, actions);
}

fn agent(ui: &mut Ui, conference: &Conference, view: &View<'_>, actions: &mut Actions) {
    pane::title(ui, "Agent", |ui| {
        ui.add_enabled_ui(!conference.ended, |ui| {
            if form::button(ui, Kind::Quiet, None, "End the session").clicked() {
                actions.push(SessionAction::Conference(Action::Leave(Party::Agent)));
            }
        });
    });
    let empty = "Write as the agent, who sees what happens to an invitation.";
    one(view, Party::Agent, "Message from the agent", empty, !conference.ended).show(ui, actions);
}

fn colleague(ui: &mut Ui, conference: &Conference, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.conference;
    let shown = conference.colleagues.get(state.shown);
    let (Some(who), false) = (shown, state.inviting) else {
        invite::show(ui, conference, actions);
        return;
    };
    pane::title(ui, &format!("{} in Teams", who.name), |ui| {
        ui.add_enabled_ui(!conference.ended, |ui| {
            if form::button(ui, Kind::Quiet, Some(ICON_PERSON_ADD), "Invite…").clicked() {
                actions.push(SessionAction::Conference(Action::Choose(true)));
            }
        });
    });
    if conference.colleagues.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for (number, colleague) in conference.colleagues.iter().enumerate() {
                if pane::tab(ui, number == state.shown, &colleague.name) {
                    actions.push(SessionAction::Conference(Action::Show(number)));
                }
            }
        });
    }
    let out = matches!(who.stage, Stage::Out { .. }) && !conference.ended;
    let character = state.rehearsal.character(state.shown);
    let standing = |ui: &mut Ui| {
        let (verdict, text) = stage(who.stage);
        form::icon(ui, verdict.icon(), verdict.color(palette(ui)), 16.0);
        let text = RichText::new(format!("{text} · {}", character.label())).size(size::SMALL).color(palette(ui).muted);
        ui.add(egui::Label::new(text).truncate());
    };
    ui.spacing_mut().interact_size.y = 24.0;
    form::split(ui, "colleague's standing", standing, |ui| {
        if out && form::button(ui, Kind::Quiet, None, "Invite again").clicked() {
            let name = who.name.clone();
            actions.push(SessionAction::Conference(Action::Invite { name, character }));
        }
    });
    ui.spacing_mut().interact_size.y = theme::CONTROL_HEIGHT;
    let field = format!("Message from {}", who.name);
    let mut one = one(view, Party::Colleague(state.shown), &field, "", true);
    if character == Character::ByHand {
        one.answers = match who.stage {
            Stage::Invited { .. } => &pane::TO_AN_INVITATION,
            Stage::In => &pane::WHILE_IN,
            Stage::Out { .. } => &[],
        };
    }
    one.show(ui, actions);
}

fn one<'a>(view: &'a View<'a>, party: Party, field: &'a str, empty: &'a str, open: bool) -> Pane<'a> {
    let rehearsal = &view.session.conference.rehearsal;
    let messages = view.session.editor.as_ref().map(|editor| &editor.draft.system_messages);
    Pane { party, transcript: &rehearsal.transcript, messages, field, empty, open, answers: &[] }
}

fn stage(stage: Stage) -> (Verdict, &'static str) {
    use crate::domain::conference::Ending;
    match stage {
        Stage::Invited { .. } => (Verdict::Neutral, "Invited"),
        Stage::In => (Verdict::Good, "In the session"),
        Stage::Out { how: Ending::Declined, .. } => (Verdict::Neutral, "Declined"),
        Stage::Out { how: Ending::TimedOut, .. } => (Verdict::Warn, "Did not answer in time"),
        Stage::Out { how: Ending::Left, .. } => (Verdict::Neutral, "Left"),
        Stage::Out { how: Ending::SessionEnded, .. } => (Verdict::Neutral, "Session ended"),
        Stage::Out { how: Ending::Unreachable, .. } => (Verdict::Bad, "Cannot be reached"),
    }
}

/// The last thing that happened, and what to do with all of it.
fn foot(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let rehearsal = &view.session.conference.rehearsal;
    let messages = view.session.editor.as_ref().map(|editor| &editor.draft.system_messages);
    let any = !rehearsal.transcript.entries().is_empty();
    let waiting = rehearsal.next_moment(&conference::rehearsal_rules(view.session)).is_some();
    let last = last_words(&rehearsal.transcript, messages);
    let left = |ui: &mut Ui| {
        let color = palette(ui).muted;
        let label = ui.add(egui::Label::new(RichText::new(&last).size(size::SMALL).color(color)).truncate());
        form::announced(ui, &label, &last);
    };
    form::split(ui, "conference foot", left, |ui| {
        ui.add_enabled_ui(waiting, |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_FAST_FORWARD), "Let two minutes pass").clicked() {
                actions.push(SessionAction::Conference(Action::LetTimePass));
            }
        });
        ui.add_enabled_ui(any, |ui| {
            if form::button(ui, Kind::Plain, Some(ICON_RESTART_ALT), "Start again").clicked() {
                pane::forget_texts(ui.ctx());
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
fn last_words(transcript: &Transcript, messages: Option<&crate::domain::SystemMessages>) -> String {
    use crate::domain::conference::transcript::What;
    let Some(entry) = transcript.entries().last() else { return "Nothing was said yet.".into() };
    let text = entry.text(messages);
    match &entry.what {
        What::Said { name, .. } => format!("{name}: {text}"),
        What::System { .. } | What::Note(_) => text,
    }
}
