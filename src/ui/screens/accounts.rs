//! Integration Accounts: the first run, the list, and the Properties pane.
//!
//! Owns the layout of the screen; what stands in the pane is the sections'.

use crate::{
    domain::{Draft, ExpiryState, Field, Outcome, expiry, setup},
    session::{Action, FileTask, Opened, Screen, network},
    ui::{
        form::{self, Kind, Verdict},
        sections::{directory, guard, keys, licensing, messages, properties, test},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Align, Layout, Margin, RichText, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, vec2};
use egui_material_icons::icons::{ICON_ADD, ICON_CLOSE, ICON_DOWNLOAD, ICON_SCIENCE, ICON_UPLOAD};

/// Draws the screen. `draft` is a copy; the caller hands it back to the session.
pub fn show(ui: &mut Ui, draft: Option<&mut Draft>, view: &View<'_>, actions: &mut Actions) {
    match (&view.session.opened, draft) {
        (Opened::Loading, _) => {}
        (Opened::Failed(failure), _) => failed(ui, failure, actions),
        (Opened::Ready, None) => first_run(ui, view, actions),
        (Opened::Ready, Some(draft)) => {
            let width = match ui.available_width() {
                ..600.0 => 160.0,
                ..820.0 => 200.0,
                _ => 248.0,
            };
            let height = ui.available_height();
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                let down = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(width, height), down, |ui| list(ui, width, height, view, actions));
                let rest = vec2(ui.available_width(), height);
                ui.allocate_ui_with_layout(rest, down, |ui| pane(ui, draft, view, actions));
            });
        }
    }
}

fn centered(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    ui.add_space((room.height() * 0.3).max(12.0));
    ui.vertical_centered(|ui| {
        ui.set_max_width(520.0_f32.min(room.width() - 24.0));
        add(ui);
    });
}

fn first_run(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    const TITLE: &str = "Connect your contact center to Microsoft Teams";
    let p = palette(ui);
    centered(ui, |ui| {
        let title = ui.label(RichText::new(TITLE).font(semibold(size::TITLE)));
        form::as_heading(ui, title.id, TITLE);
        let text = "Agents get chat, calls, presence and the directory of colleagues in Teams. You need the IDs and a client secret of an app registered in Azure.";
        ui.label(RichText::new(text).color(p.muted));
        ui.add_space(12.0);
        let practice = view.session.practice.is_some();
        let offers_practice = !practice && view.session.managed.policy.allows_practice();
        let both = if offers_practice { 490.0 } else { 250.0 };
        let wide = ui.available_width() >= both;
        let layout = if wide { Layout::left_to_right(Align::Center) } else { Layout::top_down(Align::Center) };
        let space = ((ui.available_width() - both) / 2.0).max(0.0);
        ui.allocate_ui_with_layout(vec2(ui.available_width(), theme::CONTROL_HEIGHT), layout, |ui| {
            if wide {
                ui.add_space(space);
            }
            if form::button(ui, Kind::Primary, Some(ICON_ADD), "Add a Microsoft Teams account").clicked() {
                actions.push(Action::Add);
                form::focus_soon(ui.ctx(), properties::field_id(Field::Name));
            }
            let explore = offers_practice
                && form::button(ui, Kind::Plain, Some(ICON_SCIENCE), "Explore with the practice tenant").clicked();
            if explore {
                actions.push(Action::EnterPractice);
            }
        });
        ui.add_space(12.0);
        if view.session.managed.policy.allows_practice() {
            form::small(ui, "The practice tenant runs on this computer only. Nothing reaches Microsoft.");
        }
        if form::button(ui, Kind::Quiet, None, "Show the set-up checklist").clicked() {
            actions.push(Action::Go(Screen::Setup));
        }
        if form::button(ui, Kind::Quiet, None, "Import settings…").clicked() {
            actions.push(Action::ChooseFile(FileTask::Import));
        }
        network_button(ui, actions);
    });
}

fn network_button(ui: &mut Ui, actions: &mut Actions) {
    if form::button(ui, Kind::Quiet, None, "Network settings…").clicked() {
        actions.push(Action::Network(network::Action::Open));
    }
}

fn failed(ui: &mut Ui, failure: &crate::domain::Failure, actions: &mut Actions) {
    let p = palette(ui);
    centered(ui, |ui| {
        form::icon(ui, Verdict::Bad.icon(), p.bad, 32.0);
        let title = ui.label(RichText::new(&failure.headline).font(semibold(size::BODY)));
        form::as_heading(ui, title.id, &failure.headline);
        ui.label(RichText::new(&failure.remedy).color(p.muted));
        ui.add_space(12.0);
        if form::button(ui, Kind::Primary, None, "Try again").clicked() {
            actions.push(Action::Reopen);
        }
        form::copy_button(ui, "Copy this message", &failure.to_string());
    });
}

fn list(ui: &mut Ui, width: f32, height: f32, view: &View<'_>, actions: &mut Actions) {
    theme::card(ui).show(ui, |ui| {
        ui.set_min_size(vec2(width - 2.0, height - 2.0));
        ui.set_max_width(width - 2.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        let rows = ui.vertical(|ui| account_row(ui, view, actions));
        form::group(&rows.response, Role::List, "Integration accounts");
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            egui::Frame::new().inner_margin(8).show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                    if form::button(ui, Kind::Plain, Some(ICON_ADD), "Add").clicked() {
                        actions.push(Action::Add);
                    }
                    ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
                        if form::button(ui, Kind::Danger, Some(ICON_CLOSE), "Delete…").clicked() {
                            actions.push(Action::AskDelete);
                        }
                    });
                });
            });
            let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
            ui.painter().hline(line.x_range(), line.center().y, egui::Stroke::new(1.0, palette(ui).line));
        });
    });
}

/// The one account of the list, always selected.
fn account_row(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let name = match (&view.session.saved, &view.session.editor) {
        (Some(saved), _) => saved.account.name.clone(),
        (None, Some(editor)) => editor.draft.name.trim().to_owned(),
        (None, None) => String::new(),
    };
    let frame =
        egui::Frame::new().fill(p.accent_soft).inner_margin(Margin { left: 16, right: 10, top: 10, bottom: 10 });
    let frame =
        frame.corner_radius(egui::CornerRadius { nw: theme::CARD_RADIUS, ne: theme::CARD_RADIUS, sw: 0, se: 0 });
    let row = ui.scope_builder(UiBuilder::new().sense(Sense::click()), |ui| {
        let inner = frame.show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.style_mut().interaction.selectable_labels = false;
            let shown = if name.is_empty() { "(no name)" } else { &name };
            ui.add(egui::Label::new(RichText::new(shown).font(semibold(size::BODY))).truncate());
            state_lines(ui, view);
        });
        let bar = egui::Rect::from_min_size(inner.response.rect.min, vec2(3.0, inner.response.rect.height()));
        let corners = egui::CornerRadius { nw: theme::CARD_RADIUS, ..Default::default() };
        ui.painter().rect_filled(bar, corners, p.accent);
    });
    row.response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, true, &name));
    if row.response.clicked() {
        actions.push(Action::Go(Screen::Accounts));
    }
}

fn state_lines(ui: &mut Ui, view: &View<'_>) {
    let p = palette(ui);
    form::small(ui, "Microsoft Teams");
    let Some(saved) = &view.session.saved else {
        form::colored(ui, "New, not applied yet", p.warn);
        return;
    };
    let (verdict, text) = match &saved.last_test {
        None => (Verdict::Neutral, "Not tested since it was applied".to_owned()),
        Some(test) => {
            let ago = test::since(view.now - test.at);
            match test.outcome {
                Outcome::Passed => (Verdict::Good, format!("Tested {ago}")),
                Outcome::Failed => (Verdict::Bad, format!("Test failed {ago}")),
            }
        }
    };
    status_line(ui, verdict, &text);
    let distance = saved.expiry.map(|known| expiry::distance(known.at, view.now)).unwrap_or_default();
    let noun = if saved.secret.certificate().is_some() { "Certificate" } else { "Secret" };
    let (verdict, text) = match view.session.expiry_state(view.now) {
        ExpiryState::Ok => (Verdict::Good, format!("{noun} expires {distance}")),
        ExpiryState::Warning => (Verdict::Warn, format!("{noun} expires {distance}")),
        ExpiryState::Expired => (Verdict::Bad, format!("{noun} expired {distance}")),
        ExpiryState::Unknown => (Verdict::Neutral, "Secret expiry not known".to_owned()),
    };
    status_line(ui, verdict, &text);
}

fn status_line(ui: &mut Ui, verdict: Verdict, text: &str) {
    let color = verdict.color(palette(ui));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        form::icon(ui, verdict.icon(), color, 16.0);
        form::colored(ui, text, color);
    });
}

fn pane(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    theme::card(ui).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.5 * theme::STEP;
                ui.set_max_width(ui.available_width());
                properties::show(ui, draft, view, actions);
                guard::show(ui, view);
                test::show(ui, view, actions);
                keys::show(ui, view, actions);
                properties::cloud(ui, draft, view, actions);
                form::divider(ui);
                licensing::show(ui, draft, view, actions);
                form::divider(ui);
                directory::show(ui, draft, view, actions);
                form::divider(ui);
                messages::show(ui, draft, view, actions);
                form::divider(ui);
                files(ui, view, actions);
            });
        });
    });
}

fn files(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        for (icon, text, task) in
            [(ICON_DOWNLOAD, "Import settings…", FileTask::Import), (ICON_UPLOAD, "Export settings…", FileTask::Export)]
        {
            ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
                if form::button(ui, Kind::Plain, Some(icon), text).clicked() {
                    actions.push(Action::ChooseFile(task));
                }
            });
        }
        form::link(ui, "Azure Configuration Guide", setup::AZURE_GUIDE_URL);
        if form::button(ui, Kind::Quiet, None, "Set-up checklist").clicked() {
            actions.push(Action::Go(Screen::Setup));
        }
        network_button(ui, actions);
    });
    form::small(ui, "The settings file never holds the client secret.");
}
