//! Use of the database connections.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of operations in this process that wait for a pooled connection or use one.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// A read or a unit of work that waits for a connection or uses it.
pub(super) struct Asking(());

impl Asking {
    pub(super) fn begin() -> Self {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// The number of such operations.
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
    /// Number of connections in use.
    pub used: usize,
    /// Number of open, unused connections.
    pub idle: usize,
    /// Number of operations that wait for a connection.
    pub waiting: usize,
}
