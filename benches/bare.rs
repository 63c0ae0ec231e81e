//! The floor that the window is measured against: eframe with the same features, renderer and size, and one line.
//!
//! `benches/run` starts it beside Liaison. The first argument is the renderer, `glow` or `wgpu`.

fn main() -> eframe::Result {
    let renderer = match std::env::args().nth(1).as_deref() {
        Some("wgpu") => eframe::Renderer::Wgpu,
        _ => eframe::Renderer::Glow,
    };
    let viewport = egui::ViewportBuilder::default().with_title("Bare").with_inner_size([1280.0, 800.0]);
    let options = eframe::NativeOptions { viewport, renderer, ..Default::default() };
    eframe::run_ui_native("Bare", options, |ui, _| {
        egui::CentralPanel::default().show(ui, |ui| ui.label("A bare window"));
    })
}
