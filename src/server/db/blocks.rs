//! Failed attempts by source, and blocked sources.

use super::{Db, DbResult, Tx};

/// A block as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BlockRow {
    /// An address or a network.
    pub source: String,
    /// `failures` or `operator`.
    pub created_by: String,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of the block, in Unix seconds.
    pub expires_at: i64,
}

/// Counts a failure of a source at an account (by its keyed hash) in a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn count(tx: &mut Tx<'_>, source: &str, account: &str, minute: i64) -> DbResult<()> {
    execute!(
        tx,
        "insert into source_failures (source, minute, account, failures) values ($1, $2, $3, 1)
         on conflict (source, minute, account)
         do update set failures = source_failures.failures + 1",
        source,
        minute,
        account
    )?;
    Ok(())
}

/// The number of failures of a source since a minute, and the number of accounts that they hit.
///
/// # Errors
/// Fails if the database fails.
pub async fn counted(tx: &mut Tx<'_>, source: &str, since: i64) -> DbResult<(i64, i64)> {
    fetch_one!(
        tx,
        (i64, i64),
        "select cast(coalesce(sum(failures), 0) as bigint), count(distinct account)
         from source_failures where source = $1 and minute >= $2",
        source,
        since
    )
}

/// Deletes the failure counts of a source.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_failures_of(tx: &mut Tx<'_>, source: &str) -> DbResult<()> {
    execute!(tx, "delete from source_failures where source = $1", source)?;
    Ok(())
}

/// Blocks a source until a time and replaces its current block; `false` if that block is the
/// operator's and the new one is automatic.
///
/// # Errors
/// Fails if the database fails.
pub async fn upsert(
    tx: &mut Tx<'_>,
    source: &str,
    created_by: &str,
    now_s: i64,
    expires_at: i64,
) -> DbResult<bool> {
    let set = execute!(
        tx,
        "insert into source_blocks (source, created_by, created_at, expires_at)
         values ($1, $2, $3, $4)
         on conflict (source) do update set created_by = excluded.created_by,
             created_at = excluded.created_at, expires_at = excluded.expires_at
         where excluded.created_by = 'operator' or source_blocks.created_by <> 'operator'
             or source_blocks.expires_at <= excluded.created_at",
        source,
        created_by,
        now_s,
        expires_at
    )?;
    Ok(set == 1)
}

/// Ends the block of a source; `false` if none is in force.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove(tx: &mut Tx<'_>, source: &str, now_s: i64) -> DbResult<bool> {
    let removed = execute!(
        tx,
        "delete from source_blocks where source = $1 and expires_at > $2",
        source,
        now_s
    )?;
    Ok(removed == 1)
}

/// The blocks in force, newest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn in_force(db: &Db, now_s: i64) -> DbResult<Vec<BlockRow>> {
    fetch_all!(
        db,
        BlockRow,
        "select source, created_by, created_at, expires_at from source_blocks
         where expires_at > $1 order by created_at desc, source",
        now_s
    )
}

/// Deletes at most `limit` failure counts from before a minute; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_failures(tx: &mut Tx<'_>, minute: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from source_failures where minute < $1 and (source, minute, account) in
             (select source, minute, account from source_failures where minute < $1
              order by minute limit $2)",
        minute,
        limit
    )
}

/// Deletes at most `limit` expired blocks; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_expired(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from source_blocks where expires_at <= $1 and source in
             (select source from source_blocks where expires_at <= $1
              order by expires_at limit $2)",
        now_s,
        limit
    )
}
