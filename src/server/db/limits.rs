//! Limit buckets that several processes share or that survive a restart.

use super::{Db, DbResult, Tx};

/// Number of further reads of a bucket that another process deletes meanwhile.
const LOOKS: usize = 3;

/// Adds one attempt to a bucket, if it is not full.
///
/// `key` names the bucket; the interval and the tolerance are in milliseconds. One statement does
/// it, so that of two simultaneous attempts each is counted. A full bucket is not changed: its
/// arrival time is returned, corrected if a wrong clock has set it too far ahead.
///
/// # Errors
/// Fails if the database fails.
pub async fn take(
    tx: &mut Tx<'_>,
    (key, every_ms, tolerance_ms): (&str, i64, i64),
    now_ms: i64,
) -> DbResult<Option<i64>> {
    for _ in 0..LOOKS {
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
            "update attempt_buckets set arrival_ms = $2 + $3
             where key = $1 and arrival_ms > $2 + $3",
            key,
            now_ms,
            tolerance_ms
        )?;
        let row = fetch_optional!(
            tx,
            (i64,),
            "select arrival_ms from attempt_buckets where key = $1",
            key
        )?;
        // None: on PostgreSQL a successful attempt elsewhere has deleted the bucket meanwhile.
        if let Some((arrival_ms,)) = row {
            return Ok(Some(arrival_ms));
        }
    }
    Ok(None)
}

/// Adds one attempt to a bucket, even a full one, up to its tolerance.
///
/// # Errors
/// Fails if the database fails.
pub async fn count(
    tx: &mut Tx<'_>,
    (key, every_ms, tolerance_ms): (&str, i64, i64),
    now_ms: i64,
) -> DbResult<()> {
    execute!(
        tx,
        "insert into attempt_buckets (key, arrival_ms) values ($1, $2 + $3)
         on conflict (key) do update
         set arrival_ms = case when attempt_buckets.arrival_ms <= $2 then $2 + $3
                               when attempt_buckets.arrival_ms + $3 > $2 + $4 then $2 + $4
                               else attempt_buckets.arrival_ms + $3 end",
        key,
        now_ms,
        every_ms,
        tolerance_ms
    )?;
    Ok(())
}

/// Removes one attempt from a bucket.
///
/// # Errors
/// Fails if the database fails.
pub async fn give_back(tx: &mut Tx<'_>, key: &str, every_ms: i64) -> DbResult<()> {
    execute!(
        tx,
        "update attempt_buckets set arrival_ms = arrival_ms - $2 where key = $1",
        key,
        every_ms
    )?;
    Ok(())
}

/// The keys that have a bucket, of the given ones.
///
/// # Errors
/// Fails if the database fails.
pub async fn written(db: &Db, keys: &[String; 8]) -> DbResult<Vec<String>> {
    let [a, b, c, d, e, f, g, h] = keys;
    let found = fetch_all!(
        db,
        (String,),
        "select key from attempt_buckets where key in ($1, $2, $3, $4, $5, $6, $7, $8)",
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h
    )?;
    Ok(found.into_iter().map(|(key,)| key).collect())
}

/// Deletes a bucket.
///
/// # Errors
/// Fails if the database fails.
pub async fn clear(tx: &mut Tx<'_>, key: &str) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets where key = $1", key)?;
    Ok(())
}

/// The buckets with the latest arrival times, of those that are not empty.
///
/// # Errors
/// Fails if the database fails.
pub async fn fullest(db: &Db, now_ms: i64, limit: i64) -> DbResult<Vec<(String, i64)>> {
    fetch_all!(
        db,
        (String, i64),
        "select key, arrival_ms from attempt_buckets where arrival_ms > $1
         order by arrival_ms desc limit $2",
        now_ms,
        limit
    )
}

/// Deletes at most `limit` empty buckets; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_expired(tx: &mut Tx<'_>, now_ms: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from attempt_buckets where arrival_ms <= $1 and key in
             (select key from attempt_buckets where arrival_ms <= $1 order by arrival_ms limit $2)",
        now_ms,
        limit
    )
}
