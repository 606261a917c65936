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
    pub created_at: i64,
    /// Unix seconds.
    pub last_seen_at: i64,
    /// Unix seconds.
    pub idle_expires_at: i64,
    /// Unix seconds; rotation never moves it.
    pub expires_at: i64,
    /// Unix seconds, once ended.
    pub revoked_at: Option<i64>,
    /// From where it was opened or last refreshed.
    pub client_ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
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

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "select id, user_id, kind, generation, current_hash, previous_hash, successor_sealed,
                    rotated_at_ms, used_at_ms, auth_time, created_at, last_seen_at, idle_expires_at,
                    expires_at, revoked_at, client_ip, user_agent
             from sessions ",
            $rest
        )
    };
}

/// A session by id.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(db, SessionRow, select_sessions!("where id = $1"), id)
}

/// The same inside a unit of work.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(tx, SessionRow, select_sessions!("where id = $1"), id)
}

/// A page of a person's sessions that are alive, newest first, before one.
pub async fn alive(
    db: &Db,
    user_id: &str,
    before: &str,
    now: i64,
    limit: i64,
) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and id < $2 and revoked_at is null and expires_at > $3
               and idle_expires_at > $3
             order by id desc limit $4"
        ),
        user_id,
        before,
        now,
        limit
    )
}

/// A person's sessions that ended for this reason since a time, newest first.
pub async fn ended(db: &Db, user_id: &str, reason: &str, since: i64) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and revoked_reason = $2 and revoked_at >= $3
             order by id desc limit 20"
        ),
        user_id,
        reason,
        since
    )
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
pub struct Rotation {
    /// The session.
    pub id: String,
    /// The token that was presented, and still counts.
    pub current_hash: String,
    /// The token that follows it.
    pub next_hash: String,
    /// The same, sealed under the presented one.
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

/// Notes that the person has just proved again who they are; `false` if the session has ended.
pub async fn set_auth_time(tx: &mut Tx<'_>, id: &str, now: i64) -> DbResult<bool> {
    let set = execute!(
        tx,
        "update sessions set auth_time = $2
         where id = $1 and revoked_at is null and expires_at > $2 and idle_expires_at > $2",
        id,
        now
    )?;
    Ok(set == 1)
}

/// Ends a session; answers whose it was, or nothing if it had ended. Excludes rotation by updating the
/// same row.
pub async fn revoke(tx: &mut Tx<'_>, id: &str, reason: &str, now: i64) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "update sessions set revoked_at = $3, revoked_reason = $2
         where id = $1 and revoked_at is null returning user_id",
        id,
        reason,
        now
    )?;
    Ok(row.map(|(user_id,)| user_id))
}

/// Ends all sessions of a person that are alive but the one to keep, if any; answers their ids.
pub async fn revoke_all(
    tx: &mut Tx<'_>,
    user_id: &str,
    keep: Option<&str>,
    reason: &str,
    now: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "update sessions set revoked_at = $3, revoked_reason = $2
         where user_id = $1 and revoked_at is null and expires_at > $3 and id <> coalesce($4, '')
         returning id",
        user_id,
        reason,
        now,
        keep
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
