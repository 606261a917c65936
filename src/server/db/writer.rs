//! SQLite's one writer: a thread that owns one connection and commits all that waits at once.
//!
//! Batching is what makes `synchronous=FULL` affordable: one fsync for up to [`BATCH`] units. Each unit
//! has a savepoint of its own, so none sees another's failure, and answers are given after the commit.

use sqlx::{Connection as _, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::mpsc;

use super::{
    DbError,
    unit::{Connection, Ended, Tx, Unit},
};

/// The most units in one commit.
const BATCH: usize = 128;
/// How many units may wait before callers do.
const QUEUE: usize = 1024;

/// The way in to the writer; when the last one is dropped, the writer finishes its queue and ends.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Box<dyn Unit>>);

impl Writer {
    /// Starts the thread.
    pub(super) fn start(options: SqliteConnectOptions) -> Result<Self, DbError> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let unavailable = |error: std::io::Error| DbError::Unavailable(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(unavailable)?;
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || runtime.block_on(work(options, waiting)))
            .map_err(unavailable)?;
        Ok(Self(queue))
    }

    /// Queues a unit; once this returns, it runs to its end whatever the caller does.
    pub(super) async fn queue(&self, unit: Box<dyn Unit>) {
        if let Err(refused) = self.0.send(unit).await {
            refused.0.answer(Err(DbError::Unavailable("the writer has ended".into())));
        }
    }
}

async fn work(options: SqliteConnectOptions, mut waiting: mpsc::Receiver<Box<dyn Unit>>) {
    let mut open: Option<SqliteConnection> = None;
    let mut units = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut units, BATCH).await > 0 {
        let outcome = match connection(&mut open, &options).await {
            Ok(connection) => batch(connection, &mut units).await,
            Err(error) => Err(error),
        };
        let outcome = outcome.map_err(|error| error.to_string());
        if outcome.is_err() {
            // Full disk, I/O error, busy: start over with a fresh connection.
            open = None;
        }
        for unit in units.drain(..) {
            unit.answer(outcome.clone().map_err(DbError::Unavailable));
        }
    }
    if let Some(connection) = open {
        drop(connection.close().await);
    }
}

async fn connection<'o>(
    open: &'o mut Option<SqliteConnection>,
    options: &SqliteConnectOptions,
) -> Result<&'o mut SqliteConnection, DbError> {
    if open.is_none() {
        *open = Some(SqliteConnection::connect_with(options).await?);
    }
    open.as_mut().ok_or_else(|| DbError::Unavailable("no connection".into()))
}

async fn batch(
    connection: &mut SqliteConnection,
    units: &mut [Box<dyn Unit>],
) -> Result<(), DbError> {
    connection.execute("begin immediate").await?;
    for unit in units.iter_mut() {
        connection.execute("savepoint unit").await?;
        let mut tx = Tx::new(Connection::Sqlite(&mut *connection));
        let ended = unit.run(&mut tx).await;
        if let Some(outage) = tx.outage() {
            return Err(DbError::Unavailable(outage));
        }
        if let Ended::Undo = ended {
            connection.execute("rollback to unit").await?;
        }
        connection.execute("release unit").await?;
    }
    connection.execute("commit").await?;
    Ok(())
}
