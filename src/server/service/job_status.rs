//! Status of the background jobs of this process, for readiness and metrics.

use std::{sync::Arc, time::Duration};

use parking_lot::{Mutex, RwLock};

use crate::server::clock::Clock;

/// Number of intervals without a success after which a job is late.
const PAUSES: u32 = 5;
/// Minimum time after which a job is late.
const LATE_MIN: Duration = Duration::from_secs(10);
/// Interval of repeated log messages about a failing job, in milliseconds.
const AGAIN_MS: i64 = 60_000;

/// The jobs of this process; none in a process that only runs a command.
#[derive(Default)]
pub struct Jobs(RwLock<Vec<Arc<JobStatus>>>);

/// Name and schedule of a job.
#[derive(Clone, Copy, Debug)]
pub struct JobSpec {
    /// Name in log, readiness and metrics.
    pub name: &'static str,
    /// Interval between two runs.
    pub every: Duration,
    /// Pause after a failed run.
    pub again: Duration,
    /// Time limit of a run.
    pub within: Duration,
    /// Whether a process without it must not serve.
    pub is_vital: bool,
}

impl JobSpec {
    /// Time without a success after which the job is late.
    pub fn late_after(self) -> Duration {
        (self.within + self.every.max(self.again) * PAUSES).max(LATE_MIN)
    }
}

/// The status of a job.
pub struct JobStatus {
    /// Name and schedule.
    pub spec: JobSpec,
    /// Start of the job, by [`Clock::steady_ms`].
    begun_ms: i64,
    last: Mutex<Last>,
}

/// The results of a job's runs.
#[derive(Clone, Debug, Default)]
pub struct Last {
    /// Time of the last success, in Unix milliseconds.
    pub success_ms: Option<i64>,
    /// Duration of the last run.
    pub took: Duration,
    /// Error of the last run, if it failed.
    pub error: Option<String>,
    /// Number of successful runs.
    pub successes: u64,
    /// Number of failed runs.
    pub failures: u64,
    /// Times of the last success and the last log message about a failure, by [`Clock::steady_ms`].
    steady_ms: Option<i64>,
    said_ms: Option<i64>,
    in_a_row: u64,
}

impl Jobs {
    /// Adds a job that starts now.
    pub fn begin(&self, spec: JobSpec, clock: &Clock) -> Arc<JobStatus> {
        let turns =
            Arc::new(JobStatus { spec, begun_ms: clock.steady_ms(), last: Mutex::default() });
        self.0.write().push(turns.clone());
        turns
    }

    /// All jobs, in the order of their start.
    pub fn all(&self) -> Vec<Arc<JobStatus>> {
        self.0.read().clone()
    }
}

impl JobStatus {
    /// The results so far.
    pub fn last(&self) -> Last {
        self.last.lock().clone()
    }

    /// Records a successful run.
    pub fn succeeded(&self, clock: &Clock, took: Duration) {
        let mut last = self.last.lock();
        let failures = std::mem::take(&mut last.in_a_row);
        let now_ms = clock.steady_ms();
        *last = Last {
            success_ms: Some(clock.now_ms()),
            steady_ms: Some(now_ms),
            took,
            error: None,
            successes: last.successes + 1,
            said_ms: None,
            ..*last
        };
        drop(last);
        if failures > 0 {
            tracing::info!(job = self.spec.name, failures, "the job works again");
        }
    }

    /// Records a failed run, and logs the first failure in a row, each new error, and one message a
    /// minute.
    pub fn failed(&self, clock: &Clock, took: Duration, error: String) {
        let mut last = self.last.lock();
        let now_ms = clock.steady_ms();
        let is_due = last.said_ms.is_none_or(|said_ms| now_ms - said_ms >= AGAIN_MS);
        let is_news = is_due || last.error.as_ref() != Some(&error);
        last.failures += 1;
        last.in_a_row += 1;
        last.took = took;
        last.error = Some(error.clone());
        let failures = last.in_a_row;
        if is_news {
            last.said_ms = Some(now_ms);
        }
        drop(last);
        if is_news {
            tracing::error!(job = self.spec.name, %error, failures, "the job failed");
        }
    }

    /// The time without a success, if the job is late.
    pub fn late_for(&self, clock: &Clock) -> Option<Duration> {
        let since_ms = self.last.lock().steady_ms.unwrap_or(self.begun_ms);
        let without = Duration::from_millis(clock.steady_ms().abs_diff(since_ms));
        (without > self.spec.late_after()).then_some(without)
    }
}
