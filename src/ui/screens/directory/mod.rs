//! Directory: the colleagues of the tenant as agents see them, who of them has numbers, and how to reach them.
//!
//! Owns the layout of the screen and what a frame needs to know to draw a person ([`Look`]); what it shows is
//! `session::directory`'s. Start with [`show`]; `list` draws as many rows as are in sight, `row` one of them.

mod coverage;
mod list;
mod reach;
mod row;
mod status;
mod tools;
mod transfer;

use crate::{
    domain::{CloudKind, DirectoryOptions, Guid, Presence, deep_link},
    session::{
        Action, Screen,
        directory::{Action as Of, Filter, State},
    },
    ui::{
        form::{self, Kind},
        people::Photos,
        theme::{self, palette, semibold, size},
        view::{Actions, View},
    },
};
use egui::{Align, Id, Layout, RichText, TextureId, Ui, pos2, vec2};
use egui_material_icons::icons::ICON_CONTACT_PHONE;
use row::{Columns, HEIGHT};
use std::ops::Range;

/// From this width on, number coverage stands beside the list.
const WIDE: f32 = 960.0;
/// Width of number coverage.
const SIDE: f32 = 240.0;
/// What stays still for this long, in seconds, is looked at: presence and photos are not asked for while a list flies by.
const STILL: f64 = 0.15;

/// What a frame needs to know to draw people.
pub struct Look<'a> {
    state: &'a State,
    /// What agents see.
    pub options: &'a DirectoryOptions,
    /// Nothing that leads outside is opened.
    pub practice: bool,
    cloud: CloudKind,
    tenant: Option<Guid>,
    photos: Photos,
}

impl<'a> Look<'a> {
    fn of(ui: &Ui, view: &View<'a>, options: &'a DirectoryOptions) -> Self {
        let account = view.session.saved.as_ref().map(|saved| &saved.account);
        Self {
            state: &view.session.directory,
            options,
            practice: view.session.practice.is_some(),
            cloud: account.map_or(CloudKind::Global, |account| account.cloud.kind()),
            tenant: account.map(|account| account.tenant_id),
            photos: Photos::of(ui.ctx()),
        }
    }

    /// How available a person is.
    pub fn presence(&self, person: Guid) -> Option<&Presence> {
        self.state.faces.presence(person)
    }

    /// A person's photo, ready to be drawn.
    pub fn face(&self, ui: &Ui, person: Guid) -> Option<TextureId> {
        let face = self.state.faces.photo(person)?;
        Some(self.photos.texture(ui.ctx(), person, face))
    }

    fn chat(&self, principal_name: &str) -> Option<String> {
        deep_link::chat(self.cloud, self.tenant?, principal_name)
    }

    fn call(&self, principal_name: &str) -> Option<String> {
        deep_link::call(self.cloud, principal_name)
    }

    /// A call to a number, in Teams where this cloud has it.
    pub fn call_number(&self, number: &str) -> Option<String> {
        deep_link::call_number(self.cloud, number).or_else(|| deep_link::tel(number))
    }
}

/// Draws the screen.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = &view.session.directory;
    let options = view.session.directory_options();
    if view.session.saved.is_none() {
        return alone(ui, |ui| no_account(ui, actions));
    }
    if state.at.is_none() {
        return alone(ui, |ui| status::first(ui, view, actions));
    }
    let look = Look::of(ui, view, &options);
    let (width, height) = (ui.available_width(), ui.available_height());
    let wide = width >= WIDE;
    let coverage_only = !wide && ui.data(|data| data.get_temp(coverage_id())).unwrap_or(false);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        let down = Layout::top_down(Align::Min);
        let left = if wide { width - SIDE - 16.0 } else { width };
        ui.allocate_ui_with_layout(vec2(left, height), down, |ui| {
            theme::card(ui).show(ui, |ui| {
                ui.set_min_size(vec2(left - 2.0, height - 2.0));
                ui.set_max_width(left - 2.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                if coverage_only {
                    egui::Frame::new().inner_margin(16).show(ui, |ui| {
                        if form::button(ui, Kind::Quiet, None, "Back to the list").clicked() {
                            ui.data_mut(|data| data.insert_temp(coverage_id(), false));
                        }
                        let before = actions.len();
                        coverage::show(ui, view, &options, actions);
                        // A bar leads to the people behind it.
                        if actions.len() > before {
                            ui.data_mut(|data| data.insert_temp(coverage_id(), false));
                        }
                    });
                } else {
                    people(ui, view, &look, wide, actions);
                }
            });
        });
        if wide {
            ui.allocate_ui_with_layout(vec2(SIDE, height), down, |ui| {
                theme::card(ui).inner_margin(16).show(ui, |ui| {
                    ui.set_min_size(vec2(SIDE - 34.0, height - 34.0));
                    ui.set_max_width(SIDE - 34.0);
                    coverage::show(ui, view, &options, actions);
                });
            });
        }
    });
    transfer::show(ui, view, &look, actions);
}

fn coverage_id() -> Id {
    Id::unique("number coverage in place of the list")
}

fn place_id() -> Id {
    Id::unique("place in the list of people")
}

fn alone(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    theme::card(ui).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.add_space((ui.available_height() * 0.3).max(12.0));
        ui.vertical_centered(|ui| {
            ui.set_max_width(480.0_f32.min(ui.available_width() - 24.0));
            form::icon(ui, ICON_CONTACT_PHONE, palette(ui).muted, 32.0);
            add(ui);
        });
    });
}

/// A heading and a sentence in the middle of an empty card.
fn notice(ui: &mut Ui, title: &str, text: &str) {
    let label = ui.label(RichText::new(title).font(semibold(16.0)));
    form::as_heading(ui, label.id, title);
    form::small(ui, text);
    ui.add_space(8.0);
}

fn no_account(ui: &mut Ui, actions: &mut Actions) {
    notice(ui, "There is no account yet", "The directory is read with the app registration of an applied account.");
    if form::button(ui, Kind::Primary, None, "Go to the account").clicked() {
        actions.push(Action::Go(Screen::Accounts));
    }
}

/// The search, the line that says how things are, the headings and the list.
fn people(ui: &mut Ui, view: &View<'_>, look: &Look<'_>, wide: bool, actions: &mut Actions) {
    let state = &view.session.directory;
    // Another filter is another list, which begins at its top.
    let (of, mut place): (Filter, list::Place) = ui.data(|data| data.get_temp(place_id())).unwrap_or_default();
    if of != state.filter {
        place = list::Place::default();
    }
    egui::Frame::new().inner_margin(egui::Margin { left: 12, right: 12, top: 12, bottom: 6 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        if tools::show(ui, state, actions) && state.count() > 0 {
            place.go_to(place.current);
        }
        status::show(ui, view, wide, actions);
        status::troubles(ui, view, actions);
    });
    let left = ui.max_rect().left();
    let columns = Columns::of(left, ui.max_rect().right() - list::BAR);
    tools::headings(ui, columns, state, actions);
    if state.count() == 0 {
        status::nobody(ui, view, actions);
        return;
    }
    let describe = |position| state.person(position).map(|person| row::describe(person, look)).unwrap_or_default();
    let draw = |ui: &mut Ui, row: list::Row| {
        if let Some(person) = state.person(row.index) {
            row::show(ui, &row, columns, person, look, actions);
        }
    };
    let sight = list::show(ui, "People", &mut place, state.count(), HEIGHT, describe, draw);
    ui.data_mut(|data| data.insert_temp(place_id(), (state.filter.clone(), place)));
    look_at(ui, view, sight, actions);
}

/// Presence and photos are asked for once the list stands still, and again after a while, only as long as it is drawn.
fn look_at(ui: &Ui, view: &View<'_>, sight: Range<usize>, actions: &mut Actions) {
    let state = &view.session.directory;
    let id = Id::unique("what is in sight");
    let now = ui.input(|input| input.time);
    let seen: Vec<u32> = sight.clone().filter_map(|position| state.row(position)).collect();
    let (before, since): (Vec<u32>, f64) = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let since = if before == seen { since } else { now };
    let still = now - since >= STILL;
    if !still {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(STILL));
    } else if state.faces.is_due(&seen, view.now) || state.is_stale(view.now) || state.wants_count() {
        let around = sight.start.saturating_sub(sight.len() * 4)..(sight.end + sight.len() * 4).min(state.count());
        // Who is in sight comes first: a question has room for so many only.
        let beside = around.filter(|position| !sight.contains(position)).filter_map(|position| state.row(position));
        let around = seen.iter().copied().chain(beside).collect();
        actions.push(Action::Directory(Of::Look { seen: seen.clone(), around }));
    }
    ui.data_mut(|data| data.insert_temp(id, (seen, since)));
    let gentle = crate::session::directory::GENTLE.to_std().unwrap_or_default();
    ui.ctx().request_repaint_after(gentle);
}

/// A heading over a column.
fn column_heading(ui: &Ui, at: (f32, f32), y: f32, text: &str) {
    let galley = crate::ui::people::line(ui, text, semibold(size::SMALL - 1.0), palette(ui).muted, at.1);
    ui.painter().galley(pos2(at.0, y - galley.size().y / 2.0), galley, palette(ui).muted);
}
