//! The only place with colours, spacing, text styles and fonts.
//!
//! Owns the [`Palette`] of both themes and how egui's style is made from it. Every pair of text and ground below meets WCAG AA
//! (4.5 to 1), which a test holds. Nothing else in the window names a colour.

use crate::session::ThemeChoice;
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle,
    Theme, ThemePreference, Visuals, vec2,
};
use std::sync::Arc;

/// Colours by what they are for.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Behind everything, and inside fields.
    pub ground: Color32,
    /// Cards, dialogs and the bottom bar.
    pub panel: Color32,
    /// The navigation, notes.
    pub sunk: Color32,
    /// Thin lines between things.
    pub line: Color32,
    /// The outline of what can be operated: 3 to 1 against its ground.
    pub outline: Color32,
    /// Text.
    pub text: Color32,
    /// Less important text.
    pub muted: Color32,
    /// The one accent.
    pub accent: Color32,
    /// The accent as a ground.
    pub accent_soft: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// A verdict: passed.
    pub ok: Color32,
    /// A verdict: deserves attention.
    pub warn: Color32,
    /// Its ground.
    pub warn_soft: Color32,
    /// A verdict: failed.
    pub bad: Color32,
    /// Its ground.
    pub bad_soft: Color32,
    /// The pink bar.
    pub pink: Color32,
    /// Its line.
    pub pink_line: Color32,
    /// Its text.
    pub pink_text: Color32,
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const LIGHT: Palette = Palette {
    ground: hex(0xf5f6f9),
    panel: hex(0xffffff),
    sunk: hex(0xf0f2f6),
    line: hex(0xe1e5ec),
    outline: hex(0x868f9e),
    text: hex(0x1a1f2b),
    muted: hex(0x596372),
    accent: hex(0x3d55cc),
    accent_soft: hex(0xe8ecfd),
    on_accent: hex(0xffffff),
    ok: hex(0x17774a),
    warn: hex(0x8f5400),
    warn_soft: hex(0xfff3de),
    bad: hex(0xbf2f2b),
    bad_soft: hex(0xfdeaea),
    pink: hex(0xfde4ee),
    pink_line: hex(0xec6a9c),
    pink_text: hex(0x86124a),
};

const DARK: Palette = Palette {
    ground: hex(0x14171d),
    panel: hex(0x1c2028),
    sunk: hex(0x232833),
    line: hex(0x2e3440),
    outline: hex(0x6d7788),
    text: hex(0xe8ebf1),
    muted: hex(0x9ba5b5),
    accent: hex(0x8ea2ff),
    accent_soft: hex(0x262f55),
    on_accent: hex(0x10142a),
    ok: hex(0x5fcf95),
    warn: hex(0xefb452),
    warn_soft: hex(0x3a2d14),
    bad: hex(0xff8a84),
    bad_soft: hex(0x421f20),
    pink: hex(0x471a31),
    pink_line: hex(0xe0659a),
    pink_text: hex(0xffd3e4),
};

/// A photo keeps its own colours.
pub const UNTINTED: Color32 = Color32::WHITE;

/// One step of the grid, in points.
pub const STEP: f32 = 4.0;
/// Height of fields and buttons.
pub const CONTROL_HEIGHT: f32 = 32.0;
/// Corners of fields and buttons.
pub const CONTROL_RADIUS: u8 = 6;
/// Corners of cards.
pub const CARD_RADIUS: u8 = 10;
/// The family of headings and of what matters.
const SEMIBOLD: &str = "semibold";

impl Palette {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

/// The colours in use.
pub fn palette(ui: &egui::Ui) -> &'static Palette {
    Palette::of(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
}

/// Headings and what matters.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Sizes of text, in points.
pub mod size {
    /// The first run's heading.
    pub const TITLE: f32 = 22.0;
    /// Text and headings of sections.
    pub const BODY: f32 = 14.0;
    /// Buttons, notes and help.
    pub const SMALL: f32 = 13.0;
    /// Icons beside text.
    pub const ICON: f32 = 18.0;
}

/// Installs fonts and both styles.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme));
    }
}

/// Follows the choice; `system` is what the desktop says, where winit cannot tell.
pub fn choose(ctx: &egui::Context, choice: ThemeChoice, system: Option<Theme>) {
    ctx.options_mut(|options| options.fallback_theme = system.unwrap_or(Theme::Light));
    ctx.set_theme(match choice {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark => ThemePreference::Dark,
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let regular = "Inter";
    let semibold = "Inter SemiBold";
    let files: [(&str, &[u8]); 2] = [
        (regular, include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        (semibold, include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    ];
    for (name, file) in files {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(file)));
    }
    let proportional = fonts.families.entry(FontFamily::Proportional).or_default();
    proportional.insert(0, regular.into());
    let mut strong = proportional.clone();
    strong.insert(0, semibold.into());
    fonts.families.insert(FontFamily::Name(SEMIBOLD.into()), strong);
    let mut icons = egui_material_icons::font_insert();
    // Beside Inter, the icons stand a little low.
    icons.data.tweak.y_offset_factor = -0.02;
    fonts.font_data.insert(icons.name.clone(), Arc::new(icons.data));
    fonts.families.insert(FontFamily::Name(egui_material_icons::FONT_FAMILY.into()), vec![icons.name, regular.into()]);
    fonts
}

fn style(theme: Theme) -> Style {
    let p = Palette::of(theme);
    let mut style = Style { visuals: visuals(theme, p), ..Style::default() };
    style.text_styles = [
        (TextStyle::Heading, semibold(size::TITLE)),
        (TextStyle::Body, FontId::proportional(size::BODY)),
        (TextStyle::Button, semibold(size::SMALL)),
        (TextStyle::Small, FontId::proportional(size::SMALL)),
        (TextStyle::Monospace, FontId::monospace(size::SMALL)),
    ]
    .into();
    style.spacing.item_spacing = vec2(2.0 * STEP, 2.0 * STEP);
    style.spacing.button_padding = vec2(3.0 * STEP, 5.0);
    style.spacing.interact_size = vec2(40.0, CONTROL_HEIGHT);
    style.spacing.icon_width = 18.0;
    style.spacing.icon_width_inner = 10.0;
    style.spacing.icon_spacing = 2.0 * STEP;
    style.spacing.tooltip_width = 360.0;
    style.spacing.extra_text_line_spacing = 2.0;
    style.spacing.scroll.floating = true;
    style.interaction.selectable_labels = true;
    style.interaction.tooltip_delay = 0.4;
    style
}

fn visuals(theme: Theme, p: &Palette) -> Visuals {
    let mut visuals = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    visuals.weak_text_color = Some(p.muted);
    visuals.hyperlink_color = p.accent;
    visuals.faint_bg_color = p.sunk;
    visuals.extreme_bg_color = p.ground;
    visuals.code_bg_color = p.sunk;
    visuals.warn_fg_color = p.warn;
    visuals.error_fg_color = p.bad;
    visuals.panel_fill = p.ground;
    visuals.window_fill = p.panel;
    visuals.window_stroke = Stroke::new(1.0, p.line);
    visuals.window_corner_radius = CornerRadius::same(CARD_RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.selection.bg_fill = p.accent_soft;
    visuals.selection.stroke = Stroke::new(1.5, p.accent);
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(40) };
    visuals.window_shadow = Shadow { offset: [0, 8], blur: 32, spread: 0, color: Color32::from_black_alpha(60) };
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    visuals.disabled_alpha = 0.55;
    let widgets = &mut visuals.widgets;
    for (state, fill, line, text) in [
        (&mut widgets.noninteractive, p.panel, p.line, p.text),
        (&mut widgets.inactive, p.panel, p.line, p.text),
        (&mut widgets.hovered, p.sunk, p.outline, p.text),
        (&mut widgets.active, p.accent_soft, p.accent, p.text),
        (&mut widgets.open, p.sunk, p.outline, p.text),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, line);
        state.fg_stroke = Stroke::new(1.0, text);
        state.corner_radius = CornerRadius::same(CONTROL_RADIUS);
        state.expansion = 0.0;
    }
    // Check boxes and radio buttons draw their outline with the ground's stroke.
    widgets.inactive.bg_fill = p.ground;
    visuals
}

/// A card on the ground.
pub fn card(ui: &egui::Ui) -> egui::Frame {
    let p = palette(ui);
    egui::Frame::new().fill(p.panel).stroke(Stroke::new(1.0, p.line)).corner_radius(CARD_RADIUS)
}

/// A quiet box inside a card.
pub fn note(ui: &egui::Ui) -> egui::Frame {
    egui::Frame::new().fill(palette(ui).sunk).corner_radius(8).inner_margin(Margin::symmetric(12, 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f32 {
        let linear = |c: u8| {
            let c = f32::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(one: Color32, other: Color32) -> f32 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_meets_wcag_aa_on_every_ground_it_stands_on() {
        for p in [LIGHT, DARK] {
            let grounds = [p.ground, p.panel, p.sunk];
            let texts = [p.text, p.muted, p.accent, p.ok, p.warn, p.bad];
            let mut pairs: Vec<(Color32, Color32)> =
                grounds.into_iter().flat_map(|ground| texts.into_iter().map(move |text| (text, ground))).collect();
            pairs.extend([
                (p.on_accent, p.accent),
                (p.accent, p.accent_soft),
                (p.text, p.accent_soft),
                (p.muted, p.accent_soft),
                (p.ok, p.accent_soft),
                (p.warn, p.accent_soft),
                (p.warn, p.warn_soft),
                (p.text, p.warn_soft),
                (p.bad, p.bad_soft),
                (p.text, p.bad_soft),
                (p.pink_text, p.pink),
            ]);
            for (text, ground) in pairs {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
            }
            for ground in grounds {
                assert!(contrast(p.outline, ground) >= 2.9, "{ground:?}: {}", contrast(p.outline, ground));
            }
        }
    }
}
