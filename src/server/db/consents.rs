//! What people let clients do.

use super::{Db, DbResult, Tx};

/// What a person lets a client do at a resource. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConsentRow {
    /// The person.
    pub user_id: String,
    /// The client.
    pub client_id: String,
    /// The resource; empty for what is about the person alone.
    pub resource: String,
    /// Words, separated by spaces.
    pub scope: String,
    /// SHA-256 of what the person was shown about the client.
    pub settings_hash: String,
    /// When it was given.
    pub granted_at: i64,
    /// When it was used last.
    pub used_at: i64,
}

/// All that a person lets clients do, or one client, in order of the client.
///
/// # Errors
/// Fails if the database fails.
pub async fn of(db: &Db, user_id: &str, client_id: Option<&str>) -> DbResult<Vec<ConsentRow>> {
    fetch_all!(
        db,
        ConsentRow,
        "select user_id, client_id, resource, scope, settings_hash, granted_at, used_at from consents
         where user_id = $1 and client_id = coalesce($2, client_id) order by client_id, resource",
        user_id,
        client_id
    )
}

/// The same for one client, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_in(tx: &mut Tx<'_>, user_id: &str, client_id: &str) -> DbResult<Vec<ConsentRow>> {
    fetch_all!(
        tx,
        ConsentRow,
        "select user_id, client_id, resource, scope, settings_hash, granted_at, used_at from consents
         where user_id = $1 and client_id = $2 order by resource",
        user_id,
        client_id
    )
}

/// Stores what a person lets a client do at a resource, in place of what was there.
///
/// # Errors
/// Fails if the database fails.
pub async fn put(tx: &mut Tx<'_>, row: &ConsentRow) -> DbResult<()> {
    execute!(
        tx,
        "insert into consents (user_id, client_id, resource, scope, settings_hash, granted_at, used_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (user_id, client_id, resource) do update
         set scope = excluded.scope, settings_hash = excluded.settings_hash, granted_at = excluded.granted_at,
             used_at = excluded.used_at",
        row.user_id,
        row.client_id,
        row.resource,
        row.scope,
        row.settings_hash,
        row.granted_at,
        row.used_at
    )?;
    Ok(())
}

/// Notes that a consent was used.
///
/// # Errors
/// Fails if the database fails.
pub async fn touch(tx: &mut Tx<'_>, user_id: &str, client_id: &str, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update consents set used_at = $3 where user_id = $1 and client_id = $2",
        user_id,
        client_id,
        now_s
    )
}

/// Takes a client's consents of a person back; returns how many there were.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove(tx: &mut Tx<'_>, user_id: &str, client_id: &str) -> DbResult<u64> {
    execute!(tx, "delete from consents where user_id = $1 and client_id = $2", user_id, client_id)
}

/// Deletes at most `limit` consents that were not used since a time and have no open grant; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from consents where (user_id, client_id, resource) in
             (select c.user_id, c.client_id, c.resource from consents c
              where c.used_at < $1
                and not exists (select 1 from sessions s
                                where s.user_id = c.user_id and s.client_id = c.client_id and s.parent_id is not null
                                  and s.revoked_at is null and s.expires_at > $2)
              order by c.used_at limit $3)",
        before,
        now_s,
        limit
    )
}
