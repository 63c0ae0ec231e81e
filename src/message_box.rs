//! The system's own message box, for what goes wrong before there is a window.
//!
//! Owns nothing but the call. Once the window is open, its dialogs are the window's. Start with [`show`].

/// Shows a message and returns when it is dismissed, or at once where the system has no message boxes.
///
/// Linux shows one only through zenity, so the caller must write the text to standard error as well.
#[expect(clippy::disallowed_types, reason = "there is no window yet; standard error says the same")]
pub fn show(title: &str, text: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(text)
        .set_buttons(rfd::MessageButtons::Ok)
        .show();
}
