use futures::FutureExt;

use super::head::{Head, link};
use crate::server::{
    App,
    db::{audit, audit_chain},
    error::{Error, Result},
    secure::audit_chain::AuditChain,
};

/// How many are sealed in one transaction: it holds up everybody else's on SQLite.
const BATCH: i64 = 256;

/// Chains all events that wait for it; answers how many. Costs one query when there are none.
///
/// Whoever moves the head from where it was has sealed; of two that try at once the other seals nothing.
///
/// # Errors
/// `internal` if somebody was at the head: nothing is chained to a place that we did not make.
pub async fn seal(app: &App) -> Result<u64> {
    let mut sealed = 0;
    loop {
        let batch = seal_batch(app).await?;
        sealed += batch;
        if batch < BATCH as u64 {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(app: &App) -> Result<u64> {
    if audit::unsealed(&app.db, i64::MIN, 1).await?.is_empty() {
        return Ok(0);
    }
    let chain = AuditChain::new(&app.secret);
    let (head, was) = Head::read(app).await?.unzip();
    let mut head = head.unwrap_or_else(Head::new);
    // After the head: what somebody seals from now on moves it, and then this seals nothing.
    let events = audit::unsealed(&app.db, i64::MIN, BATCH).await?;
    let mut places = Vec::with_capacity(events.len());
    for event in &events {
        head.last = (head.last.0 + 1, link(&chain, &head.last.1, event));
        places.push((event.seq, head.last.clone()));
    }
    let head = head.row(&chain);
    app.db
        .write(move |tx| {
            async move {
                if !audit_chain::move_head(tx, was.as_deref(), &head).await? {
                    return Ok(0);
                }
                for (seq, (pos, hash)) in &places {
                    if !audit_chain::seal(tx, *seq, *pos, hash).await? {
                        return Err(Error::Internal(format!("audit event {seq} is sealed")));
                    }
                }
                Ok(places.len() as u64)
            }
            .boxed()
        })
        .await
}
