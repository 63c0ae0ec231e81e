//! How the window is started: which renderer, in which order, and what is said when none works.
//!
//! Owns the order. On a software rasteriser glow is several times cheaper; Windows without a GPU has no OpenGL 2 but has
//! DirectX; macOS has deprecated OpenGL. So: Linux glow first, Windows wgpu first, macOS wgpu.

use super::{App, Setup};
use crate::domain::Failure;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// What draws the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renderer {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal, DirectX or OpenGL.
    Wgpu,
}

impl Renderer {
    /// In the order in which they are tried on this system.
    fn order() -> &'static [Renderer] {
        if cfg!(target_os = "macos") {
            &[Renderer::Wgpu]
        } else if cfg!(windows) {
            &[Renderer::Wgpu, Renderer::Glow]
        } else {
            &[Renderer::Glow, Renderer::Wgpu]
        }
    }
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// No renderer can open a window: there is no display, or no usable graphics driver.
pub fn run(setup: Setup, forced: Option<Renderer>) -> Result<(), Failure> {
    let forced = forced.map(|renderer| [renderer]);
    let order = forced.as_ref().map_or(Renderer::order(), |one| one.as_slice());
    let mut reasons = Vec::new();
    for renderer in order {
        let shown = Arc::new(AtomicBool::new(false));
        match start(*renderer, setup.clone(), shown.clone()) {
            Ok(()) => return Ok(()),
            // Once the window was up, another renderer would open a second one over unsaved work.
            Err(reason) if shown.load(Ordering::Relaxed) => {
                return Err(Failure::new(
                    "The window was closed by an error.",
                    format!(
                        "What was applied is kept. Start Liaison again; please report it if it comes back. ({reason})"
                    ),
                ));
            }
            Err(reason) => reasons.push(format!("{renderer:?}: {reason}")),
        }
    }
    Err(explain(&reasons.join("; ")))
}

fn explain(reasons: &str) -> Failure {
    let no_display = cfg!(target_os = "linux")
        && std::env::var_os("DISPLAY").is_none()
        && std::env::var_os("WAYLAND_DISPLAY").is_none();
    if no_display {
        return Failure::new(
            "There is no display to open a window on.",
            format!("Start Liaison from a desktop, or use the command line: liaison --help. ({reasons})"),
        );
    }
    Failure::new(
        "No graphics driver could open the window.",
        format!(
            "Try liaison --renderer wgpu or liaison --renderer glow; on Linux install libgl1, libegl1 or mesa-vulkan-drivers. The command line works without: liaison --help. ({reasons})"
        ),
    )
}

fn start(renderer: Renderer, setup: Setup, shown: Arc<AtomicBool>) -> Result<(), String> {
    let mut options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Liaison")
            .with_app_id("liaison")
            .with_icon(window_icon())
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([640.0, 420.0]),
        renderer: match renderer {
            Renderer::Glow => eframe::Renderer::Glow,
            Renderer::Wgpu => eframe::Renderer::Wgpu,
        },
        ..Default::default()
    };
    if let eframe::egui_wgpu::WgpuSetup::CreateNew(create) = &mut options.wgpu_options.wgpu_setup {
        // An administration tool must not wake a discrete GPU.
        create.power_preference = eframe::wgpu::PowerPreference::LowPower;
    }
    let begun = shown.clone();
    // xkbcommon's loader panics where its library is missing; that must read like any other failure.
    let run = std::panic::AssertUnwindSafe(|| {
        eframe::run_native(
            "Liaison",
            options,
            Box::new(move |cc| {
                shown.store(true, Ordering::Relaxed);
                Ok(Box::new(App::new(&cc.egui_ctx, setup)))
            }),
        )
    });
    match std::panic::catch_unwind(run) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) if begun.load(Ordering::Relaxed) => Err("a fault of Liaison's own".into()),
        Err(_) => Err("a library that the window needs is missing".into()),
    }
}

/// The logo, drawn: an accent square with a pink corner.
fn window_icon() -> egui::IconData {
    const SIDE: u32 = 64;
    let p = super::theme::Palette::of(egui::Theme::Light);
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let color = if x + y > SIDE + SIDE / 5 { p.pink_line } else { p.accent };
            rgba.extend(color.to_array());
        }
    }
    egui::IconData { rgba, width: SIDE, height: SIDE }
}
