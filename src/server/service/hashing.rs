//! Password hashing on threads of its own, below everything else: a queue bounded by time, then 503.
//!
//! A hash takes tens of milliseconds and cannot be interrupted, so it must not run where requests do. There
//! are as many threads as cores; on Linux they yield to all others. Work waits for about a second at most:
//! whoever would wait longer is told to come back before anything is looked up, and work whose client has
//! gone is never begun.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    model::{ApiError, ErrorCode},
    server::{
        clock::Stopwatch,
        error::{Error, Result},
        secure::{CryptoError, password::PasswordHashing},
    },
};

/// The longest that work may wait for a thread.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// What one hash is taken to cost before any was measured.
const FIRST_GUESS: Duration = Duration::from_millis(25);
/// By how much a thread yields to others (`nice`), where threads have a priority of their own.
const NICE: i32 = 15;

/// Threads that hash. They end with the last handle.
#[derive(Clone)]
pub struct HashingPool(Arc<Shared>);

struct Shared {
    threads: usize,
    queue: mpsc::Sender<Box<dyn Job>>,
    /// Work begun or waiting, and places reserved for more.
    taken: AtomicUsize,
    /// Work that no thread has taken up.
    waiting: Arc<AtomicUsize>,
    /// What one hash costs, in microseconds: a moving average.
    cost_us: Arc<AtomicU64>,
}

/// A place in the queue; dropped, it is free again.
pub struct Place(Arc<Shared>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

impl HashingPool {
    /// Starts the threads, each with hashing of its own.
    ///
    /// # Errors
    /// When a thread cannot be started, or hashing fails at all.
    pub fn start(
        threads: usize,
        hashing: impl Fn() -> std::result::Result<PasswordHashing, CryptoError>,
    ) -> std::result::Result<Self, CryptoError> {
        let (queue, jobs) = mpsc::channel::<Box<dyn Job>>();
        let jobs = Arc::new(Mutex::new(jobs));
        let waiting = Arc::new(AtomicUsize::new(0));
        let cost_us = Arc::new(AtomicU64::new(FIRST_GUESS.as_micros() as u64));
        for n in 0..threads {
            let thread = Thread {
                jobs: jobs.clone(),
                waiting: waiting.clone(),
                cost_us: cost_us.clone(),
                hashing: hashing()?,
            };
            std::thread::Builder::new()
                .name(format!("hashing-{n}"))
                .spawn(move || thread.work())
                .map_err(|_| CryptoError("hashing thread"))?;
        }
        let taken = AtomicUsize::new(0);
        Ok(Self(Arc::new(Shared { threads, queue, taken, waiting, cost_us })))
    }

    /// A place in the queue, to be had before anything else is done for a request.
    ///
    /// # Errors
    /// `overloaded` (503) where the work would have to wait for more than a second.
    pub fn reserve(&self) -> Result<Place> {
        let shared = &self.0;
        let cost = Duration::from_micros(shared.cost_us.load(Ordering::Relaxed));
        let place = Place(shared.clone());
        let ahead = shared.taken.fetch_add(1, Ordering::AcqRel) / shared.threads;
        match cost * u32::try_from(ahead).unwrap_or(u32::MAX) > WAIT_MAX {
            true => Err(ApiError { retry_after: Some(1), ..ErrorCode::Overloaded.into() }.into()),
            false => Ok(place),
        }
    }

    /// How many places are taken: by work begun, by work that waits, and by requests not yet so far.
    pub fn reserved(&self) -> usize {
        self.0.taken.load(Ordering::Acquire)
    }

    /// How much work waits for a thread.
    pub fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Acquire)
    }

    /// Reserves a place and does the work.
    ///
    /// # Errors
    /// As those of [`reserve`](Self::reserve) and [`Place::run`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordHashing) -> T + Send + 'static,
    ) -> Result<T> {
        self.reserve()?.run(work).await
    }
}

impl Place {
    /// Does the work when a thread is free. Dropped while it waits, it is never begun.
    ///
    /// # Errors
    /// `internal` when the work panics.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&PasswordHashing) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let shared = self.0.clone();
        let failed = || Error::Internal("hashing failed".into());
        shared.waiting.fetch_add(1, Ordering::AcqRel);
        shared.queue.send(Box::new(Waiting { work, reply, place: self })).map_err(|_| failed())?;
        answer.await.map_err(|_| failed())
    }
}

trait Job: Send {
    /// Whether nobody waits for it any more.
    fn is_given_up(&self) -> bool;
    fn run(self: Box<Self>, hashing: &PasswordHashing);
}

struct Waiting<F, T> {
    work: F,
    reply: oneshot::Sender<T>,
    /// Held until the work is done, whatever becomes of the request.
    place: Place,
}

impl<F: FnOnce(&PasswordHashing) -> T + Send, T: Send> Job for Waiting<F, T> {
    fn is_given_up(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(self: Box<Self>, hashing: &PasswordHashing) {
        let Self { work, reply, place } = *self;
        let done = work(hashing);
        // Free before the answer is told: whoever hears it may come again at once.
        drop(place);
        drop(reply.send(done));
    }
}

struct Thread {
    jobs: Arc<Mutex<mpsc::Receiver<Box<dyn Job>>>>,
    waiting: Arc<AtomicUsize>,
    cost_us: Arc<AtomicU64>,
    hashing: PasswordHashing,
}

impl Thread {
    /// Its life: one job after another, until the last handle is gone.
    fn work(self) {
        // Elsewhere `nice` would slow the whole process.
        if cfg!(target_os = "linux") && rustix::process::nice(NICE).is_err() {
            tracing::warn!("hashing threads cannot lower their priority");
        }
        loop {
            let job = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = job else {
                return;
            };
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            if job.is_given_up() {
                continue;
            }
            let watch = Stopwatch::start();
            // A panic fails the one request whose work it was.
            if catch_unwind(AssertUnwindSafe(|| job.run(&self.hashing))).is_err() {
                tracing::error!("hashing panicked");
            }
            let took = watch.elapsed().as_micros() as u64;
            let before = self.cost_us.load(Ordering::Relaxed);
            self.cost_us.store((before * 7 + took) / 8, Ordering::Relaxed);
        }
    }
}
