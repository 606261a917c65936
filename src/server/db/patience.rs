//! How long a request waits for the database in all, and on whose connections work is done.
//!
//! Work outside of a request, such as a job, a report or a command, has connections of its own: it cannot keep requests
//! waiting, however long it takes. Reading the feed has one more, because the guard answers 503 without it, and so has
//! reading what the feed says has changed.

use std::{cell::Cell, time::Duration};

use tokio::time::{Instant, timeout};

/// How long one request waits for the database in all: for connections, statements and second tries together. A
/// PostgreSQL that is started again is back within about four seconds; clients and proxies wait for ten or more.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The same for a question of readiness that has a connection: what takes as long is no fault yet. Where there is none for
/// the patience of a request, no request is served either.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);
/// The same for one reading of the feed, or of what it says has changed: less than their jobs may take, so that the reason
/// is told.
const FEED_PATIENCE: Duration = Duration::from_secs(4);
/// The same for a write that a request can do without.
const SPARE_PATIENCE: Duration = Duration::from_secs(1);
/// How long one statement waits for its answer, whatever it is part of: a little longer than PostgreSQL lets it run, because
/// a silent network gives no answer at all.
const ANSWER: Duration = Duration::from_secs(25);
/// The same for what commands and reports read.
const REPORT_ANSWER: Duration = Duration::from_secs(610);

/// Whose connections are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Requests.
    Request,
    /// Jobs.
    Job,
    /// Commands and reports.
    Report,
    /// Reading the feed.
    Feed,
    /// Reading what the feed says has changed.
    Follow,
}

struct Work {
    purpose: Purpose,
    /// What is left of the patience.
    left: Cell<Duration>,
}

tokio::task_local! {
    static WORK: Work;
}

/// Answers a request: all that it waits for the database together is limited. Tasks that it starts are not part of it.
pub async fn of_request<T>(request: impl Future<Output = T>) -> T {
    within(Purpose::Request, PATIENCE, request).await
}

/// Asks whether requests can be served: as they ask, with more patience.
pub async fn of_probe<T>(question: impl Future<Output = T>) -> T {
    within(Purpose::Request, PROBE_PATIENCE, question).await
}

/// Does a job, which may wait for so long.
pub async fn of_job<T>(patience: Duration, job: impl Future<Output = T>) -> T {
    within(Purpose::Job, patience, Box::pin(job)).await
}

/// Reads the feed, on a connection that nothing else uses.
pub async fn of_feed<T>(reading: impl Future<Output = T>) -> T {
    // In memory of its own: the future of a connection is large, and a job is deep already.
    within(Purpose::Feed, FEED_PATIENCE, Box::pin(reading)).await
}

/// Reads what the feed says has changed, on a connection that nothing but such readings uses.
pub async fn of_follow<T>(reading: impl Future<Output = T>) -> T {
    within(Purpose::Follow, FEED_PATIENCE, Box::pin(reading)).await
}

/// A task of its own on the connections of the one that starts it, with as much patience as that has left.
pub fn of_same<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let limits = WORK.try_with(|work| (work.purpose, work.left.get())).ok();
    async move {
        match limits {
            Some((purpose, left)) => within(purpose, left, work).await,
            None => work.await,
        }
    }
}

/// Does what a request can do without, and gives up soon, so that the request has time left for what it is asked for.
pub async fn of_spare<T>(work: impl Future<Output = T>) -> T {
    let patience = left().map_or(SPARE_PATIENCE, |left| left.min(SPARE_PATIENCE));
    spend(within(purpose(), patience, work)).await
}

async fn within<T>(purpose: Purpose, patience: Duration, work: impl Future<Output = T>) -> T {
    WORK.scope(Work { purpose, left: Cell::new(patience) }, work).await
}

/// What this task works for.
pub(super) fn purpose() -> Purpose {
    WORK.try_with(|work| work.purpose).unwrap_or(Purpose::Report)
}

/// How long this task may still wait, if there is a limit.
fn left() -> Option<Duration> {
    WORK.try_with(|work| work.left.get()).ok()
}

/// Until when this task may wait, if there is a limit.
pub(super) fn deadline() -> Option<Instant> {
    left().map(|left| Instant::now() + left)
}

/// The patience is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Late;

/// Waits, and takes the time from the patience.
pub(super) async fn wait<T>(work: impl Future<Output = T>) -> Result<T, Late> {
    let Some(left) = left() else {
        return Ok(work.await);
    };
    spend(timeout(left, work)).await.map_err(|_| Late)
}

/// Waits for work that keeps the deadline by itself, and takes the time from the patience.
pub(super) async fn spend<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    // Without the scope nothing is limited.
    let _noted = WORK.try_with(|work| {
        work.left.set(work.left.get().saturating_sub(began.elapsed()));
    });
    done
}

/// Waits for the answer to a statement of a unit.
pub(super) async fn answer<T>(statement: impl Future<Output = T>) -> Result<T, Late> {
    timeout(ANSWER, statement).await.map_err(|_| Late)
}

/// Waits for the answer to a read.
pub(super) async fn read<T>(statement: impl Future<Output = T>) -> Result<T, Late> {
    let most = if purpose() == Purpose::Report { REPORT_ANSWER } else { ANSWER };
    wait(timeout(most, statement)).await?.map_err(|_| Late)
}

/// Waits until a moment, if there is one.
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
            // Nothing is left for what comes after it.
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
