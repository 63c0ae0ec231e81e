//! Test connection: the button, the verdict in one line, and the checks behind it.
//!
//! Owns when the report is shown; `report` shows it.

mod report;

use crate::{
    domain::{CheckId, CheckState, Outcome, Report},
    session::{Action, RunningTest},
    ui::{
        form::{self, Kind, Verdict},
        theme::{self, palette, size},
        view::{Actions, View},
    },
};
use egui::{Id, Ui};
use egui_material_icons::icons::{ICON_CLOSE, ICON_SYNC};

/// Draws the row with the button and what it found. It is two lines high whatever was found, so that nothing jumps.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let shown = ui.scope(|ui| row(ui, view, actions));
    come_into_sight(ui, &shown.response, view);
    match (&view.session.running_test, view.fresh) {
        // A test that nobody asked for, as after an Apply, must not move what somebody is looking at.
        (Some(test), _) if details_open(ui) => report::running(ui, test),
        (None, Some(report)) if report.outcome() == Outcome::Failed || details_open(ui) => {
            report::show(ui, report, view, actions);
        }
        _ => {}
    }
}

/// Whoever asks for a test sees its checks, as they are done and afterwards.
pub fn open_details(ctx: &egui::Context) {
    ctx.data_mut(|data| data.insert_temp(details_id(), true));
}

/// A new result must be seen, wherever the pane is scrolled to when the key is pressed.
fn come_into_sight(ui: &Ui, row: &egui::Response, view: &View<'_>) {
    let id = Id::unique("test result that was shown last");
    let now = view.fresh.map(|report| report.at);
    let before: Option<Option<chrono::DateTime<chrono::Utc>>> = ui.data(|data| data.get_temp(id));
    if Some(now) != before {
        ui.data_mut(|data| data.insert_temp(id, now));
        // One that was there when the window was opened is no news.
        if before.is_none() {
            return;
        }
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
                        open_details(ui.ctx());
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
