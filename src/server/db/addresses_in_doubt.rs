//! Addresses in doubt: they came to their account so lately that those before them can take them off again.

use super::{
    DbResult, Tx,
    addresses::{ConfirmedRow, select_confirmed},
};

/// Notes the epoch of the account that began when an address came to it, and until when those before it can take it off.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_since(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    epoch: i64,
    doubt_until: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set since_epoch = $3, doubt_until = $4
         where user_id = $1 and address_canonical = $2 and verified_at is not null and undo_until is null",
        user_id,
        canonical,
        epoch,
        doubt_until
    )
}

/// Whether another address of an account could take this one off now, had it come before.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_in_doubt(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select id from user_emails where user_id = $1 and address_canonical = $2 and doubt_until > $3",
        user_id,
        canonical,
        now_s
    )?;
    Ok(row.is_some())
}

/// The addresses in doubt of an account that came to it after one of its own, removed ones included. One whose own
/// removal cannot be undone any more has none.
///
/// # Errors
/// Fails if the database fails.
pub async fn later(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(
        tx,
        ConfirmedRow,
        select_confirmed!(
            "and e.doubt_until > $3 and exists
                 (select 1 from user_emails own
                  where own.user_id = $1 and own.address_canonical = $2 and own.verified_at is not null
                    and (own.undo_until is null or own.undo_until > $3)
                    and e.since_epoch > coalesce(own.since_epoch, -1))"
        ),
        user_id,
        canonical,
        now_s
    )
}

/// Deletes a confirmed address of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn take_off(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "delete from user_emails
         where user_id = $1 and address_canonical = $2 and verified_at is not null",
        user_id,
        canonical
    )
}
