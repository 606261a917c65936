use futures::{FutureExt, future::BoxFuture};

use super::{failure, known_source};
use crate::server::{
    App,
    db::{self, DbResult, Tx},
    error::Result,
    service::audit,
};

/// How many rows are deleted in one unit of work: others wait for it.
const BATCH: i64 = 1_000;

/// Forgets what counts for nothing any more, and records how many refusals were not recorded: once a minute.
///
/// # Errors
/// The database.
pub async fn prune(app: &App) -> Result<()> {
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    app.limits.unlocks.sweep(now_ms);
    audit::tell_omitted(app).await?;
    batches(app, move |tx| db::limits::forget_expired(tx, now_ms, BATCH).boxed()).await?;
    let minute = now / 60 - failure::MINUTES;
    batches(app, move |tx| db::blocks::forget_failures(tx, minute, BATCH).boxed()).await?;
    batches(app, move |tx| db::blocks::forget_expired(tx, now, BATCH).boxed()).await?;
    let before = now - known_source::KNOWN_FOR;
    batches(app, move |tx| db::known_sources::forget(tx, before, BATCH).boxed()).await
}

/// Deletes until a unit of work finds less than it may delete.
async fn batches<F>(app: &App, delete: F) -> Result<()>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<u64>> + Copy + Send + 'static,
{
    while app.db.write(delete).await? >= BATCH as u64 {}
    Ok(())
}
