//! The chain of sealed audit events, and the one row that says where it begins and ends.

use super::{
    Db, DbResult, Tx,
    audit::{EventRow, select_events},
};

/// Where the chain begins and ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeadRow {
    /// The last place that retention has cut; 0 if none.
    pub cut_pos: i64,
    /// The link at that place.
    pub cut_hash: String,
    /// The last place; 0 if there is none yet.
    pub head_pos: i64,
    /// The link at that place.
    pub head_hash: String,
    /// Authenticates all of this.
    pub mac: String,
}

/// The head, which every database has.
pub async fn head(db: &Db) -> DbResult<Option<HeadRow>> {
    fetch_optional!(
        db,
        HeadRow,
        "select cut_pos, cut_hash, head_pos, head_hash, mac from audit_chain where slot = 1"
    )
}

/// Puts the first head there; nothing happens in a database that has one, or events.
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

/// Puts a head in the place of the one with this MAC; `false` if somebody was quicker.
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

/// The first and the last place after one that hold an event of these times (Unix milliseconds, the end not in
/// it).
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

/// How many events are sealed, and for how many the head has places: of one moment, so the same.
pub async fn counts(db: &Db) -> DbResult<Option<(i64, i64)>> {
    fetch_optional!(
        db,
        (i64, i64),
        "select (select count(*) from audit_events where chain_pos is not null), head_pos - cut_pos
         from audit_chain where slot = 1"
    )
}

/// Gives an event its place and link; `false` if it has one.
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

/// A page of sealed events in order of the chain, after a place.
pub async fn page(db: &Db, after: i64, limit: i64) -> DbResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        select_events!("where chain_pos > $1 order by chain_pos limit $2"),
        after,
        limit
    )
}

/// Deletes what stands up to a place; the cut must have moved there first.
pub async fn delete(tx: &mut Tx<'_>, up_to: i64) -> DbResult<u64> {
    execute!(tx, "delete from audit_events where chain_pos <= $1", up_to)
}
