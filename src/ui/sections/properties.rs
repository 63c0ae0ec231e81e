//! Properties: the name, the three IDs, the secret, its end, and the cloud.
//!
//! Owns the help with pasting. What a pasted text is, `session::paste` knows.

use super::{certificate, hint, mark};
use crate::{
    domain::{CloudKind, Draft, ExpirySource, ExpiryState, Field, Severity, draft::SecretDraft, expiry},
    session::{
        Action,
        paste::{self, Pasted},
    },
    ui::{
        form::{self, Kind, TextField, Verdict},
        theme::{palette, size},
        view::{Actions, View},
    },
};
use chrono::Local;
use egui::{Event, Id, RichText, Ui};
use egui_material_icons::icons::{ICON_KEY, ICON_VISIBILITY, ICON_VISIBILITY_OFF};

/// Draws the section.
pub fn show(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    form::heading(ui, "Properties");
    offer(ui, view, actions);
    form::row(ui, Field::Name.label(), |ui, label| {
        form::line(ui, 0.0, |ui, width| {
            let error = view.problem(Field::Name).is_some();
            let field = TextField { error, width, hint: "Any name", ..TextField::default() };
            form::text_field(ui, field_id(Field::Name), label, &mut draft.name, field);
            mark(ui, view, Field::Name, actions);
        });
        hint(ui, view, Field::Name, Field::Name.help());
        form::undrawable(ui, &draft.name);
    });
    for field in [Field::ObjectId, Field::TenantId, Field::ClientId] {
        id_row(ui, draft, field, view, actions);
    }
    secret_row(ui, draft, view, actions);
    expiry_row(ui, draft, view, actions);
}

/// The id of a field's control, so that it can be focused from elsewhere.
pub fn field_id(field: Field) -> Id {
    Id::unique(("field", field.key()))
}

/// Values that were recognised in what was pasted.
fn offer(ui: &mut Ui, view: &View<'_>, actions: &mut Actions) {
    let Some(values) = &view.session.offer else { return };
    let p = palette(ui);
    let fields: Vec<&str> = values.fields().into_iter().map(Field::label).collect();
    let what = values.name.as_ref().map_or_else(String::new, |name| format!(" of “{name}”"));
    let text = format!("What you pasted holds {} values{what}: {}.", fields.len(), fields.join(", "));
    egui::Frame::new().fill(p.accent_soft).corner_radius(8).inner_margin(12).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        let label = form::colored(ui, &text, p.text);
        form::announced(ui, &label, &text);
        ui.horizontal(|ui| {
            if form::button(ui, Kind::Primary, None, &format!("Fill in {} fields", fields.len())).clicked() {
                actions.push(Action::AcceptOffer);
            }
            if form::button(ui, Kind::Quiet, None, "No, thanks").clicked() {
                actions.push(Action::DismissOffer);
            }
        });
    });
}

/// Looks at what is being pasted into the field before the field gets it, and cleans it.
fn pasted(ui: &Ui, field: Field, read: impl Fn(&str) -> Pasted, text: &mut String, actions: &mut Actions) {
    let id = field_id(field);
    if !ui.memory(|memory| memory.has_focus(id)) {
        return;
    }
    ui.input_mut(|input| {
        input.events.retain_mut(|event| {
            let Event::Paste(clip) = event else { return true };
            match read(clip) {
                Pasted::Several(values) => {
                    actions.push(Action::Offer(values));
                    false
                }
                Pasted::Whole(value) => {
                    *text = value;
                    false
                }
                Pasted::Part(part) => {
                    *clip = part;
                    true
                }
            }
        });
    });
}

fn id_row(ui: &mut Ui, draft: &mut Draft, field: Field, view: &View<'_>, actions: &mut Actions) {
    form::row(ui, field.label(), |ui, label| {
        let Some(text) = draft.id_mut(field) else { return };
        pasted(ui, field, paste::into_id, text, actions);
        form::line(ui, 0.0, |ui, width| {
            let at_fault = view.fresh.is_some_and(|report| report.fields_at_fault().contains(&field));
            let error = at_fault || view.problem(field).is_some_and(|p| p.severity == Severity::Error);
            let spec = TextField {
                monospaced: true,
                error,
                width,
                hint: "Paste the ID, or the whole Overview page",
                ..TextField::default()
            };
            form::text_field(ui, field_id(field), label, text, spec);
            mark(ui, view, field, actions);
        });
        hint(ui, view, field, field.help());
    });
}

fn secret_row(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    let field = Field::ClientSecret;
    form::row(ui, field.label(), |ui, label| {
        if view.session.shown_certificate().is_some() {
            certificate::shown(ui, label, &draft.secret, view, actions);
            return;
        }
        match &mut draft.secret {
            SecretDraft::Keep | SecretDraft::Certificate(_) => kept_secret(ui, label, view, actions),
            SecretDraft::Replace(text) => new_secret(ui, label, text, view, actions),
        }
        hint(ui, view, field, field.help());
        certificate::instead(ui, view, actions);
    });
}

fn shown_id() -> Id {
    Id::unique("secret is shown")
}

/// The field for a new secret, hidden unless asked for.
fn new_secret(ui: &mut Ui, label: Id, text: &mut String, view: &View<'_>, actions: &mut Actions) {
    let field = Field::ClientSecret;
    let shown: bool = ui.data(|data| data.get_temp(shown_id())).unwrap_or(false);
    let stored = view.kept_secret.is_some();
    pasted(ui, field, paste::into_secret, text, actions);
    let trailing = form::ICON_BUTTON + form::GAP + if stored { 84.0 + form::GAP } else { 0.0 };
    form::line(ui, trailing, |ui, width| {
        let error = view.problem(field).is_some_and(|problem| problem.severity == Severity::Error);
        let hint = if stored { "Paste the new Value; until then the stored one stays" } else { "Paste the Value" };
        let spec =
            TextField { monospaced: true, password: !shown, secret: true, error, width, hint, ..TextField::default() };
        form::text_field(ui, field_id(field), label, text, spec);
        let (icon, name) =
            if shown { (ICON_VISIBILITY_OFF, "Hide the secret") } else { (ICON_VISIBILITY, "Show the secret") };
        if form::icon_button(ui, icon, name, palette(ui).muted).clicked() {
            ui.data_mut(|data| data.insert_temp(shown_id(), !shown));
        }
        if stored && form::button(ui, Kind::Plain, None, "Keep old").clicked() {
            actions.push(Action::KeepSecret);
        }
        mark(ui, view, field, actions);
    });
}

/// The stored secret: that there is one, how it begins and where it is kept; never the secret.
fn kept_secret(ui: &mut Ui, label: Id, view: &View<'_>, actions: &mut Actions) {
    // The next one is hidden again.
    ui.data_mut(|data| data.remove::<bool>(shown_id()));
    let kept = view.kept_secret.as_deref().unwrap_or("not stored");
    form::line(ui, 85.0 + form::GAP, |ui, width| {
        form::value_box(ui, width, ICON_KEY, kept, label);
        if form::button(ui, Kind::Plain, None, "Replace…").clicked() {
            actions.push(Action::ReplaceSecret);
            form::focus_soon(ui.ctx(), field_id(Field::ClientSecret));
        }
        mark(ui, view, Field::ClientSecret, actions);
    });
}

fn expiry_row(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    use crate::domain::ExpiryReading;
    let field = Field::ExpiresAt;
    let p = palette(ui);
    form::row(ui, field.label(), |ui, label| {
        if let Some(known) = view.expiry {
            let (verdict, color) = match ExpiryState::of(Some(known), view.now) {
                ExpiryState::Expired => (Verdict::Bad, p.bad),
                ExpiryState::Warning => (Verdict::Warn, p.warn),
                _ => (Verdict::Neutral, p.text),
            };
            ui.horizontal_wrapped(|ui| {
                ui.set_min_height(32.0);
                if verdict != Verdict::Neutral {
                    form::icon(ui, verdict.icon(), color, size::ICON);
                }
                let ended = if known.at <= view.now { "expired " } else { "" };
                let shown = expiry::show(known.at, &Local);
                let away = expiry::distance(known.at, view.now);
                let source = known.source.words();
                ui.label(RichText::new(shown).color(color)).labelled_by(label);
                ui.label(RichText::new(format!("· {ended}{away} · {source}")).color(p.muted));
            });
            if known.source != ExpirySource::EnteredByHand {
                return;
            }
        }
        ui.horizontal_top(|ui| {
            let error = view.problem(field).is_some();
            let spec = TextField { error, width: 190.0, hint: "year-month-day", ..TextField::default() };
            form::text_field(ui, field_id(field), label, &mut draft.expires_at, spec);
            mark(ui, view, field, actions);
        });
        let help = match view.fresh.map(|report| &report.expiry) {
            Some(ExpiryReading::PermissionMissing) => {
                "Azure does not let this app read the date: the application permission Application.Read.All is missing. Enter the date by hand."
            }
            Some(ExpiryReading::NoMatch) => {
                "None of the app's secrets begins like this one, so its date is not known. Enter it by hand."
            }
            _ => {
                "Read from Azure when the connection is tested; or enter it by hand, like 2026-12-31 or 2026-12-31 14:00."
            }
        };
        hint(ui, view, field, help);
    });
}

/// Which cloud: below the test, out of the way of nearly everyone.
pub fn cloud(ui: &mut Ui, draft: &mut Draft, view: &View<'_>, actions: &mut Actions) {
    let field = Field::Cloud;
    let set = view.session.managed.policy.cloud.is_some() && !view.session.managed.in_practice;
    form::row(ui, field.label(), |ui, label| {
        ui.horizontal(|ui| {
            let choice = |ui: &mut Ui| {
                let combo = egui::ComboBox::from_id_salt("cloud")
                    .width(220.0)
                    .selected_text(draft.cloud.kind.label())
                    .show_ui(ui, |ui| {
                        form::compact(ui);
                        for kind in CloudKind::ALL {
                            ui.selectable_value(&mut draft.cloud.kind, kind, kind.label());
                        }
                    });
                form::reveal(&combo.response.labelled_by(label));
            };
            ui.add_enabled_ui(!set, choice);
            if !set {
                mark(ui, view, field, actions);
            }
        });
        if set {
            form::locked(ui);
            return;
        }
        if draft.cloud.kind == CloudKind::Custom {
            let error = view.problem(field).is_some();
            for (name, text) in
                [("Sign-in address", &mut draft.cloud.login_url), ("Graph address", &mut draft.cloud.graph_url)]
            {
                let label = form::small(ui, name).id;
                let width = ui.available_width() - form::MARKS - 8.0;
                let spec = TextField { monospaced: true, error, width, hint: "https://…", ..TextField::default() };
                form::text_field(ui, Id::unique(("field", name)), label, text, spec);
            }
        }
        hint(ui, view, field, field.help());
    });
}
