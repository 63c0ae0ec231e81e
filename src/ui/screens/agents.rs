//! Agents: the people who enabled Teams integration, and their signing in.
//!
//! Owns the layout of the screen; what it shows is `session::agents`'s.

use crate::{
    domain::{Agent, Standing, agent, expiry},
    session::{
        Action as SessionAction, Opened, Screen,
        agents::{Action, How, SignIn, Step},
    },
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use chrono::Local;
use egui::{Align, Layout, Margin, Rect, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, accesskit::Role, vec2};
use egui_material_icons::icons::{
    ICON_CHECK, ICON_CONTENT_COPY, ICON_LANGUAGE, ICON_OPEN_IN_NEW, ICON_PIN, ICON_SUPPORT_AGENT,
};

/// The height of one agent in the list.
const ROW: f32 = 56.0;
/// Below this width the buttons of an agent have shorter names.
const NARROW: f32 = 760.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    if !matches!(view.session.opened, Opened::Ready) {
        return;
    }
    theme::card(ui).inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.spacing_mut().item_spacing.y = 2.5 * theme::STEP;
        let state = &view.session.agents;
        let nobody = state.list.is_empty() && state.sign_in.is_none() && state.failure.is_none();
        if view.session.saved.is_none() {
            no_account(ui, actions);
        } else if nobody {
            empty(ui, actions);
        } else {
            head(ui, view, actions);
            sign_in(ui, view, actions);
            waiting(ui, view);
            list(ui, view, actions);
        }
    });
}

fn centered(ui: &mut Ui, title: &str, text: &str, add: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    ui.add_space((room.height() * 0.22).max(12.0));
    ui.vertical_centered(|ui| {
        ui.set_max_width(520.0_f32.min(room.width() - 24.0));
        form::icon(ui, ICON_SUPPORT_AGENT, palette(ui).muted, 32.0);
        let label = ui.label(RichText::new(title).font(semibold(size::TITLE)));
        form::as_heading(ui, label.id, title);
        ui.label(RichText::new(text).color(palette(ui).muted));
        ui.add_space(12.0);
        add(ui);
    });
}

fn no_account(ui: &mut Ui, actions: &mut Actions) {
    let text = "Agents sign in to the tenant of the integration account. Add the account and apply it first.";
    centered(ui, "There is no account to sign in to yet", text, |ui| {
        if form::button(ui, Kind::Primary, None, "Go to Integration Accounts").clicked() {
            actions.push(SessionAction::Go(Screen::Accounts));
        }
    });
}

fn empty(ui: &mut Ui, actions: &mut Actions) {
    let text = "An agent signs in with Microsoft once. From then on Liaison can open chats and write for the agent, until the agent is disabled here. The sign-in is kept in the keychain of this computer only.";
    centered(ui, "Nobody has enabled Teams integration yet", text, |ui| {
        let both = 400.0;
        let wide = ui.available_width() >= both;
        let layout = if wide { Layout::left_to_right(Align::Center) } else { Layout::top_down(Align::Center) };
        let space = ((ui.available_width() - both) / 2.0).max(0.0);
        ui.allocate_ui_with_layout(vec2(ui.available_width(), theme::CONTROL_HEIGHT), layout, |ui| {
            if wide {
                ui.add_space(space);
            }
            ways(ui, Kind::Primary, actions);
        });
        ui.add_space(8.0);
        form::small(
            ui,
            "The browser of this computer signs in who sits here. A device code can be sent to somebody elsewhere.",
        );
    });
}

/// The two ways to sign in.
fn ways(ui: &mut Ui, first: Kind, actions: &mut Actions) {
    for (kind, icon, text, how) in [
        (first, ICON_LANGUAGE, "Enable in the browser…", How::Browser),
        (Kind::Plain, ICON_PIN, "Enable with a device code…", How::DeviceCode),
    ] {
        if form::button(ui, kind, Some(icon), text).clicked() {
            actions.push(SessionAction::Agents(Action::Enable(how, None)));
        }
    }
}

fn head(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.agents;
    let enabled = state.enabled();
    let title = match (enabled, state.list.len()) {
        (_, 0) => "Enabled agents".to_owned(),
        (enabled, all) if enabled == all => format!("Enabled agents ({all})"),
        (enabled, all) => format!("Enabled agents ({enabled} of {all})"),
    };
    ui.horizontal_wrapped(|ui| {
        form::heading(ui, &title);
        ui.add_space(8.0);
        ui.add_enabled_ui(state.sign_in.is_none(), |ui| ways(ui, Kind::Plain, actions));
    });
}

/// The sign-in under way, or why the last one did not work.
fn sign_in(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.agents;
    let p = palette(ui);
    if let Some(sign_in) = &state.sign_in {
        theme::note(ui).stroke(Stroke::new(1.0, p.accent)).inner_margin(14).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 6.0;
            progress(ui, sign_in, view, actions);
        });
    } else if let Some(failure) = &state.failure {
        theme::note(ui).stroke(Stroke::new(1.0, p.bad)).inner_margin(14).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 6.0;
            form::remark(ui, Verdict::Bad, &failure.headline);
            form::small(ui, &failure.remedy);
            ui.horizontal_wrapped(|ui| {
                copies(ui, "Copy this message", &failure.to_string());
                if form::button(ui, Kind::Quiet, None, "Dismiss").clicked() {
                    actions.push(SessionAction::Agents(Action::DismissFailure));
                }
            });
        });
    }
}

fn progress(ui: &mut Ui, sign_in: &SignIn, view: &View<'_>, actions: &mut Actions) {
    let whose = sign_in.whose.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
    let title = match &sign_in.step {
        Step::Beginning => "Asking Microsoft…".to_owned(),
        Step::Browser { .. } => format!("Waiting for the sign-in{whose} in the browser…"),
        Step::DeviceCode { .. } => format!("Waiting for the sign-in{whose} with the code…"),
    };
    let label = ui.label(RichText::new(&title).font(semibold(size::BODY)));
    form::announced(ui, &label, &title);
    match &sign_in.step {
        Step::Beginning => cancel(ui, actions),
        Step::Browser { address } => {
            form::small(
                ui,
                "Finish it in the page that opened; Liaison notices by itself. After five minutes it is given up.",
            );
            ui.horizontal_wrapped(|ui| {
                open_again(ui, "Open the page again", actions);
                copies(ui, "Copy the page's address", address);
                cancel(ui, actions);
            });
        }
        Step::DeviceCode { address, code, until } => {
            let minutes = ((*until - view.now).num_seconds() + 59).max(0) / 60;
            form::small(ui, &format!("Open {address} in any browser and enter this code within {minutes} minutes."));
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(code.expose()).monospace().size(26.0));
                form::copy_button(ui, "Copy the code", code.expose());
            });
            ui.horizontal_wrapped(|ui| {
                open_again(ui, "Open the page", actions);
                let text = agent::code_text(address, code.expose(), minutes);
                copies(ui, "Copy a text to send", &text);
                cancel(ui, actions);
            });
        }
    }
}

fn cancel(ui: &mut Ui, actions: &mut Actions) {
    if form::button(ui, Kind::Plain, None, "Cancel").clicked() {
        actions.push(SessionAction::Agents(Action::Cancel));
    }
}

/// A button that copies a text, and says for a moment that it did.
fn copies(ui: &mut Ui, name: &str, value: &str) {
    let id = egui::Id::unique(("copied", name, value));
    let now = ui.input(|input| input.time);
    let fresh = ui.data(|data| data.get_temp::<f64>(id)).is_some_and(|until| now < until);
    let (icon, shown) = if fresh { (ICON_CHECK, "Copied") } else { (ICON_CONTENT_COPY, name) };
    if fresh {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(1600));
    }
    if form::button(ui, Kind::Quiet, Some(icon), shown).clicked() {
        ui.copy_text(value.to_owned());
        ui.data_mut(|data| data.insert_temp(id, now + 1.5));
        ui.ctx().request_repaint();
    }
}

fn open_again(ui: &mut Ui, text: &str, actions: &mut Actions) {
    if form::button(ui, Kind::Plain, Some(ICON_OPEN_IN_NEW), text).clicked() {
        actions.push(SessionAction::Agents(Action::OpenAgain));
    }
}

/// Those who have to sign in again, as a list and a text for them.
fn waiting(ui: &mut Ui, view: &View<'_>) {
    let waiting: Vec<&Agent> = view.session.agents.waiting().collect();
    if waiting.is_empty() {
        return;
    }
    let p = palette(ui);
    let text = match waiting.len() {
        1 => "1 agent has no access until signing in again.".to_owned(),
        many => format!("{many} agents have no access until they sign in again."),
    };
    theme::note(ui).stroke(Stroke::new(1.0, p.warn)).inner_margin(Margin::symmetric(14, 6)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            form::icon(ui, Verdict::Warn.icon(), p.warn, size::ICON);
            ui.label(RichText::new(&text).color(p.warn));
            ui.add_space(8.0);
            let account = view.session.saved.as_ref().map(|saved| saved.account.name.as_str()).unwrap_or_default();
            for (name, value) in
                [("Copy the list", agent::list_text(&waiting)), ("Copy a text to send", agent::request_text(account))]
            {
                copies(ui, name, &value);
            }
        });
    });
}

fn list(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let agents = &view.session.agents.list;
    ScrollArea::vertical().id_salt("agents").auto_shrink(false).show_rows(ui, ROW, agents.len(), |ui, rows| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for agent in &agents[rows] {
            row(ui, agent, view, actions);
        }
    });
}

fn row(ui: &mut Ui, agent: &Agent, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    // The bar for scrolling lies over what stands at the edge.
    let rect = rect.with_max_x(rect.right() - 10.0);
    form::group(&response, Role::ListItem, &agent.name);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
    let narrow = rect.width() < NARROW;
    let (left, buttons) = rect.split_left_right_at_x(rect.right() - if narrow { 180.0 } else { 220.0 });
    let (names, state) = left.split_left_right_at_fraction(0.46);
    part(ui, names, |ui| {
        lines(ui, RichText::new(&agent.name).font(semibold(size::BODY)), &agent.principal_name);
    });
    let (verdict, detail) = match &agent.standing {
        Standing::Enabled => (Verdict::Good, format!("Signed in {}", expiry::show(agent.enabled_at, &Local))),
        Standing::MustSignIn(reason) | Standing::MustReEnable(reason) => (Verdict::Warn, reason.clone()),
    };
    let color = verdict.color(p);
    let (mark, state) = state.split_left_right_at_x(state.left() + 26.0);
    part(ui, mark, |ui| form::icon(ui, verdict.icon(), color, size::ICON));
    part(ui, state, |ui| {
        lines(ui, RichText::new(agent.standing.label()).size(size::SMALL).color(color), &detail);
    });
    let inside = UiBuilder::new().max_rect(buttons).layout(Layout::right_to_left(Align::Center));
    row_buttons(&mut ui.new_child(inside), agent, narrow, view, actions);
}

/// A part of a row.
fn part(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let rect = Rect::from_min_max(rect.min + vec2(0.0, 9.0), rect.max - vec2(12.0, 0.0));
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    inside.spacing_mut().item_spacing.y = 2.0;
    add(&mut inside);
}

/// Two lines, the second one muted; each is cut rather than broken.
fn lines(ui: &mut Ui, first: RichText, second: &str) {
    ui.add(egui::Label::new(first).truncate());
    let muted = RichText::new(second).size(size::SMALL).color(palette(ui).muted);
    ui.add(egui::Label::new(muted).truncate()).on_hover_text(second);
}

fn row_buttons(ui: &mut Ui, agent: &Agent, narrow: bool, view: &View<'_>, actions: &mut Actions) {
    let named = |text: &str| format!("{text}: {}", agent.name);
    let disable = form::button(ui, Kind::Danger, None, "Disable…").accessible_name(named("Disable"));
    if disable.clicked() {
        actions.push(SessionAction::Agents(Action::AskDisable(agent.id)));
    }
    let text = if narrow { "Sign in…" } else { "Sign in again…" };
    ui.add_enabled_ui(view.session.agents.sign_in.is_none(), |ui| {
        let response = form::button(ui, Kind::Plain, None, text).accessible_name(named("Sign in again"));
        egui::Popup::menu(&response).show(|ui| {
            form::compact(ui);
            for (text, how) in [("In the browser", How::Browser), ("With a device code", How::DeviceCode)] {
                if ui.button(text).clicked() {
                    actions.push(SessionAction::Agents(Action::Enable(how, Some(agent.id))));
                    ui.close();
                }
            }
        });
    });
}
