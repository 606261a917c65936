//! The feed of changes that every process follows: the table `revocations`.

use super::{Db, DbResult, Tx};

/// A line of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Sequence number. PostgreSQL assigns numbers before commits, so a lower one may appear after
    /// a higher one.
    pub seq: i64,
    /// The kind of change.
    pub kind: String,
    /// Id of the changed thing; empty if the kind has none.
    pub subject: String,
    /// A number, for the kinds that carry one.
    pub not_before: i64,
    /// Time of writing by the clock of the writing process, in Unix seconds.
    pub created_at: i64,
}

/// The columns of a line, in order: access by position is faster than by name, and there may be a
/// million rows.
type Columns = (i64, String, String, i64, i64);

impl From<Columns> for FeedRow {
    fn from((seq, kind, subject, not_before, created_at): Columns) -> Self {
        Self { seq, kind, subject, not_before, created_at }
    }
}

/// Inserts a line with its kind, subject and number; it may be deleted after `expires_at`.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(
    tx: &mut Tx<'_>,
    (kind, subject, not_before): (&str, &str, i64),
    now_s: i64,
    expires_at: i64,
) -> DbResult<()> {
    execute!(
        tx,
        "insert into revocations (kind, subject, not_before, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        kind,
        subject,
        not_before,
        now_s,
        expires_at
    )?;
    Ok(())
}

/// A page of lines after a sequence number, in order of the number.
///
/// # Errors
/// Fails if the database fails.
pub async fn after(db: &Db, seq: i64, limit: i64) -> DbResult<Vec<FeedRow>> {
    let rows = fetch_all!(
        db,
        Columns,
        "select seq, kind, subject, not_before, created_at from revocations
         where seq > $1 order by seq limit $2",
        seq,
        limit
    )?;
    Ok(rows.into_iter().map(FeedRow::from).collect())
}

/// A page of lines after a position, in order of time and number.
///
/// # Errors
/// Fails if the database fails.
pub async fn since(db: &Db, (created_at, seq): (i64, i64), limit: i64) -> DbResult<Vec<FeedRow>> {
    let rows = fetch_all!(
        db,
        Columns,
        "select seq, kind, subject, not_before, created_at from revocations
         where (created_at, seq) > ($1, $2) order by created_at, seq limit $3",
        created_at,
        seq,
        limit
    )?;
    Ok(rows.into_iter().map(FeedRow::from).collect())
}

/// Deletes at most `limit` lines written before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from revocations where seq in
             (select seq from revocations where created_at < $1 order by created_at limit $2)",
        before,
        limit
    )
}
