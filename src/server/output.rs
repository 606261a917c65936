//! What commands write to standard output, but for what is long: lists, the export of the log and backups.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

use parking_lot::Mutex;

/// The first failure. The command goes on: what it does to the database does not depend on its reader.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes a line.
pub fn line(line: impl Display) {
    note(writeln!(io::stdout(), "{line}"));
}

/// A number of things in words: `1 account`, `2 accounts`.
pub fn counted(number: impl TryInto<u64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or_default();
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Notes how a write to standard output ended that was not made by [`line`].
pub fn note(written: io::Result<()>) {
    if let Err(error) = written {
        FAILED.lock().get_or_insert(error);
    }
}

/// Writes what is left, at the end of a command.
///
/// # Errors
/// Why not all could be written. A reader that has gone has read what it wanted, which is no error.
pub fn finish() -> io::Result<()> {
    note(io::stdout().flush());
    match FAILED.lock().take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
