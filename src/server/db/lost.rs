//! Connections to PostgreSQL that were lost, and which others are suspect since.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use sqlx::{Connection as _, PgConnection, pool::PoolConnectionMetadata};
use tokio::time::{Instant, timeout};

/// After how long without use a connection is asked whether it is alive before it is used: not each time,
/// which would be a second way to the database and back for every read.
const ASKED_AFTER: Duration = Duration::from_secs(1);
/// How long that answer may take: a proxy that forgot a connection answers nothing.
pub(super) const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// When connections were lost last. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Lost(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    /// One was found dead.
    dead: Option<Instant>,
    /// One had answered nothing since then. To ask the others in turn would take as long for each.
    silent: Option<Instant>,
}

impl Lost {
    /// A connection was found dead.
    pub(super) fn note_dead(&self) {
        self.0.lock().dead = Some(Instant::now());
    }

    /// A connection that was asked at this moment has answered nothing.
    pub(super) fn note_silent(&self, asked: Instant) {
        self.0.lock().silent = Some(asked);
    }

    /// Whether a connection that has rested can be used.
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
