//! Queries about the set of administrators.

use super::{Db, DbResult, Tx, instance};

/// Whether an account with the admin role exists, enabled or not.
///
/// # Errors
/// Fails if the database fails.
pub async fn exist(db: &Db) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select user_id from user_roles where role = 'admin' limit 1"
    )?;
    Ok(row.is_some())
}

/// Locks the set of administrators for this unit of work; `true` if there is one.
///
/// Units that create the first or may remove the last administrator call it before they read or change any account, so
/// that each sees the changes of the one before.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock(tx: &mut Tx<'_>) -> DbResult<bool> {
    instance::lock(tx, "admins").await?;
    let row = fetch_optional!(
        tx,
        (String,),
        "select user_id from user_roles where role = 'admin' limit 1"
    )?;
    Ok(row.is_some())
}

/// Whether an enabled account with the admin role is left, which is not leaving.
///
/// # Errors
/// Fails if the database fails.
pub async fn one_is_enabled(tx: &mut Tx<'_>) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select r.user_id from user_roles r join users u on u.id = r.user_id
         where r.role = 'admin' and u.disabled_at is null
           and not exists (select 1 from deletions d where d.user_id = u.id) limit 1"
    )?;
    Ok(row.is_some())
}

/// Whether there are enabled administrators, and whether one of them has a second factor.
///
/// # Errors
/// Fails if the database fails.
pub async fn have_factor(db: &Db, rp_id: &str) -> DbResult<(bool, bool)> {
    let (all, with) = fetch_one!(
        db,
        (i64, i64),
        "select count(*),
                count(case when exists (select 1 from totp t where t.user_id = u.id)
                             or exists (select 1 from passkeys p where p.user_id = u.id and p.rp_id = $1) then 1 end)
         from user_roles r join users u on u.id = r.user_id
         where r.role = 'admin' and u.disabled_at is null",
        rp_id
    )?;
    Ok((all > 0, with > 0))
}

/// Whether an account has the admin role, is enabled and is not leaving.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_enabled(tx: &mut Tx<'_>, id: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select r.user_id from user_roles r join users u on u.id = r.user_id
         where u.id = $1 and r.role = 'admin' and u.disabled_at is null
           and not exists (select 1 from deletions d where d.user_id = u.id)",
        id
    )?;
    Ok(row.is_some())
}
