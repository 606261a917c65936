//! Opening either database, migrating it, and the way to its units of work.

use std::{
    fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, str::FromStr, time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    Connection as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    DbError, DbResult,
    query::On,
    unit::{Connection, Ended, Failure, Job, Tx, Unit, is_outage},
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
            Some("sqlite") => Ok(Self::Sqlite(Box::new(SqliteConnectOptions::from_str(url)?))),
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
        Self::Sqlite(Box::new(SqliteConnectOptions::new().filename(path)))
    }

    /// Whether it is a file that does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Sqlite(options) if !options.get_filename().exists())
    }
}

impl Db {
    /// Connects and brings the schema up to date; `connections` is the most that are open at once, beside the
    /// one that writes to SQLite.
    ///
    /// # Errors
    /// A database that cannot be reached, or is of a later version.
    pub async fn open(url: &DbUrl, connections: u32) -> DbResult<Self> {
        match url {
            DbUrl::Sqlite(options) => {
                let write = options
                    .as_ref()
                    .clone()
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // A spent token must stay spent after a power cut.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(PATIENCE);
                make_private(options.get_filename())?;
                let one = SqlitePoolOptions::new().max_connections(1).connect_with(write.clone());
                let one = one.await?;
                sqlx::migrate!("migrations/sqlite").run(&one).await?;
                one.close().await;
                let read = SqlitePoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(PATIENCE)
                    .connect_with(write.clone().pragma("query_only", "on"))
                    .await?;
                Ok(Self::Sqlite { read, write: WriterHandle(Writer::start(write)?) })
            }
            DbUrl::Postgres(options) => {
                // Below LOOK_BACK (60 s) of the feed: a longer transaction could commit entries that readers have
                // passed.
                let timeouts =
                    [("statement_timeout", "20s"), ("idle_in_transaction_session_timeout", "20s")];
                let options = options.as_ref().clone().options(timeouts);
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
                sqlx::migrate!("migrations/postgres").run(&pool).await?;
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

/// Makes the database file, if it is not there, for its owner alone; SQLite gives its other files the same
/// mode.
fn make_private(file: &Path) -> DbResult<()> {
    let mut make = OpenOptions::new();
    make.create(true).truncate(false).write(true).mode(0o600);
    match make.open(file) {
        Ok(_) => Ok(()),
        Err(error) => Err(DbError::Unavailable(format!("{}: {error}", file.display()))),
    }
}

async fn in_transaction(pool: PgPool, mut unit: Box<dyn Unit>) {
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
