use futures::FutureExt;

use super::{
    Kind,
    head::{Head, link},
};
use crate::server::{
    App,
    clock::Stopwatch,
    db::audit_chain,
    error::{Error, Result},
    service::{agent::Agent, prune},
};

/// Number of events deleted per transaction.
const BATCH: i64 = 1000;
/// Whole days are deleted, so that deletion happens and is recorded once a day.
const DAY: i64 = 86_400;

/// Deletes the events of days that are older than the setting; returns how many. The chain then
/// begins after the last of them, as its head records.
///
/// # Errors
/// `internal` if the events do not verify: a broken chain is not cut, because the cut would hide
/// it.
pub async fn retain(app: &App) -> Result<u64> {
    let mut deleted = 0;
    if app.config.audit_retention > 0 {
        let watch = Stopwatch::start();
        loop {
            let batch = cut(app).await?;
            deleted += batch;
            if !prune::goes_on(watch, batch, BATCH).await {
                break;
            }
        }
    }
    Ok(deleted)
}

async fn cut(app: &App) -> Result<u64> {
    let first_day = (app.clock.now_s() - app.config.audit_retention).div_euclid(DAY);
    let (mut head, was) = Head::read(app).await?;
    let chain = &app.audit.chain;
    let began = head.cut.0;
    for event in audit_chain::page(&app.db, began, BATCH).await? {
        if event.at_ms >= first_day * DAY * 1000 || event.chain_pos > Some(head.last.0) {
            break;
        }
        let pos = head.cut.0 + 1;
        let hash = link(chain, pos, &head.cut.1, &event);
        // With a lost key, the stored hash is taken as it is.
        let hash = hash.or_else(|| event.chain_hash.clone()).unwrap_or_default();
        if event.chain_pos != Some(pos) || event.chain_hash.as_ref() != Some(&hash) {
            return Err(Error::Internal(format!(
                "audit log: broken at {pos}; see vestibule audit verify"
            )));
        }
        head.cut = (pos, hash);
    }
    let (count, up_to) = (head.cut.0 - began, head.cut.0);
    if count == 0 {
        return Ok(0);
    }
    let head = head.row(chain);
    let act = Agent::System.act(app).about("up_to", up_to).about("count", count);
    app.db
        .write(move |tx| {
            async move {
                if !audit_chain::move_head(tx, &was, &head).await? {
                    return Ok(0);
                }
                let deleted = audit_chain::delete(tx, up_to).await?;
                act.write(tx, Kind::AuditCut, None).await?;
                Ok::<_, Error>(deleted)
            }
            .boxed()
        })
        .await
}
