//! Opening what leads out of the window: Teams, or what this computer dials with.
//!
//! Owns that nothing is opened in practice. Start with [`open`].

use super::Look;
use crate::{
    session::{Action, directory::Action as Of},
    ui::view::Actions,
};
use egui::{OpenUrl, Ui};

/// Opens a link, or tells which one it would be.
pub fn open(ui: &Ui, look: &Look<'_>, link: Option<String>, actions: &mut Actions) {
    let Some(link) = link else { return };
    if look.practice {
        actions.push(Action::Directory(Of::WouldOpen(link)));
    } else {
        ui.ctx().open_url(OpenUrl::new_tab(link));
    }
}
