//! Opening a database, its migration, and its entry point for units of work.

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    Connection as _, Sqlite, SqliteConnection,
    sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    DbError, DbResult, DbUrl, OpenMode, Postgres, failure,
    one::connect,
    patience::{self, Late, PATIENCE},
    pools::Pools,
    query::{Got, Statement},
    schema,
    unit::{Job, Tx, Unit, db_error},
    waiting::{Asking, Connections},
    writer::Writer,
};

/// An open database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One file with a pool of readers and one writer.
    Sqlite {
        /// Read-only connections.
        read: Pools<Sqlite>,
        /// The queue of the writer thread.
        #[doc(hidden)]
        write: WriterHandle,
    },
    /// A PostgreSQL server, which groups commits by itself.
    Postgres(Postgres),
}

/// An opaque handle: only `db` can queue units.
#[derive(Clone)]
pub struct WriterHandle(Writer);

impl WriterHandle {
    pub(super) async fn queue(&self, unit: Box<dyn Unit>) {
        self.0.queue(unit).await;
    }
}

impl Db {
    /// Connects to a database, and migrates its schema where `open_mode` allows it. `connections`
    /// is the maximum for requests; other work has seven, and SQLite has one writer. The caller has
    /// looked at the database before ([`Found::at`](super::Found::at)) and has created the file of
    /// SQLite.
    ///
    /// # Errors
    /// Fails if the database cannot be reached or migrated.
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
                        // A spent token must stay spent after a power failure.
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
                    // Without a statement timeout: a migration may take long, and so may the
                    // migration of another process.
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

    /// Runs a unit of work in one transaction and returns its result after the commit.
    ///
    /// The closure owns its captures and touches only the [`Tx`]; changes to memory come from its
    /// return value. Once queued, it runs to its end even if the future is dropped. An `Err` rolls
    /// it back; so does a panic, which fails this unit alone. In a request, a unit that has not
    /// reached its commit when the patience ends is rolled back.
    ///
    /// # Errors
    /// Returns the error of `work`, or a [`DbError`] if a statement or the commit fails.
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
                Self::Sqlite { write, .. } => write.queue(Box::new(job)).await,
                Self::Postgres(postgres) => {
                    // A task of its own, so that a client that disconnects cannot interrupt it.
                    let purpose = patience::purpose();
                    tokio::spawn(postgres.clone().undertake(purpose, deadline, Box::new(job)));
                }
            }
            answer.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
        };
        // The client does not learn the outcome of a unit that is being committed at that moment.
        patience::wait(answer).await.unwrap_or_else(|Late| Err(self.late().into()))
    }

    /// The error of a change that was not answered in time.
    pub(super) fn late(&self) -> DbError {
        let why = match self {
            Self::Sqlite { .. } => "no answer in time".to_owned(),
            Self::Postgres(postgres) => postgres.why("no answer in time"),
        };
        DbError::Unavailable(format!("{}: {why}", self.place()))
    }

    /// Completes the queued units and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.0.close().await;
            }
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    /// The current use of the connections, including SQLite's writer.
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

    /// Runs a statement that reads. On PostgreSQL it is repeated once on another connection if its connection is dead.
    pub(super) fn run<'s>(
        &'s self,
        statement: Statement<'s>,
    ) -> BoxFuture<'s, Result<Got, sqlx::Error>> {
        async move {
            let _asking = Asking::begin();
            let postgres = match self {
                Self::Postgres(postgres) => postgres,
                Self::Sqlite { read, .. } => {
                    let pool = read.of(patience::purpose());
                    let read = async { statement.on_sqlite(&mut *pool.acquire().await?).await };
                    let read = patience::wait(read).await;
                    return read.unwrap_or_else(|_| Err(failure::late("no answer in time")));
                }
            };
            let mut may_repeat = true;
            loop {
                let mut open = postgres.take().await?;
                let read =
                    patience::read(statement.clone().on_postgres(&mut open.connection)).await;
                if let Some(outcome) = postgres.judge(open, read, may_repeat) {
                    return outcome;
                }
                may_repeat = false;
            }
        }
        .boxed()
    }

    pub(super) fn note<T>(&self, outcome: Result<T, sqlx::Error>) -> DbResult<T> {
        outcome.map_err(|error| db_error(&self.place(), error))
    }

    /// The location of the database for messages.
    fn place(&self) -> String {
        match self {
            Self::Sqlite { read, .. } => {
                read.requests.connect_options().get_filename().display().to_string()
            }
            Self::Postgres(postgres) => postgres.place().to_owned(),
        }
    }
}
