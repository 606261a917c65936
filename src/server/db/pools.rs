//! The connection pools of a process, one per purpose, so that no kind of work blocks another.

use sqlx::{Database, Pool};

use super::patience::Purpose;

/// Maximum number of connections for jobs.
const JOBS: u32 = 3;
/// Maximum number of connections for commands and reports.
const REPORTS: u32 = 2;
/// Maximum number of connections for reads of the feed, and for reads of the rows that it names.
const ALONE: u32 = 1;

/// A pool for each purpose.
#[derive(Debug)]
pub struct Pools<D: Database> {
    /// The pool of requests.
    pub requests: Pool<D>,
    jobs: Pool<D>,
    reports: Pool<D>,
    feed: Pool<D>,
    follow: Pool<D>,
}

// A derived `Clone` would require the database type to be `Clone`.
impl<D: Database> Clone for Pools<D> {
    fn clone(&self) -> Self {
        let Self { requests, jobs, reports, feed, follow } = self;
        let [requests, jobs, reports, feed, follow] =
            [requests, jobs, reports, feed, follow].map(Pool::clone);
        Self { requests, jobs, reports, feed, follow }
    }
}

impl<D: Database> Pools<D> {
    /// Creates the pools with `pool` by size and purpose; `connections` is the maximum for
    /// requests.
    pub(super) fn new(connections: u32, pool: impl Fn(u32, Purpose) -> Pool<D>) -> Self {
        Self {
            requests: pool(connections, Purpose::Request),
            jobs: pool(JOBS, Purpose::Job),
            reports: pool(REPORTS, Purpose::Report),
            feed: pool(ALONE, Purpose::Feed),
            follow: pool(ALONE, Purpose::Follow),
        }
    }

    /// The pool for a purpose.
    pub(super) fn of(&self, purpose: Purpose) -> &Pool<D> {
        match purpose {
            Purpose::Request => &self.requests,
            Purpose::Job => &self.jobs,
            Purpose::Report => &self.reports,
            Purpose::Feed => &self.feed,
            Purpose::Follow => &self.follow,
        }
    }

    /// The number of open connections, and the number of idle ones.
    pub(super) fn count(&self) -> (usize, usize) {
        let sizes = self.all().map(|pool| (pool.size() as usize, pool.num_idle()));
        sizes.iter().fold((0, 0), |(size, idle), (more, more_idle)| (size + more, idle + more_idle))
    }

    /// Closes all pools to new work at once, then waits until each connection is free and closes
    /// it.
    pub(super) async fn close(&self) {
        for closing in self.all().map(Pool::close) {
            closing.await;
        }
    }

    fn all(&self) -> [&Pool<D>; 5] {
        [&self.requests, &self.jobs, &self.reports, &self.feed, &self.follow]
    }
}
