//! Password hashing on a bounded pool: as many at once as there are cores, a bounded queue, then 503.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{
    model::{ApiError, ErrorCode},
    server::{
        error::{Error, Result},
        secure::{CryptoError, password::PasswordHashing},
    },
};

/// Runs hashing work off the async threads.
#[derive(Clone)]
pub struct HashingPool {
    hashing: Arc<PasswordHashing>,
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl HashingPool {
    /// `threads` at once, `places` in all, waiting ones included.
    pub fn new(threads: usize, places: usize) -> std::result::Result<Self, CryptoError> {
        Ok(Self {
            hashing: Arc::new(PasswordHashing::new()?),
            running: Arc::new(Semaphore::new(threads)),
            places: Arc::new(Semaphore::new(places)),
        })
    }

    /// Does the work when a thread is free. Dropped while waiting, it never starts.
    ///
    /// # Errors
    /// `overloaded` (503) when every place is taken.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordHashing) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send + 'static {
        let pool = self.clone();
        async move {
            let overloaded = ApiError { retry_after: Some(1), ..ErrorCode::Overloaded.into() };
            let Ok(place) = pool.places.try_acquire_owned() else {
                return Err(overloaded.into());
            };
            let closed = |_| Error::Internal("the hashing pool is closed".into());
            let thread = pool.running.acquire_owned().await.map_err(closed)?;
            let hashing = pool.hashing;
            // The permits move in: a client that hangs up does not free a thread that is still busy.
            tokio::task::spawn_blocking(move || {
                let _held = (place, thread);
                work(&hashing)
            })
            .await
            .map_err(|error| Error::Internal(error.to_string()))
        }
    }

    /// How many more would be let in now.
    pub fn free_places(&self) -> usize {
        self.places.available_permits()
    }
}
