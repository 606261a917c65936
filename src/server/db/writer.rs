//! SQLite's one writer: a thread that owns one connection and commits all waiting units at once.
//!
//! Batching makes `synchronous=FULL` affordable: one fsync for up to [`BATCH`] units. Each unit has
//! a savepoint of its own, so none sees the failure of another, and replies are sent after the
//! commit. A unit of one statement needs none, as a statement that fails changes nothing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Connection as _, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use super::{
    DbError, failure,
    unit::{Connection, Ended, Failure, Tx, Unit},
};
use crate::server::files;

/// Maximum number of units in one commit.
const BATCH: usize = 128;
/// Number of queued units after which new ones wait.
const QUEUE: usize = 1024;

/// A handle to the writer thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    /// Number of units without a reply.
    units: Arc<AtomicUsize>,
}

enum Message {
    Unit(Box<dyn Unit>),
    /// Closes the connection after all earlier units; the dropped sender signals the end.
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(options: SqliteConnectOptions) -> Result<Self, DbError> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let unavailable =
            |error: std::io::Error| DbError::Unavailable(format!("the SQLite writer: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(unavailable)?;
        let units = Arc::new(AtomicUsize::new(0));
        let left = units.clone();
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || runtime.block_on(work(options, waiting, &left)))
            .map_err(unavailable)?;
        Ok(Self { queue, units })
    }

    /// Queues a unit; it runs to its end even if the caller is dropped.
    pub(super) async fn queue(&self, unit: Box<dyn Unit>) {
        match self.queue.reserve().await {
            Ok(place) => {
                self.units.fetch_add(1, Ordering::Relaxed);
                place.send(Message::Unit(unit));
            }
            Err(_) => unit.answer(Err(ended())),
        }
    }

    /// The number of units that wait or run.
    pub(super) fn units(&self) -> usize {
        self.units.load(Ordering::Relaxed)
    }

    /// Completes the queued units, closes the connection and ends the thread.
    pub(super) async fn close(&self) {
        let (closing, closed) = oneshot::channel();
        if self.queue.send(Message::Close(closing)).await.is_ok() {
            drop(closed.await);
        }
    }
}

async fn work(
    options: SqliteConnectOptions,
    mut waiting: mpsc::Receiver<Message>,
    left: &AtomicUsize,
) {
    let mut open: Option<SqliteConnection> = None;
    let place = options.get_filename().display().to_string();
    let mut messages = Vec::with_capacity(BATCH);
    let mut closing = None;
    while closing.is_none() && waiting.recv_many(&mut messages, BATCH).await > 0 {
        let mut units = Vec::with_capacity(messages.len());
        for message in messages.drain(..) {
            match message {
                Message::Unit(unit) => units.push(unit),
                Message::Close(done) => closing = Some(done),
            }
        }
        if units.is_empty() {
            continue;
        }
        let outcome = match connection(&mut open, &options).await {
            Ok(connection) => batch(connection, &mut units, &place).await,
            Err(error) => Err(error),
        };
        let outcome = outcome.map_err(|error| match error {
            DbError::Query(error) => format!("{place}: {}", failure::plain(&error)),
            error => error.to_string(),
        });
        if outcome.is_err() {
            // Full disk, I/O error or busy: start again with a new connection.
            open = None;
        }
        left.fetch_sub(units.len(), Ordering::Relaxed);
        for unit in units {
            unit.answer(outcome.clone().map_err(DbError::Unavailable));
        }
    }
    match open {
        Some(connection) => drop(connection.close().await),
        None => clear_log(&options).await,
    }
    // From here on nothing is queued, and the remaining units are answered.
    waiting.close();
    while let Some(message) = waiting.recv().await {
        if let Message::Unit(unit) = message {
            left.fetch_sub(1, Ordering::Relaxed);
            unit.answer(Err(ended()));
        }
    }
    drop(closing);
}

/// Removes a write-ahead log that was left behind: of two connections that close at the same
/// moment, each leaves the log to the other. This one closes alone.
async fn clear_log(options: &SqliteConnectOptions) {
    let log = files::with_end(options.get_filename(), "-wal");
    if log.exists()
        && let Ok(mut connection) = SqliteConnection::connect_with(options).await
    {
        // Before its first read a connection does not know that there is a log.
        drop(connection.execute("pragma schema_version").await);
        drop(connection.close().await);
    }
}

fn ended() -> DbError {
    DbError::Unavailable("the writer has ended".into())
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
    place: &str,
) -> Result<(), DbError> {
    // Two statements in one call: each call is a handover to the connection's thread.
    let has_savepoint: Vec<bool> = units.iter().map(|unit| !unit.is_single()).collect();
    let begin = match has_savepoint.first() {
        Some(true) => "begin immediate; savepoint unit",
        _ => "begin immediate",
    };
    connection.execute(begin).await?;
    for (at, unit) in units.iter_mut().enumerate() {
        let connected = Connection::Sqlite(&mut *connection);
        let mut tx = match has_savepoint[at] {
            true => Tx::new(connected, place),
            false => Tx::single(connected, place),
        };
        let mut ended = unit.run(&mut tx).await;
        match tx.failure() {
            Some(Failure::Outage(why)) => return Err(DbError::Unavailable(why)),
            Some(failure @ Failure::Statement(_)) => {
                unit.fail(failure);
                ended = Ended::Undo;
            }
            None => {}
        }
        if let (Ended::Undo, true) = (ended, has_savepoint[at]) {
            connection.execute("rollback to unit").await?;
        }
        let between = match (has_savepoint[at], has_savepoint.get(at + 1)) {
            (true, Some(true)) => "release unit; savepoint unit",
            (true, Some(false)) => "release unit",
            (false, Some(true)) => "savepoint unit",
            // The commit releases the last one.
            (false, Some(false)) | (_, None) => continue,
        };
        connection.execute(between).await?;
    }
    connection.execute("commit").await?;
    Ok(())
}
