//! The time that a request may wait for the database, and the connection pool that each kind of
//! work uses.
//!
//! Background work, such as a job, a report or a command, has a pool of its own and cannot keep
//! requests waiting, however long it takes. The reader of the feed has one more, because the guard
//! answers 503 without it; so has the reader of the rows that the feed names.

use std::{cell::Cell, time::Duration};

use tokio::time::{Instant, timeout};

/// The total time that one request waits for the database: connections, statements and retries
/// together. A PostgreSQL that restarts is back within about four seconds; clients and proxies wait
/// for ten or more.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The patience of a readiness probe that has a connection: a slower answer is not a fault yet.
/// Without a connection within the patience of a request, no request is served either.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);
/// The patience of one read of the feed, or of the rows that it names: shorter than the time limits
/// of their jobs, so that the reason is logged.
const FEED_PATIENCE: Duration = Duration::from_secs(4);
/// The patience of a write that a request can do without.
const SPARE_PATIENCE: Duration = Duration::from_secs(1);
/// The time limit of one statement: a little longer than PostgreSQL's own limit, because a silent
/// network gives no answer at all.
const ANSWER: Duration = Duration::from_secs(25);
/// The time limit of a statement of commands and reports.
const REPORT_ANSWER: Duration = Duration::from_secs(610);

/// The kind of work, which selects the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Requests.
    Request,
    /// Jobs.
    Job,
    /// Commands and reports.
    Report,
    /// Reads of the feed.
    Feed,
    /// Reads of the rows that the feed names.
    Follow,
}

struct Work {
    purpose: Purpose,
    /// The rest of the patience.
    left: Cell<Duration>,
}

tokio::task_local! {
    static WORK: Work;
}

/// Runs a request, whose total wait for the database is limited. Tasks that it starts are not
/// included.
pub fn of_request<T>(request: impl Future<Output = T>) -> impl Future<Output = T> {
    within(Purpose::Request, PATIENCE, request)
}

/// Runs a readiness probe on the connections of requests, with more patience.
pub async fn of_probe<T>(question: impl Future<Output = T>) -> T {
    within(Purpose::Request, PROBE_PATIENCE, question).await
}

/// Runs a job with the given patience.
pub async fn of_job<T>(patience: Duration, job: impl Future<Output = T>) -> T {
    within(Purpose::Job, patience, Box::pin(job)).await
}

/// Reads the feed, on a connection reserved for it.
pub async fn of_feed<T>(reading: impl Future<Output = T>) -> T {
    // Boxed: the future of a connection is large, and the stack of a job is deep already.
    within(Purpose::Feed, FEED_PATIENCE, Box::pin(reading)).await
}

/// Reads the rows that the feed names, on a connection reserved for such reads.
pub async fn of_follow<T>(reading: impl Future<Output = T>) -> T {
    within(Purpose::Follow, FEED_PATIENCE, Box::pin(reading)).await
}

/// Wraps a new task so that it uses the pool and the remaining patience of its creator.
pub fn of_same<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let limits = WORK.try_with(|work| (work.purpose, work.left.get())).ok();
    async move {
        match limits {
            Some((purpose, left)) => within(purpose, left, work).await,
            None => work.await,
        }
    }
}

/// Runs work that a request can do without, with a short time limit, so that the request has time
/// left.
pub async fn of_spare<T>(work: impl Future<Output = T>) -> T {
    let patience = left().map_or(SPARE_PATIENCE, |left| left.min(SPARE_PATIENCE));
    spend(within(purpose(), patience, work)).await
}

fn within<T>(
    purpose: Purpose,
    patience: Duration,
    work: impl Future<Output = T>,
) -> impl Future<Output = T> {
    // No `async fn`, which would have room for `work` twice.
    WORK.scope(Work { purpose, left: Cell::new(patience) }, work)
}

/// The purpose of the current task.
pub(super) fn purpose() -> Purpose {
    WORK.try_with(|work| work.purpose).unwrap_or(Purpose::Report)
}

/// The remaining time of the current task, if it is limited.
fn left() -> Option<Duration> {
    WORK.try_with(|work| work.left.get()).ok()
}

/// The deadline of the current task, if it is limited.
pub(super) fn deadline() -> Option<Instant> {
    left().map(|left| Instant::now() + left)
}

/// The patience has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Late;

/// Waits for `work`, and subtracts the time from the patience.
pub(super) async fn wait<T>(work: impl Future<Output = T>) -> Result<T, Late> {
    let Some(left) = left() else {
        return Ok(work.await);
    };
    spend(timeout(left, work)).await.map_err(|_| Late)
}

/// Waits for `work` that keeps the deadline by itself, and subtracts the time from the patience.
pub(super) async fn spend<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    // Outside of the scope nothing is limited.
    let _noted = WORK.try_with(|work| {
        work.left.set(work.left.get().saturating_sub(began.elapsed()));
    });
    done
}

/// Waits for the answer to a statement of a unit of work.
pub(super) async fn answer<T>(statement: impl Future<Output = T>) -> Result<T, Late> {
    timeout(ANSWER, statement).await.map_err(|_| Late)
}

/// Waits for the answer to a read.
pub(super) async fn read<T>(statement: impl Future<Output = T>) -> Result<T, Late> {
    let most = if purpose() == Purpose::Report { REPORT_ANSWER } else { ANSWER };
    wait(timeout(most, statement)).await?.map_err(|_| Late)
}

/// Waits until a deadline, if there is one.
pub(super) async fn by<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = T>,
) -> Result<T, Late> {
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, work).await.map_err(|_| Late),
        None => Ok(work.await),
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn all_waits_of_a_request_share_one_patience() {
        let request = async {
            assert_eq!(wait(ready(1)).await, Ok(1));
            assert!(left().is_some_and(|left| left > Duration::ZERO));
            assert_eq!(wait(pending::<()>()).await, Err(Late));
            // No time is left for later statements.
            assert_eq!(left(), Some(Duration::ZERO));
            assert!(deadline().is_some_and(|deadline| deadline <= Instant::now()));
            assert_eq!(wait(pending::<()>()).await, Err(Late));
        };
        within(Purpose::Request, Duration::from_millis(20), request).await;
    }

    #[tokio::test]
    async fn what_a_request_can_do_without_leaves_it_the_rest() {
        of_request(async {
            assert_eq!(of_spare(async { left() }).await, Some(SPARE_PATIENCE));
            assert!(left().is_some_and(|left| left > PATIENCE - SPARE_PATIENCE));
        })
        .await;
        let request = async {
            assert_eq!(of_spare(wait(pending::<()>())).await, Err(Late));
            assert_eq!(left(), Some(Duration::ZERO));
        };
        within(Purpose::Request, Duration::from_millis(20), request).await;
    }

    #[tokio::test]
    async fn other_work_has_no_limit() {
        assert_eq!((purpose(), deadline()), (Purpose::Report, None));
        of_feed(async { assert_eq!((purpose(), left()), (Purpose::Feed, Some(FEED_PATIENCE))) })
            .await;
        // A task that a request starts.
        of_request(async {
            assert_eq!((purpose(), deadline().is_some()), (Purpose::Request, true));
            let task = tokio::spawn(async { (purpose(), deadline()) });
            assert_eq!(task.await.expect("ran"), (Purpose::Report, None));
            let task = tokio::spawn(of_same(async { (purpose(), left()) }));
            assert_eq!(task.await.expect("ran"), (Purpose::Request, left()));
        })
        .await;
    }
}
