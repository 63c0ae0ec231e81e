//! The three people of a conference, each in a card: the customer, the agent, and one of the colleagues.
//!
//! Owns what stands above what they read. How messages look is `pane`'s.

use super::{
    Shown, invite, live,
    pane::{self, Pane},
};
use crate::{
    domain::conference::{Colleague, Ending, Party, Stage, people::Character},
    session::{
        Action as SessionAction,
        conference::{Action, Mode, live::Action as LiveAction},
    },
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, size},
        view::{Actions, View},
    },
};
use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, accesskit::Role, vec2};
use egui_material_icons::icons::ICON_PERSON_ADD;

/// One of the cards.
#[derive(Clone, Copy)]
pub enum Seat {
    /// Who asked for help.
    Customer,
    /// Who serves the customer.
    Agent,
    /// Who is asked in Teams.
    Colleague,
}

/// Draws a card into this rectangle.
pub fn show(ui: &mut Ui, rect: Rect, seat: Seat, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    let ui = &mut inside;
    ui.set_clip_rect(rect.expand(4.0).intersect(ui.clip_rect()));
    let card = theme::card(ui).inner_margin(12).show(ui, |ui| {
        ui.set_min_size(rect.size() - vec2(26.0, 26.0));
        ui.set_max_size(rect.size() - vec2(26.0, 26.0));
        ui.spacing_mut().item_spacing.y = 6.0;
        match seat {
            Seat::Customer => customer(ui, shown, actions),
            Seat::Agent => agent(ui, shown, actions),
            Seat::Colleague => colleague(ui, shown, view, actions),
        }
    });
    let name = match seat {
        Seat::Customer => "Customer",
        Seat::Agent => "Agent",
        Seat::Colleague => "Colleague in Teams",
    };
    form::group(&card.response, Role::Group, name);
}

fn customer(ui: &mut Ui, shown: &Shown<'_>, actions: &mut Actions) {
    let open = !shown.conference.ended;
    pane::title(ui, "Customer", |ui| {
        ui.add_enabled_ui(open, |ui| {
            if form::button(ui, Kind::Quiet, None, "Leave the chat").clicked() {
                actions.push(SessionAction::Conference(Action::Leave(Party::Customer)));
            }
        });
    });
    let empty = "Write as the customer, who never sees more than this pane.";
    Pane { empty, open, ..Pane::of(shown, Party::Customer, "Message from the customer") }.show(ui, actions);
}

fn agent(ui: &mut Ui, shown: &Shown<'_>, actions: &mut Actions) {
    let open = !shown.conference.ended;
    pane::title(ui, &shown.conference.agent, |ui| {
        ui.add_enabled_ui(open, |ui| {
            if form::button(ui, Kind::Quiet, None, "End the session").clicked() {
                actions.push(SessionAction::Conference(Action::Leave(Party::Agent)));
            }
        });
    });
    let empty = "Write as the agent, who sees what happens to an invitation.";
    Pane { empty, open, ..Pane::of(shown, Party::Agent, "Message from the agent") }.show(ui, actions);
}

fn colleague(ui: &mut Ui, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.conference;
    let colleagues = &shown.conference.colleagues;
    let asked = shown.mode == Mode::Live && state.live.asked.is_some();
    let (Some(who), false, false) = (colleagues.get(state.shown), state.inviting, asked) else {
        match shown.mode {
            Mode::Rehearsal => invite::show(ui, shown.conference, actions),
            Mode::Live => live::invite(ui, shown.conference, view, actions),
        }
        return;
    };
    pane::title(ui, &format!("{} in Teams", who.name), |ui| {
        ui.add_enabled_ui(!shown.conference.ended, |ui| {
            if form::button(ui, Kind::Quiet, Some(ICON_PERSON_ADD), "Invite…").clicked() {
                actions.push(SessionAction::Conference(Action::Choose(true)));
            }
        });
    });
    if colleagues.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            for (number, colleague) in colleagues.iter().enumerate() {
                if pane::tab(ui, number == state.shown, &colleague.name) {
                    actions.push(SessionAction::Conference(Action::Show(number)));
                }
            }
        });
    }
    standing(ui, who, shown, view, actions);
    let field = format!("Message from {}", who.name);
    let mut one = Pane::of(shown, Party::Colleague(state.shown), &field);
    one.writes = shown.mode == Mode::Rehearsal;
    if one.writes && state.rehearsal.character(state.shown) == Character::ByHand {
        one.answers = match who.stage {
            Stage::Invited { .. } => &pane::TO_AN_INVITATION,
            Stage::In => &pane::WHILE_IN,
            Stage::Out { .. } => &[],
        };
    }
    one.show(ui, actions);
}

/// How far the invitation is, and what is on the way.
fn standing(ui: &mut Ui, who: &Colleague, shown: &Shown<'_>, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.conference;
    let out = matches!(who.stage, Stage::Out { .. }) && !shown.conference.ended;
    let character = state.rehearsal.character(state.shown);
    let (verdict, text) = stage(who.stage);
    let text = match shown.mode {
        Mode::Rehearsal => format!("{text} · {}", character.label()),
        Mode::Live => format!("{text}{}", live::on_the_way(view)),
    };
    let left = |ui: &mut Ui| {
        form::icon(ui, verdict.icon(), verdict.color(palette(ui)), 16.0);
        let words = RichText::new(&text).size(size::SMALL).color(palette(ui).muted);
        ui.add(egui::Label::new(words).truncate());
    };
    ui.spacing_mut().interact_size.y = 24.0;
    form::split(ui, "colleague's standing", left, |ui| {
        if out && form::button(ui, Kind::Quiet, None, "Invite again").clicked() {
            actions.push(SessionAction::Conference(match shown.mode {
                Mode::Rehearsal => Action::Invite { name: who.name.clone(), character },
                Mode::Live => Action::Live(LiveAction::InviteAgain(state.shown)),
            }));
        }
    });
    ui.spacing_mut().interact_size.y = theme::CONTROL_HEIGHT;
    if shown.mode == Mode::Live {
        live::trouble(ui, view);
    }
}

fn stage(stage: Stage) -> (Verdict, &'static str) {
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
