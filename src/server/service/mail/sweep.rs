use futures::FutureExt;

use super::post::{ADDRESS, PAYLOAD};
use crate::server::{
    App,
    db::{Tx, outbox},
    error::Result,
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
    in_batches(app, move |tx| outbox::expire(tx, now_s, BATCH).boxed()).await?;
    in_batches(app, move |tx| outbox::forget(tx, now_s - KEPT, BATCH).boxed()).await?;
    app.mail.set_waiting(outbox::waiting(&app.db).await?);
    Ok(())
}

/// Seals addresses and payloads again under another instance secret; without the old one nothing can be sent any more, and
/// everything is forgotten.
///
/// # Errors
/// Fails if the database fails, or a value does not open.
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
            let again = |purpose: &str, text: &str| -> Result<String> {
                let plain = zeroize::Zeroizing::new(going.open(purpose, &id, text)?);
                Ok(coming.seal(purpose, &id, &plain)?)
            };
            let address = again(ADDRESS, &address)?;
            let payload = payload.map(|payload| again(PAYLOAD, &payload)).transpose()?;
            outbox::reseal(tx, &id, &address, payload.as_deref()).await?;
        }
    }
}
