//! The chain of sealed audit events, and its head row.

use super::{
    Db, DbResult, Tx,
    audit::{EventRow, select_events},
};

/// The first and the last position of the chain.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeadRow {
    /// The last position deleted by retention; 0 if none.
    pub cut_pos: i64,
    /// The chain hash at that position.
    pub cut_hash: String,
    /// The last position; 0 while the chain is empty.
    pub head_pos: i64,
    /// The chain hash at that position.
    pub head_hash: String,
    /// A MAC over all other fields.
    pub mac: String,
}

/// The head row; every database has one.
///
/// # Errors
/// Fails if the database fails.
pub async fn head(db: &Db) -> DbResult<Option<HeadRow>> {
    fetch_optional!(
        db,
        HeadRow,
        "select cut_pos, cut_hash, head_pos, head_hash, mac from audit_chain where slot = 1"
    )
}

/// Inserts the first head, unless the database has a head or sealed events.
///
/// # Errors
/// Fails if the database fails.
pub async fn begin(tx: &mut Tx<'_>, head: &HeadRow) -> DbResult<()> {
    execute!(
        tx,
        "insert into audit_chain (slot, cut_pos, cut_hash, head_pos, head_hash, mac)
         select 1, $1, $2, $3, $4, $5
         where not exists (select 1 from audit_chain)
           and not exists (select 1 from audit_events)",
        head.cut_pos,
        &head.cut_hash,
        head.head_pos,
        &head.head_hash,
        &head.mac
    )?;
    Ok(())
}

/// Replaces the head that has this MAC; `false` if another process has replaced it first.
///
/// # Errors
/// Fails if the database fails.
pub async fn move_head(tx: &mut Tx<'_>, was: &str, head: &HeadRow) -> DbResult<bool> {
    let moved = execute!(
        tx,
        "update audit_chain
         set cut_pos = $1, cut_hash = $2, head_pos = $3, head_hash = $4, mac = $5
         where slot = 1 and mac = $6",
        head.cut_pos,
        &head.cut_hash,
        head.head_pos,
        &head.head_hash,
        &head.mac,
        was
    )?;
    Ok(moved == 1)
}

/// The first and the last position, after `after`, of the events in a range of time (Unix
/// milliseconds, without the end).
///
/// # Errors
/// Fails if the database fails.
pub async fn run(
    db: &Db,
    after: i64,
    (since_ms, until_ms): (i64, i64),
) -> DbResult<Option<(i64, i64)>> {
    let (first, last) = fetch_one!(
        db,
        (Option<i64>, Option<i64>),
        "select min(chain_pos), max(chain_pos) from audit_events
         where chain_pos > $1 and at_ms >= $2 and at_ms < $3",
        after,
        since_ms,
        until_ms
    )?;
    Ok(first.zip(last))
}

/// The number of sealed events and the number of positions by the head, read in one snapshot; equal
/// unless rows were removed or added.
///
/// # Errors
/// Fails if the database fails.
pub async fn counts(db: &Db) -> DbResult<Option<(i64, i64)>> {
    fetch_optional!(
        db,
        (i64, i64),
        "select (select count(*) from audit_events where chain_pos is not null), head_pos - cut_pos
         from audit_chain where slot = 1"
    )
}

/// Sets the position and the hash of an event; `false` if it has them already.
///
/// # Errors
/// Fails if the database fails.
pub async fn seal(tx: &mut Tx<'_>, seq: i64, pos: i64, hash: &str) -> DbResult<bool> {
    let sealed = execute!(
        tx,
        "update audit_events set chain_pos = $2, chain_hash = $3
         where seq = $1 and chain_pos is null",
        seq,
        pos,
        hash
    )?;
    Ok(sealed == 1)
}

/// A page of sealed events after a position, in order of the chain.
///
/// # Errors
/// Fails if the database fails.
pub async fn page(db: &Db, after: i64, limit: i64) -> DbResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        select_events!("where chain_pos > $1 order by chain_pos limit $2"),
        after,
        limit
    )
}

/// Deletes the events up to a position; the cut of the head must have moved there before.
///
/// # Errors
/// Fails if the database fails.
pub async fn delete(tx: &mut Tx<'_>, up_to: i64) -> DbResult<u64> {
    execute!(tx, "delete from audit_events where chain_pos <= $1", up_to)
}
