//! Confirmed addresses that lost their place: removed ones, which are their account's until that cannot be undone any more, and the
//! one that was the main one before. And those in doubt: addresses that came to an account so lately that those before them can take
//! them off again.

use super::{
    Db, DbResult, Tx,
    addresses::{ConfirmedRow, select_confirmed},
};

/// Whether the undo of an address in `user_emails`, as `$of`, is open at a time (`$at`).
macro_rules! undo_is_open {
    ($of:literal, $at:literal) => {
        concat!(
            "exists (select 1 from flows f where f.user_id = $1 and f.purpose = 'undo_address' and f.address = ",
            $of,
            ".address_canonical and f.spent_at is null and f.expires_at > ",
            $at,
            ") "
        )
    };
}

/// Puts a confirmed address of an account aside until a time (Unix seconds), in the epoch that begins with it; returns it in
/// canonical form, or none if it is not in use. One that was the main one of late keeps the earlier epoch.
///
/// # Errors
/// Fails if the database fails.
pub async fn put_aside(
    tx: &mut Tx<'_>,
    (user_id, id): (&str, &str),
    epoch: i64,
    undo_until: i64,
    now_s: i64,
) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        concat!(
            "update user_emails set undo_until = $4, primary_at = null, replaced_epoch =
                 case when replaced_epoch is not null and ",
            undo_is_open!("user_emails", "$5"),
            "then replaced_epoch else $3 end
             where user_id = $1 and id = $2 and verified_at is not null and undo_until is null
             returning address_canonical"
        ),
        user_id,
        id,
        epoch,
        undo_until,
        now_s
    )?;
    Ok(row.map(|(canonical,)| canonical))
}

/// Notes the epoch of an account in which an address stopped being its main one; the earlier one where it lost its place twice, and
/// can still undo the first time.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_replaced(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    epoch: i64,
    now_s: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        concat!(
            "update user_emails set replaced_epoch = case when replaced_epoch is not null and ",
            undo_is_open!("user_emails", "$4"),
            "then replaced_epoch else $3 end
             where user_id = $1 and address_canonical = $2 and verified_at is not null and undo_until is null"
        ),
        user_id,
        canonical,
        epoch,
        now_s
    )
}

/// Forgets in which epoch an address lost its place, because that is undone.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_back(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set replaced_epoch = null where user_id = $1 and address_canonical = $2",
        user_id,
        canonical
    )
}

/// Moves the end of the time in which the changes of an account can be undone, so that no later one can be undone for longer.
///
/// # Errors
/// Fails if the database fails.
pub async fn prolong(tx: &mut Tx<'_>, user_id: &str, until: i64, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set undo_until = case when undo_until > $3 then $2 else undo_until end,
                                doubt_until = case when doubt_until > $3 then $2 else doubt_until end
         where user_id = $1 and (undo_until > $3 or doubt_until > $3)",
        user_id,
        until,
        now_s
    )
}

/// Moves the end of that time for an account that is to be enabled again, for the changes that could be undone when it was
/// disabled; returns how many addresses it concerns. The links of a disabled account do not work.
///
/// # Errors
/// Fails if the database fails.
pub async fn resume(tx: &mut Tx<'_>, user_id: &str, until: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set
             undo_until = case when undo_until > (select disabled_at from users where id = $1)
                               then $2 else undo_until end,
             doubt_until = case when doubt_until > (select disabled_at from users where id = $1)
                                then $2 else doubt_until end
         where user_id = $1 and (undo_until > (select disabled_at from users where id = $1)
                                 or doubt_until > (select disabled_at from users where id = $1))",
        user_id,
        until
    )
}

/// Deletes a removed address of an account, because the account confirms it anew.
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

/// A removed address of an account as typed, in canonical form; none if its removal cannot be undone at this time.
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

/// The same, also for one in use that was the main one before.
///
/// # Errors
/// Fails if the database fails.
pub async fn shown_or_demoted(
    db: &Db,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        db,
        (String,),
        "select address from user_emails
         where user_id = $1 and address_canonical = $2 and replaced_epoch is not null
           and primary_at is null and (undo_until is null or undo_until > $3)",
        user_id,
        canonical,
        now_s
    )?;
    Ok(row.map(|(address,)| address))
}

/// The removed addresses of an account whose removal can be undone, the oldest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn aside(tx: &mut Tx<'_>, user_id: &str, now_s: i64) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(tx, ConfirmedRow, select_confirmed!("and e.undo_until > $2"), user_id, now_s)
}

/// Puts a removed address of an account back into use; returns the epoch of the account that began when it lost its place, or none
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

/// The epoch of an account that began when an address in use stopped being its main one; none if it never was, or is again.
///
/// # Errors
/// Fails if the database fails.
pub async fn demoted(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "select replaced_epoch from user_emails
         where user_id = $1 and address_canonical = $2 and verified_at is not null and undo_until is null
           and primary_at is null and replaced_epoch is not null",
        user_id,
        canonical
    )?;
    Ok(row.map(|(epoch,)| epoch))
}

/// The addresses in use of an account that were its main one before, and can undo that they are it no more.
///
/// # Errors
/// Fails if the database fails.
pub async fn undoing(tx: &mut Tx<'_>, user_id: &str, now_s: i64) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(
        tx,
        ConfirmedRow,
        select_confirmed!(
            "and e.undo_until is null and e.primary_at is null and e.replaced_epoch is not null and ",
            undo_is_open!("e", "$2")
        ),
        user_id,
        now_s
    )
}

/// Deletes at most `limit` removed addresses whose removal cannot be undone any more; returns how many. Those of disabled accounts
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
