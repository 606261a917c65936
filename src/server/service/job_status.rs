//! The background jobs of this process, and what each did last. Readiness and metrics read it.

use std::{sync::Arc, time::Duration};

use parking_lot::{Mutex, RwLock};

use crate::server::clock::Clock;

/// How many pauses may pass without a success before a job is late.
const PAUSES: u32 = 5;
/// No job is late before this.
const LATE_MIN: Duration = Duration::from_secs(10);
/// How often the log says that a job still fails, in milliseconds.
const AGAIN_MS: i64 = 60_000;

/// All jobs that run in this process; none in one that only runs a command.
#[derive(Default)]
pub struct Jobs(RwLock<Vec<Arc<JobStatus>>>);

/// What a job promises.
#[derive(Clone, Copy, Debug)]
pub struct JobSpec {
    /// Its name in log, readiness and metrics.
    pub name: &'static str,
    /// The pause between two turns.
    pub every: Duration,
    /// The pause after a turn that failed.
    pub again: Duration,
    /// How long a turn may take.
    pub within: Duration,
    /// Whether a process without it must not serve.
    pub is_vital: bool,
}

impl JobSpec {
    /// After how long without a success the job is late.
    pub fn late_after(self) -> Duration {
        (self.within + self.every.max(self.again) * PAUSES).max(LATE_MIN)
    }
}

/// The turns of a job.
pub struct JobStatus {
    /// What it promises.
    pub spec: JobSpec,
    /// When it was begun, by [`Clock::steady_ms`].
    begun_ms: i64,
    last: Mutex<Last>,
}

/// What was seen of a job.
#[derive(Clone, Debug, Default)]
pub struct Last {
    /// When it succeeded, Unix milliseconds.
    pub success_ms: Option<i64>,
    /// How long the turn took that ended last.
    pub took: Duration,
    /// Why the last turn failed, if it did.
    pub error: Option<String>,
    /// How many turns succeeded.
    pub successes: u64,
    /// How many turns failed.
    pub failures: u64,
    /// When it succeeded, and when the log said that it fails, by [`Clock::steady_ms`].
    steady_ms: Option<i64>,
    said_ms: Option<i64>,
    in_a_row: u64,
}

impl Jobs {
    /// A job that begins now.
    pub fn begin(&self, spec: JobSpec, clock: &Clock) -> Arc<JobStatus> {
        let turns =
            Arc::new(JobStatus { spec, begun_ms: clock.steady_ms(), last: Mutex::default() });
        self.0.write().push(turns.clone());
        turns
    }

    /// All of them, in the order in which they began.
    pub fn all(&self) -> Vec<Arc<JobStatus>> {
        self.0.read().clone()
    }
}

impl JobStatus {
    /// What was seen of it.
    pub fn last(&self) -> Last {
        self.last.lock().clone()
    }

    /// Notes a turn that succeeded.
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

    /// Notes a turn that failed, and says so in the log: the first of a row, each other error, and once a minute.
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

    /// For how long there was no success, where that is too long.
    pub fn late_for(&self, clock: &Clock) -> Option<Duration> {
        let since_ms = self.last.lock().steady_ms.unwrap_or(self.begun_ms);
        let without = Duration::from_millis(clock.steady_ms().abs_diff(since_ms));
        (without > self.spec.late_after()).then_some(without)
    }
}
