//! Number coverage: how many people have a number of each type, as bars that lead to the people behind them.
//!
//! Owns the picture and the suggestion that follows from it; the counting is `domain::coverage`'s. Start with [`show`].

use crate::{
    domain::{Coverage, DirectoryOptions, coverage::percent, directory::PhoneOption},
    session::{
        Action,
        directory::{Action as Of, Filter, Numbers, State},
    },
    ui::{
        form::{self, Kind},
        people::line,
        theme::{self, palette, semibold, size},
        view::{Actions, View},
        words::grouped,
    },
};
use egui::{FontId, Id, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

/// Height of a label and its bar.
const BAR: f32 = 40.0;

/// Draws it.
pub fn show(ui: &mut Ui, view: &View<'_>, options: &DirectoryOptions, actions: &mut Actions) {
    let state = &view.session.directory;
    ui.spacing_mut().item_spacing.y = theme::STEP;
    form::heading(ui, "Number coverage");
    let Some(counted) = &state.counted else {
        form::small(ui, if state.people.is_empty() { "Nobody to count." } else { "Counting…" });
        return;
    };
    let coverage = &counted.coverage;
    ui.add_space(theme::STEP);
    for option in options.as_slice() {
        bar(ui, state, coverage, *option, actions);
    }
    ui.add_space(theme::STEP);
    remarks(ui, state, coverage, actions);
    suggestion(ui, coverage, options, actions);
}

fn filter_by(state: &State, numbers: Numbers) -> Action {
    let Filter { order, descending, .. } = state.filter;
    Action::Directory(Of::Filter(Filter { numbers, order, descending, ..Filter::default() }))
}

/// A type, the part of people who have it, and a bar. A click shows them.
fn bar(ui: &mut Ui, state: &State, coverage: &Coverage, option: PhoneOption, actions: &mut Actions) {
    let p = palette(ui);
    let (count, all) = (coverage.with(option.kind), coverage.people);
    let part = percent(count, all);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    let response = ui.interact(rect, Id::unique(("bar", option.kind)), Sense::click());
    let on = state.filter.numbers == Numbers::Of(option.kind);
    let around = rect.expand2(vec2(8.0, 1.0));
    if on || response.hovered() {
        ui.painter().rect_filled(around, theme::CONTROL_RADIUS, if on { p.accent_soft } else { p.sunk });
    }
    if response.has_focus() {
        let ring = egui::Stroke::new(2.0, p.accent);
        ui.painter().rect_stroke(around, theme::CONTROL_RADIUS, ring, egui::StrokeKind::Inside);
    }
    let text = if option.shown { p.text } else { p.muted };
    let y = rect.top() + 12.0;
    let name = if option.shown { option.kind.label().to_owned() } else { format!("{} (off)", option.kind.label()) };
    let galley = line(ui, &name, FontId::proportional(size::BODY), text, rect.width() - 48.0);
    ui.painter().galley(pos2(rect.left(), y - galley.size().y / 2.0), galley, text);
    let galley = line(ui, &format!("{part} %"), FontId::proportional(size::BODY), p.muted, 48.0);
    ui.painter().galley(pos2(rect.right() - galley.size().x, y - galley.size().y / 2.0), galley, p.muted);
    let track = Rect::from_min_size(pos2(rect.left(), rect.top() + 25.0), vec2(rect.width(), 9.0));
    ui.painter().rect_filled(track, 4, if on { p.panel } else { p.sunk });
    if count > 0 {
        let width = (track.width() * count as f32 / all.max(1) as f32).max(8.0);
        let fill = Rect::from_min_size(track.min, vec2(width, track.height()));
        ui.painter().rect_filled(fill, 4, if option.shown { p.accent } else { p.outline });
    }
    let said = format!("{name}: {} of {} people, {part} percent", grouped(count), grouped(all));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    form::reveal(&response);
    let tip = match option.kind.no_source() {
        Some(note) => format!("{} of {}. {note}.", grouped(count), grouped(all)),
        None => format!("{} of {}. Show them", grouped(count), grouped(all)),
    };
    if response.on_hover_text(tip).clicked() {
        actions.push(filter_by(state, if on { Numbers::Any } else { Numbers::Of(option.kind) }));
    }
}

fn remarks(ui: &mut Ui, state: &State, coverage: &Coverage, actions: &mut Actions) {
    let people =
        |count: usize| if count == 1 { "1 person has".into() } else { format!("{} people have", grouped(count)) };
    let numbers =
        |count: usize| if count == 1 { "1 number is".into() } else { format!("{} numbers are", grouped(count)) };
    let lines = [
        (
            coverage.without_shown,
            format!("{} no number in the chosen types.", people(coverage.without_shown)),
            Numbers::NoneShown,
        ),
        (coverage.not_e164, format!("{} not in E.164.", numbers(coverage.not_e164)), Numbers::NotE164),
    ];
    theme::note(ui).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        if lines.iter().all(|(count, ..)| *count == 0) {
            form::small(ui, "Everybody has a number in the chosen types, and all numbers are in E.164.");
        }
        for (count, text, filter) in lines {
            if count == 0 {
                continue;
            }
            form::small(ui, &text);
            let name = if filter == Numbers::NoneShown { "Show these people" } else { "Show whose they are" };
            if form::button(ui, Kind::Quiet, None, name).clicked() {
                actions.push(filter_by(state, filter));
            }
        }
    });
}

/// The order that follows from the numbers, where it is another one.
fn suggestion(ui: &mut Ui, coverage: &Coverage, options: &DirectoryOptions, actions: &mut Actions) {
    let suggested = coverage.suggested();
    if suggested == *options || coverage.people == 0 {
        return;
    }
    ui.add_space(2.0 * theme::STEP);
    ui.label(egui::RichText::new("Suggested order").font(semibold(size::SMALL)));
    let order: Vec<&str> = suggested.shown().map(|kind| kind.label()).collect();
    let order = if order.is_empty() { "No type, because nobody has a number".to_owned() } else { order.join(", ") };
    form::small(ui, &format!("{order}: the type that most people have comes first."));
    if form::button(ui, Kind::Plain, None, "Use this order").clicked() {
        actions.push(Action::Directory(Of::SuggestedOrder));
    }
}
