use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

/// A gauge of seconds, or of a time in Unix seconds.
type Seconds = Gauge<f64, AtomicU64>;
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SetBy {
    by: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobName {
    job: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolState {
    state: &'static str,
}

/// Gauges that are read at each scrape.
#[derive(Default)]
pub(super) struct Measured {
    blocks: Family<SetBy, Gauge>,
    hashing_waiting: Gauge,
    hashing_reserved: Gauge,
    hashing_shed: Counter,
    feed_age: Seconds,
    job_success: Family<JobName, Seconds>,
    job_took: Family<JobName, Seconds>,
    job_every: Family<JobName, Seconds>,
    job_successes: Family<JobName, Counter>,
    job_failures: Family<JobName, Counter>,
    connections: Family<PoolState, Gauge>,
    waiting: Gauge,
    open_requests: Gauge,
    open_bytes: Gauge,
    log_lost: Counter,
    mails_waiting: Gauge,
    mails_oldest: Seconds,
    mails_paused: Gauge,
}

/// The values of the process at a scrape.
#[derive(Debug, Default)]
pub struct Now {
    /// Blocks in force, by their author.
    pub blocks: Vec<(&'static str, usize)>,
    /// Password hashing: queued jobs, reserved slots, refused requests.
    pub hashing: (usize, usize, u64),
    /// Time since the last read of the feed, if there was one.
    pub feed_age: Option<Duration>,
    /// The jobs.
    pub jobs: Vec<JobNow>,
    /// Connections to the database: in use, and idle.
    pub connections: (usize, usize),
    /// Operations that wait for a connection.
    pub waiting: usize,
    /// Open requests, and their bytes in memory.
    pub open: (usize, usize),
    /// Lost lines of the log.
    pub log_lost: u64,
    /// Waiting mails at the last count, and the age of the oldest.
    pub mails: (i64, Duration),
    /// Whether the sender of mails pauses.
    pub mails_paused: bool,
}

/// The values of a job at a scrape.
#[derive(Debug)]
pub struct JobNow {
    /// Its name.
    pub name: &'static str,
    /// Time of the last success, in Unix milliseconds.
    pub success_ms: Option<i64>,
    /// Duration of the last run.
    pub took: Duration,
    /// Interval between two runs.
    pub every: Duration,
    /// Runs that succeeded, and runs that failed.
    pub turns: (u64, u64),
}

impl Measured {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("blocks", "Blocks in force", self.blocks.clone());
        registry.register(
            "hashing_waiting",
            "Password hashes that wait for a thread",
            self.hashing_waiting.clone(),
        );
        registry.register(
            "hashing_reserved",
            "Places of the hashing queue that are taken",
            self.hashing_reserved.clone(),
        );
        registry.register(
            "hashing_shed",
            "Requests that were refused because the hashing queue was full",
            self.hashing_shed.clone(),
        );
        let seconds = Unit::Seconds;
        registry.register_with_unit(
            "feed_age",
            "Time since the feed was read",
            seconds.clone(),
            self.feed_age.clone(),
        );
        registry.register_with_unit(
            "job_last_success_timestamp",
            "When a job succeeded last, Unix time",
            seconds.clone(),
            self.job_success.clone(),
        );
        registry.register_with_unit(
            "job_last_duration",
            "How long the last turn of a job took",
            seconds.clone(),
            self.job_took.clone(),
        );
        registry.register_with_unit(
            "job_interval",
            "The pause between two turns of a job",
            seconds,
            self.job_every.clone(),
        );
        registry.register(
            "job_successes",
            "Turns of a job that succeeded",
            self.job_successes.clone(),
        );
        registry.register("job_failures", "Turns of a job that failed", self.job_failures.clone());
        registry.register(
            "database_connections",
            "Connections to the database",
            self.connections.clone(),
        );
        registry.register(
            "database_waiting",
            "Reads and units of work that wait for a connection",
            self.waiting.clone(),
        );
        registry.register("open_requests", "Requests under way", self.open_requests.clone());
        registry.register_with_unit(
            "open_requests_size",
            "Memory for heads and bodies of requests under way",
            Unit::Bytes,
            self.open_bytes.clone(),
        );
        registry.register(
            "log_lost_lines",
            "Lines of the log that could not be written",
            self.log_lost.clone(),
        );
        registry.register(
            "mails_waiting",
            "Mails that wait to be sent",
            self.mails_waiting.clone(),
        );
        registry.register_with_unit(
            "mails_oldest_age",
            "Age of the oldest mail that waits",
            Unit::Seconds,
            self.mails_oldest.clone(),
        );
        registry.register(
            "mails_paused",
            "1 while no mail of ours is taken",
            self.mails_paused.clone(),
        );
    }

    pub(super) fn set(&self, now: &Now) {
        for (by, count) in &now.blocks {
            self.blocks.get_or_create(&SetBy { by }).set(*count as i64);
        }
        let (waiting, reserved, shed) = now.hashing;
        self.hashing_waiting.set(waiting as i64);
        self.hashing_reserved.set(reserved as i64);
        self.hashing_shed.inner().store(shed, Ordering::Relaxed);
        self.feed_age.set(now.feed_age.map_or(f64::INFINITY, |age| age.as_secs_f64()));
        for JobNow { name, success_ms, took, every, turns: (successes, failures) } in &now.jobs {
            let job = JobName { job: name };
            let success_ms = success_ms.unwrap_or(0) as f64;
            self.job_success.get_or_create(&job).set(success_ms / 1000.0);
            self.job_took.get_or_create(&job).set(took.as_secs_f64());
            self.job_every.get_or_create(&job).set(every.as_secs_f64());
            let counts = [(&self.job_successes, successes), (&self.job_failures, failures)];
            for (counter, count) in counts {
                counter.get_or_create(&job).inner().store(*count, Ordering::Relaxed);
            }
        }
        let (used, idle) = now.connections;
        for (state, count) in [("used", used), ("idle", idle)] {
            self.connections.get_or_create(&PoolState { state }).set(count as i64);
        }
        self.waiting.set(now.waiting as i64);
        let (requests, bytes) = now.open;
        self.open_requests.set(requests as i64);
        self.open_bytes.set(bytes as i64);
        self.log_lost.inner().store(now.log_lost, Ordering::Relaxed);
        self.mails_waiting.set(now.mails.0);
        self.mails_oldest.set(now.mails.1.as_secs_f64());
        self.mails_paused.set(now.mails_paused.into());
    }
}
