//! A change of one statement. It needs no transaction around it, which saves a request two round trips to PostgreSQL,
//! and SQLite's writer one handover of two.

use futures::future::BoxFuture;
use tokio::time::Instant;

use super::{
    Db, DbError, DbResult, Postgres,
    patience::{self, Late, Purpose},
    unit::{Connection, Failure, Job, Tx, db_error},
    waiting::Asking,
};

impl Db {
    /// Runs one statement that changes the database, and returns its result after the commit. What goes beyond one
    /// statement is a unit of work: [`Db::write`].
    ///
    /// The statement may run twice: if the connection is lost before the answer, the first run may have been committed.
    /// Once queued, it runs even if the future is dropped.
    ///
    /// # Errors
    /// Returns the error of the statement; then nothing has changed, unless the database did not answer.
    pub async fn change<T, F>(&self, statement: F) -> DbResult<T>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<T>> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let deadline = patience::deadline();
        let answer = async {
            match self {
                Self::Sqlite { write, .. } => {
                    let (job, answer) = Job::single(statement, deadline);
                    write.queue(Box::new(job)).await;
                    answer.await.unwrap_or(Err(DbError::Panicked))
                }
                Self::Postgres(postgres) => {
                    // A task of its own, so that a client that disconnects does not cost the connection.
                    let changed = postgres.clone().change(patience::purpose(), deadline, statement);
                    tokio::spawn(changed).await.unwrap_or(Err(DbError::Panicked))
                }
            }
        };
        patience::wait(answer).await.unwrap_or_else(|Late| Err(self.late()))
    }
}

impl Postgres {
    /// Runs the statement, on another connection if the first was lost.
    async fn change<T, F>(
        self,
        purpose: Purpose,
        deadline: Option<Instant>,
        statement: F,
    ) -> DbResult<T>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<T>>,
    {
        let _asking = Asking::begin();
        let mut may_repeat = true;
        loop {
            let changed = patience::by(deadline, async {
                let mut open = self.take_for(purpose, deadline).await?;
                let mut tx = Tx::single(Connection::Postgres(&mut open.connection), self.place());
                let outcome = statement(&mut tx).await;
                Ok((outcome, tx.failure(), open))
            });
            match changed.await.unwrap_or_else(|Late| Err(self.late())) {
                Err(error) => return Err(db_error(self.place(), error)),
                // The connection is closed.
                Ok((outcome, Some(Failure::Outage(why)), _)) => {
                    self.note_dead();
                    if !may_repeat {
                        return outcome.and(Err(DbError::Unavailable(why)));
                    }
                    may_repeat = false;
                }
                Ok((outcome, Some(Failure::Statement(why)), open)) => {
                    open.keep();
                    return outcome.and(Err(DbError::Swallowed(why)));
                }
                Ok((outcome, None, open)) => {
                    open.keep();
                    return outcome;
                }
            }
        }
    }
}
