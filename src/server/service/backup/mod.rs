//! Backups: all rows of one moment in one file, and their restoration into a new database.
//!
//! A backup is text, the same for both databases: a header line, then for each table a line with
//! its columns and a line for each row, then a line with checksums. docs/backups.md describes
//! the format. It does not contain the instance secret, and sealed values stay sealed.

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

/// The reason why a backup or a restore failed, with advice.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The backup cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The existing database is not ours.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database fails.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The instance secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The file is not a backup.
    #[error("{0} is no backup of Vestibule")]
    Foreign(String),
    /// The end of the file is missing.
    #[error("{0} has no end: it was cut off, or is still being written")]
    Cut(String),
    /// The bytes differ from the checksum.
    #[error("{0} is damaged: its checksum is wrong")]
    Damaged(String),
    /// The file was changed together with its checksum.
    #[error("{0} was not made by this instance, or was changed: its authentication code is wrong")]
    Forged(String),
    /// A later version made it.
    #[error("{0} was made by a newer Vestibule ({1}); restore it with that version or a later one")]
    Newer(String, String),
    /// A table does not exist in its version.
    #[error("{0} has a table that no Vestibule has: {1}")]
    Table(String, String),
    /// The new database cannot be filled.
    #[error("cannot restore into {0}: {1}. Nothing was restored")]
    Filling(String, DbError),
    /// The outcome of the commit is unknown.
    #[error(transparent)]
    Uncertain(#[from] Uncertain),
    /// The instance secret of the backup is missing here.
    #[error(
        "{0} needs the instance secret that it was made with, and {1} is missing: put a copy of that secret there, or set \
         VESTIBULE_SECRET to its text. Without it this backup cannot be restored"
    )]
    NoSecret(String, String),
    /// The instance secret here is another one.
    #[error(
        "the instance secret is not the one that {0} was made with: put a copy of that one into secret.key (after vestibule secret rotate it is in secret.key.before-…), \
         or set VESTIBULE_SECRET to its text"
    )]
    OtherSecret(String),
    /// The target is not empty.
    #[error(
        "{0} is not empty: a backup is restored into a new database only. Move the old one away, or name another"
    )]
    NotEmpty(String),
    /// Files of a deleted database remain.
    #[error("{0} is what is left of another database; move it away")]
    Remains(String),
    /// The service fails.
    #[error(transparent)]
    Service(#[from] Error),
}
