//! The connections of a process, apart by what they are for: no use keeps another one waiting.

use sqlx::{Database, Pool};

use super::patience::Purpose;

/// How many connections jobs have.
const JOBS: u32 = 3;
/// How many commands and reports have.
const REPORTS: u32 = 2;
/// How many the reading of the feed has, and how many the reading of what the feed says has changed.
const ALONE: u32 = 1;

/// A pool for each purpose.
#[derive(Debug)]
pub struct Pools<D: Database> {
    /// Those of requests.
    pub requests: Pool<D>,
    jobs: Pool<D>,
    reports: Pool<D>,
    feed: Pool<D>,
    follow: Pool<D>,
}

// Derived, it would ask the database to be cloned.
impl<D: Database> Clone for Pools<D> {
    fn clone(&self) -> Self {
        let Self { requests, jobs, reports, feed, follow } = self;
        let [requests, jobs, reports, feed, follow] =
            [requests, jobs, reports, feed, follow].map(Pool::clone);
        Self { requests, jobs, reports, feed, follow }
    }
}

impl<D: Database> Pools<D> {
    /// Pools by their size and purpose; `connections` at most for requests.
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

    /// How many connections are open, and how many of them are idle.
    pub(super) fn count(&self) -> (usize, usize) {
        let sizes = self.all().map(|pool| (pool.size() as usize, pool.num_idle()));
        sizes.iter().fold((0, 0), |(size, idle), (more, more_idle)| (size + more, idle + more_idle))
    }

    /// Closes all to new work at once, and their connections in turn, when they are free.
    pub(super) async fn close(&self) {
        for closing in self.all().map(Pool::close) {
            closing.await;
        }
    }

    fn all(&self) -> [&Pool<D>; 5] {
        [&self.requests, &self.jobs, &self.reports, &self.feed, &self.follow]
    }
}
