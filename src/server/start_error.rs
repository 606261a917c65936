//! The errors of a start.

use super::{
    brand::BrandError,
    db::{DbError, Unfit},
    error::Error,
    files::FileError,
    outbound::NoClient,
    secret_file::SecretError,
    secure::CryptoError,
    service::mail::MailStartError,
};

/// The reason why the app did not start, with advice.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database or its schema fails.
    #[error("cannot open the database: {0}")]
    Db(DbError),
    /// The database is missing, another program's, or of another version.
    #[error("{0}: {1}")]
    Unfit(String, Unfit),
    /// The folder has a secret but no database.
    #[error(
        "{0} is the secret of a database that is not here ({1}). Mount or restore it (vestibule restore FILE). To make a \
         new database with this secret, run: vestibule serve --new-database"
    )]
    Lost(String, String),
    /// A key or primitive fails.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The instance secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The data folder, or a file in it, cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The client of the range API cannot be built.
    #[error(
        "password_range_url: {} (certificates of authorities are asked for it: install the package \
         ca-certificates, or name a file by SSL_CERT_FILE)",
        .0
    )]
    Range(#[from] NoClient),
    /// A file of `[brand]` cannot be used.
    #[error("brand: {0}")]
    Brand(#[from] BrandError),
    /// A file or folder of `[mail]` cannot be used.
    #[error("mail: {0}")]
    Mail(#[from] MailStartError),
    /// The client of the limit store cannot be built.
    #[error("limits: {0}")]
    Limits(#[from] redis::RedisError),
    /// The first facts cannot be read.
    #[error(transparent)]
    Service(#[from] Error),
}

impl StartError {
    /// Whether there is no database.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Unfit(_, Unfit::Missing))
    }

    /// Whether the database waits for the migrations of this version.
    pub fn is_earlier(&self) -> bool {
        matches!(self, Self::Unfit(_, Unfit::Earlier(_)))
    }
}
