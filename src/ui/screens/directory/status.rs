//! How things are: how many people are found, how old they are, how a load goes, what went wrong and what to do about it.
//!
//! Owns the words. Start with [`show`].

use super::{coverage_id, notice};
use crate::{
    domain::{Failure, presence::not_in_this_cloud},
    session::{
        Action, FileTask,
        directory::{Action as Of, Filter, Progress, State},
    },
    ui::{
        form::{self, Kind, Verdict},
        sections::test::since,
        theme::{self, palette},
        view::{Actions, View},
        words::grouped,
    },
};
use chrono::{DateTime, Utc};
use egui::{Ui, vec2};

/// The line under the search: who is found, how old it is, and what can be done.
pub fn show(ui: &mut Ui, view: &View<'_>, wide: bool, actions: &mut Actions) {
    let state = &view.session.directory;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme::STEP, 2.0);
        ui.spacing_mut().interact_size.y = 24.0;
        let text = found(state, view.now);
        let label = form::small(ui, &text);
        form::announced(ui, &label, &text);
        match &state.load {
            Some(load) => {
                let text = format!("· {}", progress(&load.progress, view.now));
                let label = form::small(ui, &text);
                form::announced(ui, &label, &text);
                if form::button(ui, Kind::Quiet, None, "Cancel").clicked() {
                    actions.push(Action::Directory(Of::Cancel));
                }
            }
            None => {
                form::small(ui, "·");
                if form::button(ui, Kind::Quiet, None, "Refresh").clicked() {
                    actions.push(Action::Directory(Of::Refresh { everybody: false }));
                }
            }
        }
        ui.add_enabled_ui(state.count() > 0 && view.session.busy.is_none(), |ui| {
            if form::button(ui, Kind::Quiet, None, "Export…").clicked() {
                actions.push(Action::ChooseFile(FileTask::People));
            }
        });
        if form::button(ui, Kind::Quiet, None, "Transfer dialog…").clicked() {
            actions.push(Action::Directory(Of::Transfer(Some(None))));
        }
        if !wide && form::button(ui, Kind::Quiet, None, "Number coverage").clicked() {
            ui.data_mut(|data| data.insert_temp(coverage_id(), true));
        }
    });
}

fn found(state: &State, now: DateTime<Utc>) -> String {
    let all = state.people.len();
    let people = if all == 1 { "1 person".to_owned() } else { format!("{} people", grouped(all)) };
    let age = state.at.map(|at| format!(" · as of {}", since(now - at))).unwrap_or_default();
    if state.filter.narrows() {
        let known = match (state.filter.presence, state.faces.to_come()) {
            (Some(_), to_come) if to_come > 0 => format!(" · presence of {} still to come", grouped(to_come)),
            (Some(_), _) if state.faces.known() < all => {
                format!(" · presence of {} known", grouped(state.faces.known()))
            }
            _ => String::new(),
        };
        format!("{} of {people}{known}{age}", grouped(state.count()))
    } else {
        format!("{people}{age}")
    }
}

/// What a load does just now.
fn progress(progress: &Progress, now: DateTime<Utc>) -> String {
    if let Some(pause) = progress.pause {
        let seconds = (pause.until - now).num_seconds().max(1);
        let why = if pause.asked_for { "Microsoft asks to wait" } else { "The network does not work" };
        return format!("{why}, going on in {seconds} s");
    }
    match (progress.changes_only, progress.people, progress.total) {
        (_, 0, _) => "Asking Microsoft…".to_owned(),
        (true, people, _) => format!("Reading what has changed, {} so far…", grouped(people)),
        (false, people, Some(total)) if total >= people => {
            format!("Reading {} of {}…", grouped(people), grouped(total))
        }
        (false, people, _) => format!("Reading, {} so far…", grouped(people)),
    }
}

/// What went wrong, with what to do, in the place where it is missed.
pub fn troubles(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.directory;
    if let Some(failure) = &state.failure {
        let again = |ui: &mut Ui, actions: &mut Actions| retry(ui, state, actions);
        trouble(ui, failure, actions, again);
    }
    let cloud = view.session.saved.as_ref().and_then(|saved| not_in_this_cloud(saved.account.cloud.kind()));
    if let Some(text) = cloud {
        form::remark(ui, Verdict::Neutral, text);
    } else if let Some(failure) = &state.faces.refused {
        trouble(ui, failure, actions, |ui, actions| {
            if form::button(ui, Kind::Quiet, None, "Ask again").clicked() {
                actions.push(Action::Directory(Of::AskPresence));
            }
        });
    }
}

fn retry(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.load.is_some() {
        return;
    }
    let words = match state.cut_off {
        Some(people) if people > 0 => format!("Go on from {} people", grouped(people)),
        _ => "Try again".to_owned(),
    };
    if form::button(ui, Kind::Quiet, None, &words).clicked() {
        actions.push(Action::Directory(Of::Refresh { everybody: false }));
    }
}

fn trouble(ui: &mut Ui, failure: &Failure, actions: &mut Actions, act: impl FnOnce(&mut Ui, &mut Actions)) {
    let p = palette(ui);
    let frame = egui::Frame::new().fill(p.warn_soft).corner_radius(8).inner_margin(egui::Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        form::remark(ui, Verdict::Warn, &failure.headline);
        form::colored(ui, &failure.remedy, p.text);
        ui.horizontal(|ui| act(ui, actions));
    });
}

/// Before the directory was read for the first time.
pub fn first(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.directory;
    if !state.opened && state.failure.is_none() {
        return;
    }
    if let Some(load) = &state.load {
        notice(ui, "Reading the directory", "You can go on working meanwhile.");
        let progress_text = progress(&load.progress, view.now);
        let label = form::small(ui, &progress_text);
        form::announced(ui, &label, &progress_text);
        if let (people, Some(total @ 1..)) = (load.progress.people, load.progress.total) {
            let part = people as f32 / total as f32;
            let bar = egui::ProgressBar::new(part.min(1.0)).desired_width(280.0).desired_height(6.0);
            ui.add(bar.fill(palette(ui).accent)).widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::ProgressIndicator, true, "People read")
            });
        }
        ui.add_space(8.0);
        if form::button(ui, Kind::Plain, None, "Cancel").clicked() {
            actions.push(Action::Directory(Of::Cancel));
        }
        return;
    }
    if let Some(failure) = &state.failure {
        notice(ui, &failure.headline, &failure.remedy);
        retry(ui, state, actions);
        return;
    }
    notice(
        ui,
        "See the directory as agents see it",
        "Liaison reads the names, jobs, departments, addresses and phone numbers of everybody in the tenant and keeps them on this computer. It takes the permission User.Read.All.",
    );
    let words = match state.cut_off {
        Some(people) if people > 0 => format!("Go on from {} people", grouped(people)),
        _ => "Read the directory".to_owned(),
    };
    if form::button(ui, Kind::Primary, None, &words).clicked() {
        actions.push(Action::Directory(Of::Refresh { everybody: false }));
    }
}

/// In place of a list without rows.
pub fn nobody(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.directory;
    ui.add_space((ui.available_height() * 0.2).max(12.0));
    ui.vertical_centered(|ui| {
        ui.set_max_width(400.0_f32.min(ui.available_width() - 24.0));
        if state.people.is_empty() {
            let text = "Agents would see an empty directory. Check that this is the right tenant.";
            notice(ui, "Nobody is in this tenant", text);
        } else if state.faces.to_come() > 0 {
            notice(ui, "Asking for presence…", "People appear as soon as their presence is known.");
        } else if state.filter.narrows() {
            notice(ui, "Nobody fits", "Try another spelling, a part of a number, or fewer filters.");
            if form::button(ui, Kind::Plain, None, "Show everybody").clicked() {
                let Filter { order, descending, .. } = state.filter;
                actions.push(Action::Directory(Of::Filter(Filter { order, descending, ..Filter::default() })));
            }
        }
    });
}
