//! Connections to PostgreSQL: for requests, for background work and for the feed; and its units of work.

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
    unit::{Connection, Ended, Failure, Tx, Unit, told},
    waiting::Asking,
};

/// How long background work waits for one of its connections: for jobs that take their turn. Less than a turn may take, so
/// that the reason is told.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(15);

/// The longest statement of a request or a unit of work, and the longest pause in a unit, each. `LOOK_BACK` of the feed (60 s)
/// is three of them together; a unit that takes longer could commit entries that readers have passed.
const STATEMENT: &str = "20s";
/// The longest statement of background work that only reads, such as counting a log of a hundred million events.
const REPORT: &str = "600s";

/// After how long without a connection the server is asked why.
const WHY_AFTER: Duration = Duration::from_millis(500);

/// How long it waits before it looks again for the socket of a server that starts.
const SOCKET_AGAIN: Duration = Duration::from_millis(50);

/// The connections of a process; it stands for those of requests.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    pools: Pools<sqlx::Postgres>,
    /// Where the database is, for people.
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
    /// Connections to be made when they are needed; `connections` at most for requests.
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

    /// Where the database is, for people.
    pub(super) fn place(&self) -> &str {
        &self.0.place
    }

    /// How many connections are open, and how many of them are idle.
    pub(super) fn count(&self) -> (usize, usize) {
        self.0.pools.count()
    }

    /// Closes all connections when they are free.
    pub(super) async fn close(&self) {
        self.0.pools.close().await;
    }

    /// A connection for what this task works for.
    pub(super) async fn take(&self) -> Result<Open, sqlx::Error> {
        let taken = self.take_for(patience::purpose(), patience::deadline());
        patience::spend(taken).await
    }

    /// In memory of its own: the driver's future of a connection is too large for the stack of a deep caller.
    fn take_for(
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
            // The pool tries again until its patience ends, and does not tell what it saw.
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

    /// Why something is late: no connection could be made a moment ago, or else what the caller saw.
    pub(super) fn why(&self, otherwise: &str) -> String {
        self.0.absence.or(otherwise)
    }

    fn late(&self) -> sqlx::Error {
        late(self.why("no answer in time"))
    }

    /// Looks at what a read has answered: a connection that failed is not used again. Answers what to say, or nothing if
    /// the read may be tried once more.
    pub(super) fn judge<T>(
        &self,
        open: Open,
        outcome: Result<Result<T, sqlx::Error>, Late>,
        may_repeat: bool,
    ) -> Option<Result<T, sqlx::Error>> {
        match outcome {
            Ok(Err(error)) if is_dead(&error) => {
                self.0.lost.note_dead();
                (!may_repeat).then_some(Err(error))
            }
            Ok(outcome) => {
                open.keep();
                Some(outcome)
            }
            Err(Late) => Some(Err(self.late())),
        }
    }

    /// Runs a unit in a transaction and answers it. A unit that is late is undone; once it is to be committed, nothing
    /// stops it.
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
                    // Closed, which undoes it.
                    Failure::Outage(_) => self.0.lost.note_dead(),
                    Failure::Statement(_) => open.undo().await,
                }
                unit.spoil(failure);
                Ok(())
            }
        };
        unit.answer(committed.map_err(|error| told(self.place(), error)));
    }

    /// Begins a transaction; once more on another connection if the first was dead, since nothing was asked of it yet.
    async fn begin(
        &self,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) -> Result<Open, sqlx::Error> {
        let mut may_repeat = true;
        loop {
            let mut open = self.take_for(purpose, deadline).await?;
            // Also where reads may take longer.
            let begin = match purpose {
                Purpose::Report => "begin; set local statement_timeout = '20s'",
                Purpose::Request | Purpose::Job | Purpose::Feed | Purpose::Follow => "begin",
            };
            let begun = answer(open.connection.execute(begin)).await;
            match begun.unwrap_or_else(|Late| Err(self.late())) {
                Ok(_) => return Ok(open),
                Err(error) if is_dead(&error) && may_repeat => {
                    self.0.lost.note_dead();
                    may_repeat = false;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// A connection of a pool. While a server starts again its port refuses, which the pool waits for, and its socket is
/// missing, which it does not.
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

/// Whether the server is reached by a socket, and that is not there: a missing certificate of TLS is not either.
fn is_socket_missing<T>(pool: &PgPool, taken: &Result<T, sqlx::Error>) -> bool {
    let Err(sqlx::Error::Io(error)) = taken else { return false };
    let options = pool.connect_options();
    error.kind() == ErrorKind::NotFound
        && (options.get_socket().is_some() || options.get_host().starts_with('/'))
}
