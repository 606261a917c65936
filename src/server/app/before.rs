//! What is known of a database before it is opened.

use std::time::Duration;

use super::{OpenMode, StartError};
use crate::server::{
    config::Config,
    db::{self, DbError, Found},
    files,
    secret_file::{self, SecretError},
};

/// Number of checks for other processes; PostgreSQL lists a process for a moment after its end.
const LOOKS: u32 = 10;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Checks for a database that can be opened in this mode.
///
/// # Errors
/// Fails if there is none.
pub async fn find(config: &Config, open_mode: OpenMode) -> Result<Found, StartError> {
    let found = inspect(config).await?;
    let shown = || config.database_shown.clone();
    found.admit(open_mode).map_err(|unfit| StartError::Unfit(shown(), unfit))?;
    Ok(found)
}

/// Inspects the database without changing it.
///
/// # Errors
/// Fails if the database is not ours, or cannot be read.
pub async fn inspect(config: &Config) -> Result<Found, StartError> {
    Found::at(&config.database).await.map_err(|error| match error {
        DbError::Unfit(unfit) => StartError::Unfit(config.database_shown.clone(), unfit),
        DbError::File(error) => error.into(),
        other => StartError::Db(other),
    })
}

/// The migrations that an existing database needs: number and name of each, in order.
///
/// # Errors
/// Fails if there is no database, it is not ours, of a newer version, cannot be read, or is of another instance secret
/// than the one here.
pub async fn pending_migrations(config: &Config) -> Result<Vec<(i64, String)>, StartError> {
    let found = inspect(config).await?;
    has_secret(config, &found)?;
    match found {
        Found::Ours { pending, .. } => Ok(db::named_migrations(&pending)),
        Found::Nothing => Err(StartError::Unfit(config.database_shown.clone(), db::Unfit::Missing)),
    }
}

/// Checks that the instance secret of an existing database is here. Nothing is created or moved. A database whose first
/// start did not finish has none yet.
///
/// # Errors
/// Fails if it is missing, readable by others, or another one.
pub(super) fn has_secret(config: &Config, found: &Found) -> Result<(), SecretError> {
    match found {
        Found::Ours { secret_check: Some(check), .. } => {
            secret_file::find(config, Some(check), OpenMode::ReadOnly).map(drop)
        }
        Found::Ours { secret_check: None, .. } | Found::Nothing => Ok(()),
    }
}

/// Whether another process has the database open.
///
/// # Errors
/// Fails if the database, or its file, cannot be used.
pub async fn is_used_elsewhere(config: &Config) -> Result<bool, StartError> {
    if let Some(path) = config.database.path() {
        drop(files::make_if_missing(path)?);
    }
    for _ in 1..LOOKS {
        if !db::is_used_elsewhere(&config.database).await.map_err(StartError::Db)? {
            return Ok(false);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    db::is_used_elsewhere(&config.database).await.map_err(StartError::Db)
}
