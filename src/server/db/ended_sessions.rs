//! Deletion of sessions a while after their end.

use super::{Db, DbResult, Tx};

/// Deletes at most `limit` sessions of a kind that ended before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, kind: &str, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from sessions where id in
             (select id from sessions where kind = $1 and coalesce(revoked_at, expires_at) < $2
              order by coalesce(revoked_at, expires_at) limit $3)",
        kind,
        before,
        limit
    )
}

/// The next `limit` sessions after an id, in order of the id: the last of their ids, and the number
/// of them whose idle time ended before a time. None after the last session.
///
/// # Errors
/// Fails if the database fails.
pub async fn unused(
    db: &Db,
    after: &str,
    before: i64,
    limit: i64,
) -> DbResult<Option<(String, i64)>> {
    let (last, unused) = fetch_one!(
        db,
        (Option<String>, i64),
        "select max(id), count(case when revoked_at is null and idle_expires_at < $2 then 1 end)
         from (select id, revoked_at, idle_expires_at from sessions where id > $1
               order by id limit $3) as these",
        after,
        before,
        limit
    )?;
    Ok(last.map(|last| (last, unused)))
}

/// Deletes the sessions between two ids whose idle time ended before a time.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_unused(
    tx: &mut Tx<'_>,
    (after, last): (&str, &str),
    before: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "delete from sessions
         where id > $1 and id <= $2 and revoked_at is null and idle_expires_at < $3",
        after,
        last,
        before
    )
}
