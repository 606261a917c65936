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

/// Rows in a unit of work.
pub(super) const BATCH: i64 = 1_000;

/// Pages of [`BATCH`] sessions that are looked at in a turn.
const LOOKS: usize = 10;

/// How long a session's row is kept after its end, in seconds: its owner may want to know.
const SESSION_KEPT: i64 = 30 * DAY;

/// How long sessions of each kind are kept after their end, in seconds. A client without a refresh token makes
/// one with every sign-in.
const KEPT: [(&str, i64); 3] = [("none", DAY), ("token", SESSION_KEPT), ("cookie", SESSION_KEPT)];

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Forgets changes that no living token can need, in memory and in the feed: once a minute.
///
/// # Errors
/// The database.
pub async fn feed(app: &App) -> Result<()> {
    let now = app.clock.now();
    // Asked now, and not when a line was written: a longer life may have been declared since.
    let before = now - feed::kept(token_life::longest(&app.db, now).await?);
    app.tokens.revoked.forget(before).await;
    in_batches(app, move |tx| db::feed::forget(tx, before, BATCH).boxed()).await
}

/// Forgets sessions some time after they ended: once a minute.
///
/// # Errors
/// The first of those that are met; none keeps the other kinds from being tried.
pub async fn sessions(app: &App) -> Result<()> {
    let mut outcome = Ok(());
    for (kind, kept) in KEPT {
        let before = app.clock.now() - kept;
        let swept =
            in_batches(app, move |tx| ended_sessions::forget(tx, kind, before, BATCH).boxed());
        outcome = outcome.and(swept.await);
    }
    outcome
}

/// Looks at some thousand sessions after an id, and forgets those that ended for want of use: once a minute.
/// Answers from where to go on.
///
/// There is no index for it, because each refresh would have to change it.
///
/// # Errors
/// The database.
pub async fn unused_sessions(app: &App, after: &str) -> Result<String> {
    let mut after = after.to_owned();
    let before = app.clock.now() - SESSION_KEPT;
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

/// How long the batches of one kind may take in a turn. The next turn goes on.
const TURN: Duration = Duration::from_secs(20);

/// The pause between two batches, in which others write.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether a turn that began with this watch goes on after a batch of so many rows; answers after a pause if it does.
pub(super) async fn goes_on(watch: Stopwatch, rows: u64, batch: i64) -> bool {
    let goes_on = rows == batch as u64 && watch.elapsed() < TURN;
    if goes_on {
        tokio::time::sleep(PAUSE).await;
    }
    goes_on
}

/// Does a batch in each unit of work, until one is short or the turn is over.
pub(super) async fn in_batches(
    app: &App,
    batch: impl for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<u64>> + Copy + Send + 'static,
) -> Result<()> {
    let watch = Stopwatch::start();
    while goes_on(watch, app.db.write(batch).await?, BATCH).await {}
    Ok(())
}
