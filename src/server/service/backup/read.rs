use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use super::{
    BackupError,
    format::{About, End, FORMAT, MAGIC, Sum, TableLine, mac},
};
use crate::server::{
    db::newest_schema,
    files::FileError,
    secure::seal::{self, InstanceSecret},
};

/// Maximum length of a line, in bytes; rows are shorter.
const LINE_MAX: u64 = 16 << 20;

/// A backup with a valid checksum.
#[derive(Debug)]
pub struct Checked {
    /// The header line.
    pub about: About,
    /// Number of rows.
    pub rows: u64,
    end: End,
}

impl Checked {
    /// Whether it was made with this secret, and is unchanged.
    pub(super) fn is_of(&self, secret: &InstanceSecret) -> bool {
        seal::same(&self.end.mac, &mac(secret, &self.end.sha256))
    }
}

/// A line between the first and the last.
pub(super) enum Item {
    Table(String, Vec<String>),
    Row(String),
}

/// The lines of a backup, in order.
pub(super) struct Lines {
    shown: String,
    file: BufReader<File>,
    line: Vec<u8>,
    /// Checksum of the lines read so far.
    sum: Sum,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(FileError::of(path))?;
        Ok(Self {
            shown,
            file: BufReader::with_capacity(1 << 20, file),
            line: Vec::new(),
            sum: Sum::new(),
        })
    }

    fn foreign(&self) -> BackupError {
        BackupError::Foreign(self.shown.clone())
    }

    /// The first line.
    pub(super) fn about(&mut self) -> Result<About, BackupError> {
        let start = self.file.fill_buf()?;
        if !start.starts_with(MAGIC.as_bytes()) {
            return Err(self.foreign());
        }
        self.next_line()?;
        #[derive(serde::Deserialize)]
        struct Any {
            vestibule_backup: u32,
            version: String,
        }
        let any: Any = serde_json::from_slice(&self.line).map_err(|_| self.foreign())?;
        if any.vestibule_backup > FORMAT {
            return Err(BackupError::Newer(self.shown.clone(), any.version));
        }
        let about: About = serde_json::from_slice(&self.line).map_err(|_| self.foreign())?;
        if about.schema > newest_schema() {
            return Err(BackupError::Newer(self.shown.clone(), about.version));
        }
        self.sum.add(&self.line);
        Ok(about)
    }

    /// Reads a line; `false` at the end of the file.
    fn next_line(&mut self) -> Result<bool, BackupError> {
        self.line.clear();
        (&mut self.file).take(LINE_MAX).read_until(b'\n', &mut self.line)?;
        if !self.line.is_empty() && !self.line.ends_with(b"\n") {
            return Err(BackupError::Cut(self.shown.clone()));
        }
        Ok(!self.line.is_empty())
    }

    /// The next item; none at the last line.
    pub(super) fn item(&mut self) -> Result<Option<Item>, BackupError> {
        if !self.next_line()? {
            return Err(BackupError::Cut(self.shown.clone()));
        }
        let text = std::str::from_utf8(&self.line).map_err(|_| self.foreign())?.trim_end();
        if text.starts_with('[') {
            self.sum.add(&self.line);
            return Ok(Some(Item::Row(text.to_owned())));
        }
        if serde_json::from_str::<End>(text).is_ok() {
            return Ok(None);
        }
        self.sum.add(&self.line);
        let table: TableLine = serde_json::from_str(text).map_err(|_| self.foreign())?;
        Ok(Some(Item::Table(table.table, table.columns)))
    }
}

impl Lines {
    /// Checks that the lines read are those that were checked.
    ///
    /// # Errors
    /// `Damaged`.
    pub(super) fn agree_with(self, checked: &Checked) -> Result<(), BackupError> {
        match self.sum.end() == checked.end.sha256 {
            true => Ok(()),
            false => Err(BackupError::Damaged(self.shown)),
        }
    }
}

/// Reads a whole backup and checks its checksum.
///
/// # Errors
/// `Foreign`, `Newer`, `Cut`, `Damaged`; an error of the file.
pub fn check(path: &Path) -> Result<Checked, BackupError> {
    let mut lines = Lines::open(path)?;
    let about = lines.about()?;
    let mut rows = 0;
    let end = loop {
        if !lines.next_line()? {
            return Err(BackupError::Cut(lines.shown));
        }
        // Rows are many, so lines are classified by their first byte.
        if lines.line.starts_with(b"[") {
            rows += 1;
        } else if let Ok(end) = serde_json::from_slice::<End>(&lines.line) {
            break end;
        }
        lines.sum.add(&lines.line);
    };
    let (is_last, checked) = (!lines.next_line()?, Checked { about, rows, end });
    if !is_last || rows != checked.end.rows {
        return Err(BackupError::Damaged(lines.shown));
    }
    lines.agree_with(&checked)?;
    Ok(checked)
}
