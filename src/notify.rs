//! Desktop notifications: the only door to them, and a stand-in for tests.
//!
//! Owns how one is shown on each system. Knows nothing of what there is to say. A call can take a moment while the desktop
//! answers, so it belongs on a worker thread. Start with [`Notifier::show`].

use std::{fmt, sync::Arc};

/// Shows notifications. Clones are the same.
#[derive(Clone)]
pub struct Notifier(Arc<Show>);

type Show = dyn Fn(&str, &str) -> Result<(), NotShown> + Send + Sync;

/// The desktop shows no notification: it has nobody who does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotShown;

impl Notifier {
    /// The desktop's own.
    pub fn desktop() -> Self {
        Self(Arc::new(show))
    }

    /// Whatever is done with a title and a text, in the desktop's place.
    pub fn rehearsed(show: impl Fn(&str, &str) -> Result<(), NotShown> + Send + Sync + 'static) -> Self {
        Self(Arc::new(show))
    }

    /// Shows a notification.
    ///
    /// # Errors
    /// [`NotShown`].
    pub fn show(&self, title: &str, text: &str) -> Result<(), NotShown> {
        (self.0)(title, text)
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
    let (actions, hints): (&[&str], HashMap<&str, Value<'_>>) = (&[], HashMap::from([("urgency", Value::U8(1))]));
    let as_the_desktop_likes = -1i32;
    // The text may be read as markup.
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let arguments = ("Liaison", 0u32, "liaison", title, text.as_str(), actions, hints, as_the_desktop_likes);
    let name = "org.freedesktop.Notifications";
    let shown = bus.call_method(Some(name), "/org/freedesktop/Notifications", Some(name), "Notify", &arguments);
    shown.map(drop).map_err(|_| NotShown)
}

#[cfg(any(not(unix), target_os = "macos"))]
fn show(title: &str, text: &str) -> Result<(), NotShown> {
    let shown = notify_rust::Notification::new().appname("Liaison").summary(title).body(text).show();
    shown.map(drop).map_err(|_| NotShown)
}
