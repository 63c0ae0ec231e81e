//! What stands around every screen: navigation, breadcrumb, the pink bar, the bottom bar.
//!
//! Owns their layout. Must not know what the screens show.

use super::{
    form::{self, Kind, Verdict},
    theme::{self, palette, semibold, size},
    view::{Actions, View},
    words,
};
use crate::{
    domain::{ExpiryState, Severity, expiry},
    session::{Action, Screen, ThemeChoice, Tone, renewal::Action as Renewal},
};
use chrono::Local;
use egui::{Align, Layout, Margin, Panel, RichText, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, vec2};
use egui_material_icons::{MaterialIcon, icons::*};

/// Below this width the navigation shows icons only.
const NARROW: f32 = 1040.0;

/// Draws everything around the screen, and the screen in what is left.
pub fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Actions, screen: impl FnOnce(&mut Ui, &mut Actions)) {
    let p = palette(ui);
    let narrow = ui.available_width() < NARROW;
    let side = egui::Frame::new().fill(p.sunk).inner_margin(Margin::symmetric(if narrow { 8 } else { 12 }, 16));
    let navigation = Panel::left("navigation")
        .exact_size(if narrow { 60.0 } else { 216.0 })
        .resizable(false)
        .frame(side)
        .show(ui, |ui| navigation(ui, narrow, view, actions));
    form::group(&navigation.response, Role::Navigation, "Rooms");
    egui::CentralPanel::no_frame().show(ui, |ui| {
        let with_bar = view.session.editor.is_some() || view.session.notice.is_some();
        let height = if with_bar { theme::CONTROL_HEIGHT + 20.0 } else { 0.0 };
        let (above, below) = ui.max_rect().split_top_bottom_at_y(ui.max_rect().bottom() - height);
        // The bar is drawn last, because Tab goes in the order of drawing.
        part(ui, above, p.ground, Margin { left: 24, right: 24, top: 10, bottom: 16 }, |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            breadcrumb(ui, narrow, view, actions);
            pink_bar(ui, view, actions);
            screen(ui, actions);
        });
        if with_bar {
            part(ui, below, p.panel, Margin::symmetric(24, 10), |ui| bottom_bar(ui, view, actions));
            ui.painter().hline(below.x_range(), below.top(), Stroke::new(1.0, p.line));
        }
    });
}

/// A part of the window with a ground of its own.
fn part(ui: &mut Ui, rect: egui::Rect, ground: egui::Color32, margin: Margin, add: impl FnOnce(&mut Ui)) {
    ui.painter().rect_filled(rect, 0, ground);
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(rect - margin));
    inside.set_clip_rect(rect.intersect(ui.clip_rect()));
    add(&mut inside);
}

fn navigation(ui: &mut Ui, narrow: bool, view: &View<'_>, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        ui.add_space(if narrow { 12.0 } else { 8.0 });
        logo(ui);
        if !narrow {
            ui.label(RichText::new("Liaison").font(semibold(16.0)));
        }
    });
    ui.add_space(14.0);
    for screen in Screen::ALL {
        let count = match screen {
            Screen::Directory if view.session.directory.at.is_some() => Some(view.session.directory.people.len()),
            Screen::Agents => Some(view.session.agents.enabled()).filter(|enabled| *enabled > 0),
            _ => None,
        };
        let count = count.map(words::grouped);
        if room(ui, narrow, view.session.screen == screen, icon_of(screen), (screen.label(), count.as_deref())) {
            actions.push(Action::Go(screen));
        }
    }
    if view.session.practice.is_some() {
        let id = egui::Id::unique("height of the practice badge");
        let known: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
        ui.add_space((ui.available_height() - known).max(0.0));
        let height = ui.scope(|ui| practice_badge(ui, narrow, view, actions)).response.rect.height();
        if (height - known).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, height));
            ui.ctx().request_discard("the practice badge has another height");
        }
    }
}

fn icon_of(screen: Screen) -> MaterialIcon {
    match screen {
        Screen::Accounts => ICON_HUB,
        Screen::Directory => ICON_CONTACT_PHONE,
        Screen::Conference => ICON_FORUM,
        Screen::Agents => ICON_SUPPORT_AGENT,
        Screen::History => ICON_HISTORY,
        Screen::Setup => ICON_CHECKLIST,
    }
}

fn logo(ui: &mut Ui) {
    let id = egui::Id::unique("logo");
    let known: Option<egui::TextureHandle> = ui.data(|data| data.get_temp(id));
    let texture = known.unwrap_or_else(|| {
        let icon = icon();
        let image = egui::ColorImage::from_rgba_unmultiplied([icon.width as usize, icon.height as usize], &icon.rgba);
        let options = egui::TextureOptions { mipmap_mode: Some(egui::TextureFilter::Linear), ..Default::default() };
        let texture = ui.ctx().load_texture("logo", image, options);
        ui.data_mut(|data| data.insert_temp(id, texture.clone()));
        texture
    });
    let (rect, _) = ui.allocate_exact_size(vec2(20.0, 20.0), Sense::hover());
    egui::Image::new(&texture).paint_at(ui, rect);
}

/// The icon of the program, as of `assets/icon.svg`.
pub fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icons/liaison-128.png")).unwrap_or_default()
}

/// One entry of the navigation. Returns whether it was chosen.
fn room(ui: &mut Ui, narrow: bool, on: bool, icon: MaterialIcon, (name, count): (&str, Option<&str>)) -> bool {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::click());
    let ground = if on {
        p.accent_soft
    } else if response.hovered() {
        p.line
    } else {
        p.sunk
    };
    let color = if on { p.accent } else { p.muted };
    ui.painter().rect_filled(rect, 8, ground);
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 8, Stroke::new(2.0, p.accent), egui::StrokeKind::Inside);
    }
    let font = egui::FontId::new(size::ICON, egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into()));
    let at = if narrow { rect.center() } else { rect.left_center() + vec2(20.0, 0.0) };
    ui.painter().text(at, egui::Align2::CENTER_CENTER, icon.codepoint, font, color);
    if !narrow {
        let font = if on { semibold(size::BODY) } else { egui::FontId::proportional(size::BODY) };
        ui.painter().text(rect.left_center() + vec2(38.0, 0.0), egui::Align2::LEFT_CENTER, name, font.clone(), color);
        if let Some(count) = count {
            let at = rect.right_center() - vec2(12.0, 0.0);
            ui.painter().text(at, egui::Align2::RIGHT_CENTER, count, font, color);
        }
    }
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, name));
    if let Some(count) = count {
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(count));
    }
    if narrow { response.on_hover_text(name).clicked() } else { response.clicked() }
}

/// Says that this is not the real tenant, and how it behaves.
fn practice_badge(ui: &mut Ui, narrow: bool, view: &View<'_>, actions: &mut Actions) {
    let Some(practice) = &view.session.practice else { return };
    let p = palette(ui);
    let frame = egui::Frame::new().fill(p.warn_soft).stroke(Stroke::new(1.5, p.warn)).corner_radius(8);
    frame.inner_margin(if narrow { 5 } else { 10 }).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            if narrow {
                let response = form::icon_button(ui, ICON_SCIENCE, "Practice tenant", p.warn);
                egui::Popup::from_toggle_button_response(&response)
                    .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
                    .show(|ui| {
                        ui.set_width(230.0);
                        practice_controls(ui, practice, view.session.busy.is_some(), actions);
                    });
                return;
            }
            ui.horizontal(|ui| {
                form::icon(ui, ICON_SCIENCE, p.warn, size::ICON);
                ui.label(RichText::new("Practice tenant").font(semibold(size::SMALL)).color(p.warn));
            });
            practice_controls(ui, practice, view.session.busy.is_some(), actions);
        });
    });
}

fn practice_controls(ui: &mut Ui, practice: &crate::session::PracticeInfo, busy: bool, actions: &mut Actions) {
    form::small(ui, "Nothing here reaches Microsoft. It behaves as:");
    let current = practice.scenarios.iter().find(|scenario| scenario.key == practice.current);
    let title = current.map_or(practice.current, |scenario| scenario.title);
    let mut chosen = practice.current;
    let combo = egui::ComboBox::from_id_salt("scenario").width(ui.available_width()).truncate();
    let combo = combo.height(420.0).selected_text(title).show_ui(ui, |ui| {
        form::compact(ui);
        for scenario in &practice.scenarios {
            ui.selectable_value(&mut chosen, scenario.key, scenario.title).on_hover_text(scenario.description);
        }
    });
    let _ = combo.response.accessible_name("How the practice tenant behaves");
    if chosen != practice.current {
        actions.push(Action::SetScenario(chosen));
    }
    if let Some(scenario) = current {
        form::small(ui, scenario.description);
    }
    if form::button(ui, Kind::Quiet, None, "Fill in its values").clicked() {
        actions.push(Action::FillPracticeValues);
    }
    ui.add_enabled_ui(!busy, |ui| {
        if form::button(ui, Kind::Quiet, None, "Leave the practice tenant").clicked() {
            actions.push(Action::LeavePractice);
        }
    });
}

fn breadcrumb(ui: &mut Ui, narrow: bool, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let mut path = egui::text::LayoutJob::default();
    let font = egui::FontId::proportional(size::SMALL);
    path.append("Configuration › Call Center Configuration › ", 0.0, egui::TextFormat::simple(font, p.muted));
    path.append(view.session.screen.label(), 0.0, egui::TextFormat::simple(semibold(size::SMALL), p.text));
    let left = |ui: &mut Ui| {
        ui.add(egui::Label::new(path).truncate());
    };
    form::split(ui, "breadcrumb", left, |ui| {
        if narrow && view.session.practice.is_some() {
            let pill = egui::Frame::new().fill(p.warn_soft).corner_radius(8).inner_margin(Margin::symmetric(10, 4));
            pill.show(ui, |ui| ui.label(RichText::new("Practice tenant").font(semibold(size::SMALL)).color(p.warn)));
        }
        theme_choice(ui, view.session.theme, actions);
        if form::button(ui, Kind::Quiet, Some(ICON_HELP), "Help").clicked() {
            actions.push(Action::ShowHelp);
        }
    });
}

fn theme_choice(ui: &mut Ui, theme: ThemeChoice, actions: &mut Actions) {
    let icon = match theme {
        ThemeChoice::System => ICON_CONTRAST,
        ThemeChoice::Light => ICON_LIGHT_MODE,
        ThemeChoice::Dark => ICON_DARK_MODE,
    };
    let response = form::button(ui, Kind::Quiet, Some(icon), theme.label());
    let response = response.accessible_name(format!("Theme: {}", theme.label()));
    egui::Popup::menu(&response).show(|ui| {
        form::compact(ui);
        for choice in ThemeChoice::ALL {
            if ui.selectable_label(choice == theme, choice.label()).clicked() {
                actions.push(Action::SetTheme(choice));
                ui.close();
            }
        }
    });
}

/// From 15 days before the end of the applied account's secret.
fn pink_bar(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let state = view.session.expiry_state(view.now);
    let Some(saved) = &view.session.saved else { return };
    let Some(known) = saved.expiry else { return };
    let noun = saved.secret.noun();
    let away = expiry::distance(known.at, view.now);
    let at = expiry::show(known.at, &Local);
    let (strong, rest) = match state {
        ExpiryState::Warning => {
            (format!("The {noun} expires {away}"), format!("({at}). Agents lose chat, presence and directory then."))
        }
        ExpiryState::Expired => {
            (format!("The {noun} expired {away}"), format!("({at}). Agents have no chat, presence and directory."))
        }
        ExpiryState::Ok | ExpiryState::Unknown => return,
    };
    let p = palette(ui);
    let frame = egui::Frame::new().fill(p.pink).stroke(Stroke::new(1.0, p.pink_line)).corner_radius(8);
    frame.inner_margin(Margin::symmetric(14, 8)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            form::icon(ui, ICON_WARNING, p.pink_text, size::ICON);
            let mut text = egui::text::LayoutJob::default();
            text.append(&strong, 0.0, egui::TextFormat::simple(semibold(size::BODY), p.pink_text));
            let font = egui::FontId::proportional(size::BODY);
            text.append(&rest, 5.0, egui::TextFormat::simple(font, p.pink_text));
            ui.set_min_height(28.0);
            let room = (ui.available_width() - 140.0).max(200.0);
            let layout = Layout::left_to_right(Align::Center);
            let label =
                ui.allocate_ui_with_layout(vec2(room, 28.0), layout, |ui| ui.add(egui::Label::new(text).wrap())).inner;
            form::announced(ui, &label, &format!("{strong} {rest}"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if saved.secret.certificate().is_some() {
                    if form::button(ui, Kind::Plain, None, "Replace certificate…").clicked() {
                        actions.extend([Action::Go(Screen::Accounts), Action::Renewal(Renewal::AskToMake)]);
                    }
                } else if form::button(ui, Kind::Plain, None, "Renew secret…").clicked() {
                    actions.push(Action::Renewal(Renewal::Renew));
                }
            });
        });
    });
}

fn bottom_bar(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let session = view.session;
    let mut dismissed = Actions::new();
    let state = |ui: &mut Ui| state_of_things(ui, view, &mut dismissed);
    form::split(ui, "bottom bar", state, |ui| {
        let Some(editor) = &session.editor else { return };
        let p = palette(ui);
        for (able, icon, name, action) in
            [(editor.can_undo(), ICON_UNDO, "Undo", Action::Undo), (editor.can_redo(), ICON_REDO, "Redo", Action::Redo)]
        {
            ui.add_enabled_ui(able, |ui| {
                if form::icon_button(ui, icon, name, p.muted).clicked() {
                    actions.push(action);
                }
            });
        }
        let changed = !view.changed.is_empty() || editor.is_new();
        ui.add_enabled_ui(changed && session.busy.is_none(), |ui| {
            if form::button(ui, Kind::Plain, None, "Discard").clicked() {
                actions.push(Action::Discard);
            }
        });
        ui.add_enabled_ui(session.can_apply(), |ui| {
            if form::button(ui, Kind::Primary, None, "Apply").on_hover_text("Ctrl+S").clicked() {
                actions.push(Action::Apply);
            }
        });
    });
    actions.append(&mut dismissed);
}

/// What is unsaved, under way or just happened: one line.
fn state_of_things(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let session = view.session;
    let say = |ui: &mut Ui, text: &str, color| {
        let label = ui.add(egui::Label::new(RichText::new(text).color(color)).truncate());
        form::announced(ui, &label, text);
    };
    if let Some(busy) = &session.busy {
        // Not a spinner: a file dialog may stay open for long, and a still picture costs nothing.
        form::icon(ui, ICON_SCHEDULE, p.muted, size::ICON);
        say(ui, busy.what, p.muted);
        return;
    }
    if let Some(notice) = &session.notice {
        let (verdict, color) = match notice.tone {
            Tone::Good => (Verdict::Good, p.ok),
            Tone::Bad => (Verdict::Bad, p.bad),
            Tone::Neutral => (Verdict::Neutral, p.text),
        };
        form::icon(ui, verdict.icon(), color, size::ICON);
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() - form::ICON_BUTTON - form::GAP);
            say(ui, &notice.text, color);
        });
        if form::icon_button(ui, ICON_CLOSE, "Dismiss this message", p.muted).clicked() {
            actions.push(Action::DismissNotice);
        }
        return;
    }
    let names: Vec<&str> = view.changed.iter().map(|field| field.label()).collect();
    let text = match names.len() {
        0 if session.saved.is_none() => "Nothing entered yet".to_owned(),
        0 => "No unsaved changes".to_owned(),
        1 => format!("1 unsaved change · {}", names[0]),
        n => format!("{n} unsaved changes · {}", names.join(", ")),
    };
    if !names.is_empty() {
        form::icon(ui, ICON_CIRCLE, p.warn, 12.0);
    }
    say(ui, &text, p.muted);
    let errors = view.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors > 0 {
        form::icon(ui, Verdict::Bad.icon(), p.bad, 16.0);
        form::colored(ui, &format!("{errors} to be corrected"), p.bad);
    }
}
