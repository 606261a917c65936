//! Connections to PostgreSQL: for requests, for background work and for the feed; and its units of work.

use std::{ops::Deref, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, timeout};

use super::{
    failure::{is_dead, late, plain},
    patience::{self, Late, PATIENCE, Purpose},
    transaction::Open,
    unit::{Connection, Ended, Failure, Tx, Unit, told},
    waiting::Asking,
};

/// How many connections background work has.
const BACKGROUND: u32 = 3;
/// How many the reading of the feed has.
const FEED: u32 = 1;
/// How long background work waits for one of its connections: for jobs that take their turn.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(30);

/// The longest statement of a request or a unit of work, and the longest pause in a unit. Below `LOOK_BACK` (60 s) of the
/// feed: a longer transaction could commit entries that readers have passed.
const STATEMENT: &str = "20s";
/// The longest statement of background work that only reads, such as counting a log of a hundred million events.
const REPORT: &str = "600s";

/// After how long without use a connection is asked whether it is alive before it is used: not each time,
/// which would be a second way to the database and back for every read.
const ASKED_AFTER: Duration = Duration::from_secs(1);
/// How long that answer may take: a proxy that forgot a connection answers nothing.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);
/// After how long without a connection the server is asked why.
const WHY_AFTER: Duration = Duration::from_millis(500);
/// For how long that reason is told again without asking.
const WHY_FOR: Duration = Duration::from_secs(1);

/// The connections of a process; it stands for those of requests.
#[derive(Clone)]
pub struct Postgres(Arc<Pools>);

struct Pools {
    requests: PgPool,
    background: PgPool,
    feed: PgPool,
    options: PgConnectOptions,
    /// Where the database is, for people.
    place: String,
    /// When a connection was found dead last.
    died: Arc<Mutex<Option<Instant>>>,
    why: tokio::sync::Mutex<Option<(Instant, String)>>,
}

impl Deref for Postgres {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.0.requests
    }
}

impl Postgres {
    /// Connections to be made when they are needed; `connections` at most for requests.
    pub(super) fn new(options: PgConnectOptions, connections: u32, place: String) -> Self {
        let died: Arc<Mutex<Option<Instant>>> = Arc::default();
        let pool = |most: u32, patience: Duration, statement: &str| {
            let died = Arc::clone(&died);
            let timeouts = [
                ("statement_timeout", statement),
                ("idle_in_transaction_session_timeout", STATEMENT),
            ];
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(patience)
                .test_before_acquire(false)
                .before_acquire(move |connection, meta| {
                    // After one has died, all that rest since before are asked.
                    let died = *died.lock();
                    let is_suspect = died.is_some_and(|died| meta.idle_for >= died.elapsed());
                    async move {
                        if is_suspect || meta.idle_for >= ASKED_AFTER {
                            let answer = timeout(ANSWERS_WITHIN, connection.ping()).await;
                            return Ok(answer.map_err(|_| late("no answer"))?.is_ok());
                        }
                        Ok(true)
                    }
                    .boxed()
                })
                .connect_lazy_with(options.clone().options(timeouts))
        };
        Self(Arc::new(Pools {
            requests: pool(connections, PATIENCE, STATEMENT),
            background: pool(BACKGROUND, BACKGROUND_PATIENCE, REPORT),
            feed: pool(FEED, PATIENCE, STATEMENT),
            options,
            place,
            died,
            why: tokio::sync::Mutex::default(),
        }))
    }

    /// Where the database is, for people.
    pub(super) fn place(&self) -> &str {
        &self.0.place
    }

    /// How many connections are open, and how many of them are idle.
    pub(super) fn count(&self) -> (u32, usize) {
        let Pools { requests, background, feed, .. } = &*self.0;
        let pools = [requests, background, feed];
        (pools.iter().map(|pool| pool.size()).sum(), pools.iter().map(|pool| pool.num_idle()).sum())
    }

    /// Closes all connections when they are free.
    pub(super) async fn close(&self) {
        let Pools { requests, background, feed, .. } = &*self.0;
        futures::join!(requests.close(), background.close(), feed.close());
    }

    /// A connection for what this task works for.
    pub(super) async fn take(&self) -> Result<PoolConnection<sqlx::Postgres>, sqlx::Error> {
        let taken = patience::wait(self.take_for(patience::purpose())).await;
        taken.unwrap_or_else(|Late| Err(late("no connection became free in time")))
    }

    /// In memory of its own: the driver's future of a connection is too large for the stack of a deep caller.
    fn take_for(
        &self,
        purpose: Purpose,
    ) -> BoxFuture<'_, Result<PoolConnection<sqlx::Postgres>, sqlx::Error>> {
        self.take_of(purpose).boxed()
    }

    async fn take_of(
        &self,
        purpose: Purpose,
    ) -> Result<PoolConnection<sqlx::Postgres>, sqlx::Error> {
        let pool = match purpose {
            Purpose::Request => &self.0.requests,
            Purpose::Background => &self.0.background,
            Purpose::Feed => &self.0.feed,
        };
        let mut taking = Box::pin(pool.acquire());
        if let Ok(taken) = timeout(WHY_AFTER, &mut taking).await {
            return taken;
        }
        // The pool tries again until its patience ends, and does not tell what it saw.
        let why = tokio::select! {
            biased;
            taken = &mut taking => return taken,
            why = self.why() => why,
        };
        match taking.await {
            Err(sqlx::Error::PoolTimedOut) => Err(late(why)),
            taken => taken,
        }
    }

    /// Why there is no connection; one asks at a time, on behalf of all that wait.
    async fn why(&self) -> String {
        let mut why = self.0.why.lock().await;
        if let Some((at, why)) = &*why
            && at.elapsed() < WHY_FOR
        {
            return why.clone();
        }
        let told = match connect(&self.0.options).await {
            Ok(connection) => {
                drop(connection.close().await);
                format!("all of its {} connections are in use", self.0.requests.size())
            }
            Err(error) => plain(&error),
        };
        *why = Some((Instant::now(), told.clone()));
        told
    }

    /// Looks at what a read has answered: a connection that failed is not used again. Answers what to say, or nothing if
    /// the read may be tried once more.
    pub(super) fn judge<T>(
        &self,
        mut connection: PoolConnection<sqlx::Postgres>,
        outcome: Result<Result<T, sqlx::Error>, Late>,
        may_repeat: bool,
    ) -> Option<Result<T, sqlx::Error>> {
        match outcome {
            Ok(Err(error)) if is_dead(&error) => {
                connection.close_on_drop();
                self.note_death();
                (!may_repeat).then_some(Err(error))
            }
            Ok(outcome) => Some(outcome),
            Err(Late) => {
                // It may still wait for the answer to the statement.
                connection.close_on_drop();
                Some(Err(late("no answer in time")))
            }
        }
    }

    fn note_death(&self) {
        *self.0.died.lock() = Some(Instant::now());
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
            let mut open = self.begin(purpose).await?;
            let mut tx = Tx::new(Connection::Postgres(&mut open.connection), self.place());
            let ended = unit.run(&mut tx).await;
            Ok((tx.failure(), ended, open))
        });
        let committed = match begun.await.unwrap_or_else(|Late| Err(late("no answer in time"))) {
            Err(error) => Err(error),
            Ok((None, Ended::Keep, open)) => open.end("commit").await,
            Ok((None, Ended::Undo, open)) => {
                open.undo().await;
                Ok(())
            }
            Ok((Some(failure), _, open)) => {
                match failure {
                    // Closed, which undoes it.
                    Failure::Outage(_) => self.note_death(),
                    Failure::Statement(_) => open.undo().await,
                }
                unit.spoil(failure);
                Ok(())
            }
        };
        unit.answer(committed.map_err(|error| told(self.place(), error)));
    }

    /// Begins a transaction; once more on another connection if the first was dead, since nothing was asked of it yet.
    async fn begin(&self, purpose: Purpose) -> Result<Open, sqlx::Error> {
        let mut may_repeat = true;
        loop {
            let mut open = Open::new(self.take_for(purpose).await?);
            // Also where reads may take longer.
            let begin = match purpose {
                Purpose::Background => "begin; set local statement_timeout = '20s'",
                Purpose::Request | Purpose::Feed => "begin",
            };
            match open.connection.execute(begin).await {
                Ok(_) => return Ok(open),
                Err(error) if is_dead(&error) && may_repeat => {
                    self.note_death();
                    may_repeat = false;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// A connection to PostgreSQL, or why there is none, within the patience of a request.
///
/// # Errors
/// The reason; no answer in time.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let connected = timeout(PATIENCE, PgConnection::connect_with(options)).await;
    let silent = || late(format!("no answer within {} seconds", PATIENCE.as_secs()));
    connected.unwrap_or_else(|_| Err(silent()))
}
