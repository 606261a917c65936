//! Lists on standard output: a line for people, or one JSON object a line.

use std::io::{BufWriter, Stdout, Write};

use clap::Args;
use serde::Serialize;

use crate::server::{error::Error, json_line};

/// How a list is written.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct Format {
    /// One JSON object a line; the fields are in docs/commands.md.
    #[arg(long)]
    json: bool,
}

/// Why a list was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Standard output.
    #[error("cannot write to standard output: {0}")]
    Io(#[from] std::io::Error),
    /// The service.
    #[error(transparent)]
    Service(#[from] Error),
}

/// A list that is being written.
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

    /// Writes what is left.
    pub(super) fn end(mut self) -> Result<(), ListError> {
        Ok(self.out.flush()?)
    }
}
