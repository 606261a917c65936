//! How busy the connections to the database are.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many of this process wait for a connection of a pool, or use one.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// A read or a unit of work that waits for a connection or uses it.
pub(super) struct Asking(());

impl Asking {
    pub(super) fn begin() -> Self {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// How many there are.
    pub(super) fn count() -> usize {
        ASKED.load(Ordering::Relaxed)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The connections of a process to its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// In use.
    pub used: usize,
    /// Open and not in use.
    pub idle: usize,
    /// Reads and units of work that wait for one.
    pub waiting: usize,
}
