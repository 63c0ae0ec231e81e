//! The executable. It only decides between the window and the command line.
//!
//! Owns the exit status of the window, and that what keeps it from opening is seen. What the words mean is the command line's,
//! what is drawn the window's.

use liaison::{
    cli::{self, Args},
    domain::{Failure, Policy, reminder::Silence},
    message_box,
    notify::Notifier,
    policy, ui,
    vault::Vault,
};
use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let mut args = match Args::read() {
        Ok(args) => args,
        Err(code) => return code,
    };
    let policy = policy::load();
    match args.command.take() {
        Some(command) => cli::run(command, args.profile(&policy).map(|(profile, _)| profile), policy),
        None => match window(&args, policy) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                tell(&failure);
                ExitCode::FAILURE
            }
        },
    }
}

/// Without a terminal, nobody reads standard error: what is started from a menu says it in a message box, too.
fn tell(failure: &Failure) {
    // A closed standard error cannot be written to, and nothing else can be done.
    let _ = writeln!(io::stderr(), "{failure}");
    if !io::stderr().is_terminal() && ui::has_display() {
        message_box::show("Liaison", &format!("{}\n\n{}", failure.headline, failure.remedy));
    }
}

fn window(args: &Args, policy: Policy) -> Result<(), Failure> {
    let (profile, source) = args.profile(&policy).map_err(|error| Failure::new(error.headline(), error.remedy()))?;
    let renderer = args.renderer(&policy)?;
    let notifier = Notifier::desktop();
    let notifier = if policy.silences() { notifier.silenced(Silence::Organization) } else { notifier };
    let setup =
        ui::Setup { profile, source, vault: Vault::os(), now: chrono::Utc::now, notifier, policy, ask_desktop: true };
    ui::run(setup, renderer)
}
