//! What the use of a refresh token changes in its session.

use super::{DbResult, Tx};

/// What rotation writes.
pub struct Rotation {
    /// The session.
    pub id: String,
    /// The token that was presented, and still counts.
    pub current_hash: String,
    /// The token that follows it.
    pub next_hash: String,
    /// The successor, sealed under the presented one.
    pub successor_sealed: String,
    /// Unix milliseconds.
    pub now_ms: i64,
    /// Unix seconds.
    pub idle_expires_at: i64,
    /// From where.
    pub client_ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

/// Rotates if the presented token still counts; the row decides who won.
pub async fn rotate(tx: &mut Tx<'_>, rotation: &Rotation) -> DbResult<bool> {
    let rotated = execute!(
        tx,
        "update sessions
         set generation = generation + 1, previous_hash = current_hash, current_hash = $3,
             successor_sealed = $4, rotated_at_ms = $5, used_at_ms = null,
             last_seen_at = $5 / 1000, idle_expires_at = $6, client_ip = $7, user_agent = $8
         where id = $1 and current_hash = $2 and revoked_at is null",
        &rotation.id,
        &rotation.current_hash,
        &rotation.next_hash,
        &rotation.successor_sealed,
        rotation.now_ms,
        rotation.idle_expires_at,
        &rotation.client_ip,
        &rotation.user_agent
    )?;
    Ok(rotated == 1)
}

/// Notes that the token of this generation has been seen; only the first time changes anything.
pub async fn mark_used(tx: &mut Tx<'_>, id: &str, generation: i64, now_ms: i64) -> DbResult<bool> {
    let marked = execute!(
        tx,
        "update sessions set used_at_ms = $3
         where id = $1 and generation = $2 and used_at_ms is null",
        id,
        generation,
        now_ms
    )?;
    Ok(marked == 1)
}

/// Notes that the session is in use and moves its idle end, never the absolute one.
pub async fn touch(tx: &mut Tx<'_>, id: &str, now: i64, idle_expires_at: i64) -> DbResult<bool> {
    let touched = execute!(
        tx,
        "update sessions set last_seen_at = $2, idle_expires_at = $3
         where id = $1 and revoked_at is null and last_seen_at < $2",
        id,
        now,
        idle_expires_at
    )?;
    Ok(touched == 1)
}

/// Counts a late or foreign replay of a generation; `false` if it was counted before, or the token was rotated
/// meanwhile.
pub async fn count_replay(tx: &mut Tx<'_>, id: &str, generation: i64, run: i64) -> DbResult<bool> {
    let counted = execute!(
        tx,
        "update sessions set late_generation = $2, late_run = $3
         where id = $1 and generation = $2 and late_generation < $2 and revoked_at is null",
        id,
        generation,
        run
    )?;
    Ok(counted == 1)
}
