//! A unit of work: a closure that runs in its own transaction (or savepoint) and answers after the commit.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use super::{DbError, query::On};

/// The inside of a unit of work; the only thing that can change the database.
pub struct Tx<'c> {
    connection: Connection<'c>,
    failure: Option<Failure>,
}

/// The first statement of a unit that failed; nothing of the unit can be kept after it, even if the unit
/// itself goes on (PostgreSQL has aborted the transaction, and both databases behave alike).
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The database is gone, full or busy: so is everybody else's unit.
    Outage(String),
    /// The statement was wrong, or broke a constraint.
    Statement(String),
}

pub(super) enum Connection<'c> {
    Sqlite(&'c mut sqlx::SqliteConnection),
    Postgres(&'c mut sqlx::PgConnection),
}

impl<'c> Tx<'c> {
    pub(super) fn new(connection: Connection<'c>) -> Self {
        Self { connection, failure: None }
    }

    pub(super) fn on(&mut self) -> On<'_> {
        match &mut self.connection {
            Connection::Sqlite(connection) => On::Sqlite(connection),
            Connection::Postgres(connection) => On::Postgres(connection),
        }
    }

    /// Remembers a failure even if the unit swallows the error.
    pub(super) fn note<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, DbError> {
        outcome.map_err(|error| {
            let text = error.to_string();
            let (failure, told) = match is_outage(&error) {
                true => (Failure::Outage(text.clone()), DbError::Unavailable(text)),
                false => (Failure::Statement(text), DbError::Query(error)),
            };
            self.failure.get_or_insert(failure);
            told
        })
    }

    /// What failed in this unit.
    pub(super) fn failure(self) -> Option<Failure> {
        self.failure
    }
}

/// Whether an error says that the database is gone, full or busy, rather than that a statement is wrong.
pub(super) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            // SQLite: BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
            // PostgreSQL: connection, a read-only server, a deadlock, resources, operator intervention, system errors.
            let code = error.code().unwrap_or_default();
            match code.parse::<u32>() {
                Ok(sqlite) if code.len() < 5 => {
                    matches!(sqlite & 0xff, 5 | 6 | 7 | 8 | 10 | 11 | 13 | 14 | 26)
                }
                _ => ["08", "25006", "40", "53", "57", "58"]
                    .iter()
                    .any(|class| code.starts_with(class)),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// How a unit ended, before the commit.
pub(super) enum Ended {
    Keep,
    Undo,
}

/// A unit of work with its type erased, so that a queue can hold many kinds.
pub(super) trait Unit: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Ended>;
    /// Turns a success into this error: a statement had failed.
    fn spoil(&mut self, why: String);
    fn answer(self: Box<Self>, commit: Result<(), DbError>);
}

pub(super) struct Job<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job<F, T, E> {
    pub(super) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), outcome: None, reply }, answer)
    }
}

impl<F, T, E> Unit for Job<F, T, E>
where
    F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Ended> {
        async move {
            let Some(work) = self.work.take() else {
                return Ended::Undo;
            };
            let run = AssertUnwindSafe(async { work(tx).await });
            let outcome =
                run.catch_unwind().await.unwrap_or_else(|_| Err(DbError::Panicked.into()));
            let ended = if outcome.is_ok() { Ended::Keep } else { Ended::Undo };
            self.outcome = Some(outcome);
            ended
        }
        .boxed()
    }

    fn spoil(&mut self, why: String) {
        if self.outcome.as_ref().is_some_and(Result::is_ok) {
            self.outcome = Some(Err(DbError::Swallowed(why).into()));
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), DbError>) {
        let outcome = match (commit, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(DbError::Panicked.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Nobody waits any more when the client has hung up; the work is done all the same.
        drop(self.reply.send(outcome));
    }
}
