//! Password hashing on low-priority threads of its own, behind a queue of about one second; beyond
//! that 503.
//!
//! A hash takes milliseconds of a core and cannot be interrupted, so it must not run on the threads
//! of requests. On Linux its threads yield to all others. A request that would wait for more than
//! about a second is refused before any lookup. Sources and accounts each have at most a share of
//! the permits, so that none of them keeps the others from signing in, with right passwords or
//! wrong ones.

mod permits;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};
use permits::{Granted, Permits};

pub use self::permits::PermitHolder;
use super::threads::Threads;
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        clock::Stopwatch,
        error::Result,
        secure::password::{Cost, Engine, PasswordHashing},
    },
};

/// Maximum time that work waits for a thread.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// Assumed cost of a hash before the first measurement.
const FIRST_GUESS: Duration = Duration::from_millis(25);
/// Priority reduction of the threads (`nice`), on systems where threads have a priority of their
/// own.
const NICE: i32 = 15;

/// The hashing threads, and the permits of the waiting work. Cheap to clone.
#[derive(Clone)]
pub struct HashingPool(Arc<Shared>);

struct Shared {
    threads: Threads<PasswordHashing>,
    /// Permits of running and waiting work, and reserved ones.
    permits: Mutex<Permits>,
    /// Cost of a hash in microseconds, as a moving average.
    cost_us: AtomicU64,
    /// Number of requests without a permit.
    shed: AtomicU64,
}

/// A slot in the queue, freed when dropped.
pub struct HashPermit {
    pool: HashingPool,
    taken: Granted,
}

impl Drop for HashPermit {
    fn drop(&mut self) {
        self.pool.permits().free(&self.taken);
    }
}

impl HashingPool {
    /// A pool of this many threads, each with the memory of one hash; threads start with the first
    /// work.
    pub fn new(threads: usize, cost: Cost, engine: Engine) -> Self {
        let hashing = move || Ok(PasswordHashing::new(cost, engine)?);
        let threads = Threads::new("hashing", threads, NICE, hashing);
        let cost_us = AtomicU64::new(FIRST_GUESS.as_micros() as u64);
        let shed = AtomicU64::new(0);
        Self(Arc::new(Shared { threads, permits: Mutex::default(), cost_us, shed }))
    }

    /// Reserves a permit from now until the work is done.
    ///
    /// # Errors
    /// `overloaded` (503) if the work would wait for more than a second, or the holder has used its
    /// share of the permits.
    pub fn reserve(&self, holder: PermitHolder<'_>) -> Result<HashPermit> {
        let taken = self.take(&mut self.permits(), holder)?;
        Ok(HashPermit { pool: self.clone(), taken })
    }

    /// Checks for a free permit without a reservation.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub fn has_room(&self, holder: PermitHolder<'_>) -> Result<()> {
        let mut permits = self.permits();
        let taken = self.take(&mut permits, holder)?;
        permits.free(&taken);
        Ok(())
    }

    fn take(&self, permits: &mut Permits, holder: PermitHolder<'_>) -> Result<Granted> {
        let cost_us = self.0.cost_us.load(Ordering::Relaxed).max(1);
        let each = WAIT_MAX.as_micros() as u64 / cost_us + 1;
        let threads = self.0.threads.count();
        let all = threads.saturating_mul(usize::try_from(each).unwrap_or(usize::MAX));
        permits.take(holder, all, threads).ok_or_else(|| {
            self.0.shed.fetch_add(1, Ordering::Relaxed);
            ApiError { retry_after: Some(1), ..ErrorCode::Overloaded.into() }.into()
        })
    }

    /// The number of permits in use, by running work, waiting work, and reservations.
    pub fn reserved(&self) -> usize {
        self.permits().taken()
    }

    /// The number of requests without a permit.
    pub fn refused(&self) -> u64 {
        self.0.shed.load(Ordering::Relaxed)
    }

    /// The number of waiting jobs.
    pub fn waiting(&self) -> usize {
        self.0.threads.waiting()
    }

    /// Whether a thread was started.
    pub fn is_started(&self) -> bool {
        self.0.threads.are_started()
    }

    /// Reserves a permit and does the work.
    ///
    /// # Errors
    /// Errors of [`reserve`](Self::reserve) and [`HashPermit::run`].
    pub async fn run<T: Send + 'static>(
        &self,
        holder: PermitHolder<'_>,
        work: impl FnOnce(&PasswordHashing) -> T + Send + 'static,
    ) -> Result<T> {
        self.reserve(holder)?.run(work).await
    }

    fn permits(&self) -> MutexGuard<'_, Permits> {
        self.0.permits.lock()
    }

    /// Updates the average cost.
    fn update_cost(&self, took: Duration) {
        let before = self.0.cost_us.load(Ordering::Relaxed);
        self.0.cost_us.store((before * 7 + took.as_micros() as u64) / 8, Ordering::Relaxed);
    }
}

impl HashPermit {
    /// Does the work when a thread is free.
    ///
    /// # Errors
    /// `internal` if the work panics, or no thread can be started.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&PasswordHashing) -> T + Send + 'static,
    ) -> Result<T> {
        let pool = self.pool.clone();
        let job = move |hashing: &PasswordHashing| {
            // Held until the work is done, even if the request has ended.
            let permit = self;
            let watch = Stopwatch::start();
            let done = work(hashing);
            permit.pool.update_cost(watch.elapsed());
            // Release the permit before answering: the client may retry immediately.
            drop(permit);
            done
        };
        pool.0.threads.run(job).await
    }
}
