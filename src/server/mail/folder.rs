//! Mails as files in a folder (RFC 5322), for another program that sends them, or for nobody.

use std::path::{Path, PathBuf};

use super::Envelope;
use crate::server::files::{self, FileError, FileResult};

/// A folder of mails.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens a folder, which must exist: its reader has made it.
    ///
    /// # Errors
    /// Fails if it is no folder.
    pub(super) fn open(path: &Path) -> FileResult<Self> {
        match path.is_dir() {
            true => Ok(Self(path.to_owned())),
            false => {
                Err(FileError::new(path, "it is no folder; make it, or set VESTIBULE_MAIL_FOLDER"))
            }
        }
    }

    /// Writes a mail as `ID.eml`, with mode 0600. A file of that name is the same mail, written by an attempt that was
    /// not finished.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub(super) fn add(&self, id: &str, mail: &Envelope) -> FileResult<()> {
        let path = self.0.join(format!("{id}.eml"));
        let envelope =
            format!("X-Envelope-From: <{}>\r\nX-Envelope-To: <{}>\r\n", mail.from, mail.to);
        let bytes = [envelope.as_bytes(), &mail.message].concat();
        match files::make_whole(&path, &bytes) {
            Err(_) if path.exists() => Ok(()),
            made => made,
        }
    }
}
