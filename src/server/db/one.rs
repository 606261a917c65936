//! A single connection to PostgreSQL, outside of the pools.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::{failure::late, patience::PATIENCE};

/// Connects within the patience of a request.
///
/// # Errors
/// Returns the reason, or a timeout.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    connect_within(PATIENCE, options).await
}

/// Connects within a given time.
///
/// # Errors
/// Returns the reason, or a timeout.
pub(super) async fn connect_within(
    most: Duration,
    options: &PgConnectOptions,
) -> Result<PgConnection, sqlx::Error> {
    let connected = timeout(most, PgConnection::connect_with(options)).await;
    let silent = || late(format!("no answer within {} seconds", most.as_secs()));
    connected.unwrap_or_else(|_| Err(silent()))
}
