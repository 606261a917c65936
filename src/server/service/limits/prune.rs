use futures::FutureExt;

use super::{failure, known_source};
use crate::server::{
    App, db,
    error::Result,
    service::{
        audit,
        prune::{BATCH, in_batches},
    },
};

/// Forgets what counts for nothing any more, and records how many refusals were not recorded: once a minute.
///
/// # Errors
/// The database.
pub async fn prune(app: &App) -> Result<()> {
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    app.limits.counts.sweep(now_ms);
    app.limits.unlocks.sweep(now_ms);
    audit::tell_omitted(app).await?;
    in_batches(app, move |tx| db::limits::forget_expired(tx, now_ms, BATCH).boxed()).await?;
    let minute = now / 60 - failure::MINUTES;
    in_batches(app, move |tx| db::blocks::forget_failures(tx, minute, BATCH).boxed()).await?;
    in_batches(app, move |tx| db::blocks::forget_expired(tx, now, BATCH).boxed()).await?;
    let before = now - known_source::KNOWN_FOR;
    in_batches(app, move |tx| db::known_sources::forget(tx, before, BATCH).boxed()).await
}
