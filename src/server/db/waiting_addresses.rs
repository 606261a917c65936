//! Addresses that wait for their confirmation; an account has one at most.

use super::{Db, DbResult, Tx};

/// The address of an account in canonical form, as typed, if it waits for its confirmation.
///
/// # Errors
/// Fails if the database fails.
pub async fn shown(db: &Db, (user_id, canonical): (&str, &str)) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        db,
        (String,),
        "select address from user_emails
         where user_id = $1 and address_canonical = $2 and verified_at is null",
        user_id,
        canonical
    )?;
    Ok(row.map(|(address,)| address))
}

/// Deletes the address of an account by its id, if it waits for its confirmation; returns it in canonical form.
///
/// # Errors
/// Fails if the database fails.
pub async fn withdraw(tx: &mut Tx<'_>, (user_id, id): (&str, &str)) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "delete from user_emails where user_id = $1 and id = $2 and verified_at is null
         returning address_canonical",
        user_id,
        id
    )?;
    Ok(row.map(|(canonical,)| canonical))
}

/// Deletes the address of an account in canonical form, if it waits for its confirmation; `false` if it does not.
///
/// # Errors
/// Fails if the database fails.
pub async fn take_off(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<bool> {
    let deleted = execute!(
        tx,
        "delete from user_emails
         where user_id = $1 and address_canonical = $2 and verified_at is null",
        user_id,
        canonical
    )?;
    Ok(deleted > 0)
}

/// Deletes the addresses of an account that nobody has confirmed.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, user_id: &str) -> DbResult<u64> {
    execute!(tx, "delete from user_emails where user_id = $1 and verified_at is null", user_id)
}
