use futures::FutureExt;
use zeroize::Zeroizing;

use super::post::{ADDRESS, PAYLOAD};
use crate::server::{
    App,
    db::{Tx, outbox},
    error::Result,
    metrics::MailOutcome,
    secure::seal::InstanceSecret,
    service::prune::{BATCH, in_batches},
};

/// Time for which ended mails are kept without their content, in seconds.
const KEPT: i64 = 30 * 86_400;

/// Ends mails whose time is over, deletes old ones, and counts those that wait; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    expire(app, now_s).await?;
    in_batches(app, move |tx| outbox::forget_decoys(tx, now_s, BATCH).boxed()).await?;
    in_batches(app, move |tx| outbox::forget(tx, now_s - KEPT, BATCH).boxed()).await?;
    app.mail.set_waiting(outbox::waiting(&app.db).await?);
    Ok(())
}

/// Ends the mails whose time is over, and says how many.
async fn expire(app: &App, now_s: i64) -> Result<()> {
    let mut all = 0;
    loop {
        let ended = app.db.write(move |tx| outbox::expire(tx, now_s, BATCH).boxed()).await?;
        all += ended;
        app.metrics.mails(MailOutcome::Dead, ended);
        if ended < BATCH.unsigned_abs() {
            break;
        }
    }
    if all > 0 {
        tracing::warn!(mails = all, "mails were given up: their time was over");
    }
    Ok(())
}

/// Seals addresses and payloads again under another instance secret; without the old one nothing can be sent any more, and
/// everything is forgotten. So is a mail that does not open: it was written beside an earlier rotation.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn reseal(
    tx: &mut Tx<'_>,
    going: Option<&InstanceSecret>,
    coming: &InstanceSecret,
    now_s: i64,
) -> Result<()> {
    let Some(going) = going else {
        outbox::void_all(tx, now_s).await?;
        outbox::forget_addresses(tx).await?;
        return Ok(());
    };
    let mut after = String::new();
    loop {
        let rows = outbox::sealed(tx, &after, BATCH).await?;
        let Some((last, ..)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        for (id, address, payload) in rows {
            let again = |purpose: &str, text: &str| {
                let plain = Zeroizing::new(going.open(purpose, &id, text)?);
                coming.seal(purpose, &id, &plain)
            };
            let payload = payload.map(|payload| again(PAYLOAD, &payload)).transpose();
            match (again(ADDRESS, &address), payload) {
                (Ok(address), Ok(payload)) => {
                    outbox::reseal(tx, &id, &address, payload.as_deref()).await?;
                }
                _ => outbox::void(tx, &id, now_s).await?,
            }
        }
    }
}
