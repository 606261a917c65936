//! The only source of time: the app gets a clock, and tests advance theirs.
//!
//! A number that is the current time says its unit: `now_s` is Unix seconds, `now_ms` Unix milliseconds. Other
//! times and durations are seconds unless their names end in `_ms` or `_us`; the rest is `Duration`.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicI64, Ordering},
};

/// Start of the steady time scale of this process.
static BEGUN: LazyLock<Stopwatch> = LazyLock::new(Stopwatch::start);

/// A measurement of a duration, never of the time of day.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts the measurement.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}

/// A log line about what anybody may cause, at most once a minute.
#[derive(Debug)]
pub struct OnceAMinute(AtomicI64);

impl Default for OnceAMinute {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl OnceAMinute {
    /// Returns whether it is due; if so, it counts as done now.
    pub fn is_due(&self, now_s: i64) -> bool {
        let is_due = now_s.saturating_sub(self.0.load(Ordering::Relaxed)) >= 60;
        if is_due {
            self.0.store(now_s, Ordering::Relaxed);
        }
        is_due
    }
}

/// A clock.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The clock of the machine.
    #[default]
    System,
    /// The clock of a test, in Unix milliseconds.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is advanced.
    pub fn manual(now_ms: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now_ms)))
    }

    /// The current time, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Self::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |age| age.as_millis() as i64),
            Self::Manual(now_ms) => now_ms.load(Ordering::Relaxed),
        }
    }

    /// Milliseconds on a steady scale with an arbitrary origin; only differences have a meaning.
    pub fn steady_ms(&self) -> i64 {
        match self {
            Self::System => BEGUN.elapsed().as_millis() as i64,
            Self::Manual(_) => self.now_ms(),
        }
    }

    /// The current time, in Unix seconds.
    pub fn now_s(&self) -> i64 {
        self.now_ms() / 1000
    }

    /// Advances the clock of a test; the clock of the machine is unaffected.
    pub fn advance(&self, seconds: i64) {
        self.advance_ms(seconds * 1000);
    }

    /// Advances the clock of a test by milliseconds.
    pub fn advance_ms(&self, milliseconds: i64) {
        if let Self::Manual(now_ms) = self {
            now_ms.fetch_add(milliseconds, Ordering::Relaxed);
        }
    }

    /// A new id that sorts by time (UUIDv7, RFC 9562 section 5.7).
    pub fn new_id(&self) -> String {
        let now_ms = self.now_ms();
        let random = super::secure::random::bytes::<10>();
        let millis = now_ms.max(0) as u64;
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }
}
