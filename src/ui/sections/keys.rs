//! All secrets and certificates of the app on a line of time, with today marked and the one in use named.
//!
//! Owns the drawing. What is seen is also a list for screen readers; the words are `domain::timeline`'s.

use crate::{
    domain::{
        AppKey, AppKeyKind, ExpiryState, StoredSecret, reminder,
        timeline::{Bar, Timeline},
    },
    session::{Action, FileTask, renewal::Action as Renewal},
    ui::{
        form::{self, Kind},
        theme::{Palette, palette, semibold, size},
        view::{Actions, View},
    },
};
use chrono::Local;
use egui::{
    Align2, Color32, FontId, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2, text::LayoutJob, vec2,
};
use egui_material_icons::icons::ICON_EVENT;

/// Height of a bar.
const BAR: f32 = 6.0;

/// Draws the section, if there is something to show.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    if view.session.saved.is_none() {
        return;
    }
    let read = view.fresh.and_then(|report| report.keys.clone());
    let of_azure = read.is_some();
    let Some(line) = Timeline::of(&read.unwrap_or_else(|| own(view)), view.now) else {
        if !view.session.renewal.left_over.is_empty() {
            form::row(ui, "Secrets of this app", |ui, _| left_over(ui, view, actions));
        }
        return;
    };
    form::row(ui, "Secrets of this app", |ui, _| {
        ui.add_space(6.0);
        let list = ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            for bar in &line.bars {
                one(ui, &line, bar);
            }
            axis(ui, &line);
        });
        form::group(&list.response, Role::List, "Secrets and certificates of this app");
        if !of_azure {
            form::small(ui, "Test the connection to see all secrets and certificates of the app.");
        }
        left_over(ui, view, actions);
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
                if form::button(ui, Kind::Plain, Some(ICON_EVENT), "Save reminders for your calendar…").clicked() {
                    actions.push(Action::ChooseFile(FileTask::Calendar));
                }
            });
        });
        form::small(ui, reminder::explanation(view.session.managed.silence));
    });
}

/// What earlier renewals made and nobody uses.
fn left_over(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    if view.session.renewal.wizard.is_some() {
        return;
    }
    for left in &view.session.renewal.left_over {
        let id = left.key_id.as_deref().map(|id| format!(", Secret ID {id}")).unwrap_or_default();
        let text = format!(
            "A renewal that did not come to its end may have left an unused secret in Azure: “{}”{id}.",
            left.name
        );
        ui.horizontal_top(|ui| {
            form::icon(ui, form::Verdict::Warn.icon(), palette(ui).warn, 16.0);
            let label = form::colored(ui, &text, palette(ui).warn);
            form::announced(ui, &label, &text);
        });
        ui.add_enabled_ui(view.session.busy.is_none(), |ui| {
            ui.horizontal_wrapped(|ui| {
                if form::button(ui, Kind::Plain, None, "Remove it from Azure").clicked() {
                    actions.push(Action::Renewal(Renewal::RemoveLeftOver(left.name.clone())));
                }
                if form::button(ui, Kind::Quiet, None, "It is gone already").clicked() {
                    actions.push(Action::Renewal(Renewal::ForgetLeftOver(left.name.clone())));
                }
            });
        });
    }
}

/// What is known without Azure: the secret or certificate of the applied account.
fn own(view: &View<'_>) -> Vec<AppKey> {
    let Some(saved) = &view.session.saved else { return Vec::new() };
    let Some(expiry) = saved.expiry else { return Vec::new() };
    let (kind, hint, start) = match &saved.secret {
        StoredSecret::Keychain { hint, .. } => (AppKeyKind::Secret, Some(hint.clone()), None),
        StoredSecret::Certificate { certificate, .. } => {
            (AppKeyKind::Certificate, Some(certificate.thumbprint.clone()), Some(certificate.not_before))
        }
        StoredSecret::None => (AppKeyKind::Secret, None, None),
    };
    let name = Some(saved.account.name.clone());
    vec![AppKey { kind, key_id: None, name, hint, start, end: Some(expiry.at), this: true }]
}

fn one(ui: &mut Ui, line: &Timeline, bar: &Bar) {
    let p = palette(ui);
    let color = color(p, bar);
    let text = text(ui, p, bar);
    let height = text.size().y + 4.0 + BAR + 2.0;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    ui.painter().galley(rect.min, text, p.text);
    let track =
        Rect::from_min_max(pos2(rect.left(), rect.bottom() - BAR - 2.0), pos2(rect.right(), rect.bottom() - 2.0));
    ui.painter().rect_filled(track, 3, p.sunk);
    let x = |share: f32| track.left() + share * track.width();
    if let Some((from, to)) = bar.span {
        // A short life is still seen.
        let right = x(to).max(x(from) + BAR);
        let filled = Rect::from_x_y_ranges(x(from)..=right.min(track.right()), track.y_range());
        ui.painter().rect_filled(filled, 3, color);
    }
    let today = Stroke::new(1.5, p.text);
    ui.painter().vline(x(line.today), track.top() - 2.0..=track.bottom() + 2.0, today);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, bar.sentence()));
}

fn text(ui: &Ui, p: &Palette, bar: &Bar) -> std::sync::Arc<egui::Galley> {
    let mut job = LayoutJob::default();
    job.wrap.max_width = ui.available_width();
    let small = FontId::proportional(size::SMALL);
    let strong = if bar.this { semibold(size::SMALL) } else { small.clone() };
    let format = |font: &FontId, color: Color32| egui::TextFormat {
        line_height: Some(form::SMALL_LINE),
        ..egui::TextFormat::simple(font.clone(), color)
    };
    job.append(&bar.name, 0.0, format(&strong, p.text));
    job.append(&format!("· {}", bar.what), 5.0, format(&small, p.muted));
    let when = match bar.state {
        ExpiryState::Warning => p.warn,
        ExpiryState::Expired => p.bad,
        ExpiryState::Ok | ExpiryState::Unknown => p.muted,
    };
    job.append(&format!("· {}", bar.when), 5.0, format(&small, when));
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

fn color(p: &Palette, bar: &Bar) -> Color32 {
    match (bar.state, bar.this) {
        (ExpiryState::Expired, _) => p.bad,
        (ExpiryState::Warning, true) => p.warn,
        (_, true) => p.accent,
        (_, false) => p.outline,
    }
}

/// The span, with today between.
fn axis(ui: &mut Ui, line: &Timeline) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), form::SMALL_LINE), Sense::hover());
    let font = FontId::proportional(size::SMALL);
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&Local).format("%b %Y").to_string();
    let at = rect.left() + line.today * rect.width();
    let put = |x: f32, align: Align2, text: &str, color: Color32| {
        ui.painter().text(pos2(x, rect.center().y), align, text, font.clone(), color)
    };
    let today = put(at.clamp(rect.left() + 20.0, rect.right() - 20.0), Align2::CENTER_CENTER, "Today", p.text);
    // The ends are only told where today leaves room for them.
    if today.left() - rect.left() > 76.0 {
        put(rect.left(), Align2::LEFT_CENTER, &day(line.from), p.muted);
    }
    if rect.right() - today.right() > 76.0 {
        put(rect.right(), Align2::RIGHT_CENTER, &day(line.to), p.muted);
    }
}
