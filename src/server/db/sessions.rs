//! Sessions: one row per sign-in, updated in place by rotation.

mod revoke;

pub use revoke::{adopt, revoke, revoke_all, revoke_children, revoke_of};

use super::{Db, DbResult, Tx};
use crate::model::SessionId;

/// The Max UUID (RFC 9562 section 5.10): every id comes before it.
const AFTER_ALL: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// A session as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// Session id, the `sid` of its tokens.
    #[sqlx(try_from = "String")]
    pub id: SessionId,
    pub user_id: String,
    /// `cookie`, `token` or `none`.
    pub kind: String,
    pub generation: i64,
    /// SHA-256 of the current refresh token.
    pub current_hash: Option<String>,
    /// SHA-256 of the previous one.
    pub previous_hash: Option<String>,
    /// The current token, sealed under its predecessor.
    pub successor_sealed: Option<String>,
    /// Time of the last rotation, in Unix milliseconds.
    pub rotated_at_ms: i64,
    /// First use of the current token, in Unix milliseconds; null while unused.
    pub used_at_ms: Option<i64>,
    /// Time of authentication, in Unix seconds.
    pub auth_time: i64,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time of the last use, in Unix seconds.
    pub last_seen_at: i64,
    /// End without use, in Unix seconds.
    pub idle_expires_at: i64,
    /// Absolute end, in Unix seconds; rotation never moves it.
    pub expires_at: i64,
    /// Time of revocation, in Unix seconds.
    pub revoked_at: Option<i64>,
    pub revoked_reason: Option<String>,
    /// Id of the session that continues it, if it got a new identity.
    pub renewed_as: Option<String>,
    /// The last generation with a late or foreign replay.
    pub late_generation: i64,
    /// Number of consecutive generations with one, up to that one.
    pub late_run: i64,
    /// Authentication methods (RFC 8176), separated by spaces.
    pub amr: String,
    /// Assurance level, such as `aal1` (NIST SP 800-63B-4).
    pub acr: String,
    /// Client of the session; ours is `vestibule`.
    pub client_id: String,
    /// Scope of the session; null for all permissions of the user.
    pub scope: Option<String>,
    /// Session that a grant of another client came from; null for our own.
    pub parent_id: Option<String>,
    /// Time from which a grant outlives that session, in Unix seconds.
    pub offline_at: Option<i64>,
    /// What a grant is for, as JSON; null for our own.
    pub grant_of: Option<String>,
    /// IP address at creation or the last refresh.
    pub client_ip: Option<String>,
    /// User agent at creation or the last refresh.
    pub user_agent: Option<String>,
}

/// A new session; its fields are columns of [`SessionRow`].
pub struct NewSession<'s> {
    pub id: &'s str,
    pub user_id: &'s str,
    pub kind: &'static str,
    pub current_hash: Option<&'s str>,
    /// Epoch of the account.
    pub epoch: i64,
    pub auth_time: i64,
    pub created_at: i64,
    /// Time of the insertion, in Unix seconds.
    pub now_s: i64,
    pub idle_expires_at: i64,
    pub expires_at: i64,
    pub client_ip: Option<&'s str>,
    pub user_agent: Option<&'s str>,
    pub amr: &'s str,
    pub acr: &'s str,
    pub client_id: &'s str,
    pub scope: Option<&'s str>,
    /// The rest of a grant of another client: its parent, the time from which it is offline, and what it is for.
    pub grant: Option<(&'s str, Option<i64>, &'s str)>,
}

/// The columns of [`SessionRow`].
macro_rules! session_columns {
    () => {
        "s.id, s.user_id, s.kind, s.generation, s.current_hash, s.previous_hash, s.successor_sealed, s.rotated_at_ms,
         s.used_at_ms, s.auth_time, s.created_at, s.last_seen_at, s.idle_expires_at, s.expires_at, s.revoked_at,
         s.revoked_reason, s.renewed_as, s.late_generation, s.late_run, s.amr, s.acr, s.client_id, s.scope, s.parent_id,
         s.offline_at, s.grant_of, s.client_ip, s.user_agent "
    };
}
pub(super) use session_columns;

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!("select ", session_columns!(), "from sessions s ", $rest)
    };
}

/// A session by id.
/// # Errors
/// Fails if the database fails.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(db, SessionRow, select_sessions!("where id = $1"), id)
}

/// A session by id, inside a unit of work.
/// # Errors
/// Fails if the database fails.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<SessionRow>> {
    fetch_optional!(tx, SessionRow, select_sessions!("where id = $1"), id)
}

/// The earliest creation and use of a session that is alive by the current settings.
/// A session lives no longer than the settings say, however it was opened. One without a refresh
/// token ends with its access token.
#[derive(Clone, Copy, Debug)]
pub struct AliveSince {
    /// Current time, in Unix seconds.
    pub now_s: i64,
    /// Sessions created at or before this are over, Unix seconds.
    pub created_after: i64,
    /// Sessions last used at or before this are over, Unix seconds.
    pub seen_after: i64,
}

/// A page of the living sessions of an account, newest first, before `before`, with or without grants of other
/// clients.
/// # Errors
/// Fails if the database fails.
pub async fn alive(
    db: &Db,
    user_id: &str,
    before: Option<&SessionId>,
    since: AliveSince,
    (with_grants, limit): (bool, i64),
) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and id < $2 and revoked_at is null and expires_at > $3 and idle_expires_at > $3
               and (parent_id is null or $7 <> 0)
               and (kind = 'none' or parent_id is not null or (created_at > $4 and last_seen_at > $5))
             order by id desc limit $6"
        ),
        user_id,
        before.map_or(AFTER_ALL, SessionId::as_str),
        since.now_s,
        since.created_after,
        since.seen_after,
        limit,
        i64::from(with_grants)
    )
}

/// The ids of the open sessions of an account, newest first, with or without a refresh token; grants of other clients are
/// none of them.
/// # Errors
/// Fails if the database fails.
pub async fn open_ids(
    tx: &mut Tx<'_>,
    user_id: &str,
    has_token: bool,
    now_s: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "select id from sessions
         where user_id = $1 and revoked_at is null and expires_at > $2
           and (current_hash is not null) = ($3 <> 0) and parent_id is null
         order by id desc",
        user_id,
        now_s,
        i64::from(has_token)
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The sessions of an account that ended for a reason since a time, newest first; grants of other clients are none of them.
/// # Errors
/// Fails if the database fails.
pub async fn ended(db: &Db, user_id: &str, reason: &str, since: i64) -> DbResult<Vec<SessionRow>> {
    fetch_all!(
        db,
        SessionRow,
        select_sessions!(
            "where user_id = $1 and revoked_reason = $2 and revoked_at >= $3 and parent_id is null
             order by id desc limit 20"
        ),
        user_id,
        reason,
        since
    )
}

/// The sessions of [`ended`] that the user has not dismissed.
/// # Errors
/// Fails if the database fails.
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
            "where user_id = $1 and revoked_reason = $2 and revoked_at >= $3 and parent_id is null
               and exists (select 1 from users u where u.id = $1
                             and (s.revoked_at > u.alerts_seen_at
                                  or (s.revoked_at = u.alerts_seen_at and s.id > u.alerts_seen_session)))
             order by revoked_at desc, id desc limit 20"
        ),
        user_id,
        reason,
        since
    )
}

/// Inserts a session.
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, session: &NewSession<'_>) -> DbResult<()> {
    execute!(
        tx,
        "insert into sessions (id, user_id, kind, generation, current_hash, rotated_at_ms, epoch,
                               auth_time, created_at, last_seen_at, idle_expires_at, expires_at,
                               client_ip, user_agent, amr, acr, client_id, scope, parent_id, offline_at, grant_of)
         values ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        session.id,
        session.user_id,
        session.kind,
        session.current_hash,
        session.now_s * 1000,
        session.epoch,
        session.auth_time,
        session.created_at,
        session.now_s,
        session.idle_expires_at,
        session.expires_at,
        session.client_ip,
        session.user_agent,
        session.amr,
        session.acr,
        session.client_id,
        session.scope,
        session.grant.map(|(parent, ..)| parent),
        session.grant.and_then(|(_, offline_at, _)| offline_at),
        session.grant.map(|(.., of)| of)
    )?;
    Ok(())
}

/// Stores the id of the session that continues this one under a new identity.
/// # Errors
/// Fails if the database fails.
pub async fn set_renewed_as(tx: &mut Tx<'_>, id: &str, new_id: &str) -> DbResult<()> {
    execute!(tx, "update sessions set renewed_as = $2 where id = $1", id, new_id)?;
    Ok(())
}
