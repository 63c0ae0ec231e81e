//! The system's own file dialogs.
//!
//! Owns how one is shown: begun on the window's thread, as macOS demands, and awaited on another, so that the window goes on.
//! Where the system has no dialog to show, rfd answers at once as if it had been cancelled.

use crate::{
    session::{Event, FileTask},
    worker::Outbox,
};
use std::time::{Duration, Instant};

/// No person cancels a dialog within this time.
const TOO_FAST: Duration = Duration::from_millis(100);

/// Asks for a file.
pub fn choose(job: u64, task: FileTask, out: Outbox) {
    let begun = Instant::now();
    let (name, extensions) = task.files();
    let dialog = rfd::AsyncFileDialog::new().add_filter(name, extensions).set_title(task.title());
    let chosen: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> = match task.file_name() {
        Some(name) => Box::pin(dialog.set_file_name(name).save_file()),
        None => Box::pin(dialog.pick_file()),
    };
    std::thread::spawn(move || {
        out.send(match pollster::block_on(chosen) {
            Some(file) => Event::FileChosen(job, task, file.path().to_owned()),
            None => Event::FileNotChosen { job, task, no_dialog: begun.elapsed() < TOO_FAST },
        });
    });
}
