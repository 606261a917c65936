//! Accounts that are leaving, until they are erased or kept.

use super::{Db, DbResult, Tx};

/// Notes that an account is leaving; `false` if it was already.
///
/// # Errors
/// Fails if the database fails.
pub async fn ask(tx: &mut Tx<'_>, user_id: &str, now_s: i64, erase_after: i64) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into deletions (user_id, requested_at, erase_after) values ($1, $2, $3)
         on conflict do nothing",
        user_id,
        now_s,
        erase_after
    )?;
    Ok(added == 1)
}

/// Keeps an account that is leaving and whose time is not over; `false` if there is none.
///
/// # Errors
/// Fails if the database fails.
pub async fn keep(tx: &mut Tx<'_>, user_id: &str, now_s: i64) -> DbResult<bool> {
    let removed = execute!(
        tx,
        "delete from deletions where user_id = $1 and erase_after > $2",
        user_id,
        now_s
    )?;
    Ok(removed == 1)
}

/// The ids of at most `limit` accounts after an id whose time is over, and whose owner was reminded.
///
/// # Errors
/// Fails if the database fails.
pub async fn due(db: &Db, now_s: i64, after: &str, limit: i64) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        db,
        (String,),
        "select user_id from deletions where erase_after <= $1 and reminded_at is not null and user_id > $2
         order by user_id limit $3",
        now_s,
        after,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The ids of at most `limit` accounts after an id whose owner was not reminded, and whose time ends until a time.
///
/// # Errors
/// Fails if the database fails.
pub async fn to_remind(db: &Db, until: i64, after: &str, limit: i64) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        db,
        (String,),
        "select user_id from deletions where erase_after <= $1 and reminded_at is null and user_id > $2
         order by user_id limit $3",
        until,
        after,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notes that the owner of an account is reminded, and returns the time of the erasure; none if somebody else did, or the
/// account is kept. An erasure before `late` is put off until a time.
///
/// # Errors
/// Fails if the database fails.
pub async fn remind(
    tx: &mut Tx<'_>,
    user_id: &str,
    now_s: i64,
    (late, until): (i64, i64),
) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "update deletions set reminded_at = $2, erase_after = case when erase_after < $3 then $4 else erase_after end
         where user_id = $1 and reminded_at is null returning erase_after",
        user_id,
        now_s,
        late,
        until
    )?;
    Ok(row.map(|(erase_after,)| erase_after))
}

/// Forgets that owners were reminded, so that all of them are again before anything is erased.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_reminders(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "update deletions set reminded_at = null where reminded_at is not null")?;
    Ok(())
}

/// Deletes at most `limit` sessions of an account that is leaving; returns how many. None of them opens anything.
///
/// # Errors
/// Fails if the database fails.
pub async fn shed_sessions(tx: &mut Tx<'_>, user_id: &str, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from sessions where id in
             (select s.id from sessions s join deletions d on d.user_id = s.user_id
              where s.user_id = $1 limit $2)",
        user_id,
        limit
    )
}

/// The number of accounts that are leaving.
///
/// # Errors
/// Fails if the database fails.
pub async fn count(tx: &mut Tx<'_>) -> DbResult<i64> {
    let (count,) = fetch_one!(tx, (i64,), "select count(*) from deletions")?;
    Ok(count)
}

/// Deletes an account, with all rows that refer to it.
///
/// # Errors
/// Fails if the database fails.
pub async fn erase(tx: &mut Tx<'_>, user_id: &str) -> DbResult<()> {
    execute!(tx, "delete from users where id = $1", user_id)?;
    Ok(())
}
