use futures::FutureExt;
use parking_lot::Mutex;

use super::head::{Head, link};
use crate::server::{
    App,
    clock::Stopwatch,
    db::{audit, audit_chain},
    error::{Error, Result},
    service::prune,
};

/// Number of events sealed per transaction, which blocks all other writers on SQLite.
const BATCH: i64 = 256;

/// The newest head that this process has read: position and hash.
#[derive(Default)]
pub struct LastSeenHead(Mutex<Option<(i64, String)>>);

impl LastSeenHead {
    fn last(&self) -> Option<(i64, String)> {
        self.0.lock().clone()
    }

    fn advance(&self, last: (i64, String)) {
        let mut seen = self.0.lock();
        if seen.as_ref().is_none_or(|seen| seen.0 < last.0) {
            *seen = Some(last);
        }
    }
}

/// Chains the unsealed events, up to a maximum; returns how many. Costs one query when there are
/// none.
///
/// Of two simultaneous sealers, the one that moves the head has sealed; the other seals nothing.
///
/// # Errors
/// `internal` if the head was manipulated, or replaced by an earlier one since this process read
/// it: nothing is chained to a foreign head, and no position is used twice.
pub async fn seal(app: &App) -> Result<u64> {
    let (mut sealed, watch) = (0, Stopwatch::start());
    loop {
        let batch = seal_batch(app).await?;
        sealed += batch;
        if !prune::goes_on(watch, batch, BATCH).await {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(app: &App) -> Result<u64> {
    // Read before the head: another sealer of this process moves the head first, and records it
    // then.
    let seen = app.audit.last_seen_head.last();
    if seen.is_some() && audit::unsealed(&app.db, i64::MIN, 1).await?.is_empty() {
        return Ok(0);
    }
    let chain = &app.audit.chain;
    let (mut head, was) = Head::read(app).await?;
    if let Some(seen) = &seen
        && !holds(app, &head, seen).await?
    {
        let (pos, hash) = seen;
        return Err(Error::Internal(format!(
            "audit log: an earlier head was put back; see vestibule audit verify --holds {pos}:{hash}"
        )));
    }
    app.audit.last_seen_head.advance(head.last.clone());
    // Read after the head: a later sealer moves the head, and then this one seals nothing.
    let events = audit::unsealed(&app.db, i64::MIN, BATCH).await?;
    if events.is_empty() {
        return Ok(0);
    }
    let mut places = Vec::with_capacity(events.len());
    for event in &events {
        let place = head.last.0 + 1;
        let link = link(chain, place, &head.last.1, event);
        let link = link.ok_or_else(|| Error::Internal("audit log: no key".into()))?;
        head.last = (place, link);
        places.push((event.seq, head.last.clone()));
    }
    let last = head.last.clone();
    let head = head.row(chain);
    let sealed = app
        .db
        .write(move |tx| {
            async move {
                if !audit_chain::move_head(tx, &was, &head).await? {
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
        .await?;
    if sealed > 0 {
        app.audit.last_seen_head.advance(last);
    }
    Ok(sealed)
}

/// Whether a head is the recorded one or its successor: the event at the recorded position still
/// exists then, unless retention has deleted it.
async fn holds(app: &App, head: &Head, (pos, hash): &(i64, String)) -> Result<bool> {
    if head.last.0 <= *pos {
        return Ok(head.last == (*pos, hash.clone()));
    }
    if *pos <= head.cut.0 {
        return Ok(true);
    }
    let at = audit_chain::page(&app.db, pos - 1, 1).await?;
    let link = at.first().filter(|event| event.chain_pos == Some(*pos));
    Ok(link.and_then(|event| event.chain_hash.as_ref()) == Some(hash))
}
