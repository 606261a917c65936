//! Confirmed addresses that another one has replaced. They are their account's until the change cannot be undone any more.

use super::{
    Db, DbResult, Tx,
    addresses::{ConfirmedRow, select_confirmed},
};

/// Puts the confirmed addresses of an account aside until a time (Unix seconds), in the epoch that begins with it; returns how
/// many.
///
/// # Errors
/// Fails if the database fails.
pub async fn replace(tx: &mut Tx<'_>, user_id: &str, epoch: i64, undo_until: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set undo_until = $3, replaced_epoch = $2
         where user_id = $1 and verified_at is not null and undo_until is null",
        user_id,
        epoch,
        undo_until
    )
}

/// Moves the end of the time in which the changes of an account can be undone, so that no later one can be undone for longer.
///
/// # Errors
/// Fails if the database fails.
pub async fn prolong(tx: &mut Tx<'_>, user_id: &str, undo_until: i64, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set undo_until = $2 where user_id = $1 and undo_until > $3",
        user_id,
        undo_until,
        now_s
    )
}

/// Moves the end of that time for an account that is to be enabled again, for the changes that could be undone when it was
/// disabled; returns how many. The links of a disabled account do not work.
///
/// # Errors
/// Fails if the database fails.
pub async fn resume(tx: &mut Tx<'_>, user_id: &str, undo_until: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set undo_until = $2
         where user_id = $1 and undo_until > (select disabled_at from users where id = $1)",
        user_id,
        undo_until
    )
}

/// Notes the epoch of the account that began when an address replaced another.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_since(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    epoch: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set since_epoch = $3
         where user_id = $1 and address_canonical = $2 and undo_until is null",
        user_id,
        canonical,
        epoch
    )
}

/// Deletes a replaced address of an account, because the account confirms it anew.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "delete from user_emails where user_id = $1 and address_canonical = $2 and undo_until is not null",
        user_id,
        canonical
    )
}

/// A replaced address of an account as typed, in canonical form; none if its change cannot be undone at this time.
///
/// # Errors
/// Fails if the database fails.
pub async fn shown(
    db: &Db,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        db,
        (String,),
        "select address from user_emails
         where user_id = $1 and address_canonical = $2 and undo_until > $3",
        user_id,
        canonical,
        now_s
    )?;
    Ok(row.map(|(address,)| address))
}

/// The replaced addresses of an account whose change can be undone, the oldest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn aside(tx: &mut Tx<'_>, user_id: &str, now_s: i64) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(tx, ConfirmedRow, select_confirmed!("and e.undo_until > $2"), user_id, now_s)
}

/// Puts a replaced address of an account back into use; returns the epoch of the account that began when it was replaced, or none
/// if that cannot be undone at this time. The unit has locked the account's row.
///
/// # Errors
/// Fails if the database fails.
pub async fn restore(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "select replaced_epoch from user_emails
         where user_id = $1 and address_canonical = $2 and undo_until > $3 and replaced_epoch is not null",
        user_id,
        canonical,
        now_s
    )?;
    let restored = execute!(
        tx,
        "update user_emails set undo_until = null, replaced_epoch = null
         where user_id = $1 and address_canonical = $2 and undo_until > $3",
        user_id,
        canonical,
        now_s
    )?;
    // Otherwise the sweep of another process was faster.
    Ok(row.filter(|_| restored == 1).map(|(epoch,)| epoch))
}

/// The addresses of an account that replaced others in an epoch or later, those that were replaced themselves included.
///
/// # Errors
/// Fails if the database fails.
pub async fn since(tx: &mut Tx<'_>, user_id: &str, epoch: i64) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(tx, ConfirmedRow, select_confirmed!("and e.since_epoch >= $2"), user_id, epoch)
}

/// Deletes the addresses of an account that replaced others in an epoch or later.
///
/// # Errors
/// Fails if the database fails.
pub async fn delete_since(tx: &mut Tx<'_>, user_id: &str, epoch: i64) -> DbResult<u64> {
    execute!(tx, "delete from user_emails where user_id = $1 and since_epoch >= $2", user_id, epoch)
}

/// Deletes at most `limit` replaced addresses whose change cannot be undone any more; returns how many. Those of disabled accounts
/// stay: their owners could not undo it.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from user_emails where id in
             (select e.id from user_emails e join users u on u.id = e.user_id
              where e.undo_until <= $1 and u.disabled_at is null order by e.undo_until limit $2)",
        now_s,
        limit
    )
}
