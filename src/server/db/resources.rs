//! APIs of others for which clients get tokens.

use super::{Db, DbResult, Tx};

/// A resource as stored. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResourceRow {
    /// Its URI: the audience of its tokens.
    pub uri: String,
    /// Its settings, as JSON.
    pub settings: String,
    /// The file that it was applied from.
    pub applied_from: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
    /// When it was disabled, while it is.
    pub disabled_at: Option<i64>,
}

/// All resources, in order of their URIs.
///
/// # Errors
/// Fails if the database fails.
pub async fn all(db: &Db) -> DbResult<Vec<ResourceRow>> {
    fetch_all!(
        db,
        ResourceRow,
        "select uri, settings, applied_from, created_at, updated_at, disabled_at from resources order by uri"
    )
}

/// A resource, inside a unit of work, which locks it.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock(tx: &mut Tx<'_>, uri: &str) -> DbResult<Option<ResourceRow>> {
    execute!(tx, "update resources set settings = settings where uri = $1", uri)?;
    fetch_optional!(
        tx,
        ResourceRow,
        "select uri, settings, applied_from, created_at, updated_at, disabled_at from resources where uri = $1",
        uri
    )
}

/// Adds a resource; `false` if there is one with its URI.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: &ResourceRow) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into resources (uri, settings, applied_from, created_at, updated_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        new.uri,
        new.settings,
        new.applied_from,
        new.created_at,
        new.updated_at
    )?;
    Ok(added == 1)
}

/// Gives a resource other settings.
///
/// # Errors
/// Fails if the database fails.
pub async fn change(tx: &mut Tx<'_>, row: &ResourceRow) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update resources set settings = $2, applied_from = $3, updated_at = $4 where uri = $1",
        row.uri,
        row.settings,
        row.applied_from,
        row.updated_at
    )?;
    Ok(changed == 1)
}

/// Disables (with a time) or enables a resource; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_disabled(
    tx: &mut Tx<'_>,
    uri: &str,
    at: Option<i64>,
    now_s: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update resources set disabled_at = $2, updated_at = $3
         where uri = $1 and (disabled_at is null) <> (cast($2 as bigint) is null)",
        uri,
        at,
        now_s
    )?;
    Ok(changed == 1)
}

/// Deletes a resource, and what people have let clients do there.
///
/// # Errors
/// Fails if the database fails.
pub async fn delete(tx: &mut Tx<'_>, uri: &str) -> DbResult<bool> {
    execute!(tx, "delete from consents where resource = $1", uri)?;
    Ok(execute!(tx, "delete from resources where uri = $1", uri)? == 1)
}
