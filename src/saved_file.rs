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
    write().map_err(|error| {
        let why = error.to_string();
        Failure::new(
            format!("{} cannot be written.", path.display()),
            format!("Choose a folder that you may write to: {}.", why.trim_end_matches('.')),
        )
    })
}
