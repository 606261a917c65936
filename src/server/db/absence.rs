//! The reason why PostgreSQL accepts no connection.

use std::time::Duration;

use parking_lot::Mutex;
use sqlx::{Connection as _, postgres::PgConnectOptions};
use tokio::time::{Instant, timeout};

use super::{failure::plain, one::connect_within};

/// Time limit of the connection that finds the reason.
const WHY_WITHIN: Duration = Duration::from_secs(3);
/// Time for which a reason is reused without a new connection.
const WHY_FOR: Duration = Duration::from_secs(1);
/// Time for which a reason also explains other timeouts.
const WHY_COUNTS: Duration = Duration::from_secs(5);

/// The reachability of the server, with the reason of a failure.
pub(super) struct Absence {
    options: PgConnectOptions,
    /// Held by the task that tries to connect.
    asking: tokio::sync::Mutex<()>,
    /// Time of the last try, and its error if it failed.
    last: Mutex<Option<(Instant, Option<String>)>>,
}

impl Absence {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, asking: tokio::sync::Mutex::default(), last: Mutex::default() }
    }

    /// Asks why there is no connection; one asks at a time, on behalf of all that wait.
    pub(super) async fn ask(&self) {
        let _asking = self.asking.lock().await;
        if self.last.lock().as_ref().is_some_and(|(at, _)| at.elapsed() < WHY_FOR) {
            return;
        }
        let last = match connect_within(WHY_WITHIN, &self.options).await {
            Ok(connection) => {
                drop(timeout(WHY_WITHIN, connection.close()).await);
                None
            }
            Err(error) => Some(plain(&error)),
        };
        *self.last.lock() = Some((Instant::now(), last));
    }

    /// The error of a recent failed connection, or else `otherwise`.
    pub(super) fn or(&self, otherwise: &str) -> String {
        let last = self.last.lock();
        let recent = last.as_ref().filter(|(at, _)| at.elapsed() < WHY_COUNTS);
        recent.and_then(|(_, why)| why.clone()).unwrap_or_else(|| otherwise.to_owned())
    }
}
