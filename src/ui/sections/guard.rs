//! What the edits mean for agents, said beside the fields before anything is applied.
//!
//! Owns only how it is shown; the rule and its words are `domain::guard`'s.

use crate::{
    domain::guard::Consequence,
    ui::{
        form::{self, Verdict},
        view::View,
    },
};
use egui::Ui;

/// Draws the line, where agents are concerned.
pub fn show(ui: &mut Ui, view: &View<'_>) {
    let Some(consequence) = view.session.consequence() else { return };
    let verdict = match consequence {
        Consequence::StaySignedIn => Verdict::Neutral,
        Consequence::MustReEnable(_) => Verdict::Warn,
    };
    let text = consequence.text(view.session.agents.enabled());
    form::row(ui, "", |ui, _| form::remark(ui, verdict, &text));
}
