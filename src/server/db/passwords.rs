//! Whether accounts have passwords, and the end of one.

use super::{Db, DbResult, Tx};

const WITH_PASSWORD: &str = "select epoch from users where id = $1 and password_hash is not null";

/// Deletes the password: none opens the account until a new one is set.
///
/// # Errors
/// Fails if the database fails.
pub async fn void(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<()> {
    execute!(
        tx,
        "update users set password_hash = null, password_weak_at = null, updated_at = $2 where id = $1",
        id,
        now_s
    )?;
    Ok(())
}

/// Whether an account has a password, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_set(tx: &mut Tx<'_>, id: &str) -> DbResult<bool> {
    Ok(fetch_optional!(tx, (i64,), WITH_PASSWORD, id)?.is_some())
}

/// The same outside of a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_password(db: &Db, id: &str) -> DbResult<bool> {
    Ok(fetch_optional!(db, (i64,), WITH_PASSWORD, id)?.is_some())
}
