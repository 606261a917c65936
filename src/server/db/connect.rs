//! Opening either database, migrating it, and the way to its units of work.

use std::time::Duration;

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    Connection as _, PgConnection, PgPool, SqliteConnection, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    DbError, DbResult, DbUrl, Opening,
    query::On,
    schema,
    unit::{Connection, Ended, Failure, Job, Tx, Unit, is_outage},
    waiting::{Asking, Connections},
    writer::Writer,
};

/// How long a request waits for a connection before it is told 503.
const PATIENCE: Duration = Duration::from_secs(5);

/// After how long without use a connection is asked whether it is alive before it is used: not each time,
/// which would be a second way to the database and back for every read.
const ASKED_AFTER: Duration = Duration::from_secs(1);

/// An open database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One file: readers of their own, one writer.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The way to the writer.
        #[doc(hidden)]
        write: WriterHandle,
    },
    /// A server: it groups commits by itself.
    Postgres(PgPool),
}

/// Opaque: only this room can queue units.
#[derive(Clone)]
pub struct WriterHandle(Writer);

impl Db {
    /// Connects; brings the schema up to date where that may be. `connections` is the most that are open at once,
    /// beside the one that writes to SQLite. What is there was looked at before
    /// ([`Found::at`](super::Found::at)); a file of SQLite was made.
    ///
    /// # Errors
    /// A database that cannot be reached or migrated.
    pub async fn open(url: &DbUrl, connections: u32, opening: Opening) -> DbResult<Self> {
        match url {
            DbUrl::Sqlite(options) => {
                let write = match opening {
                    Opening::ReadOnly => schema::unchanged(options),
                    Opening::Make | Opening::Existing => options
                        .as_ref()
                        .clone()
                        .journal_mode(SqliteJournalMode::Wal)
                        // A spent token must stay spent after a power cut.
                        .synchronous(SqliteSynchronous::Full),
                };
                let write = write.foreign_keys(true).busy_timeout(PATIENCE);
                if opening == Opening::Make {
                    let mut one = SqliteConnection::connect_with(&write).await?;
                    schema::SQLITE.run_direct(None, &mut one, false).await?;
                    one.close().await?;
                }
                let read = SqlitePoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(PATIENCE)
                    .connect_with(write.clone().pragma("query_only", "on"))
                    .await?;
                Ok(Self::Sqlite { read, write: WriterHandle(Writer::start(write)?) })
            }
            DbUrl::Postgres(options) => {
                let options = schema::quiet(options);
                if opening == Opening::Make {
                    // Without the time limit of statements: a migration may take long, and so may another process's.
                    let mut one = PgConnection::connect_with(&options).await?;
                    schema::POSTGRES.run_direct(None, &mut one, false).await?;
                    one.close().await?;
                }
                // Below LOOK_BACK (60 s) of the feed: a longer transaction could commit entries that readers have
                // passed.
                let timeouts =
                    [("statement_timeout", "20s"), ("idle_in_transaction_session_timeout", "20s")];
                let options = match opening {
                    Opening::ReadOnly => options.options([("default_transaction_read_only", "on")]),
                    Opening::Make | Opening::Existing => options,
                };
                let options = options.options(timeouts);
                let pool = PgPoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(PATIENCE)
                    .test_before_acquire(false)
                    .before_acquire(|connection, meta| {
                        async move {
                            if meta.idle_for >= ASKED_AFTER {
                                connection.ping().await?;
                            }
                            Ok(true)
                        }
                        .boxed()
                    })
                    .connect_with(options)
                    .await?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    /// Runs a unit of work: all of it or nothing, answered only after the commit.
    ///
    /// The closure owns what it captures and touches only the [`Tx`]; changes to memory come from its
    /// return value. Once queued it runs to its end even if the caller goes away. An `Err` undoes it; so
    /// does a panic, which fails this unit alone.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, answer) = Job::new(work);
        match self {
            Self::Sqlite { write, .. } => write.0.queue(Box::new(job)).await,
            Self::Postgres(pool) => {
                // A task of its own, so that a client that hangs up cannot cut it in half.
                tokio::spawn(in_transaction(pool.clone(), Box::new(job)));
            }
        }
        answer.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    /// Finishes the units that are queued and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.0.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// How busy the connections are at this moment; SQLite's writer is one of them.
    pub fn connections(&self) -> Connections {
        let (size, idle, units) = match self {
            Self::Sqlite { read, write } => (read.size(), read.num_idle(), write.0.units()),
            Self::Postgres(pool) => (pool.size(), pool.num_idle(), 0),
        };
        let reading = (size as usize).saturating_sub(idle);
        let writing = units.min(1);
        Connections {
            used: reading + writing,
            idle,
            waiting: Asking::count().saturating_sub(reading) + units - writing,
        }
    }

    pub(super) fn on(&self) -> On<'_> {
        match self {
            Self::Sqlite { read, .. } => On::SqlitePool(read),
            Self::Postgres(pool) => On::PostgresPool(pool),
        }
    }

    pub(super) fn note<T>(&self, outcome: Result<T, sqlx::Error>) -> DbResult<T> {
        outcome.map_err(|error| match is_outage(&error) {
            true => DbError::Unavailable(error.to_string()),
            false => DbError::Query(error),
        })
    }
}

async fn in_transaction(pool: PgPool, mut unit: Box<dyn Unit>) {
    let _asking = Asking::begin();
    let committed = async {
        let mut transaction = pool.begin().await?;
        let mut tx = Tx::new(Connection::Postgres(&mut transaction));
        let ended = unit.run(&mut tx).await;
        match (tx.failure(), ended) {
            (None, Ended::Keep) => transaction.commit().await,
            (None, Ended::Undo) => transaction.rollback().await,
            (Some(Failure::Outage(why) | Failure::Statement(why)), _) => {
                unit.spoil(why);
                transaction.rollback().await
            }
        }
    };
    let committed = committed.await.map_err(|error| DbError::Unavailable(error.to_string()));
    unit.answer(committed);
}
