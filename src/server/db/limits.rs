//! Buckets of attempts that several processes share.

use super::{DbResult, Tx};

/// Counts one more in a bucket (its key, its interval and its tolerance in milliseconds), by one statement,
/// so that of two at once each is counted; where that is one too many, counts nothing and answers the
/// bucket's arrival time, which is brought back if a wrong clock has set it too far ahead.
pub async fn take(
    tx: &mut Tx<'_>,
    (key, every_ms, tolerance_ms): (&str, i64, i64),
    now_ms: i64,
) -> DbResult<Option<i64>> {
    let taken = execute!(
        tx,
        "insert into attempt_buckets (key, arrival_ms) values ($1, $2 + $3)
         on conflict (key) do update
         set arrival_ms = case when attempt_buckets.arrival_ms > $2
                               then attempt_buckets.arrival_ms else $2 end + $3
         where attempt_buckets.arrival_ms + $3 - $2 <= $4",
        key,
        now_ms,
        every_ms,
        tolerance_ms
    )?;
    if taken == 1 {
        return Ok(None);
    }
    execute!(
        tx,
        "update attempt_buckets set arrival_ms = $2 + $3 where key = $1 and arrival_ms > $2 + $3",
        key,
        now_ms,
        tolerance_ms
    )?;
    let (arrival_ms,) =
        fetch_one!(tx, (i64,), "select arrival_ms from attempt_buckets where key = $1", key)?;
    Ok(Some(arrival_ms))
}

/// Takes one count back.
pub async fn give_back(tx: &mut Tx<'_>, key: &str, every_ms: i64) -> DbResult<()> {
    execute!(
        tx,
        "update attempt_buckets set arrival_ms = arrival_ms - $2 where key = $1",
        key,
        every_ms
    )?;
    Ok(())
}

/// Forgets a bucket.
pub async fn clear(tx: &mut Tx<'_>, key: &str) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets where key = $1", key)?;
    Ok(())
}

/// Forgets all that are as good as new.
pub async fn forget_expired(tx: &mut Tx<'_>, now_ms: i64) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets where arrival_ms <= $1", now_ms)?;
    Ok(())
}
