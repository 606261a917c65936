//! Standard output of commands, except for long output: lists, the export of the log and backups.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

use parking_lot::Mutex;

/// The first failed write. The command goes on, because its changes of the database do not depend
/// on its reader.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes a line.
pub fn line(line: impl Display) {
    note(writeln!(io::stdout(), "{line}"));
}

/// Writes a whole document as it is.
pub fn document(bytes: &[u8]) {
    note(io::stdout().write_all(bytes));
}

/// A number of things, such as `1 account` or `2 accounts`.
pub fn counted(number: impl TryInto<u64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or_default();
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Records the result of a write to standard output that [`line()`] did not make.
pub fn note(written: io::Result<()>) {
    if let Err(error) = written {
        FAILED.lock().get_or_insert(error);
    }
}

/// Flushes the output at the end of a command.
///
/// # Errors
/// Fails if not all output could be written. A closed pipe is not an error, because its reader has
/// read enough.
pub fn finish() -> io::Result<()> {
    note(io::stdout().flush());
    match FAILED.lock().take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
