//! Connections to PostgreSQL: for requests, for background work and for the feed; and its units of work.

use std::{ops::Deref, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use sqlx::{
    Connection as _, Executor as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, timeout};

pub(super) use super::absence::connect;
use super::{
    absence::Absence,
    failure::{is_dead, late},
    patience::{self, Late, PATIENCE, Purpose, answer, by},
    transaction::Open,
    unit::{Connection, Ended, Failure, Tx, Unit, told},
    waiting::Asking,
};

/// How many connections background work has.
const BACKGROUND: u32 = 3;
/// How many the reading of the feed has.
const FEED: u32 = 1;
/// How long background work waits for one of its connections: for jobs that take their turn.
/// Less than a turn may take,
/// so that the reason is told.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(15);

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

/// The connections of a process; it stands for those of requests.
#[derive(Clone)]
pub struct Postgres(Arc<Pools>);

struct Pools {
    requests: PgPool,
    background: PgPool,
    feed: PgPool,
    /// Where the database is, for people.
    place: String,
    lost: Arc<Mutex<Lost>>,
    absence: Absence,
}

/// When connections were lost last: those that rest since before are suspect.
#[derive(Default)]
struct Lost {
    /// One was found dead.
    dead: Option<Instant>,
    /// One answered nothing. To ask the others in turn would take as long for each.
    silent: Option<Instant>,
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
        let lost: Arc<Mutex<Lost>> = Arc::default();
        let pool = |most: u32, patience: Duration, statement: &str| {
            let lost = Arc::clone(&lost);
            let timeouts = [
                ("statement_timeout", statement),
                ("idle_in_transaction_session_timeout", STATEMENT),
            ];
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(patience)
                .test_before_acquire(false)
                .before_acquire(move |connection, meta| {
                    let rests_since = |then: &Instant| meta.idle_for >= then.elapsed();
                    let (is_silent, is_suspect) = {
                        let lost = lost.lock();
                        let [silent, dead] = [&lost.silent, &lost.dead];
                        (
                            silent.as_ref().is_some_and(rests_since),
                            dead.as_ref().is_some_and(rests_since),
                        )
                    };
                    let lost = Arc::clone(&lost);
                    async move {
                        if is_silent {
                            return Ok(false);
                        }
                        if is_suspect || meta.idle_for >= ASKED_AFTER {
                            let asked = Instant::now();
                            let Ok(answer) = timeout(ANSWERS_WITHIN, connection.ping()).await
                            else {
                                lost.lock().silent = Some(asked);
                                return Ok(false);
                            };
                            return Ok(answer.is_ok());
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
            place,
            lost,
            absence: Absence::new(options),
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
        let pool = match purpose {
            Purpose::Request => &self.0.requests,
            Purpose::Background => &self.0.background,
            Purpose::Feed => &self.0.feed,
        };
        let mut all_in_use = None;
        let taken = by(deadline, async {
            let mut taking = Box::pin(pool.acquire());
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
            Ok(taken) => taken.map(Open::new),
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
                self.note_death();
                (!may_repeat).then_some(Err(error))
            }
            Ok(outcome) => {
                open.keep();
                Some(outcome)
            }
            Err(Late) => Some(Err(self.late())),
        }
    }

    fn note_death(&self) {
        self.0.lost.lock().dead = Some(Instant::now());
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
                Purpose::Background => "begin; set local statement_timeout = '20s'",
                Purpose::Request | Purpose::Feed => "begin",
            };
            let begun = answer(open.connection.execute(begin)).await;
            match begun.unwrap_or_else(|Late| Err(self.late())) {
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
