//! Grants of other clients: sessions with a parent.

use super::{Db, DbResult, Tx};

/// A grant for the list of its owner. Times are Unix seconds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GrantRow {
    /// Its id.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// Its scope.
    pub scope: Option<String>,
    /// When it began.
    pub created_at: i64,
    /// When it was used last.
    pub last_seen_at: i64,
    /// From when it outlives the session that it came from; none if it ends with that.
    pub offline_at: Option<i64>,
    /// The IP address of its last refresh.
    pub client_ip: Option<String>,
}

/// The open grants of an account, the newest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_user(db: &Db, user_id: &str, now_s: i64, limit: i64) -> DbResult<Vec<GrantRow>> {
    fetch_all!(
        db,
        GrantRow,
        "select id, client_id, scope, created_at, last_seen_at, offline_at, client_ip from sessions
         where user_id = $1 and parent_id is not null and revoked_at is null and expires_at > $2 and idle_expires_at > $2
         order by id desc limit $3",
        user_id,
        now_s,
        limit
    )
}

/// Revokes open grants of a person's client, or of all of them with none; returns their ids.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_of_client(
    tx: &mut Tx<'_>,
    user_id: &str,
    client_id: &str,
    reason: &str,
    now_s: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "update sessions set revoked_at = $4, revoked_reason = $3
         where user_id = $1 and client_id = $2 and parent_id is not null and revoked_at is null returning id",
        user_id,
        client_id,
        reason,
        now_s
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The open grants of a client from one session, or its offline ones of an account, the least used first.
///
/// # Errors
/// Fails if the database fails.
pub async fn open_of(
    tx: &mut Tx<'_>,
    (user_id, client_id): (&str, &str),
    parent_id: Option<&str>,
    now_s: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "select id from sessions
         where user_id = $1 and client_id = $2 and parent_id is not null and revoked_at is null and expires_at > $4
           and ((cast($3 as text) is null and offline_at is not null) or (offline_at is null and parent_id = $3))
         order by last_seen_at, id",
        user_id,
        client_id,
        parent_id,
        now_s
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
