//! Sessions: one row per sign-in, rotated in place.

use super::{Db, DbResult, Tx};

/// A session as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// The `sid` of tokens.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// `cookie`, `token` or `none`.
    pub kind: String,
    /// How often it was rotated.
    pub generation: i64,
    /// SHA-256 of the refresh token that counts.
    pub current_hash: Option<String>,
    /// SHA-256 of the one before.
    pub previous_hash: Option<String>,
    /// The current token, sealed under its predecessor.
    pub successor_sealed: Option<String>,
    /// Unix milliseconds.
    pub rotated_at_ms: i64,
    /// Unix milliseconds; null while the current token is unused.
    pub used_at_ms: Option<i64>,
    /// When the person proved who they are, Unix seconds.
    pub auth_time: i64,
    /// Unix seconds.
    pub last_seen_at: i64,
    /// Unix seconds.
    pub idle_expires_at: i64,
    /// Unix seconds; rotation never moves it.
    pub expires_at: i64,
    /// Unix seconds, once ended.
    pub revoked_at: Option<i64>,
}

/// A new session.
pub struct NewSession<'s> {
    /// The `sid` of tokens.
    pub id: &'s str,
    /// Whose it is.
    pub user_id: &'s str,
    /// `cookie`, `token` or `none`.
    pub kind: &'static str,
    /// SHA-256 of the first refresh token, if there is one.
    pub current_hash: Option<&'s str>,
    /// The account's epoch.
    pub epoch: i64,
    /// Unix seconds.
    pub now: i64,
    /// Unix seconds.
    pub idle_expires_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// From where.
    pub client_ip: Option<&'s str>,
    /// With what.
    pub user_agent: Option<&'s str>,
}

macro_rules! select_session {
    () => {
        "select id, user_id, kind, generation, current_hash, previous_hash, successor_sealed,
                rotated_at_ms, used_at_ms, auth_time, last_seen_at, idle_expires_at, expires_at,
                revoked_at
         from sessions where id = $1"
    };
}

/// A session by id.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(db, SessionRow, select_session!(), id)
}

/// The same inside a unit of work.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(tx, SessionRow, select_session!(), id)
}

/// Adds a session.
pub async fn insert(tx: &mut Tx<'_>, session: &NewSession<'_>) -> DbResult<()> {
    execute!(
        tx,
        "insert into sessions (id, user_id, kind, generation, current_hash, rotated_at_ms, epoch,
                               auth_time, created_at, last_seen_at, idle_expires_at, expires_at,
                               client_ip, user_agent)
         values ($1, $2, $3, 0, $4, $5, $6, $7, $7, $7, $8, $9, $10, $11)",
        session.id,
        session.user_id,
        session.kind,
        session.current_hash,
        session.now * 1000,
        session.epoch,
        session.now,
        session.idle_expires_at,
        session.expires_at,
        session.client_ip,
        session.user_agent
    )?;
    Ok(())
}

/// What rotation writes.
pub struct Rotation<'r> {
    /// The session.
    pub id: &'r str,
    /// The token that was presented, and still counts.
    pub current_hash: &'r str,
    /// The token that follows it.
    pub next_hash: &'r str,
    /// The same, sealed under the presented one.
    pub successor_sealed: &'r str,
    /// Unix milliseconds.
    pub now_ms: i64,
    /// Unix seconds.
    pub idle_expires_at: i64,
}

/// Rotates if the presented token still counts; the row decides who won.
pub async fn rotate(tx: &mut Tx<'_>, rotation: &Rotation<'_>) -> DbResult<bool> {
    let rotated = execute!(
        tx,
        "update sessions
         set generation = generation + 1, previous_hash = current_hash, current_hash = $3,
             successor_sealed = $4, rotated_at_ms = $5, used_at_ms = null,
             last_seen_at = $5 / 1000, idle_expires_at = $6
         where id = $1 and current_hash = $2 and revoked_at is null",
        rotation.id,
        rotation.current_hash,
        rotation.next_hash,
        rotation.successor_sealed,
        rotation.now_ms,
        rotation.idle_expires_at
    )?;
    Ok(rotated == 1)
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

/// Ends a session; `false` if it had ended. Excludes rotation by updating the same row.
pub async fn revoke(tx: &mut Tx<'_>, id: &str, reason: &str, now: i64) -> DbResult<bool> {
    let ended = execute!(
        tx,
        "update sessions set revoked_at = $3, revoked_reason = $2
         where id = $1 and revoked_at is null",
        id,
        reason,
        now
    )?;
    Ok(ended == 1)
}

/// Ends all sessions of a person; answers how many.
pub async fn revoke_all(tx: &mut Tx<'_>, user_id: &str, reason: &str, now: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update sessions set revoked_at = $3, revoked_reason = $2
         where user_id = $1 and revoked_at is null",
        user_id,
        reason,
        now
    )
}
