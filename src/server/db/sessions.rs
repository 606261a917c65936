//! Sessions: one row per sign-in, rotated in place.

use super::{Db, DbResult, Tx};
use crate::model::SessionId;

/// The Max UUID (RFC 9562 section 5.10): every id comes before it.
const AFTER_ALL: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// A session as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// The `sid` of tokens.
    #[sqlx(try_from = "String")]
    pub id: SessionId,
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
    /// Why it ended.
    pub revoked_reason: Option<String>,
    /// The id under which it goes on, if it got a new identity.
    pub renewed_as: Option<String>,
    /// The generation that last had a late or foreign replay.
    pub late_generation: i64,
    /// How many generations in a row, up to that one, had one.
    pub late_run: i64,
    /// How the person proved who they are: values of RFC 8176, separated by spaces.
    pub amr: String,
    /// How much that proves: `aal1` and so on (NIST SP 800-63B-4).
    pub acr: String,
    /// The client that it was opened for; ours is `vestibule`.
    pub client_id: String,
    /// What it was narrowed to; null for all that the person may do.
    pub scope: Option<String>,
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
    /// When the person proved who they are, Unix seconds.
    pub auth_time: i64,
    /// Unix seconds.
    pub created_at: i64,
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
    /// How the person proved who they are: values of RFC 8176, separated by spaces.
    pub amr: &'s str,
    /// How much that proves.
    pub acr: &'s str,
    /// The client that it is opened for.
    pub client_id: &'s str,
    /// What it is narrowed to; none for all that the person may do.
    pub scope: Option<&'s str>,
}

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "select id, user_id, kind, generation, current_hash, previous_hash, successor_sealed,
                    rotated_at_ms, used_at_ms, auth_time, created_at, last_seen_at, idle_expires_at,
                    expires_at, revoked_at, revoked_reason, renewed_as, late_generation, late_run, amr, acr,
                    client_id, scope, client_ip, user_agent
             from sessions ",
            $rest
        )
    };
}

/// A session by id.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(db, SessionRow, select_sessions!("where id = $1"), id)
}

/// The lookup above, inside a unit of work.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(tx, SessionRow, select_sessions!("where id = $1"), id)
}

/// From when on a session must have been opened, and used, to be alive by the settings of now: a session lives
/// no longer than they say, however it was opened. Those without a refresh token end with their access token.
#[derive(Clone, Copy, Debug)]
pub struct AliveSince {
    /// The moment, Unix seconds.
    pub now: i64,
    /// Opened after this, Unix seconds.
    pub created_after: i64,
    /// Used after this, Unix seconds.
    pub seen_after: i64,
}

/// A page of a person's sessions that are alive, newest first; before one, if one is named.
pub async fn alive(
    db: &Db,
    user_id: &str,
    before: Option<&SessionId>,
    since: AliveSince,
    limit: i64,
) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and id < $2 and revoked_at is null and expires_at > $3
               and idle_expires_at > $3
               and (kind = 'none' or (created_at > $4 and last_seen_at > $5))
             order by id desc limit $6"
        ),
        user_id,
        before.map_or(AFTER_ALL, SessionId::as_str),
        since.now,
        since.created_after,
        since.seen_after,
        limit
    )
}

/// The ids of a person's sessions that have not ended, the newest first: those with a refresh token, or those without.
pub async fn open_ids(
    tx: &mut Tx<'_>,
    user_id: &str,
    has_token: bool,
    now: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "select id from sessions
         where user_id = $1 and revoked_at is null and expires_at > $2
           and (current_hash is not null) = ($3 <> 0)
         order by id desc",
        user_id,
        now,
        i64::from(has_token)
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
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

/// Those of them that the person has not dismissed.
pub async fn ended_unseen(
    db: &Db,
    user_id: &str,
    reason: &str,
    since: i64,
) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and revoked_reason = $2 and revoked_at >= $3
               and exists (select 1 from users u where u.id = $1
                             and (sessions.revoked_at > u.alerts_seen_at
                                  or (sessions.revoked_at = u.alerts_seen_at
                                      and sessions.id > u.alerts_seen_session)))
             order by revoked_at desc, id desc limit 20"
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
                               client_ip, user_agent, amr, acr, client_id, scope)
         values ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        session.id,
        session.user_id,
        session.kind,
        session.current_hash,
        session.now * 1000,
        session.epoch,
        session.auth_time,
        session.created_at,
        session.now,
        session.idle_expires_at,
        session.expires_at,
        session.client_ip,
        session.user_agent,
        session.amr,
        session.acr,
        session.client_id,
        session.scope
    )?;
    Ok(())
}

/// Notes under which id a session goes on that got a new identity.
pub async fn set_renewed_as(tx: &mut Tx<'_>, id: &str, new_id: &str) -> DbResult<()> {
    execute!(tx, "update sessions set renewed_as = $2 where id = $1", id, new_id)?;
    Ok(())
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
