//! The executable. It only decides between the window and the command line.
//!
//! Owns the exit status of the window. What the words mean is the command line's, what is drawn the window's.

use liaison::{
    cli::{self, Args, Renderer},
    domain::Failure,
    notify::Notifier,
    ui,
    vault::Vault,
};
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let mut args = match Args::read() {
        Ok(args) => args,
        Err(code) => return code,
    };
    match args.command.take() {
        Some(command) => cli::run(command, args.profile()),
        None => match window(&args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                // Whoever closed standard error cannot be told.
                let _ = writeln!(io::stderr(), "{failure}");
                ExitCode::FAILURE
            }
        },
    }
}

fn window(args: &Args) -> Result<(), Failure> {
    let profile = args.profile().map_err(|error| Failure::new(error.headline(), error.remedy()))?;
    let renderer = args.renderer.map(|renderer| match renderer {
        Renderer::Glow => ui::Renderer::Glow,
        Renderer::Wgpu => ui::Renderer::Wgpu,
    });
    let setup = ui::Setup {
        profile,
        vault: Vault::os(),
        now: chrono::Utc::now,
        notifier: Notifier::desktop(),
        ask_desktop: true,
    };
    ui::run(setup, renderer)
}
