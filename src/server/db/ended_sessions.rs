//! Deletion of sessions some time after their end.

use super::{Db, DbResult, Tx};

/// Forgets sessions of a kind that ended before a time, so many at most; answers how many.
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

/// Sessions after an id, in order of it: the last id of so many, and how many of them were last used so long
/// ago that they ended before a time. Nothing after the last session.
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

/// Forgets sessions after an id, up to another, that ended for want of use before a time.
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
