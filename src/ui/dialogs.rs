//! The dialog on top of the window.
//!
//! Owns their words. Which one is open, and what its buttons lead to, is the session's.

mod help;
mod network;
mod renew;
mod renewal;

use super::{
    form::{self, Kind, TextField},
    theme::{self, palette, semibold},
    view::{Actions, View},
};
use crate::{
    domain::{Agent, Failure, guard},
    session::{Action, Conflict, Dialog, FileTask, agents},
};
use egui::{Context, Id, Key, Modal, RichText, Ui, accesskit::Role};
use std::path::PathBuf;

/// Draws the dialog, if there is one. `typed` is what is typed into it.
pub fn show(ctx: &Context, dialog: &mut Dialog, view: &View<'_>, actions: &mut Actions) {
    let modal = Modal::new(Id::unique("dialog"));
    let frame_fill = super::theme::Palette::of(ctx.theme());
    let frame = egui::Frame::new()
        .fill(frame_fill.panel)
        .stroke(egui::Stroke::new(1.0, frame_fill.line))
        .corner_radius(theme::CARD_RADIUS)
        .inner_margin(24)
        .shadow(ctx.global_style().visuals.window_shadow);
    let response = modal.frame(frame).show(ctx, |ui| {
        ui.set_width(440.0_f32.min(ui.ctx().content_rect().width() - 80.0));
        ui.spacing_mut().item_spacing.y = 10.0;
        settle(ui);
        let title = match dialog {
            Dialog::OneInstance => one_instance(ui, actions),
            Dialog::Delete { name, typed } => delete(ui, name, typed, view, actions),
            Dialog::DropNew => drop_new(ui, actions),
            Dialog::Changed(conflict) => changed(ui, conflict, actions),
            Dialog::LockingOut { text, .. } => locking_out(ui, text, actions),
            Dialog::NoKeychain(failure) => no_keychain(ui, failure, actions),
            Dialog::DisableAgent(agent) => disable_agent(ui, agent, actions),
            Dialog::UnsavedOnClose => unsaved_on_close(ui, view, actions),
            Dialog::CloseWhileBusy => close_while_busy(ui, actions),
            Dialog::UnsavedOnLeave(command) => {
                let title = title(ui, "Leave with unsaved changes?");
                ui.label("What is not applied is lost when you go to the other profile.");
                buttons(ui, actions, "Stay", |ui, actions| {
                    if form::button(ui, Kind::Danger, None, "Leave without applying").clicked() {
                        actions.push(Action::LeaveAnyway(command.clone()));
                    }
                });
                title
            }
            Dialog::Path { task, typed, failure } => path(ui, *task, typed, failure.as_ref(), actions),
            Dialog::Network(form) => network::show(ui, form, &view.session.managed.policy, actions),
            Dialog::Help => help::show(ui, &view.session.managed, actions),
            Dialog::Renewal(form) => renewal::show(ui, form, view, actions),
        };
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(Role::Dialog);
            node.set_label(title);
        });
    });
    if response.should_close() {
        actions.push(Action::CloseDialog);
    }
}

/// A dialog is placed by the height it had; after the first frames it would jump under the pointer. They are drawn again.
fn settle(ui: &Ui) {
    let id = Id::unique("height of the dialog");
    let height = egui::AreaState::load(ui.ctx(), ui.layer_id().id).and_then(|area| area.size).map(|size| size.y);
    let known: Option<Option<f32>> = ui.data(|data| data.get_temp(id));
    if known != Some(height) {
        ui.data_mut(|data| data.insert_temp(id, height));
        ui.ctx().request_repaint();
    }
}

fn title(ui: &mut Ui, text: &'static str) -> &'static str {
    let label = ui.label(RichText::new(text).font(semibold(16.0)));
    form::as_heading(ui, label.id, text);
    text
}

/// Buttons at the right; the one that closes the dialog stands first.
fn buttons(ui: &mut Ui, actions: &mut Actions, close: &str, add: impl FnOnce(&mut Ui, &mut Actions)) {
    ui.add_space(4.0);
    form::split(
        ui,
        "dialog",
        |_| {},
        |ui| {
            if form::button(ui, Kind::Plain, None, close).clicked() {
                actions.push(Action::CloseDialog);
            }
            add(ui, actions);
        },
    );
}

fn one_instance(ui: &mut Ui, actions: &mut Actions) -> &'static str {
    let title = title(ui, "There can be only one Microsoft Teams account");
    ui.label("Your contact center is allowed only one instance of a Microsoft Teams integration account. If you wish to create a different one, you must delete the existing instance.");
    buttons(ui, actions, "Close", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Delete the existing account…").clicked() {
            actions.push(Action::AskDelete);
        }
    });
    title
}

fn delete(ui: &mut Ui, name: &str, typed: &mut String, view: &View<'_>, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Delete this Microsoft Teams account?");
    ui.label("Deleting it will disable access for all users in the account.");
    match view.session.agents.enabled() {
        0 => {}
        1 => drop(ui.label("1 agent who enabled Teams integration here loses access.")),
        agents => drop(ui.label(format!("{agents} agents who enabled Teams integration here lose access."))),
    }
    if let Some(text) = guard::deletion(view.session.agents.enabled()) {
        form::remark(ui, form::Verdict::Warn, &text);
    }
    ui.label("Upon creating a new Microsoft Teams integration account, all users in the account will need to re-enable Teams integration in their Agent Desktop user profiles.");
    if view.kept_secret.is_some() {
        ui.label("The client secret is removed from the keychain, too. Azure does not show it again.");
    }
    let label = ui.label(format!("To delete it, type its name: {name}"));
    let id = Id::unique("name to delete");
    let response = form::text_field(ui, id, label.id, typed, TextField::default());
    if typed.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    let right = typed.trim() == name;
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    buttons(ui, actions, "Keep it", |ui, actions| {
        ui.add_enabled_ui(right, |ui| {
            if form::button(ui, Kind::Danger, None, "Delete").clicked() || (right && enter) {
                actions.push(Action::Delete);
            }
        });
    });
    title
}

fn disable_agent(ui: &mut Ui, agent: &Agent, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Disable Teams integration for this agent?");
    ui.label(format!("{} ({}) loses chat, presence and directory here.", agent.name, agent.principal_name));
    ui.label("The sign-in is deleted from the keychain. To come back, the agent signs in with Microsoft again.");
    buttons(ui, actions, "Keep enabled", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Disable").clicked() {
            actions.push(Action::Agents(agents::Action::Disable));
        }
    });
    title
}

fn drop_new(ui: &mut Ui, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Drop the new account?");
    ui.label("It was never applied. What you entered is lost.");
    buttons(ui, actions, "Keep editing", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Drop it").clicked() {
            actions.push(Action::Delete);
        }
    });
    title
}

fn changed(ui: &mut Ui, conflict: &Conflict, actions: &mut Actions) -> &'static str {
    let deleted = conflict.current.is_none();
    let title = title(
        ui,
        if deleted { "The account was deleted in the meantime" } else { "The account was changed in the meantime" },
    );
    match &conflict.current {
        None => ui.label(
            "Another window or the command line deleted the account. Nothing of yours was saved; you can apply it as a new account, for which the client secret has to be entered again.",
        ),
        Some(current) => {
            let at = crate::domain::expiry::show(current.applied_at, &chrono::Local);
            let fields: Vec<&str> = conflict.differs.iter().map(|field| field.label()).collect();
            let what = if fields.is_empty() { "its secret".to_owned() } else { fields.join(", ") };
            ui.label(format!(
                "Another window or the command line applied changes on {at}: {what}. Nothing of yours was saved, and nothing is lost."
            ))
        }
    };
    buttons(ui, actions, "Decide later", |ui, actions| {
        if form::button(ui, Kind::Plain, None, if deleted { "Let it go" } else { "Show the newer one" }).clicked() {
            actions.push(Action::TakeTheirs);
        }
        if form::button(ui, Kind::Primary, None, if deleted { "Make it a new account" } else { "Keep my edits on top" })
            .clicked()
        {
            actions.push(Action::KeepMine);
        }
    });
    title
}

fn locking_out(ui: &mut Ui, text: &str, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Apply, and sign agents out?");
    ui.label(text);
    ui.label("They do that in their Agent Desktop user profiles. Until then they have no chat, calls, presence and directory of Teams.");
    buttons(ui, actions, "Keep editing", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Apply and sign them out").clicked() {
            actions.push(Action::ApplyLockingOut);
        }
    });
    title
}

fn no_keychain(ui: &mut Ui, failure: &Failure, actions: &mut Actions) -> &'static str {
    let title = title(ui, "The keychain does not keep the secret");
    ui.label(&failure.headline);
    ui.label(RichText::new(&failure.remedy).color(palette(ui).muted));
    ui.label("Nothing was saved yet. You can apply the settings and keep the secret in memory, for this session only: it is gone when the window closes.");
    buttons(ui, actions, "Cancel", |ui, actions| {
        if form::button(ui, Kind::Primary, None, "Apply, keep it for this session").clicked() {
            actions.push(Action::ApplyWithoutKeychain);
        }
    });
    title
}

fn unsaved_on_close(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Close with unsaved changes?");
    let names: Vec<&str> = view.changed.iter().map(|field| field.label()).collect();
    ui.label(format!("Not applied yet: {}.", names.join(", ")));
    buttons(ui, actions, "Keep editing", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Close without applying").clicked() {
            actions.push(Action::CloseAnyway);
        }
        ui.add_enabled_ui(!view.session.has_errors(), |ui| {
            if form::button(ui, Kind::Primary, None, "Apply and close").clicked() {
                actions.push(Action::ApplyAndClose);
            }
        });
    });
    title
}

fn close_while_busy(ui: &mut Ui, actions: &mut Actions) -> &'static str {
    let title = title(ui, "Close before this is done?");
    ui.label("The keychain or a file dialog may be waiting for an answer, perhaps behind this window. A save that is cut off is made in full or not at all.");
    buttons(ui, actions, "Wait", |ui, actions| {
        if form::button(ui, Kind::Danger, None, "Close now").clicked() {
            actions.push(Action::CloseAnyway);
        }
    });
    title
}

fn path(
    ui: &mut Ui,
    task: FileTask,
    typed: &mut String,
    failure: Option<&Failure>,
    actions: &mut Actions,
) -> &'static str {
    let title = title(ui, task.title());
    match failure {
        Some(failure) => {
            form::remark(ui, form::Verdict::Bad, &failure.headline);
            ui.label(&failure.remedy);
        }
        None => {
            ui.label("This system shows no file dialog, so please type the path.");
        }
    }
    let label = ui.label("Path of the file");
    let folder = if cfg!(windows) { "C:\\Users\\you\\" } else { "/home/you/" };
    let hint = format!("{folder}{}", task.file_name().unwrap_or("liaison-settings.json"));
    let field = TextField { hint: &hint, ..TextField::default() };
    let response = form::text_field(ui, Id::unique("path"), label.id, typed, field);
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let given = !typed.trim().is_empty();
    buttons(ui, actions, "Cancel", |ui, actions| {
        ui.add_enabled_ui(given, |ui| {
            if form::button(ui, Kind::Primary, None, task.verb()).clicked() || (given && enter) {
                actions.push(Action::UsePath(task, PathBuf::from(typed.trim())));
            }
        });
    });
    title
}
