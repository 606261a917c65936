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

/// Deletes empty counts, and records the number of unrecorded refusals; runs once a minute.
///
/// # Errors
/// Returns the first error; the remaining steps are tried all the same.
pub async fn prune(app: &App) -> Result<()> {
    let (now_s, now_ms) = (app.clock.now_s(), app.clock.now_ms());
    app.limits.counts.sweep(now_ms);
    app.limits.unlocks.sweep(now_ms);
    let omitted = audit::record_omitted(app).await;
    let counts = in_batches(app, move |tx| db::limits::forget_expired(tx, now_ms, BATCH).boxed());
    let counts = counts.await;
    let minute = now_s / 60 - failure::MINUTES;
    let failures =
        in_batches(app, move |tx| db::blocks::forget_failures(tx, minute, BATCH).boxed());
    let failures = failures.await;
    let blocks = in_batches(app, move |tx| db::blocks::forget_expired(tx, now_s, BATCH).boxed());
    let blocks = blocks.await;
    let before = now_s - known_source::KNOWN_FOR;
    let known = in_batches(app, move |tx| db::known_sources::forget(tx, before, BATCH).boxed());
    let known = known.await;
    let names = in_batches(app, move |tx| db::former_usernames::forget(tx, now_s, BATCH).boxed());
    let names = names.await;
    omitted.and(counts).and(failures).and(blocks).and(known).and(names)
}
