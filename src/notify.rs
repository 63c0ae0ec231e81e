//! Desktop notifications: the only door to them, and a stand-in for tests.
//!
//! Owns how one is shown on each system. Knows nothing of what there is to say. A call can take a moment while the desktop
//! answers, so it belongs on a worker thread. Start with [`Notifier::show`].

use crate::{domain::reminder::Silence, product::APP_ID};
use std::{fmt, sync::Arc};

/// Shows notifications. Clones are the same.
#[derive(Clone)]
pub struct Notifier {
    show: Arc<Show>,
    silence: Option<Silence>,
}

type Show = dyn Fn(&str, &str) -> Result<(), NotShown> + Send + Sync;

/// The desktop shows no notification: it has nobody who does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotShown;

impl Notifier {
    /// The desktop's own, where it can tell who speaks.
    pub fn desktop() -> Self {
        Self { show: Arc::new(show), silence: if has_name() { None } else { Some(Silence::NotInstalled) } }
    }

    /// Whatever is done with a title and a text, in the desktop's place.
    pub fn rehearsed(show: impl Fn(&str, &str) -> Result<(), NotShown> + Send + Sync + 'static) -> Self {
        Self { show: Arc::new(show), silence: None }
    }

    /// The same, but it shows nothing.
    pub fn silenced(self, silence: Silence) -> Self {
        Self { silence: Some(silence), ..self }
    }

    /// Why nothing is shown, where that is known beforehand.
    pub fn silence(&self) -> Option<Silence> {
        self.silence
    }

    /// Shows a notification.
    ///
    /// # Errors
    /// [`NotShown`], also where there is a [`Silence`].
    pub fn show(&self, title: &str, text: &str) -> Result<(), NotShown> {
        if self.silence.is_some() { Err(NotShown) } else { (self.show)(title, text) }
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notifier")
    }
}

/// <https://specifications.freedesktop.org/notification-spec/latest/protocol.html#command-notify>
#[cfg(all(unix, not(target_os = "macos")))]
fn show(title: &str, text: &str) -> Result<(), NotShown> {
    use std::collections::HashMap;
    use zbus::zvariant::Value;
    let bus = zbus::blocking::Connection::session().map_err(|_| NotShown)?;
    let hints: HashMap<&str, Value<'_>> =
        HashMap::from([("urgency", Value::U8(1)), ("desktop-entry", Value::from(APP_ID))]);
    let actions: &[&str] = &[];
    let as_the_desktop_likes = -1i32;
    // The text may be read as markup.
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let arguments = ("Liaison", 0u32, APP_ID, title, text.as_str(), actions, hints, as_the_desktop_likes);
    let name = "org.freedesktop.Notifications";
    let shown = bus.call_method(Some(name), "/org/freedesktop/Notifications", Some(name), "Notify", &arguments);
    shown.map(drop).map_err(|_| NotShown)
}

/// On Linux, a notification names its program in its own words.
#[cfg(all(unix, not(target_os = "macos")))]
fn has_name() -> bool {
    true
}

#[cfg(windows)]
fn show(title: &str, text: &str) -> Result<(), NotShown> {
    // Windows takes a notification that it will not show without a word.
    if switched_off() {
        return Err(NotShown);
    }
    let shown = notify_rust::Notification::new().app_id(APP_ID).summary(title).body(text).show();
    shown.map(drop).map_err(|_| NotShown)
}

/// Whether an installation registered the name under which notifications are shown. Without it, Windows drops them.
/// <https://learn.microsoft.com/en-us/windows/apps/develop/notifications/app-notifications/send-local-toast-other-apps>
#[cfg(windows)]
fn has_name() -> bool {
    windows_registry::CLASSES_ROOT.open(format!(r"AppUserModelId\{APP_ID}")).is_ok()
}

/// Whether the person turned notifications off, for all programs or for this one.
#[cfg(windows)]
fn switched_off() -> bool {
    const ALL: &str = r"Software\Microsoft\Windows\CurrentVersion\PushNotifications";
    let own = format!(r"Software\Microsoft\Windows\CurrentVersion\Notifications\Settings\{APP_ID}");
    let off = |key: &str, name: &str| {
        windows_registry::CURRENT_USER.open(key).and_then(|key| key.get_u32(name)).is_ok_and(|value| value == 0)
    };
    off(ALL, "ToastEnabled") || off(&own, "Enabled")
}

#[cfg(target_os = "macos")]
fn show(title: &str, text: &str) -> Result<(), NotShown> {
    static NAMED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    // Before the first notification, or macOS asks which application it is from.
    if !NAMED.get_or_init(|| notify_rust::set_application(APP_ID).is_ok()) {
        return Err(NotShown);
    }
    let shown = notify_rust::Notification::new().appname("Liaison").summary(title).body(text).show();
    shown.map(drop).map_err(|_| NotShown)
}

/// Whether the program runs from its bundle: macOS takes name and icon of a notification from there.
/// <https://developer.apple.com/documentation/bundleresources/placing-content-in-a-bundle>
#[cfg(target_os = "macos")]
fn has_name() -> bool {
    crate::profile::bundle().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silenced_notifier_shows_nothing() {
        let notifier = Notifier::rehearsed(|_, _| Ok(()));
        assert_eq!((notifier.silence(), notifier.show("Title", "Text")), (None, Ok(())));
        let silenced = notifier.silenced(Silence::Organization);
        assert_eq!((silenced.silence(), silenced.show("Title", "Text")), (Some(Silence::Organization), Err(NotShown)));
    }
}
