//! Secrets of clients: shown once, stored as hashes.

use super::{Db, DbResult, Tx};

/// A secret as stored. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SecretRow {
    /// Its id.
    pub id: String,
    /// The client that it belongs to.
    pub client_id: String,
    /// Its SHA-256.
    pub hash: String,
    /// Its last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; none for never.
    pub expires_at: Option<i64>,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// All secrets, the oldest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn all(db: &Db) -> DbResult<Vec<SecretRow>> {
    fetch_all!(
        db,
        SecretRow,
        "select id, client_id, hash, hint, created_at, expires_at, used_at from client_secrets order by id"
    )
}

/// Adds a secret, if the client has fewer than `most` that work. The unit has locked the client.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: &SecretRow, most: i64) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into client_secrets (id, client_id, hash, hint, created_at, expires_at)
         select $1, $2, $3, $4, $5, $6
         where (select count(*) from client_secrets
                where client_id = $2 and coalesce(expires_at, $5 + 1) > $5) < $7",
        new.id,
        new.client_id,
        new.hash,
        new.hint,
        new.created_at,
        new.expires_at,
        most
    )?;
    Ok(added == 1)
}

/// Whether a client has a secret with this hash.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_there(tx: &mut Tx<'_>, client_id: &str, hash: &str) -> DbResult<bool> {
    let found = fetch_optional!(
        tx,
        (String,),
        "select id from client_secrets where client_id = $1 and hash = $2",
        client_id,
        hash
    )?;
    Ok(found.is_some())
}

/// Deletes a secret.
///
/// # Errors
/// Fails if the database fails.
pub async fn delete(tx: &mut Tx<'_>, client_id: &str, id: &str) -> DbResult<bool> {
    let deleted =
        execute!(tx, "delete from client_secrets where client_id = $1 and id = $2", client_id, id)?;
    Ok(deleted == 1)
}

/// Notes that a secret was used.
///
/// # Errors
/// Fails if the database fails.
pub async fn touch(tx: &mut Tx<'_>, id: &str, now_s: i64, before: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update client_secrets set used_at = $2 where id = $1 and (used_at is null or used_at < $3)",
        id,
        now_s,
        before
    )
}
