//! Changes of a session when its refresh token is used.

use super::{DbResult, Tx};

/// The data of one rotation.
pub struct Rotation {
    /// Id of the session.
    pub id: String,
    /// Hash of the presented token, which is still the current one.
    pub current_hash: String,
    /// Hash of the next token.
    pub next_hash: String,
    /// The next token, sealed under the presented one.
    pub successor_sealed: String,
    /// Time of the rotation, in Unix milliseconds.
    pub now_ms: i64,
    /// End of the session without use, in Unix seconds.
    pub idle_expires_at: i64,
    /// IP address of the client.
    pub client_ip: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
}

/// Rotates the token if the presented one is still current; the conditional update decides between
/// competitors.
///
/// # Errors
/// Fails if the database fails.
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

/// Records the first use of the token of this generation; later uses change nothing.
///
/// # Errors
/// Fails if the database fails.
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

/// Records a use of the session and moves its idle end, never its absolute end.
///
/// # Errors
/// Fails if the database fails.
pub async fn touch(tx: &mut Tx<'_>, id: &str, now_s: i64, idle_expires_at: i64) -> DbResult<bool> {
    let touched = execute!(
        tx,
        "update sessions set last_seen_at = $2, idle_expires_at = $3
         where id = $1 and revoked_at is null and last_seen_at < $2",
        id,
        now_s,
        idle_expires_at
    )?;
    Ok(touched == 1)
}

/// Counts a late or foreign replay of a generation; `false` if it was counted before, or the token
/// was rotated meanwhile.
///
/// # Errors
/// Fails if the database fails.
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
