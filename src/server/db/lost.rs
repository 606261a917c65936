//! Lost connections to PostgreSQL, and the connections that are suspect since then.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use sqlx::{Connection as _, PgConnection, pool::PoolConnectionMetadata};
use tokio::time::{Instant, timeout};

/// Idle time after which a connection is checked before its next use; a check before each read
/// would double its round trips.
const ASKED_AFTER: Duration = Duration::from_secs(1);
/// Time limit of that check: a proxy that forgot a connection never answers.
pub(super) const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// The times of the last lost connections. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Lost(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    /// Time when a connection was found closed.
    dead: Option<Instant>,
    /// Time since which a connection has been silent. A check of the others one by one would take
    /// as long for each.
    silent: Option<Instant>,
}

impl Lost {
    /// Records that a connection was closed.
    pub(super) fn note_dead(&self) {
        self.0.lock().dead = Some(Instant::now());
    }

    /// Records that a connection has not answered a statement sent at `asked`.
    pub(super) fn note_silent(&self, asked: Instant) {
        self.0.lock().silent = Some(asked);
    }

    /// Whether an idle connection can be used.
    pub(super) async fn is_usable(
        &self,
        connection: &mut PgConnection,
        rest: PoolConnectionMetadata,
    ) -> bool {
        let rests_since =
            |then: Option<Instant>| then.is_some_and(|then| rest.idle_for >= then.elapsed());
        let (is_silent, is_suspect) = {
            let times = self.0.lock();
            (rests_since(times.silent), rests_since(times.dead))
        };
        if is_silent {
            return false;
        }
        if !is_suspect && rest.idle_for < ASKED_AFTER {
            return true;
        }
        let asked = Instant::now();
        match timeout(ANSWERS_WITHIN, connection.ping()).await {
            Ok(answer) => answer.is_ok(),
            Err(_) => {
                self.note_silent(asked);
                false
            }
        }
    }
}
