//! The parts of the screen that only a live conference has: its warning, whom to invite, the question before that.
//!
//! Owns what is typed into the search, only while the window is open. Who is found and what is on the way is the session's.

use super::pane;
use crate::{
    domain::{CloudKind, MessageKey, Standing, conference::Conference},
    session::{
        Action as SessionAction, Screen,
        conference::{Action, Person, live::Action as LiveAction},
    },
    ui::{
        form::{self, Kind, TextField, Verdict},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Id, Key, Margin, Response, RichText, Ui};
use egui_material_icons::icons::*;

/// The search field.
const INVITEE: &str = "live invitee";

fn live(action: LiveAction) -> SessionAction {
    SessionAction::Conference(Action::Live(action))
}

/// Who reads what is written.
enum Reach {
    /// Nobody: the practice tenant.
    Practice,
    /// Whoever is behind an address that was entered by hand.
    Custom(String),
    /// People.
    People,
}

fn reach(view: &View<'_>) -> Reach {
    let cloud = view.session.saved.as_ref().map(|saved| &saved.account.cloud);
    match cloud {
        _ if view.session.practice.is_some() => Reach::Practice,
        Some(cloud) if cloud.kind() == CloudKind::Custom => Reach::Custom(cloud.graph_url().to_owned()),
        _ => Reach::People,
    }
}

/// Says that this is no rehearsal, or whose Teams it is.
pub fn banner(ui: &mut Ui, view: &View<'_>) -> Response {
    let p = palette(ui);
    let (fill, color, word, text) = match reach(view) {
        Reach::Practice => (
            p.warn_soft,
            p.warn,
            "LIVE in the practice tenant",
            "Messages go to its Teams and reach nobody. You play the customer and the agent.".to_owned(),
        ),
        Reach::Custom(host) => {
            (p.bad_soft, p.bad, "LIVE", format!("Messages go to {host}. You play the customer and the agent."))
        }
        Reach::People => (
            p.bad_soft,
            p.bad,
            "LIVE",
            "Messages reach people in Microsoft Teams. You play the customer and the agent.".to_owned(),
        ),
    };
    let pill = egui::Frame::new().fill(fill).corner_radius(8).inner_margin(Margin::symmetric(8, 3));
    pill.show(ui, |ui| ui.label(RichText::new(word).font(semibold(size::SMALL)).color(color)));
    form::small(ui, &text)
}

/// Explains what a live conference needs first. Answers whether something is missing.
pub fn missing(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) -> bool {
    let session = view.session;
    if session.conference.live.call.is_some() {
        return false;
    }
    let (headline, remedy, button, screen) = match (&session.saved, session.live_agent()) {
        (None, _) => (
            "There is no account to write with yet",
            "Apply the Microsoft Teams account first. The rehearsal works without one.",
            "Go to Integration Accounts",
            Screen::Accounts,
        ),
        (Some(_), None) => (
            "Nobody writes yet",
            "Messages are written in an agent's name. Have somebody enable Teams integration by signing in with Microsoft.",
            "Go to Agents",
            Screen::Agents,
        ),
        (Some(_), Some(_)) => return false,
    };
    theme::card(ui).inner_margin(20).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.add_space((ui.available_height() * 0.28).max(8.0));
        ui.vertical_centered(|ui| {
            form::icon(ui, ICON_FORUM, palette(ui).muted, 32.0);
            form::heading(ui, headline);
            form::small(ui, remedy);
            ui.add_space(8.0);
            if form::button(ui, Kind::Primary, None, button).clicked() {
                actions.push(SessionAction::Go(screen));
            }
        });
    });
    true
}

/// Whom to invite, and the question before a message goes to them.
pub fn invite(ui: &mut Ui, conference: &Conference, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.conference;
    if let Some(person) = &state.live.asked {
        return question(ui, person, view, actions);
    }
    pane::title(ui, "Colleague in Teams", |ui| {
        if !conference.colleagues.is_empty() && form::button(ui, Kind::Quiet, None, "Cancel").clicked() {
            actions.push(SessionAction::Conference(Action::Choose(false)));
        }
    });
    if conference.ended {
        form::small(ui, "The session has ended. Start again to invite somebody.");
        return;
    }
    agent(ui, view, actions);
    let label = form::small(ui, "Find a colleague by name or address");
    let id = Id::unique(INVITEE);
    let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let field = TextField { hint: "Adele", ..TextField::default() };
    let response = form::text_field(ui, id, label.id, &mut text, field);
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    // People who are kept here are found as one types; Graph is asked once, when it is wanted.
    let kept = !view.session.directory.people.is_empty();
    let clicked = !kept
        && ui
            .add_enabled_ui(!text.trim().is_empty(), |ui| {
                form::button(ui, Kind::Plain, Some(ICON_SEARCH), "Search the directory").clicked()
            })
            .inner;
    if enter || clicked || (kept && response.changed()) {
        actions.push(live(LiveAction::Find(text.clone())));
    }
    ui.data_mut(|data| data.insert_temp(id, text));
    found(ui, view, actions);
}

fn agent(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let Some((chosen, name)) = view.session.live_agent() else { return };
    if view.session.conference.live.call.is_some() {
        return;
    }
    form::small(ui, "In the name of");
    let combo = egui::ComboBox::from_id_salt("live agent").width(ui.available_width()).truncate();
    let combo = combo.selected_text(name).show_ui(ui, |ui| {
        form::compact(ui);
        for agent in view.session.agents.list.iter().filter(|agent| agent.standing == Standing::Enabled) {
            if ui.selectable_label(agent.id == chosen, &agent.name).clicked() {
                actions.push(live(LiveAction::UseAgent(agent.id)));
            }
        }
    });
    let _ = combo.response.accessible_name("In the name of");
}

fn found(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let search = &view.session.conference.live.search;
    let p = palette(ui);
    if let Some(failure) = &search.failure {
        let label = form::colored(ui, &failure.to_string(), p.bad);
        form::announced(ui, &label, &failure.to_string());
    } else if search.is_under_way() {
        form::small(ui, "Searching…");
    } else if search.found.is_empty() && !search.asked.trim().is_empty() {
        let text = format!("Nobody was found for “{}”.", search.asked.trim());
        let label = form::small(ui, &text);
        form::announced(ui, &label, &text);
    }
    let me = view.session.live_agent().map(|(id, _)| id);
    egui::ScrollArea::vertical().id_salt("live found").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for person in search.found.iter().filter(|person| Some(person.id) != me) {
            let title = format!("{}  {}", person.name, person.principal_name);
            let mut words = egui::text::LayoutJob::default();
            words.append(&person.name, 0.0, egui::TextFormat::simple(semibold(size::BODY), p.text));
            let small = egui::FontId::proportional(size::SMALL);
            words.append(&format!("\n{}", person.principal_name), 0.0, egui::TextFormat::simple(small, p.muted));
            words.wrap = egui::text::TextWrapping { max_width: ui.available_width() - 24.0, ..Default::default() };
            let button =
                egui::Button::new(words).frame_when_inactive(false).min_size(egui::vec2(ui.available_width(), 44.0));
            let response = ui.add(button);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, format!("Invite {title}"))
            });
            form::reveal(&response);
            if response.clicked() {
                actions.push(live(LiveAction::Ask(person.clone())));
            }
        }
    });
}

/// Before the first message goes to somebody.
fn question(ui: &mut Ui, person: &Person, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    ui.add_space(6.0);
    form::heading(ui, &format!("This sends a Teams message to {}", person.name));
    let agent = view.session.live_agent().map_or("the agent", |(_, name)| name);
    form::small(ui, &format!("{} reads it as a message from {agent}:", person.principal_name));
    let rules = view.session.live_rules();
    let invitation = rules.messages.get(MessageKey::InvitationToJoin).trim().to_owned();
    theme::note(ui).show(ui, |ui| ui.add(egui::Label::new(RichText::new(invitation).color(p.text)).wrap()));
    let (text, color) = match reach(view) {
        Reach::Practice => ("Nobody is behind it: colleagues in the practice tenant answer by themselves.", p.muted),
        Reach::Custom(_) => ("This may be a real person. What is written cannot be taken back.", p.bad),
        Reach::People => ("This is a real person. What is written cannot be taken back.", p.bad),
    };
    let label = form::colored(ui, text, color);
    form::announced(ui, &label, text);
    ui.horizontal_wrapped(|ui| {
        if form::button(ui, Kind::Plain, None, "Not now").clicked() {
            actions.push(live(LiveAction::DoNot));
        }
        if form::button(ui, Kind::Primary, Some(ICON_SEND), "Send the invitation").clicked() {
            ui.data_mut(|data| data.remove::<String>(Id::unique(INVITEE)));
            actions.extend([live(LiveAction::Invite), live(LiveAction::Find(String::new()))]);
        }
    });
}

/// How many messages to the colleague shown are not known to have arrived, for the line that says how they stand.
pub fn on_the_way(view: &View<'_>) -> String {
    let state = &view.session.conference;
    let line = state.live.call.as_ref().and_then(|call| call.lines.get(state.shown));
    match line.map_or(0, |line| if line.failure.is_none() { line.waiting } else { 0 }) {
        0 => String::new(),
        1 => " · 1 message on its way".into(),
        waiting => format!(" · {waiting} messages on their way"),
    }
}

/// What does not work, and what to do.
pub fn trouble(ui: &mut Ui, view: &View<'_>) {
    let state = &view.session.conference;
    let Some(line) = state.live.call.as_ref().and_then(|call| call.lines.get(state.shown)) else { return };
    let (verdict, failure) = match (&line.failure, &line.trouble) {
        (Some(failure), _) => (Verdict::Bad, failure),
        (None, Some(trouble)) => (Verdict::Warn, trouble),
        (None, None) => return,
    };
    let color = verdict.color(palette(ui));
    ui.horizontal_top(|ui| {
        form::icon(ui, verdict.icon(), color, 16.0);
        let text = failure.to_string();
        let label = form::colored(ui, &text, color);
        form::announced(ui, &label, &text);
    });
}
