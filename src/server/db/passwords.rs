//! Passwords that are taken away from accounts.

use super::{DbResult, Tx};

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
