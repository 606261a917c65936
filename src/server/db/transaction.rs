//! A transaction of PostgreSQL that does not outlive its connection.

use sqlx::{Executor as _, Postgres, pool::PoolConnection};
use tokio::time::timeout;

use super::patience::PATIENCE;

/// A connection in a transaction. It is closed if it is dropped before the end of that.
pub(super) struct Open {
    pub(super) connection: PoolConnection<Postgres>,
    is_over: bool,
}

impl Open {
    /// On this connection a transaction is about to be begun.
    pub(super) fn new(connection: PoolConnection<Postgres>) -> Self {
        Self { connection, is_over: false }
    }

    /// Ends it by this statement.
    pub(super) async fn end(mut self, how: &'static str) -> Result<(), sqlx::Error> {
        self.connection.execute(how).await?;
        self.is_over = true;
        Ok(())
    }

    /// Rolls back. Where that fails, the connection is closed, which has the same effect.
    pub(super) async fn undo(self) {
        drop(timeout(PATIENCE, self.end("rollback")).await);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}
