//! The feed of changes that every process follows: the table `revocations`.

use super::{Db, DbResult, Tx};

/// A line of the feed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedRow {
    /// Its number. PostgreSQL hands numbers out before commits, so a lower one may appear after a higher one.
    pub seq: i64,
    /// The kind of change.
    pub kind: String,
    /// Id of what changed; empty where the kind has none.
    pub subject: String,
    /// A number that some kinds have.
    pub not_before: i64,
    /// Unix seconds, by the clock of the process that wrote it.
    pub created_at: i64,
}

/// Adds a line (its kind, subject and number), written at a time, that nobody needs after `expires_at`.
pub async fn insert(
    tx: &mut Tx<'_>,
    (kind, subject, not_before): (&str, &str, i64),
    now: i64,
    expires_at: i64,
) -> DbResult<()> {
    execute!(
        tx,
        "insert into revocations (kind, subject, not_before, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        kind,
        subject,
        not_before,
        now,
        expires_at
    )?;
    Ok(())
}

/// A page of lines after a number, by number.
pub async fn after(db: &Db, seq: i64, limit: i64) -> DbResult<Vec<FeedRow>> {
    fetch_all!(
        db,
        FeedRow,
        "select seq, kind, subject, not_before, created_at from revocations
         where seq > $1 order by seq limit $2",
        seq,
        limit
    )
}

/// A page of lines after a place, by time and number.
pub async fn since(db: &Db, (created_at, seq): (i64, i64), limit: i64) -> DbResult<Vec<FeedRow>> {
    fetch_all!(
        db,
        FeedRow,
        "select seq, kind, subject, not_before, created_at from revocations
         where (created_at, seq) > ($1, $2) order by created_at, seq limit $3",
        created_at,
        seq,
        limit
    )
}

/// Forgets lines written before a time, so many at most; answers how many.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from revocations where seq in
             (select seq from revocations where created_at < $1 order by created_at limit $2)",
        before,
        limit
    )
}
