//! The set-up link: one at a time, spent once.

use super::{Db, DbResult, Tx};

/// Whether an account with the admin role exists.
pub async fn admin_exists(db: &Db) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select user_id from user_roles where role = 'admin' limit 1"
    )?;
    Ok(row.is_some())
}

/// Puts a new link in the place of the one before.
pub async fn replace(tx: &mut Tx<'_>, token_hash: &str, now: i64, expires_at: i64) -> DbResult<()> {
    execute!(
        tx,
        "insert into setup_link (slot, token_hash, created_at, expires_at) values (1, $1, $2, $3)
         on conflict (slot) do update
         set token_hash = excluded.token_hash, created_at = excluded.created_at,
             expires_at = excluded.expires_at, spent_at = null",
        token_hash,
        now,
        expires_at
    )?;
    Ok(())
}

/// Whether a link could be spent now; spends nothing.
pub async fn is_open(db: &Db, token_hash: &str, now: i64) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select token_hash from setup_link
         where token_hash = $1 and spent_at is null and expires_at > $2
           and not exists (select 1 from user_roles where role = 'admin')",
        token_hash,
        now
    )?;
    Ok(row.is_some())
}

/// Spends a link if it is good and no admin exists; the row decides who won.
pub async fn spend(tx: &mut Tx<'_>, token_hash: &str, now: i64) -> DbResult<bool> {
    let spent = execute!(
        tx,
        "update setup_link set spent_at = $2
         where token_hash = $1 and spent_at is null and expires_at > $2
           and not exists (select 1 from user_roles where role = 'admin')",
        token_hash,
        now
    )?;
    Ok(spent == 1)
}
