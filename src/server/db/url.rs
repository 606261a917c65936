//! Where a database is.

use std::{path::Path, str::FromStr};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

use super::DbError;

/// Where the database is. No `Debug`: there may be a password in it.
#[derive(Clone)]
pub enum DbUrl {
    /// `sqlite://path`
    Sqlite(Box<SqliteConnectOptions>),
    /// `postgres://…`
    Postgres(Box<PgConnectOptions>),
}

impl FromStr for DbUrl {
    type Err = DbError;

    fn from_str(url: &str) -> Result<Self, DbError> {
        match url.split(':').next() {
            Some("sqlite") => Ok(Self::sqlite(SqliteConnectOptions::from_str(url)?)),
            Some("postgres" | "postgresql") => {
                Ok(Self::Postgres(Box::new(PgConnectOptions::from_str(url)?)))
            }
            _ => Err(DbError::Address("expected sqlite://… or postgres://…".into())),
        }
    }
}

impl DbUrl {
    /// How many connections are open at once where no setting says: readers of one file, or all of a server's.
    pub fn usual_connections(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 8,
            Self::Postgres(_) => 16,
        }
    }

    /// A SQLite database in a file, whatever characters its path has.
    pub fn file(path: &Path) -> Self {
        Self::sqlite(SqliteConnectOptions::new().filename(path))
    }

    /// Without temporary files: where the root is read-only there is no folder for them.
    fn sqlite(options: SqliteConnectOptions) -> Self {
        Self::Sqlite(Box::new(options.pragma("temp_store", "memory")))
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(options) => Some(options.get_filename()),
            Self::Postgres(_) => None,
        }
    }
}
