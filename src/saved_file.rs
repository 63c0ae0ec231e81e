//! Files that a person asked for, written in whole or not at all.
//!
//! Owns the words for a place that cannot be written. Knows nothing of what the files hold. Start with [`write()`].

use crate::domain::Failure;
use atomic_write_file::AtomicWriteFile;
use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

/// Has the file filled, and puts it in place once it is whole.
///
/// # Errors
/// The file cannot be written; what was there before still is.
pub fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let mut file = AtomicWriteFile::open(path)?;
        let mut buffered = BufWriter::new(&mut file);
        fill(&mut buffered)?;
        buffered.flush()?;
        drop(buffered);
        file.commit()
    };
    write().map_err(|error| not_written(path, &error))
}

/// Why a file cannot be written, and what to do.
pub fn not_written(path: &Path, error: &io::Error) -> Failure {
    let why = error.to_string();
    let advice = if is_open_elsewhere(path, error) {
        "If it is open in another program, such as Excel, close it there; or choose another name or folder"
    } else {
        "Choose a folder that you may write to"
    };
    Failure::new(format!("{} cannot be written.", path.display()), format!("{advice}: {}.", why.trim_end_matches('.')))
}

/// Windows lets nobody replace a file that another program has open.
/// <https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes--0-499->
fn is_open_elsewhere(path: &Path, error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    let code = error.raw_os_error();
    cfg!(windows)
        && (matches!(code, Some(SHARING_VIOLATION | LOCK_VIOLATION)) || (code == Some(ACCESS_DENIED) && path.is_file()))
}
