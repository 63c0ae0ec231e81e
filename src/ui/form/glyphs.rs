//! Characters that this computer cannot draw.
//!
//! Owns which of them deserve a word. Fonts are egui's: its own first, then the system's.

use super::{Verdict, remark};
use crate::ui::theme::size;
use egui::{FontId, Ui};

/// Says so where no font of this computer has a character of the text. It is kept as typed all the same.
pub fn undrawable(ui: &mut Ui, text: &str) {
    // Marks that are never drawn by themselves: of zero width, of direction, of an emoji's colour.
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    let font = FontId::proportional(size::BODY);
    let mut missing: Vec<char> = text.chars().filter(|c| !c.is_ascii() && !c.is_whitespace() && !unseen(*c)).collect();
    missing.sort_unstable();
    missing.dedup();
    ui.fonts_mut(|fonts| missing.retain(|c| !fonts.has_glyph(&font, *c)));
    let codes: Vec<String> = missing.iter().take(3).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    if !missing.is_empty() {
        let more = if missing.len() > 3 { " and others" } else { "" };
        let text = format!(
            "No font of this computer has {}{more}, so boxes stand there. What is saved is what you typed. Install a font for it, for instance Noto.",
            codes.join(", ")
        );
        remark(ui, Verdict::Warn, &text);
    }
}
