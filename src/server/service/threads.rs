//! Worker threads for long computations. They have a lower priority than requests and are started by the first job, so
//! that a command without such work starts none.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::server::error::{Error, Result};

type Job<S> = Box<dyn FnOnce(&S) + Send>;

/// A pool of threads for one kind of work, each with a state of its own. They end when the pool is
/// dropped.
pub struct Threads<S> {
    name: &'static str,
    count: usize,
    nice: i32,
    state: Box<dyn Fn() -> Result<S> + Send + Sync>,
    queue: Mutex<Option<mpsc::Sender<Job<S>>>>,
    /// Number of waiting jobs.
    waiting: Arc<AtomicUsize>,
}

impl<S: Send + 'static> Threads<S> {
    /// A pool of `count` threads with the priority `nice`; none is started yet.
    pub fn new(
        name: &'static str,
        count: usize,
        nice: i32,
        state: impl Fn() -> Result<S> + Send + Sync + 'static,
    ) -> Self {
        let (state, queue, waiting) = (Box::new(state), Mutex::default(), Arc::default());
        Self { name, count, nice, state, queue, waiting }
    }

    /// The number of threads, once there is work.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether the threads were started.
    pub fn are_started(&self) -> bool {
        self.queue.lock().is_some()
    }

    /// The number of waiting jobs.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Does the work when a thread is free.
    ///
    /// # Errors
    /// `internal` if the work panics, or no thread can be started.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&S) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |state| drop(reply.send(work(state)))))?;
        answer.await.map_err(|_| self.failed())
    }

    fn send(&self, job: Job<S>) -> Result<()> {
        let mut queue = self.queue.lock();
        let queue = match &mut *queue {
            Some(queue) => queue,
            none => none.insert(self.start()?),
        };
        self.waiting.fetch_add(1, Ordering::AcqRel);
        queue.send(job).map_err(|_| self.failed())
    }

    fn start(&self) -> Result<mpsc::Sender<Job<S>>> {
        let (queue, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for n in 0..self.count {
            let (jobs, waiting, state) = (jobs.clone(), self.waiting.clone(), (self.state)()?);
            let nice = self.nice;
            std::thread::Builder::new()
                .name(format!("{}-{n}", self.name))
                .spawn(move || work(&jobs, &waiting, nice, &state))
                .map_err(|error| Error::Internal(format!("{} threads: {error}", self.name)))?;
        }
        Ok(queue)
    }

    fn failed(&self) -> Error {
        Error::Internal(format!("{} failed", self.name))
    }
}

/// The loop of a thread: one job after another, until the queue is closed.
fn work<S>(jobs: &Mutex<mpsc::Receiver<Job<S>>>, waiting: &AtomicUsize, nice: i32, state: &S) {
    // Elsewhere `nice` would slow the whole process.
    if cfg!(target_os = "linux") && rustix::process::nice(nice).is_err() {
        tracing::warn!("threads that compute cannot lower their priority");
    }
    loop {
        let job = jobs.lock().recv();
        let Ok(job) = job else {
            return;
        };
        waiting.fetch_sub(1, Ordering::AcqRel);
        // A panic fails only the request of this job.
        if catch_unwind(AssertUnwindSafe(|| job(state))).is_err() {
            tracing::error!("work on a thread of its own panicked");
        }
    }
}
