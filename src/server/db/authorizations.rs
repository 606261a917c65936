//! Authorization requests (RFC 6749 section 4.1): stored, decided by a person, exchanged once.

use super::{Db, DbResult, Tx};

/// An authorization request as stored. Times are Unix seconds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuthorizationRow {
    /// Its id, a part of its `request_uri`.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// The checked request, as JSON.
    pub request: String,
    /// When it came.
    pub created_at: i64,
    /// When it was looked at first.
    pub opened_at: Option<i64>,
    /// When it ends.
    pub expires_at: i64,
    /// `allowed` or `denied`.
    pub outcome: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// Who decided.
    pub user_id: Option<String>,
    /// In which session.
    pub session_id: Option<String>,
    /// The epoch of the account then.
    pub epoch: Option<i64>,
    /// Id of the grant that the code becomes.
    pub grant_id: Option<String>,
    /// The allowed scope.
    pub scope: Option<String>,
    /// When the code ends.
    pub code_expires_at: Option<i64>,
    /// When the code was exchanged.
    pub exchanged_at: Option<i64>,
}

/// A decision that allows a request.
pub struct Allowed<'a> {
    /// Who decided, in which session and epoch.
    pub who: (&'a str, &'a str, i64),
    /// Id of the grant.
    pub grant_id: &'a str,
    /// The allowed scope.
    pub scope: &'a str,
    /// Hash and end of the code.
    pub code: (&'a str, i64),
}

macro_rules! select_authorizations {
    ($rest:literal) => {
        concat!(
            "select a.id, a.client_id, a.request, a.created_at, a.opened_at, a.expires_at, a.outcome, a.decided_at,
                    a.user_id, a.session_id, a.epoch, a.grant_id, a.scope, a.code_expires_at, a.exchanged_at
             from authorizations a ",
            $rest
        )
    };
}

/// Stores a request; `opened_at` is none for one that the client has pushed (RFC 9126).
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(
    tx: &mut Tx<'_>,
    (id, client_id, request): (&str, &str, &str),
    (now_s, opened_at, expires_at): (i64, Option<i64>, i64),
) -> DbResult<()> {
    execute!(
        tx,
        "insert into authorizations (id, client_id, request, created_at, opened_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        client_id,
        request,
        now_s,
        opened_at,
        expires_at
    )?;
    Ok(())
}

/// A request by id.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<AuthorizationRow>> {
    fetch_optional!(db, AuthorizationRow, select_authorizations!("where a.id = $1"), id)
}

/// A decided request by the hash of its code.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_code(db: &Db, hash: &str) -> DbResult<Option<AuthorizationRow>> {
    fetch_optional!(db, AuthorizationRow, select_authorizations!("where a.code_hash = $1"), hash)
}

/// Notes the first look at a pushed request, which lasts until `expires_at` from now on; `false` if it was looked at, or is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn open(tx: &mut Tx<'_>, id: &str, now_s: i64, expires_at: i64) -> DbResult<bool> {
    let opened = execute!(
        tx,
        "update authorizations set opened_at = $2, expires_at = $3
         where id = $1 and opened_at is null and expires_at > $2",
        id,
        now_s,
        expires_at
    )?;
    Ok(opened == 1)
}

/// Allows a request; `false` if it was decided, or is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn approve(
    tx: &mut Tx<'_>,
    id: &str,
    allowed: &Allowed<'_>,
    now_s: i64,
) -> DbResult<bool> {
    let decided = execute!(
        tx,
        "update authorizations
         set outcome = 'allowed', decided_at = $2, user_id = $3, session_id = $4, epoch = $5, grant_id = $6, scope = $7,
             code_hash = $8, code_expires_at = $9
         where id = $1 and decided_at is null and expires_at > $2",
        id,
        now_s,
        allowed.who.0,
        allowed.who.1,
        allowed.who.2,
        allowed.grant_id,
        allowed.scope,
        allowed.code.0,
        allowed.code.1
    )?;
    Ok(decided == 1)
}

/// Denies a request; `false` if it was decided, or is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn deny(tx: &mut Tx<'_>, id: &str, user_id: &str, now_s: i64) -> DbResult<bool> {
    let decided = execute!(
        tx,
        "update authorizations set outcome = 'denied', decided_at = $2, user_id = $3
         where id = $1 and decided_at is null and expires_at > $2",
        id,
        now_s,
        user_id
    )?;
    Ok(decided == 1)
}

/// Spends the code of a request; `false` if it was spent, or is over. The updated row decides between competitors.
///
/// # Errors
/// Fails if the database fails.
pub async fn exchange(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<bool> {
    let exchanged = execute!(
        tx,
        "update authorizations set exchanged_at = $2
         where id = $1 and exchanged_at is null and code_expires_at > $2",
        id,
        now_s
    )?;
    Ok(exchanged == 1)
}

/// Deletes the requests of a person at a client that nothing came of yet, and codes that were not exchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn withdraw(tx: &mut Tx<'_>, user_id: &str, client_id: &str) -> DbResult<u64> {
    execute!(
        tx,
        "delete from authorizations where user_id = $1 and client_id = $2 and exchanged_at is null",
        user_id,
        client_id
    )
}

/// Deletes at most `limit` requests that ended before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from authorizations where id in
             (select id from authorizations where expires_at < $1 order by expires_at limit $2)",
        before,
        limit
    )
}
