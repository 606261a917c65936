//! PostgreSQL: its connections for requests, background work and the feed, and its units of work.

use std::{io::ErrorKind, ops::Deref, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{
    Executor as _, PgPool,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    absence::Absence,
    failure::{is_dead, late},
    lost::Lost,
    patience::{self, Late, PATIENCE, Purpose, answer, by},
    pools::Pools,
    transaction::Open,
    unit::{Connection, Ended, Failure, Tx, Unit, db_error},
    waiting::Asking,
};

/// The time that background work waits for a connection: jobs share them. Shorter than the time
/// limit of a job, so that the reason is logged.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(15);

/// The time limit of a statement of a request or a unit of work, and of a pause inside a unit.
/// `LOOK_BACK` of the feed (60 s) is three times this limit; a unit that takes longer could commit
/// lines that readers have passed.
const STATEMENT: &str = "20s";
/// The time limit of a read-only statement of background work, such as the count of a log of a
/// hundred million events.
const REPORT: &str = "600s";

/// The time without a connection after which the reason is looked up.
const WHY_AFTER: Duration = Duration::from_millis(500);

/// The pause before the next look for the socket of a starting server.
const SOCKET_AGAIN: Duration = Duration::from_millis(50);

/// The connections of a process, with `requests` as the primary pool.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    pools: Pools<sqlx::Postgres>,
    /// The location of the database for messages.
    place: String,
    lost: Lost,
    absence: Absence,
}

impl Deref for Postgres {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.0.pools.requests
    }
}

impl Postgres {
    /// Creates pools that connect on demand; `connections` is the maximum for requests.
    pub(super) fn new(options: PgConnectOptions, connections: u32, place: String) -> Self {
        let lost = Lost::default();
        let pools = Pools::new(connections, |most, purpose| {
            let (patience, statement) = match purpose {
                Purpose::Job => (BACKGROUND_PATIENCE, STATEMENT),
                Purpose::Report => (BACKGROUND_PATIENCE, REPORT),
                Purpose::Request | Purpose::Feed | Purpose::Follow => (PATIENCE, STATEMENT),
            };
            let timeouts = [
                ("statement_timeout", statement),
                ("idle_in_transaction_session_timeout", STATEMENT),
            ];
            let lost = lost.clone();
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(patience)
                .test_before_acquire(false)
                .before_acquire(move |connection, rest| {
                    let lost = lost.clone();
                    async move { Ok(lost.is_usable(connection, rest).await) }.boxed()
                })
                .connect_lazy_with(options.clone().options(timeouts))
        });
        Self(Arc::new(Inner { pools, place, lost, absence: Absence::new(options) }))
    }

    /// The location of the database for messages.
    pub(super) fn place(&self) -> &str {
        &self.0.place
    }

    /// The number of open connections, and the number of idle ones.
    pub(super) fn count(&self) -> (usize, usize) {
        self.0.pools.count()
    }

    /// Closes all connections once they are free.
    pub(super) async fn close(&self) {
        self.0.pools.close().await;
    }

    /// A connection from the pool of the current task.
    pub(super) async fn take(&self) -> Result<Open, sqlx::Error> {
        let taken = self.take_for(patience::purpose(), patience::deadline());
        patience::spend(taken).await
    }

    /// Takes a connection from a pool. Boxed: the driver's future is too large for a deep stack.
    pub(super) fn take_for(
        &self,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) -> BoxFuture<'_, Result<Open, sqlx::Error>> {
        self.take_of(purpose, deadline).boxed()
    }

    async fn take_of(
        &self,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) -> Result<Open, sqlx::Error> {
        let pool = self.0.pools.of(purpose);
        let mut all_in_use = None;
        let taken = by(deadline, async {
            let mut taking = Box::pin(acquire(pool));
            if let Ok(taken) = timeout(WHY_AFTER, &mut taking).await {
                return taken;
            }
            // The pool retries until its timeout and does not report the errors that it saw.
            tokio::select! {
                biased;
                taken = &mut taking => return taken,
                () = self.0.absence.ask() => {}
            }
            let most = pool.options().get_max_connections();
            all_in_use = Some(format!("all of its {most} connections are in use"));
            taking.await
        });
        match taken.await {
            Ok(Err(sqlx::Error::PoolTimedOut)) | Err(Late) => {
                let otherwise = all_in_use.as_deref();
                Err(late(self.why(otherwise.unwrap_or("no connection became free in time"))))
            }
            Ok(taken) => taken.map(|taken| Open::new(taken, self.0.lost.clone())),
        }
    }

    /// The reason for a delay: a recent failed connection, or else `otherwise`.
    pub(super) fn why(&self, otherwise: &str) -> String {
        self.0.absence.or(otherwise)
    }

    pub(super) fn late(&self) -> sqlx::Error {
        late(self.why("no answer in time"))
    }

    /// Records that a connection was closed.
    pub(super) fn note_dead(&self) {
        self.0.lost.note_dead();
    }

    /// Checks the result of a read. A failed connection is not used again. Returns the error to
    /// report, or none if the read may be repeated once.
    pub(super) fn judge<T>(
        &self,
        open: Open,
        outcome: Result<Result<T, sqlx::Error>, Late>,
        may_repeat: bool,
    ) -> Option<Result<T, sqlx::Error>> {
        match outcome {
            Ok(Err(error)) if is_dead(&error) => {
                self.note_dead();
                (!may_repeat).then_some(Err(error))
            }
            Ok(outcome) => {
                open.keep();
                Some(outcome)
            }
            Err(Late) => Some(Err(self.late())),
        }
    }

    /// Runs a unit in a transaction and replies to it. A unit that exceeds its patience is rolled
    /// back; a commit that has begun is not interrupted.
    pub(super) async fn undertake(
        self,
        purpose: Purpose,
        deadline: Option<Instant>,
        mut unit: Box<dyn Unit>,
    ) {
        let _asking = Asking::begin();
        let begun = patience::by(deadline, async {
            let mut open = self.begin(purpose, deadline).await?;
            let mut tx = Tx::new(Connection::Postgres(&mut open.connection), self.place());
            let ended = unit.run(&mut tx).await;
            Ok((tx.failure(), ended, open))
        });
        let committed = match begun.await.unwrap_or_else(|Late| Err(self.late())) {
            Err(error) => Err(error),
            Ok((None, Ended::Keep, open)) => open.end("commit").await,
            Ok((None, Ended::Undo, open)) => {
                open.undo().await;
                Ok(())
            }
            Ok((Some(failure), _, open)) => {
                match failure {
                    // The connection is closed, which rolls back the transaction.
                    Failure::Outage(_) => self.note_dead(),
                    Failure::Statement(_) => open.undo().await,
                }
                unit.fail(failure);
                Ok(())
            }
        };
        unit.answer(committed.map_err(|error| db_error(self.place(), error)));
    }

    /// Begins a transaction; retries once on another connection if the first was dead, because
    /// nothing was executed yet.
    async fn begin(
        &self,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) -> Result<Open, sqlx::Error> {
        let mut may_repeat = true;
        loop {
            let mut open = self.take_for(purpose, deadline).await?;
            // Reads of this purpose may take longer.
            let begin = match purpose {
                Purpose::Report => "begin; set local statement_timeout = '20s'",
                Purpose::Request | Purpose::Job | Purpose::Feed | Purpose::Follow => "begin",
            };
            let begun = answer(open.connection.execute(begin)).await;
            match begun.unwrap_or_else(|Late| Err(self.late())) {
                Ok(_) => return Ok(open),
                Err(error) if is_dead(&error) && may_repeat => {
                    self.note_dead();
                    may_repeat = false;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Acquires a connection. While a server restarts, its port refuses connections, which the pool
/// retries, and its socket is missing, which the pool does not retry.
async fn acquire(pool: &PgPool) -> Result<PoolConnection<sqlx::Postgres>, sqlx::Error> {
    let taken = pool.acquire().await;
    if !is_socket_missing(pool, &taken) {
        return taken;
    }
    let again = async {
        loop {
            sleep(SOCKET_AGAIN).await;
            let taken = pool.acquire().await;
            if !is_socket_missing(pool, &taken) {
                return taken;
            }
        }
    };
    let taken = timeout(pool.options().get_acquire_timeout(), again).await;
    taken.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Whether the server is reached by a socket and that socket is missing; a missing TLS certificate
/// gives the same kind of error.
fn is_socket_missing<T>(pool: &PgPool, taken: &Result<T, sqlx::Error>) -> bool {
    let Err(sqlx::Error::Io(error)) = taken else { return false };
    let options = pool.connect_options();
    error.kind() == ErrorKind::NotFound
        && (options.get_socket().is_some() || options.get_host().starts_with('/'))
}
