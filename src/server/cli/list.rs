//! Lists on standard output, as text or as one JSON object per line.

use std::io::{BufWriter, Stdout, Write};

use clap::Args;
use serde::Serialize;

use crate::server::{error::Error, json_line};

/// The format of a list.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct Format {
    /// One JSON object per line; docs/commands.md describes the fields.
    #[arg(long)]
    json: bool,
}

/// The reason why a list is incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Standard output failed.
    #[error("cannot write to standard output: {0}")]
    Io(#[from] std::io::Error),
    /// The service failed.
    #[error(transparent)]
    Service(#[from] Error),
}

/// A list in progress.
pub(super) struct List {
    format: Format,
    out: BufWriter<Stdout>,
}

impl List {
    pub(super) fn new(format: Format) -> Self {
        Self { format, out: BufWriter::new(std::io::stdout()) }
    }

    /// Writes a line.
    pub(super) fn add<T: Serialize>(
        &mut self,
        item: &T,
        in_words: impl FnOnce(&T) -> String,
    ) -> Result<(), ListError> {
        let line = match self.format.json {
            true => json_line::of(item)?,
            false => in_words(item),
        };
        Ok(writeln!(self.out, "{line}")?)
    }

    /// Flushes the list.
    pub(super) fn end(mut self) -> Result<(), ListError> {
        Ok(self.out.flush()?)
    }
}
