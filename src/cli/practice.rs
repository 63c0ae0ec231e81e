//! `practice`: serves the practice tenant until the process is told to stop.
//!
//! Owns the first line of standard output, which other programs wait for. The tenant itself is [`crate::practice`].

use super::said::{DONE, REFUSED, Said, write};
use crate::practice::{Options, Practice};
use std::io;

pub(super) fn serve(options: Options) -> Said {
    let scenario = options.scenario;
    let practice = match Practice::start(options) {
        Ok(practice) => practice,
        Err(error) => return Said::failed(REFUSED, error, false),
    };
    let announce = || {
        let details = practice.details();
        let first = serde_json::to_string(details).map_err(io::Error::from)? + "\n";
        write(&mut io::stdout(), &first)?;
        let hint = format!(
            "The practice tenant is at {} ({}). Press Ctrl-C to stop it.\n",
            details.login_url,
            scenario.title()
        );
        // Whoever closed standard error needs no hint.
        let _ = write(&mut io::stderr(), &hint);
        Ok(())
    };
    match until_told_to_stop(announce) {
        Ok(()) => Said::default().ends(DONE),
        Err(error) => Said::failed(REFUSED, format!("The practice tenant could not be served: {error}."), false),
    }
}

/// Calls back once a signal would be noticed, then waits for one.
fn until_told_to_stop(ready: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            ready()?;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(windows)]
        {
            use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
            let (mut interrupt, mut brk, mut close) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
            ready()?;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = brk.recv() => {}
                _ = close.recv() => {}
            }
        }
        Ok(())
    })
}
