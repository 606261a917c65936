//! A PostgreSQL connection that is reused only after its answer has arrived.

use sqlx::{Executor as _, Postgres, pool::PoolConnection};
use tokio::time::{Instant, timeout};

use super::{
    failure::late,
    lost::{ANSWERS_WITHIN, Lost},
    patience::{Late, PATIENCE, answer},
};

/// A connection with a statement or a transaction in progress. It is closed if it is dropped before
/// the end: the pool would wait for the answer, and a silent network gives none.
pub(super) struct Open {
    pub(super) connection: PoolConnection<Postgres>,
    is_over: bool,
    lost: Lost,
}

impl Open {
    /// Wraps a connection before its first statement.
    pub(super) fn new(connection: PoolConnection<Postgres>, lost: Lost) -> Self {
        Self { connection, is_over: false, lost }
    }

    /// Ends the transaction with this statement.
    pub(super) async fn end(mut self, how: &'static str) -> Result<(), sqlx::Error> {
        let ended = answer(self.connection.execute(how)).await;
        ended.unwrap_or_else(|Late| Err(late("no answer in time")))?;
        self.keep();
        Ok(())
    }

    /// Returns the connection to the pool after its answer has arrived.
    pub(super) fn keep(mut self) {
        self.is_over = true;
    }

    /// Rolls back. If that fails, the connection is closed, which has the same effect.
    pub(super) async fn undo(self) {
        drop(timeout(PATIENCE, self.end("rollback")).await);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.is_over {
            return self.connection.close_on_drop();
        }
        // The pool checks each returned connection, whose slot is occupied until it answers.
        let (back, lost, asked) =
            (self.connection.return_to_pool(), self.lost.clone(), Instant::now());
        tokio::spawn(async move {
            if timeout(ANSWERS_WITHIN, back).await.is_err() {
                lost.note_silent(asked);
            }
        });
    }
}
