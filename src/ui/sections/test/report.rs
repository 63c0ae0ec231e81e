//! The report behind the verdict: what is wrong first, then every check with its duration, and the permissions.
//!
//! Owns how they are shown. What the checks find and what to do about it is data of the report.

use crate::{
    domain::{
        Check, CheckId, CheckState, Fix, Outcome, Report,
        setup::{self, Grant, Standing},
    },
    session::{Action, RunningTest},
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Align, Id, Layout, RichText, Ui, vec2};
use egui_material_icons::icons::{ICON_BUILD, ICON_CONTENT_COPY, ICON_SCHEDULE};

/// Width of the column of the checks' names.
const NAMES: f32 = 128.0;
/// Width of the column of durations.
const TIMES: f32 = 64.0;
/// Width of the column of permissions' names.
const PERMISSIONS: f32 = 226.0;
/// Below this width, a check's words stand under its name.
const NARROW: f32 = 460.0;

/// The checks of a test under way: those that are done, and those to come.
pub fn running(ui: &mut Ui, test: &RunningTest) {
    frame(ui, false, |ui| {
        for id in CheckId::ALL {
            match test.checks.iter().find(|check| check.id == id) {
                Some(check) => line(ui, check, &check.headline, |_| {}),
                None => to_come(ui, id),
            }
        }
    });
}

/// A report that is of the values on the screen.
pub fn show(ui: &mut Ui, report: &Report, view: &View<'_>, actions: &mut Actions) {
    frame(ui, report.outcome() == Outcome::Failed, |ui| {
        if let Some(check) = report.failed() {
            first_failed(ui, report, check, actions);
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = theme::CONTROL_HEIGHT;
            if form::button(ui, Kind::Plain, Some(ICON_CONTENT_COPY), "Copy report").clicked() {
                ui.copy_text(report.as_text());
            }
            form::small(ui, "For your support. It holds no secret.");
        });
        let headed = report.failed().map(|check| check.id);
        for check in &report.checks {
            // What the first failed one found stands above already.
            let words = if Some(check.id) == headed { "See above" } else { &check.headline };
            line(ui, check, words, |ui| {
                if Some(check.id) != headed {
                    more(ui, check, actions);
                }
                if check.id == CheckId::Permissions {
                    permissions(ui, report, view);
                }
            });
        }
    });
}

fn frame(ui: &mut Ui, failed: bool, add: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    // Red only as a line: the one pink ground is the expiry bar's.
    let line = egui::Stroke::new(1.0, if failed { p.bad } else { p.line });
    let frame = egui::Frame::new().corner_radius(8).inner_margin(12).fill(p.sunk).stroke(line);
    let shown = frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = theme::STEP;
        ui.spacing_mut().interact_size.y = 20.0;
        add(ui);
    });
    form::group(&shown.response, egui::accesskit::Role::Group, "Test report");
}

fn first_failed(ui: &mut Ui, report: &Report, check: &Check, actions: &mut Actions) {
    let p = palette(ui);
    let fields: Vec<&str> = report.fields_at_fault().into_iter().map(|field| field.label()).collect();
    if !fields.is_empty() {
        ui.label(RichText::new(format!("Look at: {}", fields.join(", "))).font(semibold(size::BODY)).color(p.text));
    }
    form::colored(ui, &check.headline, p.text);
    if let Some(remedy) = &check.remedy {
        form::colored(ui, remedy, p.text);
    }
    fix(ui, check, actions);
    ui.add_space(theme::STEP);
    evidence(ui, check);
}

/// What can be put right with one click.
fn fix(ui: &mut Ui, check: &Check, actions: &mut Actions) {
    let Some(fix) = check.fix else { return };
    let text = match fix {
        Fix::ObjectId(id) => format!("Use {id} and test again"),
        Fix::Cloud(kind) => format!("Choose {} and test again", kind.label()),
        Fix::Network => "Look at the network settings…".into(),
    };
    let kind = if fix == Fix::Network { Kind::Plain } else { Kind::Primary };
    if form::button(ui, kind, Some(ICON_BUILD), &text).clicked() {
        actions.push(Action::Fix(fix));
    }
}

/// What support asks for, to be selected or copied.
fn evidence(ui: &mut Ui, check: &Check) {
    let lines = check.evidence.lines();
    if lines.is_empty() {
        return;
    }
    egui::Grid::new(("evidence", check.id.key())).num_columns(2).spacing([12.0, 2.0]).show(ui, |ui| {
        for (name, value) in lines {
            ui.add(egui::Label::new(RichText::new(name).size(size::SMALL).color(palette(ui).muted)).extend());
            let mono = name != "Message";
            let text = RichText::new(value).size(size::SMALL).color(palette(ui).text);
            ui.add(egui::Label::new(if mono { text.monospace() } else { text }).wrap());
            ui.end_row();
        }
    });
}

fn verdict(state: CheckState) -> Verdict {
    match state {
        CheckState::Passed => Verdict::Good,
        CheckState::Warning => Verdict::Warn,
        CheckState::Failed => Verdict::Bad,
        CheckState::Skipped => Verdict::Neutral,
    }
}

/// One check: its verdict, its name, what it found, how long it took, and what belongs to it below.
fn line(ui: &mut Ui, check: &Check, words: &str, below: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let verdict = verdict(check.state);
    let skipped = check.state == CheckState::Skipped;
    rule(ui);
    let took = match check.duration.as_millis() {
        _ if skipped => String::new(),
        0 => "< 1 ms".to_owned(),
        ms => format!("{ms} ms"),
    };
    let shown = ui.scope(|ui| {
        columns(
            ui,
            &took,
            |ui| form::icon(ui, verdict.icon(), verdict.color(p), size::ICON),
            check.id.label(),
            |ui| {
                form::colored(ui, words, if skipped { p.muted } else { p.text });
                below(ui);
            },
        );
    });
    // The picture alone would not be heard.
    form::group(&shown.response, egui::accesskit::Role::Group, &format!("{}: {}", check.id.label(), check.state.key()));
}

fn to_come(ui: &mut Ui, id: CheckId) {
    let p = palette(ui);
    rule(ui);
    columns(
        ui,
        "",
        |ui| form::icon(ui, ICON_SCHEDULE, p.muted, size::ICON),
        id.label(),
        |ui| {
            form::small(ui, "Not done yet");
        },
    );
}

fn rule(ui: &mut Ui) {
    let p = palette(ui);
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().hline(line.x_range(), line.center().y, egui::Stroke::new(1.0, p.line));
}

fn columns(ui: &mut Ui, took: &str, icon: impl FnOnce(&mut Ui), name: &str, add: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let narrow = ui.available_width() < NARROW;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        icon(ui);
        let name = RichText::new(name).font(semibold(size::SMALL)).line_height(Some(form::SMALL_LINE)).color(p.text);
        let words = (ui.available_width() - TIMES - 8.0).max(80.0);
        if narrow {
            ui.allocate_ui_with_layout(vec2(words, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(words);
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.label(name);
                add(ui);
            });
        } else {
            ui.allocate_ui_with_layout(vec2(NAMES, form::SMALL_LINE), Layout::left_to_right(Align::Min), |ui| {
                ui.set_min_width(NAMES);
                ui.label(name);
            });
            let words = words - NAMES - 8.0;
            ui.allocate_ui_with_layout(vec2(words, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(words);
                ui.spacing_mut().item_spacing.y = 2.0;
                add(ui);
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            if !took.is_empty() {
                let text = RichText::new(took).size(size::SMALL).line_height(Some(form::SMALL_LINE)).color(p.muted);
                ui.add(egui::Label::new(text).extend());
            }
        });
    });
}

/// What to do, and the evidence on demand.
fn more(ui: &mut Ui, check: &Check, actions: &mut Actions) {
    if let Some(remedy) = &check.remedy {
        form::small(ui, remedy);
    }
    fix(ui, check, actions);
    let notable = matches!(check.state, CheckState::Failed | CheckState::Warning);
    if !notable || check.evidence.lines().is_empty() {
        return;
    }
    let id = Id::unique(("evidence of a check", check.id.key()));
    let open: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let text = if open { "Hide evidence" } else { "Evidence" };
    let button = form::button(ui, Kind::Quiet, None, text);
    // Whoever only hears it does not see which check it stands under.
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(format!("{text} of {}", check.id.label())));
    if button.clicked() {
        ui.data_mut(|data| data.insert_temp(id, !open));
    }
    if open {
        evidence(ui, check);
    }
}

/// One permission: how it stands, its name, and what it is for.
fn permission(ui: &mut Ui, Grant { name, feature, standing }: &Grant) {
    let p = palette(ui);
    let verdict = match standing {
        Standing::Granted | Standing::Included => Verdict::Good,
        Standing::Missing(_) | Standing::Excessive => Verdict::Warn,
        Standing::Optional => Verdict::Neutral,
    };
    let width = ui.available_width();
    let for_what = match feature {
        &"" => standing.label(),
        feature => format!("{feature} · {}", standing.label()),
    };
    let color = if verdict == Verdict::Warn { p.warn } else { p.muted };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        form::icon(ui, verdict.icon(), verdict.color(p), 16.0);
        let name = RichText::new(name).monospace().size(size::SMALL).line_height(Some(form::SMALL_LINE));
        if width < 380.0 {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.add(egui::Label::new(name).wrap());
                form::colored(ui, &for_what, color);
            });
        } else {
            ui.allocate_ui_with_layout(vec2(PERMISSIONS, form::SMALL_LINE), Layout::left_to_right(Align::Min), |ui| {
                ui.set_min_width(PERMISSIONS);
                ui.add(egui::Label::new(name).extend());
            });
            form::colored(ui, &for_what, color);
        }
    });
}

/// What is needed and what was granted, side by side, and the way to what is missing.
fn permissions(ui: &mut Ui, report: &Report, view: &View<'_>) {
    let Some(granted) = &report.granted else { return };
    ui.add_space(2.0);
    let table = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        for grant in setup::grants(granted) {
            permission(ui, &grant);
        }
    });
    form::group(&table.response, egui::accesskit::Role::List, "Permissions, needed and granted");
    form::small(ui, "Delegated permissions are granted by each agent's sign-in and are not seen here.");
    let Some(draft) = view.session.editor.as_ref().map(|editor| &editor.draft) else { return };
    let (Ok(account), false) = (draft.parse(), setup::missing(granted).is_empty()) else { return };
    let client = account.client_id.to_string();
    let url = setup::consent_url(account.cloud.login_url(), &account.tenant_id.to_string(), &client);
    form::link(ui, "Open the page for admin consent", &url);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = theme::CONTROL_HEIGHT;
        if form::button(ui, Kind::Plain, Some(ICON_CONTENT_COPY), "Copy consent link").clicked() {
            ui.copy_text(url.clone());
        }
        if form::button(ui, Kind::Plain, Some(ICON_CONTENT_COPY), "Copy text for the administrator").clicked() {
            ui.copy_text(setup::consent_request(&url, &client, granted));
        }
    });
}
