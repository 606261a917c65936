//! A unit of work: a closure that runs in its own transaction (or savepoint) and returns after the
//! commit.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use tokio::{sync::oneshot, time::Instant};

use super::{
    DbError, failure, patience,
    query::{Got, Statement},
};

/// The transaction inside a unit of work; the only value that can change the database.
pub struct Tx<'c> {
    connection: Connection<'c>,
    /// The location of the database for messages.
    place: &'c str,
    failure: Option<Failure>,
    /// Whether there is room for one statement only.
    is_single: bool,
    is_used: bool,
}

/// The first failed statement of a unit. Nothing of the unit can be committed after it, even if the
/// unit itself goes on (PostgreSQL has aborted the transaction, and both databases behave alike).
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The database is unreachable, full or busy, so every other unit fails too.
    Outage(String),
    /// The statement was wrong, or violated a constraint.
    Statement(String),
}

pub(super) enum Connection<'c> {
    Sqlite(&'c mut sqlx::SqliteConnection),
    Postgres(&'c mut sqlx::PgConnection),
}

impl<'c> Tx<'c> {
    pub(super) fn new(connection: Connection<'c>, place: &'c str) -> Self {
        Self { connection, place, failure: None, is_single: false, is_used: false }
    }

    /// Room for one statement, without a transaction around it.
    pub(super) fn single(connection: Connection<'c>, place: &'c str) -> Self {
        Self { is_single: true, ..Self::new(connection, place) }
    }

    /// Runs a statement.
    ///
    /// # Panics
    /// Panics at a second statement without a transaction around both, which fails the change.
    pub(super) fn run<'s>(
        &'s mut self,
        statement: Statement<'s>,
    ) -> BoxFuture<'s, Result<Got, sqlx::Error>> {
        assert!(!self.is_single || !self.is_used, "a second statement needs a unit of work");
        self.is_used = true;
        match &mut self.connection {
            Connection::Sqlite(connection) => statement.on_sqlite(connection).boxed(),
            Connection::Postgres(connection) => {
                let answer = patience::answer(statement.on_postgres(connection));
                let in_time = |answer: Result<_, _>| {
                    answer.unwrap_or_else(|_| Err(failure::late("no answer in time")))
                };
                answer.map(in_time).boxed()
            }
        }
    }

    /// Records a failure even if the unit ignores the error.
    pub(super) fn note<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, DbError> {
        outcome.map_err(|error| {
            let converted = db_error(self.place, error);
            let failure = match &converted {
                DbError::Unavailable(text) => Failure::Outage(text.clone()),
                error => Failure::Statement(error.to_string()),
            };
            self.failure.get_or_insert(failure);
            converted
        })
    }

    /// The recorded failure of this unit.
    pub(super) fn failure(self) -> Option<Failure> {
        self.failure
    }
}

/// Converts a driver's error: an outage with the location of the database, or a bug of ours.
pub(super) fn db_error(place: &str, error: sqlx::Error) -> DbError {
    match failure::is_outage(&error) {
        true => DbError::Unavailable(format!("{place}: {}", failure::plain(&error))),
        false => DbError::Query(error),
    }
}

/// The outcome of a unit before the commit.
pub(super) enum Ended {
    Keep,
    Undo,
}

/// A unit of work with its type erased, so that a queue can hold many kinds.
pub(super) trait Unit: Send {
    /// Whether the unit is one statement, which needs no savepoint.
    fn is_single(&self) -> bool;
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Ended>;
    /// Turns a success into an error, because a statement had failed.
    fn fail(&mut self, failure: Failure);
    fn answer(self: Box<Self>, commit: Result<(), DbError>);
}

pub(super) struct Job<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    /// The unit is not begun after this moment, because its request has failed.
    deadline: Option<Instant>,
    is_single: bool,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job<F, T, E> {
    pub(super) fn new(
        work: F,
        deadline: Option<Instant>,
    ) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), outcome: None, deadline, is_single: false, reply }, answer)
    }

    /// A unit of one statement.
    pub(super) fn single(
        work: F,
        deadline: Option<Instant>,
    ) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (job, answer) = Self::new(work, deadline);
        (Self { is_single: true, ..job }, answer)
    }
}

impl<F, T, E> Unit for Job<F, T, E>
where
    F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn is_single(&self) -> bool {
        self.is_single
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Ended> {
        async move {
            let Some(work) = self.work.take() else {
                return Ended::Undo;
            };
            if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                self.outcome = Some(Err(DbError::late().into()));
                return Ended::Undo;
            }
            let run = AssertUnwindSafe(async { work(tx).await });
            let outcome =
                run.catch_unwind().await.unwrap_or_else(|_| Err(DbError::Panicked.into()));
            let ended = if outcome.is_ok() { Ended::Keep } else { Ended::Undo };
            self.outcome = Some(outcome);
            ended
        }
        .boxed()
    }

    fn fail(&mut self, failure: Failure) {
        if self.outcome.as_ref().is_some_and(Result::is_ok) {
            let error = match failure {
                Failure::Outage(why) => DbError::Unavailable(why),
                Failure::Statement(why) => DbError::Swallowed(why),
            };
            self.outcome = Some(Err(error.into()));
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), DbError>) {
        let outcome = match (commit, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(DbError::Panicked.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Nobody receives this after the client has disconnected; the work is done all the same.
        drop(self.reply.send(outcome));
    }
}
