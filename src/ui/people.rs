//! How a colleague looks wherever one is shown: a face or initials, and presence as an icon and words.
//!
//! Owns the drawing. Knows nothing of lists or of where people come from. Start with [`avatar`].

use super::theme::{Palette, UNTINTED, palette, semibold, size};
use crate::{
    domain::{Guid, PhoneType, PresenceKind},
    session::directory::Face,
};
use egui::{
    Align2, Color32, ColorImage, Context, FontFamily, FontId, Galley, Id, Painter, Pos2, Rect, TextureHandle,
    TextureId, TextureOptions, Ui, pos2,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};
use egui_material_icons::{FONT_FAMILY, MaterialIcon, icons::*};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How many textures are kept; more than are ever in sight.
const MOST_TEXTURES: usize = 600;

/// The icon of a kind of presence. Its shape tells it from the others without its colour.
pub fn presence_icon(kind: PresenceKind) -> MaterialIcon {
    match kind {
        PresenceKind::Available => ICON_CHECK_CIRCLE,
        PresenceKind::Busy => ICON_CIRCLE,
        PresenceKind::DoNotDisturb => ICON_DO_NOT_DISTURB_ON,
        PresenceKind::Away => ICON_SCHEDULE,
        PresenceKind::OutOfOffice => ICON_ARROW_CIRCLE_LEFT,
        PresenceKind::Offline => ICON_CANCEL,
        PresenceKind::Unknown => ICON_HELP,
    }
}

/// Its colour.
pub fn presence_color(kind: PresenceKind, p: &Palette) -> Color32 {
    match kind {
        PresenceKind::Available => p.ok,
        PresenceKind::Busy | PresenceKind::DoNotDisturb => p.bad,
        PresenceKind::Away => p.warn,
        PresenceKind::OutOfOffice => p.accent,
        PresenceKind::Offline | PresenceKind::Unknown => p.muted,
    }
}

/// The icon of a type of number.
pub fn phone_icon(kind: PhoneType) -> MaterialIcon {
    match kind {
        PhoneType::Business => ICON_BUSINESS,
        PhoneType::Mobile => ICON_SMARTPHONE,
        PhoneType::Home => ICON_HOME,
        PhoneType::Other => ICON_CALL,
    }
}

/// Draws an icon.
pub fn icon_at(painter: &Painter, center: Pos2, icon: MaterialIcon, points: f32, color: Color32) {
    let font = FontId::new(points, FontFamily::Name(FONT_FAMILY.into()));
    painter.text(center, Align2::CENTER_CENTER, icon.codepoint, font, color);
}

/// Draws a face in a circle, or the initials of a name where there is none.
pub fn avatar(ui: &Ui, rect: Rect, name: &str, face: Option<TextureId>) {
    let p = palette(ui);
    let radius = rect.width() / 2.0;
    if let Some(face) = face {
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let round = egui::epaint::RectShape::filled(rect, radius, UNTINTED).with_texture(face, uv);
        ui.painter().add(round);
        return;
    }
    ui.painter().circle_filled(rect.center(), radius, p.accent_soft);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, initials(name), semibold(radius * 0.75), p.accent);
}

/// The textures of photos that were drawn lately. Cheap to clone.
#[derive(Clone, Default)]
pub struct Photos(Arc<Mutex<Textures>>);

/// Each with the photo that it was made of.
type Textures = HashMap<Guid, (Arc<Face>, TextureHandle)>;

impl Photos {
    /// Those of this window.
    pub fn of(ctx: &Context) -> Self {
        ctx.data_mut(|data| data.get_temp_mut_or_default::<Photos>(Id::unique("photos of people")).clone())
    }

    /// The texture of a person's photo.
    pub fn texture(&self, ctx: &Context, person: Guid, face: &Arc<Face>) -> TextureId {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, texture)) = known.get(&person)
            && Arc::ptr_eq(of, face)
        {
            return texture.id();
        }
        if known.len() >= MOST_TEXTURES {
            known.clear();
        }
        let image = ColorImage::from_rgba_unmultiplied(face.size, &face.rgba);
        let texture = ctx.load_texture("photo", image, TextureOptions::LINEAR);
        known.entry(person).insert_entry((face.clone(), texture)).get().1.id()
    }
}

/// Lays a text out on one line, cut with an ellipsis where it is too long.
pub fn line(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping { max_rows: 1, break_anywhere: true, ..TextWrapping::wrap_at_width(width.max(8.0)) };
    ui.painter().layout_job(job)
}

/// Draws such a line, centred on `y`; gives where it ends.
pub fn line_at(ui: &Ui, left: f32, y: f32, width: f32, text: &str, font: FontId, color: Color32) -> f32 {
    let galley = line(ui, text, font, color, width);
    let end = left + galley.size().x;
    ui.painter().galley(pos2(left, y - galley.size().y / 2.0), galley, color);
    end
}

/// Draws a presence: the icon, its words, and below them what the person wrote.
pub fn presence(ui: &Ui, rect: Rect, kind: PresenceKind, words: &str, message: Option<&str>) {
    let p = palette(ui);
    let (first, second) = match message {
        Some(_) => (rect.center().y - 9.0, rect.center().y + 9.0),
        None => (rect.center().y, 0.0),
    };
    icon_at(ui.painter(), pos2(rect.left() + 8.0, first), presence_icon(kind), 16.0, presence_color(kind, p));
    let (left, width) = (rect.left() + 21.0, rect.width() - 21.0);
    line_at(ui, left, first, width, words, FontId::proportional(size::BODY), p.text);
    if let Some(message) = message {
        line_at(ui, left, second, width, message, FontId::proportional(size::SMALL - 1.0), p.muted);
    }
}

/// A small mark of a presence at the corner of an avatar.
pub fn presence_mark(ui: &Ui, avatar: Rect, kind: PresenceKind, ground: Color32) {
    let center = avatar.right_bottom() - vec2(4.0, 4.0);
    ui.painter().circle_filled(center, 7.5, ground);
    icon_at(ui.painter(), center, presence_icon(kind), 13.0, presence_color(kind, palette(ui)));
}

/// One or two letters: of the first word and of the last one. Scripts that do not write initials get their first letter.
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|one| one.is_alphanumeric()));
    let Some(first) = letters.next() else { return "?".to_owned() };
    // Greek and Cyrillic write initials as Latin does; what lies behind them in Unicode does not.
    let writes_initials = |one: char| one < '\u{590}';
    let last = letters.next_back().filter(|last| writes_initials(first) && writes_initials(*last));
    [Some(first), last].into_iter().flatten().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, short) in [
            ("Zoë Ångström", "ZÅ"),
            ("adele vance", "AV"),
            ("Maximiliane Alexandra von Hohenberg", "MH"),
            ("Prince", "P"),
            ("Chidi Okonkwo 🎧", "CO"),
            ("(Extern) Ruth", "ER"),
            ("山田 太郎", "山"),
            ("محمد العلي", "م"),
            ("Олена Шевченко", "ОШ"),
            ("  ", "?"),
            ("🎧", "?"),
        ] {
            assert_eq!(initials(name), short, "{name}");
        }
    }
}
