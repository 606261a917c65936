//! Buckets of attempts: those that several processes share, and what one counts in the long run.

use super::{Db, DbResult, Tx};

/// How often a bucket is read again that another process deletes meanwhile.
const LOOKS: usize = 3;

/// Counts one more in a bucket (its key, its interval and its tolerance in milliseconds), by one statement,
/// so that of two at once each is counted; where that is one too many, counts nothing and answers the
/// bucket's arrival time, which is brought back if a wrong clock has set it too far ahead.
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
        // None: on PostgreSQL a success elsewhere has cleared it meanwhile.
        if let Some((arrival_ms,)) = row {
            return Ok(Some(arrival_ms));
        }
    }
    Ok(None)
}

/// Counts one more in a bucket, however full it is, up to its tolerance.
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

/// Those of so many keys that have a bucket.
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

/// Forgets a bucket.
pub async fn clear(tx: &mut Tx<'_>, key: &str) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets where key = $1", key)?;
    Ok(())
}

/// Buckets that are not as good as new, with their arrival times: those that are the furthest ahead.
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

/// Forgets buckets that are as good as new, so many at most; answers how many.
pub async fn forget_expired(tx: &mut Tx<'_>, now_ms: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from attempt_buckets where arrival_ms <= $1 and key in
             (select key from attempt_buckets where arrival_ms <= $1 order by arrival_ms limit $2)",
        now_ms,
        limit
    )
}
