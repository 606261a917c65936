//! Why PostgreSQL gives no connection.

use std::time::Duration;

use parking_lot::Mutex;
use sqlx::{Connection as _, postgres::PgConnectOptions};
use tokio::time::{Instant, timeout};

use super::{failure::plain, one::connect_within};

/// How long it has to answer that.
const WHY_WITHIN: Duration = Duration::from_secs(3);
/// For how long that reason is told again without asking.
const WHY_FOR: Duration = Duration::from_secs(1);
/// For how long it is the reason why something else is late.
const WHY_COUNTS: Duration = Duration::from_secs(5);

/// Whether the server can be reached, and why not.
pub(super) struct Absence {
    options: PgConnectOptions,
    /// Held by the one who asks.
    asking: tokio::sync::Mutex<()>,
    /// When the server was asked last, and why no connection to it could be made, if none could.
    told: Mutex<Option<(Instant, Option<String>)>>,
}

impl Absence {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, asking: tokio::sync::Mutex::default(), told: Mutex::default() }
    }

    /// Asks why there is no connection; one asks at a time, on behalf of all that wait.
    pub(super) async fn ask(&self) {
        let _asking = self.asking.lock().await;
        if self.told.lock().as_ref().is_some_and(|(at, _)| at.elapsed() < WHY_FOR) {
            return;
        }
        let told = match connect_within(WHY_WITHIN, &self.options).await {
            Ok(connection) => {
                drop(timeout(WHY_WITHIN, connection.close()).await);
                None
            }
            Err(error) => Some(plain(&error)),
        };
        *self.told.lock() = Some((Instant::now(), told));
    }

    /// Why no connection could be made a moment ago, or else this.
    pub(super) fn or(&self, otherwise: &str) -> String {
        let told = self.told.lock();
        let recent = told.as_ref().filter(|(at, _)| at.elapsed() < WHY_COUNTS);
        recent.and_then(|(_, why)| why.clone()).unwrap_or_else(|| otherwise.to_owned())
    }
}
