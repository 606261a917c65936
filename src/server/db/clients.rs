//! Programs of others that sign people in here.

use super::{Db, DbResult, Tx};

/// A client as stored. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ClientRow {
    /// Its `client_id`.
    pub id: String,
    /// What kind of program it is.
    pub kind: String,
    /// Its settings, as JSON.
    pub settings: String,
    /// SHA-256 of what a person consents to.
    pub settings_hash: String,
    /// Tokens that were issued before are refused.
    pub tokens_not_before: i64,
    /// The file that it was applied from.
    pub applied_from: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
    /// When it was disabled, while it is.
    pub disabled_at: Option<i64>,
}

macro_rules! select_clients {
    ($rest:literal) => {
        concat!(
            "select c.id, c.kind, c.settings, c.settings_hash, c.tokens_not_before, c.applied_from, c.created_at,
                    c.updated_at, c.used_at, c.disabled_at
             from clients c ",
            $rest
        )
    };
}

/// All clients, in order of their ids.
///
/// # Errors
/// Fails if the database fails.
pub async fn all(db: &Db) -> DbResult<Vec<ClientRow>> {
    fetch_all!(db, ClientRow, select_clients!("order by c.id"))
}

/// A client, inside a unit of work, which locks it.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<ClientRow>> {
    execute!(tx, "update clients set kind = kind where id = $1", id)?;
    fetch_optional!(tx, ClientRow, select_clients!("where c.id = $1"), id)
}

/// Adds a client; `false` if the id is taken.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: &ClientRow) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into clients (id, kind, settings, settings_hash, tokens_not_before, applied_from, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        new.id,
        new.kind,
        new.settings,
        new.settings_hash,
        new.tokens_not_before,
        new.applied_from,
        new.created_at,
        new.updated_at
    )?;
    Ok(added == 1)
}

/// Gives a client other settings.
///
/// # Errors
/// Fails if the database fails.
pub async fn change(tx: &mut Tx<'_>, row: &ClientRow) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update clients set kind = $2, settings = $3, settings_hash = $4, applied_from = $5, updated_at = $6 where id = $1",
        row.id,
        row.kind,
        row.settings,
        row.settings_hash,
        row.applied_from,
        row.updated_at
    )?;
    Ok(changed == 1)
}

/// Disables (with a time) or enables a client; `false` if unchanged. Its tokens of before are refused from now on.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_disabled(
    tx: &mut Tx<'_>,
    id: &str,
    at: Option<i64>,
    now_s: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update clients set disabled_at = $2, tokens_not_before = $3, updated_at = $3
         where id = $1 and (disabled_at is null) <> (cast($2 as bigint) is null)",
        id,
        at,
        now_s
    )?;
    Ok(changed == 1)
}

/// Deletes a client, with its secrets, requests and consents.
///
/// # Errors
/// Fails if the database fails.
pub async fn delete(tx: &mut Tx<'_>, id: &str) -> DbResult<bool> {
    Ok(execute!(tx, "delete from clients where id = $1", id)? == 1)
}

/// Notes that clients were used, at most once in an interval.
///
/// # Errors
/// Fails if the database fails.
pub async fn touch(tx: &mut Tx<'_>, id: &str, now_s: i64, before: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update clients set used_at = $2 where id = $1 and (used_at is null or used_at < $3)",
        id,
        now_s,
        before
    )
}
