//! Why the app does not start.

use super::{
    brand::BrandError,
    db::{DbError, Unfit},
    error::{Error, last_cause},
    files::FileError,
    secret_file::SecretError,
    secure::CryptoError,
};

/// Why the app did not start; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database or its schema.
    #[error("cannot open the database: {0}")]
    Db(DbError),
    /// The database is missing, another program's or of another version.
    #[error("{0}: {1}")]
    Unfit(String, Unfit),
    /// The folder has lost its database.
    #[error(
        "{0} is the secret of a database that is not here ({1}). Mount or restore it (vestibule restore FILE). To make a \
         new database with this secret, run: vestibule serve --new-database"
    )]
    Lost(String, String),
    /// A key or primitive.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The instance secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The data folder, or a file in it.
    #[error(transparent)]
    File(#[from] FileError),
    /// The client that asks the range API.
    #[error(
        "password_range_url: {} (certificates of authorities are asked for it: install the package \
         ca-certificates, or name a file by SSL_CERT_FILE)",
        last_cause(.0)
    )]
    Range(#[from] reqwest::Error),
    /// A file that `[brand]` names.
    #[error("brand: {0}")]
    Brand(#[from] BrandError),
    /// The client of the store of limits.
    #[error("limits: {0}")]
    Limits(#[from] redis::RedisError),
    /// Reading the first facts.
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
