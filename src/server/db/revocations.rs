//! The feed of revocations that every process follows.

use super::{Db, DbResult, Tx};

/// What is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Every access token of a session.
    Session(String),
    /// Every access token of a person with an epoch below this one.
    User(String, i64),
    /// The key ring is another one now: to be read again.
    Keys,
    /// Other sources are blocked now: to be read again.
    Blocks,
    /// Counts are to be forgotten: their keys, and when that was asked for (Unix milliseconds).
    Unlock(String, i64),
}

/// One entry of the feed.
#[derive(sqlx::FromRow)]
struct RevocationRow {
    seq: i64,
    kind: String,
    subject: String,
    not_before: i64,
    expires_at: i64,
}

/// Adds an entry; it may be forgotten after `expires_at`.
pub async fn insert(
    tx: &mut Tx<'_>,
    revocation: &Revocation,
    now: i64,
    expires_at: i64,
) -> DbResult<()> {
    let (kind, subject, not_before) = match revocation {
        Revocation::Session(id) => ("session", id.as_str(), 0),
        Revocation::User(id, epoch) => ("user", id.as_str(), *epoch),
        Revocation::Keys => ("keys", "", 0),
        Revocation::Blocks => ("blocks", "", 0),
        Revocation::Unlock(keys, at_ms) => ("unlock", keys.as_str(), *at_ms),
    };
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

/// Entries after a place in the feed, and recent ones again: their place, content and expiry.
pub async fn after(db: &Db, seq: i64, recent: i64) -> DbResult<Vec<(i64, Revocation, i64)>> {
    let rows = fetch_all!(
        db,
        RevocationRow,
        "select seq, kind, subject, not_before, expires_at from revocations
         where seq > $1 or created_at >= $2 order by seq",
        seq,
        recent
    )?;
    let read = |row: RevocationRow| {
        let revocation = match row.kind.as_str() {
            "session" => Revocation::Session(row.subject),
            "keys" => Revocation::Keys,
            "blocks" => Revocation::Blocks,
            "unlock" => Revocation::Unlock(row.subject, row.not_before),
            _ => Revocation::User(row.subject, row.not_before),
        };
        (row.seq, revocation, row.expires_at)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Forgets entries that no living token can need.
pub async fn forget_expired(tx: &mut Tx<'_>, now: i64) -> DbResult<u64> {
    execute!(tx, "delete from revocations where expires_at < $1", now)
}
