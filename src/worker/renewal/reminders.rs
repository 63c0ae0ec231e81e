//! Waits for the rungs of the ladder, and has a notification shown at each.
//!
//! Owns the waiting, on the network's thread and not in the window, which may be minimised. What was shown is remembered in
//! the profile, so that a restart says nothing twice. Start with [`watch`].

use crate::{
    domain::reminder::{Deadline, Rung},
    keeper::{KeepError, Keeper},
    notify::Notifier,
};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The preference that holds what was said last.
const TOLD: &str = "reminded";

/// How long it waits at most before it looks at the clock again: a computer that sleeps stops every timer.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// Reminds of the end until it has come and that was said.
pub(super) async fn watch(
    deadline: Deadline,
    keeper: impl Fn() -> Result<Keeper, KeepError> + Clone + Send + 'static,
    notifier: Notifier,
    now: fn() -> DateTime<Utc>,
) {
    loop {
        let (due, keeper, notifier) = (deadline.clone(), keeper.clone(), notifier.clone());
        // The database and the desktop may keep it waiting, and requests go on meanwhile.
        let said = tokio::task::spawn_blocking(move || remind(&due, keeper, &notifier, now())).await.unwrap_or(true);
        let wait = match Rung::next(deadline.end, now()) {
            Some(next) => (next - now()).to_std().unwrap_or_default().min(LOOK_AGAIN),
            None if said => return,
            None => LOOK_AGAIN,
        };
        // A rung is reached at its second, so a fraction too early would be a turn for nothing.
        tokio::time::sleep(wait + Duration::from_millis(50)).await;
    }
}

/// Whether there is nothing left to say now. What the desktop does not show is tried again later.
fn remind(
    deadline: &Deadline,
    keeper: impl Fn() -> Result<Keeper, KeepError>,
    notifier: &Notifier,
    now: DateTime<Utc>,
) -> bool {
    let (Some(key), Some((title, text))) = (deadline.told(now), deadline.words(now)) else { return true };
    let Ok(mut keeper) = keeper() else { return false };
    match keeper.preference(TOLD) {
        Ok(told) if told.as_ref() == Some(&key) => true,
        Ok(_) => notifier.show(&title, &text).is_ok() && keeper.set_preference(TOLD, &key).is_ok(),
        Err(_) => false,
    }
}
