//! The only source of time: the app gets a clock, and tests advance theirs.
//!
//! A number that is the current time says its unit: `now_s` is Unix seconds, `now_ms` Unix milliseconds. Other
//! times and durations are seconds unless their names end in `_ms` or `_us`; the rest is `Duration`.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use uuid::{Uuid, fmt::Hyphenated};

use super::secure::{permutation::Permutation, random};

/// Start of the steady time scale of this process.
static BEGUN: LazyLock<Stopwatch> = LazyLock::new(Stopwatch::start);

/// Number of requests of this process, and the order in which their ids take these numbers.
static REQUESTS: LazyLock<(AtomicU64, Permutation)> = LazyLock::new(Default::default);

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
        self.id_with(&random::bytes()).to_string()
    }

    /// A new id of a request, which sorts by time too. It is no secret, and reveals neither how many requests others made
    /// nor which process answered. Random bytes for each request were a tenth of the time of one that only reads.
    pub fn request_id(&self) -> [u8; Hyphenated::LENGTH] {
        let (requests, order) = &*REQUESTS;
        let number = order.of(requests.fetch_add(1, Ordering::Relaxed)).to_be_bytes();
        let mut rest = [0; 10];
        // Version and variant take bits of the bytes 0 and 2.
        rest[1] = number[0];
        rest[3..].copy_from_slice(&number[1..]);
        let mut text = [0; Hyphenated::LENGTH];
        self.id_with(&rest).hyphenated().encode_lower(&mut text);
        text
    }

    fn id_with(&self, rest: &[u8; 10]) -> Uuid {
        let now_ms = self.now_ms().max(0) as u64;
        uuid::Builder::from_unix_timestamp_millis(now_ms, rest).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Who asks twice must not learn how many others asked in between.
    #[test]
    fn ids_of_requests_do_not_count() {
        let clock = Clock::manual(1_767_225_600_000);
        let id = || {
            let text = String::from_utf8(clock.request_id().into()).expect("text");
            Uuid::try_parse(&text).expect("an id").as_u128()
        };
        let ids: Vec<u128> = (0..1_000).map(|_| id()).collect();
        let steps = ids.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        assert_eq!(steps.collect::<BTreeSet<_>>().len(), ids.len() - 1, "each step is another");
        // No bit but those of time, version, variant and two rests of bytes is the same in all.
        let constant = ids.iter().fold(u128::MAX, |same, id| same & !(id ^ ids[0]));
        assert_eq!((constant & u128::from(u64::MAX >> 8)).count_ones(), 0);
    }

    /// RFC 9562, sections 4 and 5.7.
    #[test]
    fn ids_of_requests_differ_and_sort_by_time() {
        let clock = Clock::manual(1_767_225_600_000);
        let id = || String::from_utf8(clock.request_id().into()).expect("text");
        let early: BTreeSet<String> = (0..1_000).map(|_| id()).collect();
        assert_eq!(early.len(), 1_000);
        clock.advance_ms(1);
        let late = id();
        assert!(early.iter().all(|id| *id < late));
        for id in early.iter().chain([&late]) {
            let uuid = Uuid::try_parse(id).expect("an id");
            assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
            assert_eq!(uuid.to_string(), *id);
        }
        assert!(late.starts_with(&clock.new_id()[..13]), "the time is that of the clock");
    }
}
