//! Test connection: the button, the verdict in one line, and the checks behind it.
//!
//! Owns how a report is shown. What the checks find and what to do about it is data of the report.

use crate::{
    domain::{Check, CheckId, CheckState, Outcome, Report},
    session::{Action, RunningTest},
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Id, RichText, Ui};
use egui_material_icons::icons::{ICON_CLOSE, ICON_CONTENT_COPY, ICON_SYNC};

/// Draws the row with the button and what it found. It is two lines high whatever was found, so that nothing jumps.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let shown = ui.scope(|ui| row(ui, view, actions));
    come_into_sight(ui, &shown.response, view);
    if view.session.running_test.is_some() {
        return;
    }
    if let Some(report) = view.fresh.filter(|report| report.outcome() == Outcome::Failed || details_open(ui)) {
        details(ui, report);
    }
}

/// A new result must be seen, wherever the pane is scrolled to when the key is pressed.
fn come_into_sight(ui: &Ui, row: &egui::Response, view: &View<'_>) {
    let id = Id::unique("test result that was shown last");
    let now = view.fresh.map(|report| report.at);
    let before: Option<chrono::DateTime<chrono::Utc>> = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if now != before {
        ui.data_mut(|data| data.insert_temp(id, now));
        let failed = view.fresh.is_some_and(|report| report.outcome() == Outcome::Failed);
        if now.is_some() {
            // What to do stands below a failure, so that the row goes to the top.
            row.scroll_to_me(failed.then_some(egui::Align::TOP));
        }
    }
}

fn row(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    form::row(ui, "", |ui, _| {
        ui.horizontal(|ui| {
            ui.set_min_height(theme::CONTROL_HEIGHT);
            match &view.session.running_test {
                Some(test) => running(ui, test, actions),
                None => {
                    let button = form::button(ui, Kind::Plain, Some(ICON_SYNC), "Test connection");
                    if button.on_hover_text("Ctrl+T").clicked() {
                        actions.push(Action::Test);
                    }
                    summary(ui, view);
                }
            }
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            match (&view.session.running_test, view.fresh) {
                (None, Some(report)) => {
                    let checks = report.checks.len();
                    let took = report.duration.as_millis();
                    form::small(ui, &format!("{checks} checks · {took} ms · {}", ago(view, report)));
                    if report.outcome() == Outcome::Failed {
                        return;
                    }
                    if !view.changed.is_empty() || view.session.saved.is_none() {
                        form::colored(ui, "· not applied yet", palette(ui).warn);
                    }
                    let open = details_open(ui);
                    if form::button(ui, Kind::Quiet, None, if open { "Hide details" } else { "Details" }).clicked() {
                        ui.data_mut(|data| data.insert_temp(details_id(), !open));
                    }
                }
                _ => {
                    form::small(ui, "Tests what is on the screen, applied or not.");
                }
            }
        });
    });
}

fn details_id() -> Id {
    Id::unique("test details")
}

fn details_open(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp(details_id())).unwrap_or(false)
}

fn running(ui: &mut Ui, test: &RunningTest, actions: &mut Actions) {
    let done = test.checks.len();
    let is_made = |id: &CheckId| test.checks.iter().any(|check| check.id == *id);
    let next = CheckId::ALL.into_iter().find(|id| !is_made(id)).map_or("Finishing", CheckId::label);
    ui.add(egui::Spinner::new().size(18.0));
    let text = format!("{next}… ({done} of {} checks done)", CheckId::ALL.len());
    let label = ui.label(&text);
    form::announced(ui, &label, &text);
    if form::button(ui, Kind::Plain, Some(ICON_CLOSE), "Cancel test").clicked() {
        actions.push(Action::CancelTest);
    }
}

fn summary(ui: &mut Ui, view: &View<'_>) {
    let p = palette(ui);
    match (view.fresh, view.stale) {
        (Some(report), _) if report.outcome() == Outcome::Passed => {
            let warnings = report.checks.iter().filter(|check| check.state == CheckState::Warning).count();
            let (verdict, text) = match warnings {
                0 => (Verdict::Good, "Connected".to_owned()),
                1 => (Verdict::Warn, "Connected, with 1 warning".to_owned()),
                n => (Verdict::Warn, format!("Connected, with {n} warnings")),
            };
            form::verdict(ui, verdict, &text);
        }
        (Some(report), _) => {
            form::verdict(ui, Verdict::Bad, report.message.as_deref().unwrap_or("The test failed"));
        }
        (None, Some(report)) => {
            let text = format!("The last result ({}) is of other values. Test again.", ago(view, report));
            form::icon(ui, Verdict::Neutral.icon(), p.muted, size::ICON);
            form::small(ui, &text);
        }
        (None, None) => {}
    }
}

fn ago(view: &View<'_>, report: &Report) -> String {
    since(view.now - report.at)
}

/// `just now`, `3 min ago`, `2 h ago`.
pub fn since(time: chrono::Duration) -> String {
    match (time.num_minutes(), time.num_hours(), time.num_days()) {
        (..1, _, _) => "just now".into(),
        (minutes, 0, _) => format!("{minutes} min ago"),
        (_, hours, 0) => format!("{hours} h ago"),
        (_, _, days) => format!("{days} d ago"),
    }
}

fn details(ui: &mut Ui, report: &Report) {
    let p = palette(ui);
    let failed = report.outcome() == Outcome::Failed;
    // Red only as a line: the one pink ground is the expiry bar's.
    let line = egui::Stroke::new(1.0, if failed { p.bad } else { p.line });
    let frame = egui::Frame::new().corner_radius(8).inner_margin(12).fill(p.sunk).stroke(line);
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = theme::STEP;
        ui.spacing_mut().interact_size.y = 20.0;
        if let Some(check) = report.failed() {
            let fields: Vec<&str> = report.fields_at_fault().into_iter().map(|field| field.label()).collect();
            if !fields.is_empty() {
                ui.label(
                    RichText::new(format!("Look at: {}", fields.join(", "))).font(semibold(size::BODY)).color(p.text),
                );
            }
            form::colored(ui, &check.headline, p.text);
            if let Some(remedy) = &check.remedy {
                form::colored(ui, remedy, p.text);
            }
            ui.add_space(theme::STEP);
            evidence(ui, check);
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = theme::CONTROL_HEIGHT;
            if form::button(ui, Kind::Plain, Some(ICON_CONTENT_COPY), "Copy report").clicked() {
                ui.copy_text(report.as_text());
            }
            form::small(ui, "For your support. It holds no secret.");
        });
        let headed = report.failed().map(|check| check.id);
        for check in report.checks.iter().filter(|check| Some(check.id) != headed) {
            one_check(ui, check);
        }
    });
}

/// What support asks for, to be selected or copied.
fn evidence(ui: &mut Ui, check: &Check) {
    let lines = check.evidence.lines();
    if lines.is_empty() {
        return;
    }
    egui::Grid::new("evidence").num_columns(2).spacing([12.0, 2.0]).show(ui, |ui| {
        for (name, value) in lines {
            ui.add(egui::Label::new(RichText::new(name).size(size::SMALL).color(palette(ui).muted)).extend());
            let mono = name != "Message";
            let text = RichText::new(value).size(size::SMALL).color(palette(ui).text);
            ui.add(egui::Label::new(if mono { text.monospace() } else { text }).wrap());
            ui.end_row();
        }
    });
}

fn one_check(ui: &mut Ui, check: &Check) {
    let p = palette(ui);
    let verdict = match check.state {
        CheckState::Passed => Verdict::Good,
        CheckState::Warning => Verdict::Warn,
        CheckState::Failed => Verdict::Bad,
        CheckState::Skipped => Verdict::Neutral,
    };
    ui.horizontal_top(|ui| {
        form::icon(ui, verdict.icon(), verdict.color(p), size::ICON);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if check.state == CheckState::Skipped {
                form::small(ui, &format!("{} · {}", check.id.label(), check.headline));
                return;
            }
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(check.id.label()).font(semibold(size::SMALL)).color(p.text));
                let took = match check.duration.as_millis() {
                    0 => check.state.key().to_owned(),
                    ms => format!("{} · {ms} ms", check.state.key()),
                };
                form::small(ui, &took);
            });
            form::colored(ui, &check.headline, p.text);
            if let Some(remedy) = &check.remedy {
                form::small(ui, remedy);
            }
        });
    });
}
