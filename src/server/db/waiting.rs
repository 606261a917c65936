//! How busy the connections to the database are.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Db;

/// How many of this process wait for an answer of a pool of connections.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Somebody who waits for a connection or uses it.
pub(super) struct Asking(());

impl Asking {
    pub(super) fn begin() -> Self {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Self(())
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
    /// In use; with SQLite those of readers.
    pub used: usize,
    /// Open and not in use.
    pub idle: usize,
    /// Reads and units of work that wait for one, or for SQLite's writer.
    pub waiting: usize,
}

impl Db {
    /// How busy the connections are at this moment.
    pub fn connections(&self) -> Connections {
        let (size, idle, queued) = match self {
            Self::Sqlite { read, write } => (read.size(), read.num_idle(), write.queued()),
            Self::Postgres(pool) => (pool.size(), pool.num_idle(), 0),
        };
        let used = (size as usize).saturating_sub(idle);
        let asked = ASKED.load(Ordering::Relaxed);
        Connections { used, idle, waiting: asked.saturating_sub(used) + queued }
    }
}
