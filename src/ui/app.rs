//! The application as eframe runs it: `logic` takes in what happened, `ui` draws and asks.
//!
//! Owns the session and the worker, and brings them together: actions become commands after drawing, events are drained before.

use super::{
    desktop, dialogs, files, form,
    screens::{accounts, agents, conference, directory, history, setup},
    sections::{properties::field_id, test},
    shell, theme,
    view::{Actions, View},
};
use crate::{
    domain::{Policy, Severity},
    notify::Notifier,
    profile::{Profile, Source},
    session::{self, Action, Command, Editor, Event, Screen, Session, ThemeChoice, managed::Managed},
    vault::Vault,
    worker::Worker,
};
use chrono::{DateTime, Utc};
use egui::{Context, Key, KeyboardShortcut, Modifiers, Theme, ViewportCommand};
use std::{sync::mpsc, time::Duration};

/// What the application is started with.
#[derive(Clone)]
pub struct Setup {
    /// The data folder.
    pub profile: Profile,
    /// Where that folder comes from.
    pub source: Source,
    /// Where secrets go.
    pub vault: Vault,
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
    /// What reminds of the end.
    pub notifier: Notifier,
    /// What the company sets.
    pub policy: Policy,
    /// Whether to ask the desktop: for its theme, and for its file dialogs.
    pub ask_desktop: bool,
}

/// The window's contents.
pub struct App {
    session: Session,
    worker: Worker,
    now: fn() -> DateTime<Utc>,
    ask_desktop: bool,
    system_theme: Option<mpsc::Receiver<Option<Theme>>>,
    desktop_theme: Option<Theme>,
    chosen: Option<(ThemeChoice, Option<Theme>)>,
    titled_practice: bool,
    /// To be opened in the browser with the next picture.
    pages: Vec<String>,
}

impl App {
    /// Prepares the window; the data folder is read on another thread.
    pub fn new(ctx: &Context, setup: Setup) -> Self {
        theme::install(ctx);
        let repaint = ctx.clone();
        let wake = move || repaint.request_repaint();
        let managed = Managed {
            policy: setup.policy.clone(),
            silence: setup.notifier.silence(),
            folder: setup.profile.dir().to_owned(),
            folder_source: setup.source.words(),
            in_practice: false,
        };
        let worker = Worker::start(setup.profile, setup.vault, setup.now, setup.notifier, setup.policy, wake);
        worker.send(Command::Load);
        let system_theme = setup.ask_desktop.then(|| {
            let (sender, receiver) = mpsc::channel();
            let repaint = ctx.clone();
            std::thread::spawn(move || {
                let _ = sender.send(desktop::theme());
                repaint.request_repaint();
            });
            receiver
        });
        let session = Session::managed_by(managed);
        Self {
            session,
            worker,
            now: setup.now,
            ask_desktop: setup.ask_desktop,
            system_theme,
            desktop_theme: None,
            chosen: None,
            titled_practice: false,
            pages: Vec::new(),
        }
    }

    /// The state behind the window, for tests.
    pub fn session(&self) -> &Session {
        &self.session
    }

    fn act(&mut self, action: Action) {
        let now = (self.now)();
        let commands = self.session.update(action, now);
        self.hand_over(commands);
    }

    fn hand_over(&mut self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::ChooseFile { job, task } if self.ask_desktop => files::choose(job, task, self.worker.outbox()),
                Command::ChooseFile { job, task } => {
                    self.worker.outbox().send(Event::FileNotChosen { job, task, no_dialog: true });
                }
                Command::Agents(session::agents::Command::Open { address }) => self.pages.push(address),
                command => self.worker.send(command),
            }
        }
    }

    fn follow_theme(&mut self, ctx: &Context) {
        if let Some(theme) = self.system_theme.as_ref().and_then(|receiver| receiver.try_recv().ok()) {
            self.desktop_theme = theme;
            self.system_theme = None;
        }
        let wanted = (self.session.theme, self.desktop_theme);
        if self.chosen != Some(wanted) {
            self.chosen = Some(wanted);
            theme::choose(ctx, wanted.0, wanted.1);
        }
    }

    /// Keys that work everywhere. They are taken before any field can: the session undoes for all fields alike.
    fn shortcuts(&self, ctx: &Context, actions: &mut Actions) {
        let command = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
        let shift = |key| KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, key);
        let pressed = |shortcut| ctx.input_mut(|input| input.consume_shortcut(&shortcut));
        let redo = pressed(shift(Key::Z)) || pressed(command(Key::Y));
        let undo = pressed(command(Key::Z));
        if self.session.dialog.is_some() {
            return;
        }
        if redo {
            actions.push(Action::Redo);
        }
        if undo {
            actions.push(Action::Undo);
        }
        if pressed(command(Key::S)) {
            actions.push(Action::Apply);
        }
        if pressed(command(Key::T)) {
            test::open_details(ctx);
            actions.push(Action::Test);
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let now = (self.now)();
        let mut actions = Actions::new();
        self.shortcuts(ui.ctx(), &mut actions);
        if ui.ctx().input(|input| input.viewport().close_requested()) && !self.session.closing {
            ui.ctx().send_viewport_cmd(ViewportCommand::CancelClose);
            actions.push(Action::RequestClose);
        }
        let mut draft = self.session.editor.as_ref().map(|editor| editor.draft.clone());
        let mut dialog = self.session.dialog.clone();
        let view = View::of(&self.session, now);
        shell::show(ui, &view, &mut actions, |ui, actions| match view.session.screen {
            Screen::Accounts => accounts::show(ui, draft.as_mut(), &view, actions),
            Screen::Directory => directory::show(ui, &view, actions),
            Screen::Conference => conference::show(ui, &view, actions),
            Screen::Agents => agents::show(ui, &view, actions),
            Screen::History => history::show(ui, &view, actions),
            Screen::Setup => setup::show(ui, &view),
        });
        if let Some(dialog) = &mut dialog {
            dialogs::show(ui.ctx(), dialog, &view, &mut actions);
        }
        self.session.dialog = dialog;
        if let Some(draft) = draft {
            self.session.edit_draft(draft, now);
        }
        let any = !actions.is_empty();
        let applies = actions.iter().any(|action| matches!(action, Action::Apply));
        for action in actions {
            self.act(action);
        }
        if applies && self.session.busy.is_none() {
            self.show_first_error(ui.ctx());
        }
        if any {
            ui.ctx().request_repaint();
        }
        if self.session.closing {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
        for page in self.pages.drain(..) {
            ui.ctx().open_url(egui::OpenUrl::new_tab(page));
        }
        self.keep_ages_true(ui.ctx());
        self.keep_title_true(ui.ctx());
    }

    fn keep_title_true(&mut self, ctx: &Context) {
        let practice = self.session.practice.is_some();
        if self.titled_practice != practice {
            self.titled_practice = practice;
            let title = if practice { "Liaison – Practice tenant" } else { "Liaison" };
            ctx.send_viewport_cmd(ViewportCommand::Title(title.into()));
        }
    }

    /// An Apply that was refused leads to the first field that keeps it from being done.
    fn show_first_error(&self, ctx: &Context) {
        let problems = self.session.editor.as_ref().map(Editor::shown_problems).unwrap_or_default();
        if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
            form::focus_soon(ctx, field_id(problem.field));
        }
    }

    /// "3 min ago" and "in 9 days" grow old: the window looks again once a minute while it shows one of them.
    fn keep_ages_true(&self, ctx: &Context) {
        let shows_age = self.session.fresh_result().is_some() || self.session.saved.is_some();
        if shows_age {
            ctx.request_repaint_after(Duration::from_secs(60));
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.follow_theme(ctx);
        let now = (self.now)();
        while let Some(event) = self.worker.poll() {
            let commands = self.session.receive(event, now);
            self.hand_over(commands);
        }
    }

    /// Only the window's place and size are stored; what was typed or scrolled is not.
    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        ui.ctx().accesskit_node_builder(egui::accesskit_root_id(), |node| node.set_label("Liaison"));
        self.draw(ui);
    }
}
