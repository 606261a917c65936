//! The log, and all other output to standard error.
//!
//! The log must not block the work: a thread of its own writes its lines (`Lines`), and a line
//! that cannot be written is lost.

mod lines;

use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    fmt::Display,
    io::{self, IsTerminal, Write},
    panic::{self, PanicHookInfo},
    time::Duration,
};

use serde_json::json;
use tracing_subscriber::{EnvFilter, filter::ParseError, fmt::MakeWriter};

use self::lines::Lines;
use super::{clock::Clock, config::LogFormat, dates};

/// Target of the line per request.
pub const ACCESS: &str = "vestibule::access";
/// The target of lines about sign-ins, refusals and blocks.
pub const SECURITY: &str = "vestibule::security";

/// Time that the end of the process waits for a slow reader.
const FINISH_WITHIN: Duration = Duration::from_secs(1);

/// All lines of this process.
static LINES: Lines = Lines::new();

/// Starts the log.
///
/// # Errors
/// Fails if the level is invalid.
pub fn start(level: &str, format: LogFormat) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(level)?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Stderr)
        // The library would use `eprintln!`, which panics if standard error cannot be written.
        .log_internal_errors(false);
    match format {
        LogFormat::Text => logs.with_ansi(is_terminal()).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

/// Whether standard error is a terminal.
pub fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The number of lines that were lost since the process began.
pub fn lost() -> u64 {
    LINES.lost()
}

/// Writes a line for the person at the terminal, which is not part of the log.
pub fn note(line: impl Display) {
    LINES.push(format!("{line}\n").as_bytes());
}

/// Logs the reason why the process ends, at every level, and even before the log has started.
pub fn fatal(format: LogFormat, why: impl Display) {
    match format {
        LogFormat::Text => note(format_args!("vestibule: {why}")),
        LogFormat::Json => note(json!({
            "timestamp": dates::rfc3339(Clock::System.now_s()),
            "level": "ERROR",
            "fields": { "message": why.to_string() },
            "target": "vestibule",
        })),
    }
}

/// Writes the queued lines, before the process ends.
pub fn finish() {
    LINES.finish(FINISH_WITHIN);
}

/// Logs panics instead of writing them to standard error, where they would wait for a slow reader.
pub fn catch_panics() {
    panic::set_hook(Box::new(panicked));
}

fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, ToString::to_string);
    let trace = Backtrace::capture();
    let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
    let why = said(info.payload());
    if tracing::dispatcher::has_been_set() {
        tracing::error!(%place, trace, "panicked: {why}");
    } else {
        note(format_args!("vestibule: panicked at {place}: {why}"));
    }
}

/// The message of a panic.
pub fn said(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}

/// A writer for the log.
struct Stderr;

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
