//! Networks from which accounts have signed in, named by keyed hashes.

use super::{Db, DbResult, Tx};

/// Time of the last sign-in to an account from a network, in Unix seconds.
///
/// # Errors
/// Fails if the database fails.
pub async fn seen_at(db: &Db, account: &str, source: &str) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        db,
        (i64,),
        "select seen_at from known_sources where account = $1 and source = $2",
        account,
        source
    )?;
    Ok(row.map(|(seen_at,)| seen_at))
}

/// Records a sign-in, and deletes all but the newest networks of the account.
///
/// # Errors
/// Fails if the database fails.
pub async fn record(
    tx: &mut Tx<'_>,
    (account, source): (&str, &str),
    now_s: i64,
    kept: i64,
) -> DbResult<()> {
    execute!(
        tx,
        "insert into known_sources (account, source, seen_at) values ($1, $2, $3)
         on conflict (account, source) do update set seen_at = excluded.seen_at",
        account,
        source,
        now_s
    )?;
    execute!(
        tx,
        "delete from known_sources where account = $1 and source not in
             (select source from known_sources where account = $1
              order by seen_at desc, source limit $2)",
        account,
        kept
    )?;
    Ok(())
}

/// Deletes all networks of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_account(tx: &mut Tx<'_>, account: &str) -> DbResult<u64> {
    execute!(tx, "delete from known_sources where account = $1", account)
}

/// Deletes at most `limit` networks last used before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from known_sources where seen_at < $1 and (account, source) in
             (select account, source from known_sources where seen_at < $1
              order by seen_at limit $2)",
        before,
        limit
    )
}
