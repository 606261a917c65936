//! Opening either database, migrating it, and the way to its units of work.

use futures::future::BoxFuture;
use sqlx::{
    Connection as _, Sqlite, SqliteConnection,
    sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    DbError, DbResult, DbUrl, OpenMode, Postgres,
    one::connect,
    patience::{self, Late, PATIENCE},
    pools::Pools,
    query::On,
    schema,
    unit::{Job, Tx, told},
    waiting::{Asking, Connections},
    writer::Writer,
};

/// An open database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One file: readers of their own, one writer.
    Sqlite {
        /// Read-only connections.
        read: Pools<Sqlite>,
        /// The way to the writer.
        #[doc(hidden)]
        write: WriterHandle,
    },
    /// A server: it groups commits by itself.
    Postgres(Postgres),
}

/// Opaque: only this room can queue units.
#[derive(Clone)]
pub struct WriterHandle(Writer);

impl Db {
    /// Connects; brings the schema up to date where that may be. `connections` is the most that are open at once for
    /// requests; other work has seven, and SQLite has one that writes. What is there was looked at before
    /// ([`Found::at`](super::Found::at)); a file of SQLite was made.
    ///
    /// # Errors
    /// A database that cannot be reached or migrated.
    pub async fn open(url: &DbUrl, connections: u32, open_mode: OpenMode) -> DbResult<Self> {
        let opened = Self::open_there(url, connections, open_mode).await;
        opened.map_err(|error| error.at(&url.place()))
    }

    async fn open_there(url: &DbUrl, connections: u32, open_mode: OpenMode) -> DbResult<Self> {
        match url {
            DbUrl::Sqlite(options) => {
                let write = match open_mode {
                    OpenMode::ReadOnly => schema::unchanged(options),
                    OpenMode::Make | OpenMode::Existing => options
                        .as_ref()
                        .clone()
                        .journal_mode(SqliteJournalMode::Wal)
                        // A spent token must stay spent after a power cut.
                        .synchronous(SqliteSynchronous::Full),
                };
                let write = write.foreign_keys(true).busy_timeout(PATIENCE);
                if open_mode == OpenMode::Make {
                    let mut one = SqliteConnection::connect_with(&write).await?;
                    schema::SQLITE.run_direct(None, &mut one, false).await?;
                    one.close().await?;
                }
                let reader = write.clone().pragma("query_only", "on");
                let read = Pools::new(connections, |most, _| {
                    let pool = SqlitePoolOptions::new().max_connections(most);
                    pool.acquire_timeout(PATIENCE).connect_lazy_with(reader.clone())
                });
                let write = WriterHandle(Writer::start(write)?);
                Ok(Self::Sqlite { read, write })
            }
            DbUrl::Postgres(options) => {
                let options = schema::quiet(options);
                if open_mode == OpenMode::Make {
                    // Without the time limit of statements: a migration may take long, and so may another process's.
                    let mut one = connect(&options).await?;
                    schema::POSTGRES.run_direct(None, &mut one, false).await?;
                    one.close().await?;
                }
                let options = match open_mode {
                    OpenMode::ReadOnly => {
                        options.options([("default_transaction_read_only", "on")])
                    }
                    OpenMode::Make | OpenMode::Existing => options,
                };
                Ok(Self::Postgres(Postgres::new(options, connections, url.place())))
            }
        }
    }

    /// Runs a unit of work: all of it or nothing, answered only after the commit.
    ///
    /// The closure owns what it captures and touches only the [`Tx`]; changes to memory come from its
    /// return value. Once queued it runs to its end even if the caller goes away. An `Err` undoes it; so
    /// does a panic, which fails this unit alone. In a request, a unit that has not come so far as to be committed
    /// when the patience ends is undone.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let deadline = patience::deadline();
        let (job, answer) = Job::new(work, deadline);
        let answer = async {
            match self {
                Self::Sqlite { write, .. } => write.0.queue(Box::new(job)).await,
                Self::Postgres(postgres) => {
                    // A task of its own, so that a client that hangs up cannot cut it in half.
                    let purpose = patience::purpose();
                    tokio::spawn(postgres.clone().undertake(purpose, deadline, Box::new(job)));
                }
            }
            answer.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
        };
        // Of a unit that is being committed at that moment the client does not learn the end.
        patience::wait(answer).await.unwrap_or_else(|Late| {
            let why = match self {
                Self::Sqlite { .. } => "no answer in time".to_owned(),
                Self::Postgres(postgres) => postgres.why("no answer in time"),
            };
            Err(DbError::Unavailable(format!("{}: {why}", self.place())).into())
        })
    }

    /// Finishes the units that are queued and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.0.close().await;
            }
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    /// How busy the connections are at this moment; SQLite's writer is one of them.
    pub fn connections(&self) -> Connections {
        let (size, idle, units) = match self {
            Self::Sqlite { read, write } => {
                let (size, idle) = read.count();
                (size, idle, write.0.units())
            }
            Self::Postgres(postgres) => {
                let (size, idle) = postgres.count();
                (size, idle, 0)
            }
        };
        let reading = size.saturating_sub(idle);
        let writing = units.min(1);
        Connections {
            used: reading + writing,
            idle,
            waiting: Asking::count().saturating_sub(reading) + units - writing,
        }
    }

    pub(super) fn on(&self) -> On<'_> {
        match self {
            Self::Sqlite { read, .. } => On::SqlitePool(read.of(patience::purpose())),
            Self::Postgres(postgres) => On::Pools(postgres),
        }
    }

    pub(super) fn note<T>(&self, outcome: Result<T, sqlx::Error>) -> DbResult<T> {
        outcome.map_err(|error| told(&self.place(), error))
    }

    /// Where the database is, for people.
    fn place(&self) -> String {
        match self {
            Self::Sqlite { read, .. } => {
                read.requests.connect_options().get_filename().display().to_string()
            }
            Self::Postgres(postgres) => postgres.place().to_owned(),
        }
    }
}
