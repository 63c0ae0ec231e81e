//! What the desktop tells that winit does not: whether it is light or dark on Linux.
//!
//! Owns one question to the desktop portal. Everywhere else winit knows, and this answers nothing.

use egui::Theme;

/// The desktop's own choice, where it has one.
///
/// Asks the settings portal for `org.freedesktop.appearance color-scheme`: 1 is dark, 2 is light.
/// <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html>
#[cfg(all(unix, not(target_os = "macos")))]
pub fn theme() -> Option<Theme> {
    let bus = zbus::blocking::Connection::session().ok()?;
    let answer = bus
        .call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.portal.Settings"),
            "Read",
            &("org.freedesktop.appearance", "color-scheme"),
        )
        .ok()?;
    let value: zbus::zvariant::OwnedValue = answer.body().deserialize().ok()?;
    match u32::try_from(value).ok()? {
        1 => Some(Theme::Dark),
        2 => Some(Theme::Light),
        _ => None,
    }
}

/// The desktop's own choice, where it has one.
#[cfg(any(not(unix), target_os = "macos"))]
pub fn theme() -> Option<Theme> {
    None
}
