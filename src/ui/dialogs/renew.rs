//! The renewal of the secret, step by step.
//!
//! Owns the words of each stage and which buttons it has. What happens next is `session::renewal`'s.

use super::{buttons, title};
use crate::{
    domain::{
        AppKey, Failure, Typed, expiry,
        renewal::{self, LIVES, RECOMMENDED},
    },
    session::{
        Action,
        renewal::{Action as Renewal, Stage, Step, Wizard},
    },
    ui::{
        form::{self, Kind, TextField, Verdict},
        theme::palette,
        view::{Actions, View},
    },
};
use chrono::Local;
use egui::{Id, Ui};
use egui_material_icons::icons::ICON_SUPPORT_AGENT;

/// Draws the dialog and gives back its title.
pub(super) fn show(
    ui: &mut Ui,
    months: &mut u32,
    typed: &mut Typed,
    view: &View<'_>,
    actions: &mut Actions,
) -> &'static str {
    let title = title(ui, "Renew the client secret");
    let Some(wizard) = &view.session.renewal.wizard else {
        buttons(ui, actions, "Close", |_, _| {});
        return title;
    };
    match &wizard.stage {
        Stage::Looking => under_way(ui, "Asking Azure what this app may do…", Some("Cancel"), actions),
        Stage::Choose => choose(ui, months, actions),
        Stage::ByHand(why) => by_hand(ui, wizard, why.as_ref(), (months, typed), view, actions),
        Stage::Adding if wizard.cancelled => {
            under_way(ui, "Stopping. Azure's answer is waited for, so that nothing is left behind.", None, actions);
        }
        Stage::Adding => under_way(ui, "Azure is making a new secret…", Some("Cancel"), actions),
        Stage::Trying(tries) => trying(ui, wizard, *tries, actions),
        Stage::Applying => under_way(ui, "Putting the new secret in use…", None, actions),
        Stage::Applied => applied(ui, wizard, view, actions),
        Stage::Removing => under_way(ui, "Removing the old secret from Azure…", None, actions),
        Stage::Done => done(ui, "The new secret is in use, and the old one is removed from Azure.", actions),
        Stage::TakingBack => under_way(ui, "Removing the new secret from Azure again…", None, actions),
        Stage::TakenBack => {
            done(ui, "The new secret is removed from Azure again. The old one is in use as before.", actions);
        }
        Stage::Failed(step, failure) => failed(ui, wizard, *step, failure, actions),
    }
    title
}

fn under_way(ui: &mut Ui, text: &str, cancel: Option<&str>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.spinner();
        let label = ui.label(text);
        form::announced(ui, &label, text);
    });
    if let Some(cancel) = cancel {
        buttons(ui, actions, cancel, |_, _| {});
    }
}

fn done(ui: &mut Ui, text: &str, actions: &mut Actions) {
    ui.horizontal_top(|ui| form::verdict(ui, Verdict::Good, text));
    buttons(ui, actions, "Close", |_, _| {});
}

/// What everybody fears, and what does not happen.
fn agents_stay(ui: &mut Ui) {
    let p = palette(ui);
    ui.horizontal_top(|ui| {
        form::icon(ui, ICON_SUPPORT_AGENT, p.muted, 18.0);
        form::small(ui, "Agents stay signed in: only the account's own secret changes.");
    });
}

fn life(months: u32) -> String {
    match months {
        RECOMMENDED => format!("{months} months, as Azure recommends"),
        24 => "24 months, the longest that Azure allows".into(),
        _ => format!("{months} months"),
    }
}

fn choose(ui: &mut Ui, months: &mut u32, actions: &mut Actions) {
    ui.label("Azure makes a new secret, Liaison tries it, and only then puts it in use. The old one stays valid until you remove it.");
    ui.label("How long is the new one to last?");
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for choice in LIVES {
            if form::radio(ui, *months == choice, &life(choice), |_| {}) {
                *months = choice;
            }
        }
    });
    agents_stay(ui);
    buttons(ui, actions, "Cancel", |ui, actions| {
        if form::button(ui, Kind::Plain, None, "By hand…").clicked() {
            actions.push(Action::Renewal(Renewal::ByHand));
        }
        if form::button(ui, Kind::Primary, None, "Make a new secret").clicked() {
            actions.push(Action::Renewal(Renewal::Add));
        }
    });
}

fn by_hand(
    ui: &mut Ui,
    wizard: &Wizard,
    why: Option<&Failure>,
    (months, typed): (&mut u32, &mut Typed),
    view: &View<'_>,
    actions: &mut Actions,
) {
    match why {
        Some(failure) => explain(ui, failure),
        None if !wizard.may => {
            form::small(
                ui,
                "This app may not renew its secret by itself: it would need the application permission Application.ReadWrite.OwnedBy. By hand it takes two steps.",
            );
        }
        None => {}
    }
    form::prose(ui, |ui| {
        ui.label("1. In the");
        let cloud = view.session.saved.as_ref().map(|saved| saved.account.cloud.kind()).unwrap_or_default();
        form::link(ui, "Azure portal", cloud.portal());
        ui.label("open App registrations › your app › Certificates & secrets and add a new client secret.");
    });
    let label = ui.label("2. Paste its Value, or all that the command below prints.");
    let id = Id::unique("new secret by hand");
    let hint = "The column Value, not the Secret ID";
    let spec = TextField { password: true, secret: true, monospaced: true, hint, ..TextField::default() };
    form::text_field(ui, id, label.id, &mut *typed.0, spec);
    if let Some(saved) = &view.session.saved {
        ui.add_space(2.0);
        form::small(ui, "With the Azure CLI instead of step 1; --append keeps all other secrets:");
        let command = renewal::az_command(saved.account.client_id, *months, view.now);
        form::copyable_lines(ui, "the command", &command);
        let combo = egui::ComboBox::from_id_salt("life of the new secret").width(280.0).selected_text(life(*months));
        let combo = combo.show_ui(ui, |ui| {
            form::compact(ui);
            for choice in LIVES {
                ui.selectable_value(months, choice, life(choice));
            }
        });
        let _ = combo.response.accessible_name("How long it lasts");
    }
    agents_stay(ui);
    let given = !typed.0.trim().is_empty();
    buttons(ui, actions, "Cancel", |ui, actions| {
        if why.is_some() && !wizard.may && form::button(ui, Kind::Plain, None, "Look again").clicked() {
            actions.push(Action::Renewal(Renewal::Again));
        }
        ui.add_enabled_ui(given, |ui| {
            if form::button(ui, Kind::Primary, None, "Test and apply").clicked() {
                actions.push(Action::Renewal(Renewal::UsePasted));
            }
        });
    });
}

fn trying(ui: &mut Ui, wizard: &Wizard, tries: u32, actions: &mut Actions) {
    let starts = wizard.new.as_ref().map(|new| new.hint()).unwrap_or_default();
    let text = format!("Trying the new secret (starts with {starts})…");
    ui.horizontal(|ui| {
        ui.spinner();
        let label = ui.label(&text);
        form::announced(ui, &label, &text);
    });
    if tries > 0 {
        let made = wizard.new.as_ref().is_some_and(|new| new.left.is_some());
        let limit = if made { "3 minutes" } else { "30 seconds" };
        let often = if tries == 1 { "once".to_owned() } else { format!("{tries} times") };
        form::small(
            ui,
            &format!(
                "Entra does not know it yet, which can take a minute. Tried {often}; this goes on for up to {limit}. The old secret is in use meanwhile."
            ),
        );
    }
    buttons(ui, actions, "Cancel", |_, _| {});
    if wizard.warned {
        form::colored(
            ui,
            "The new secret is not in use yet. If you close the window now, it stays unused in Azure, and Liaison names it at the next start.",
            palette(ui).warn,
        );
    }
}

fn applied(ui: &mut Ui, wizard: &Wizard, view: &View<'_>, actions: &mut Actions) {
    let until = view.session.saved.as_ref().and_then(|saved| saved.expiry).filter(|expiry| expiry.at > view.now);
    let until = until.map(|expiry| format!(" until {}", expiry::show(expiry.at, &Local))).unwrap_or_default();
    let starts = wizard.new.as_ref().map(|new| new.hint()).unwrap_or_default();
    let text = format!("The new secret is in use{until}. It starts with {starts}.");
    ui.horizontal_top(|ui| form::verdict(ui, Verdict::Good, &text));
    agents_stay(ui);
    match &wizard.old {
        Some(old) if wizard.may => {
            ui.label(format!("The old secret is still in Azure: {}. Remove it once nothing else uses it.", named(old)));
            buttons(ui, actions, "Keep the old one", |ui, actions| {
                if form::button(ui, Kind::Danger, None, "Remove the old secret").clicked() {
                    actions.push(Action::Renewal(Renewal::RemoveOld));
                }
            });
        }
        _ => {
            form::prose(ui, |ui| {
                ui.label("The old secret stays valid until it ends. Once nothing else uses it, remove it in the");
                let cloud = view.session.saved.as_ref().map(|saved| saved.account.cloud.kind()).unwrap_or_default();
                form::link(ui, "Azure portal", cloud.portal());
            });
            buttons(ui, actions, "Close", |_, _| {});
        }
    }
}

/// So that nobody removes a stranger's.
fn named(key: &AppKey) -> String {
    let name = key.name.as_deref().map_or("without a description".into(), |name| format!("“{name}”"));
    let hint = key.hint.as_deref().map(|hint| format!(", starts with {hint}")).unwrap_or_default();
    let id = key.key_id.as_deref().map(|id| format!(", Secret ID {id}")).unwrap_or_default();
    format!("{name}{hint}{id}")
}

fn explain(ui: &mut Ui, failure: &Failure) {
    ui.horizontal_top(|ui| form::verdict(ui, Verdict::Bad, &failure.headline));
    ui.label(&failure.remedy);
}

fn failed(ui: &mut Ui, wizard: &Wizard, step: Step, failure: &Failure, actions: &mut Actions) {
    explain(ui, failure);
    let left = wizard.new.as_ref().and_then(|new| new.left.as_ref());
    let stands = match (step, left) {
        (Step::Remove, _) => "The new secret is in use; the old one is still in Azure.".to_owned(),
        (Step::Add, _) => "Nothing was changed; the old secret is in use as before.".into(),
        (_, None) => "The old secret is in use as before.".into(),
        (_, Some(left)) => {
            let id = left.key_id.as_deref().map(|id| format!(" (Secret ID {id})")).unwrap_or_default();
            format!("The old secret is in use as before. The new one is in Azure and unused: “{}”{id}.", left.name)
        }
    };
    form::small(ui, &stands);
    let mut button = |ui: &mut Ui, kind, name, action| {
        if form::button(ui, kind, None, name).clicked() {
            actions.push(Action::Renewal(action));
        }
    };
    let mut chosen = Actions::new();
    ui.horizontal_wrapped(|ui| match (step, left) {
        (Step::Add, _) => button(ui, Kind::Plain, "By hand…", Renewal::ByHand),
        (Step::Try, None) => button(ui, Kind::Plain, "Paste another", Renewal::ByHand),
        (Step::Try | Step::Apply | Step::Keychain, Some(_)) => {
            button(ui, Kind::Danger, "Remove the new one from Azure", Renewal::TakeBack);
        }
        _ => {}
    });
    buttons(ui, &mut chosen, "Close", |ui, actions| {
        if step == Step::Keychain && form::button(ui, Kind::Plain, None, "Keep it for this session").clicked() {
            actions.push(Action::Renewal(Renewal::ApplyForSession));
        }
        if form::button(ui, Kind::Primary, None, "Try again").clicked() {
            actions.push(Action::Renewal(Renewal::Again));
        }
    });
    actions.append(&mut chosen);
}
