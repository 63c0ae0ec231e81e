//! Opens Liaison's window without a console: what the Start-menu shortcut on Windows starts.
//!
//! `liaison.exe` is a console program, because its commands print and end with exit statuses. Started from Explorer, it would
//! bring a console window, and closing that ends Liaison without a question. This program starts it without one, passes its
//! own arguments on, waits, and shows what went wrong where no window could.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::{
    env,
    process::{Command, ExitCode, Stdio},
};

// Not through the library: this program stays small.
#[path = "../message_box.rs"]
mod message_box;

/// <https://learn.microsoft.com/en-us/windows/win32/procthread/process-creation-flags>
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            message_box::show("Liaison could not start", &text);
            ExitCode::FAILURE
        }
    }
}

/// Starts `liaison` beside this program and waits until its window is closed.
fn run() -> Result<(), String> {
    let here = env::current_exe().map_err(|error| error.to_string())?;
    let program = here.with_file_name(format!("liaison{}", env::consts::EXE_SUFFIX));
    let mut command = Command::new(&program);
    command.args(env::args_os().skip(1)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(&mut command, CREATE_NO_WINDOW);
    let output = command
        .output()
        .map_err(|error| format!("{} could not be started: {error}. Install Liaison again.", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match (output.status.code(), said.trim()) {
        // With status 1 and without a terminal, `liaison` has shown its own message by then.
        (Some(0 | 1), _) => Ok(()),
        // `status --notify` in the Task Scheduler has spoken by a notification; its other statuses are no faults.
        (Some(2 | 3), _) if env::args_os().any(|word| word == "status") => Ok(()),
        (_, "") => Err(format!("Liaison ended unexpectedly ({}).", output.status)),
        (_, said) => Err(said.to_owned()),
    }
}
