//! How the window is started: which renderer, in which order, and what is said when none works.
//!
//! Owns the order. On a software rasteriser glow is several times cheaper; Windows without a GPU has no OpenGL 2 but has
//! DirectX; macOS has deprecated OpenGL. So: Linux glow first, Windows wgpu first, macOS wgpu.

use super::{App, Setup};
use crate::{
    domain::{Failure, Renderer},
    product::APP_ID,
};
use egui::{Vec2, ViewportCommand, vec2};
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The first window's size in points: a Full HD laptop at 150 % has 1280×720, less the title bar and the task bar.
const FIRST_SIZE: Vec2 = vec2(1180.0, 620.0);

/// What a title bar and a task bar take of a screen's height, in points.
const BARS: f32 = 80.0;

/// The renderers in the order in which they are tried on this system.
fn order() -> &'static [Renderer] {
    if cfg!(target_os = "macos") {
        &[Renderer::Wgpu]
    } else if cfg!(windows) {
        &[Renderer::Wgpu, Renderer::Glow]
    } else {
        &[Renderer::Glow, Renderer::Wgpu]
    }
}

/// Whether a window or a message box can be shown at all.
pub fn has_display() -> bool {
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .into_iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// No renderer can open a window: there is no display, or no usable graphics driver.
pub fn run(setup: Setup, forced: Option<Renderer>) -> Result<(), Failure> {
    let forced = forced.map(|renderer| [renderer]);
    let order = forced.as_ref().map_or(order(), |one| one.as_slice());
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
    if !has_display() {
        return Failure::new(
            "No display is available.",
            format!("Start Liaison from a desktop, or use the command line: liaison --help. ({reasons})"),
        );
    }
    Failure::new(
        "No graphics driver could open the window.",
        format!(
            "{} The command line works without one: liaison --help. ({reasons})",
            if cfg!(windows) {
                "Update the graphics driver, or start Liaison with --renderer glow."
            } else if cfg!(target_os = "macos") {
                "Restart this Mac, and install its updates."
            } else {
                "Try liaison --renderer wgpu or liaison --renderer glow. Install libgl1, libegl1, or mesa-vulkan-drivers."
            }
        ),
    )
}

fn start(renderer: Renderer, setup: Setup, shown: Arc<AtomicBool>) -> Result<(), String> {
    let mut options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Liaison")
            .with_app_id(APP_ID)
            .with_icon(super::shell::icon())
            .with_inner_size(FIRST_SIZE)
            .with_min_inner_size([640.0, 420.0]),
        renderer: match renderer {
            Renderer::Glow => eframe::Renderer::Glow,
            Renderer::Wgpu => eframe::Renderer::Wgpu,
        },
        persistence_path: Some(setup.profile.window()),
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
                if let Some(window) = cc.winit_window() {
                    fit(&cc.egui_ctx, window);
                }
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

/// Puts the window onto a screen that is there, and fills the screen where the window would reach below its edge.
///
/// eframe moves a remembered window back onto a screen on Windows and macOS only.
fn fit(ctx: &egui::Context, window: &winit::window::Window) {
    if window.is_maximized() {
        return;
    }
    let Some(screen) = window.current_monitor().or_else(|| window.primary_monitor()) else { return };
    let free = screen.size().height as f32 / screen.scale_factor() as f32 - BARS;
    if window.inner_size().height as f32 / screen.scale_factor() as f32 > free {
        ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        return;
    }
    let Ok(at) = window.outer_position() else { return };
    let title =
        egui::Rect::from_min_size(egui::pos2(at.x as f32, at.y as f32), vec2(window.outer_size().width as f32, BARS));
    let seen = window.available_monitors().any(|screen| {
        let (at, size) = (screen.position(), screen.size());
        let screen = egui::Rect::from_min_size(
            egui::pos2(at.x as f32, at.y as f32),
            vec2(size.width as f32, size.height as f32),
        );
        screen.intersect(title).area() >= title.area() / 4.0
    });
    if !seen {
        let at = screen.position();
        window.set_outer_position(winit::dpi::PhysicalPosition::new(at.x + 40, at.y + 40));
    }
}
