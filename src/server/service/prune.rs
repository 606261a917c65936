//! Deletion of expired rows, in batches of one unit of work each, so that other writers are not blocked.

use std::time::Duration;

use futures::{FutureExt, future::BoxFuture};

use super::{feed, token_life};
use crate::server::{
    App,
    clock::Stopwatch,
    db::{self, DbResult, Tx, ended_sessions},
    error::Result,
};

/// Number of rows per unit of work.
pub(super) const BATCH: i64 = 1_000;

/// Number of pages of [`BATCH`] sessions that one run reads.
const LOOKS: usize = 10;

/// Time for which the row of an ended session is kept for its owner, in seconds.
const SESSION_KEPT: i64 = 30 * DAY;

/// Times for which ended sessions of each kind are kept, in seconds. A client without a refresh
/// token makes one with every sign-in.
const KEPT: [(&str, i64); 3] = [("none", DAY), ("token", SESSION_KEPT), ("cookie", SESSION_KEPT)];

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Deletes changes that no valid token can need, in memory and in the feed; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn feed(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    // Computed now, and not when a line was written, because a longer lifetime may have been
    // declared since.
    let before = now_s - feed::kept(token_life::longest(&app.db, now_s).await?);
    app.tokens.revoked.forget(before).await;
    in_batches(app, move |tx| db::feed::forget(tx, before, BATCH).boxed()).await
}

/// Deletes ended sessions after their time; runs once a minute.
///
/// # Errors
/// Returns the first error; the other kinds are tried all the same.
pub async fn sessions(app: &App) -> Result<()> {
    let mut outcome = Ok(());
    for (kind, kept) in KEPT {
        let before = app.clock.now_s() - kept;
        let swept =
            in_batches(app, move |tx| ended_sessions::forget(tx, kind, before, BATCH).boxed());
        outcome = outcome.and(swept.await);
    }
    outcome
}

/// Reads some thousand sessions after an id, and deletes those whose idle time ended; runs once a
/// minute. Returns the id for the next run.
///
/// There is no index for it, because each refresh would have to change it.
///
/// # Errors
/// Fails if the database fails.
pub async fn unused_sessions(app: &App, after: &str) -> Result<String> {
    let mut after = after.to_owned();
    let before = app.clock.now_s() - SESSION_KEPT;
    for _ in 0..LOOKS {
        let Some((last, unused)) = ended_sessions::unused(&app.db, &after, before, BATCH).await?
        else {
            return Ok(String::new());
        };
        if unused > 0 {
            let (from, to) = (after, last.clone());
            app.db
                .write(move |tx| {
                    async move { ended_sessions::forget_unused(tx, (&from, &to), before).await }
                        .boxed()
                })
                .await?;
        }
        after = last;
    }
    Ok(after)
}

/// Time limit of the batches of one kind in a run. The next run continues.
const TURN: Duration = Duration::from_secs(20);

/// Pause between two batches, in which others write.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether a run with this watch continues after a batch of so many rows; returns after a pause if
/// it does.
pub(super) async fn goes_on(watch: Stopwatch, rows: u64, batch: i64) -> bool {
    let goes_on = rows == batch as u64 && watch.elapsed() < TURN;
    if goes_on {
        tokio::time::sleep(PAUSE).await;
    }
    goes_on
}

/// Runs a batch per unit of work, until one is incomplete or the time is over.
pub(super) async fn in_batches(
    app: &App,
    batch: impl for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<u64>> + Copy + Send + 'static,
) -> Result<()> {
    let watch = Stopwatch::start();
    while goes_on(watch, app.db.write(batch).await?, BATCH).await {}
    Ok(())
}
