//! Backups: all rows of one moment in one file, and a new database made of it.
//!
//! A backup is text, the same for both databases: a line about it, then for each table a line with its columns and a
//! line for each row, then a line with checksums. docs/backups.md has the format. The instance secret is not in it,
//! and what is sealed stays sealed.

mod format;
mod read;
mod restore;
mod write;

pub use format::About;
pub use read::{Checked, check};
pub use restore::{Accounts, Restored, restore};
pub use write::write;

use crate::server::{
    app::StartError,
    db::{DbError, copy::Uncertain},
    error::Error,
    files::FileError,
    secret_file::SecretError,
};

/// Why there is no backup, or nothing was restored; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Writing the backup.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// What is there is no database of ours.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The instance secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The file is something else.
    #[error("{0} is no backup of Vestibule")]
    Foreign(String),
    /// Its end is missing.
    #[error("{0} has no end: it was cut off, or is still being written")]
    Cut(String),
    /// Its bytes are not those that were written.
    #[error("{0} is damaged: its checksum is wrong")]
    Damaged(String),
    /// It was changed together with its checksum.
    #[error("{0} was not made by this instance, or was changed: its authentication code is wrong")]
    Forged(String),
    /// A later version made it.
    #[error("{0} was made by a newer Vestibule ({1}); restore it with that version or a later one")]
    Newer(String, String),
    /// It has tables that its version has not.
    #[error("{0} has a table that no Vestibule has: {1}")]
    Table(String, String),
    /// The database that is made of it.
    #[error("cannot restore into {0}: {1}. Nothing was restored")]
    Filling(String, DbError),
    /// Whether a database was made is not known.
    #[error(transparent)]
    Uncertain(#[from] Uncertain),
    /// The secret of the backup is not here.
    #[error(
        "{0} needs the instance secret that it was made with, and {1} is missing: put a copy of that secret there, or set \
         VESTIBULE_SECRET to its text. Without it this backup cannot be restored"
    )]
    NoSecret(String, String),
    /// Another one is here.
    #[error(
        "the instance secret is not the one that {0} was made with: put a copy of that one into secret.key (after vestibule secret rotate it is in secret.key.before-…), \
         or set VESTIBULE_SECRET to its text"
    )]
    OtherSecret(String),
    /// The place is taken.
    #[error(
        "{0} is not empty: a backup is restored into a new database only. Move the old one away, or name another"
    )]
    NotEmpty(String),
    /// What is left of a database that is gone.
    #[error("{0} is what is left of another database; move it away")]
    Remains(String),
    /// The service.
    #[error(transparent)]
    Service(#[from] Error),
}
