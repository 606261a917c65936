//! Addresses of accounts, and what mail servers said of them; [`removed_addresses`](super::removed_addresses) are not in use.

use super::{Db, DbResult, Tx, users::main_first};

/// A confirmed address, with what its owner's mails need.
#[derive(sqlx::FromRow)]
pub struct ConfirmedRow {
    /// Address as typed.
    pub address: String,
    /// The address in canonical form.
    pub canonical: String,
    /// Username of its owner.
    pub username: String,
    /// A JSON object of texts by field name.
    pub profile: String,
    /// Language of the registration.
    pub locale: Option<String>,
    /// Epoch of the account that began when it came to it; none for one that has been there all along.
    pub since_epoch: Option<i64>,
}

/// Selects confirmed addresses of an account (`$1`), the main one first, and the older before the newer.
macro_rules! select_confirmed {
    ($($rest:expr),+) => {
        concat!(
            "select e.address, e.address_canonical as canonical, u.username, u.profile, u.locale, e.since_epoch
             from user_emails e join users u on u.id = e.user_id
             where e.user_id = $1 and e.verified_at is not null ",
            $($rest,)+
            $crate::server::db::users::main_first!("e")
        )
    };
}
pub(super) use select_confirmed;

/// The confirmed addresses of an account, the main one first.
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed(tx: &mut Tx<'_>, user_id: &str) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(tx, ConfirmedRow, select_confirmed!("and e.undo_until is null"), user_id)
}

/// The same, as far as they were confirmed no later than a time (Unix seconds), and no other may take them off now.
///
/// # Errors
/// Fails if the database fails.
pub async fn settled(
    tx: &mut Tx<'_>,
    user_id: &str,
    time_s: i64,
    now_s: i64,
) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(
        tx,
        ConfirmedRow,
        select_confirmed!(
            "and e.undo_until is null and e.verified_at <= $2 and coalesce(e.doubt_until, 0) <= $3"
        ),
        user_id,
        time_s,
        now_s
    )
}

/// Whether an account has never confirmed an address, those that it has removed of late included.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_without(tx: &mut Tx<'_>, user_id: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select id from user_emails where user_id = $1 and verified_at is not null limit 1",
        user_id
    )?;
    Ok(row.is_none())
}

/// A confirmed address of an account by its id, in canonical form; none if it is not in use.
///
/// # Errors
/// Fails if the database fails.
pub async fn in_use(tx: &mut Tx<'_>, (user_id, id): (&str, &str)) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select address_canonical from user_emails
         where user_id = $1 and id = $2 and verified_at is not null and undo_until is null",
        user_id,
        id
    )?;
    Ok(row.map(|(canonical,)| canonical))
}

/// Notes that an address is the main one of its account, where that was not noted for any: another one is to come.
///
/// # Errors
/// Fails if the database fails.
pub async fn keep_primary(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set primary_at = verified_at
         where user_id = $1 and address_canonical = $2 and undo_until is null
           and not exists (select 1 from user_emails o where o.user_id = $1 and o.primary_at is not null)",
        user_id,
        canonical
    )
}

/// Makes an address of an account, whose row is locked, its main one; `false`, and the unit is to fail, if it is not in use.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_primary(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<bool> {
    // One after the other: an index allows one of them at a time.
    execute!(
        tx,
        "update user_emails set primary_at = null where user_id = $1 and primary_at is not null",
        user_id
    )?;
    let set = execute!(
        tx,
        "update user_emails set primary_at = $3
         where user_id = $1 and address_canonical = $2 and verified_at is not null and undo_until is null",
        user_id,
        canonical,
        now_s
    )?;
    Ok(set == 1)
}

/// An address of an account.
#[derive(sqlx::FromRow)]
pub struct AddressRow {
    /// Its id.
    pub id: String,
    /// The address as typed.
    pub address: String,
    /// The address in canonical form.
    pub canonical: String,
    /// Time at which it was set, in Unix seconds.
    pub created_at: i64,
    /// Time of its confirmation, in Unix seconds.
    pub verified_at: Option<i64>,
}

/// The addresses of an account: the main one first, confirmed ones before others, and older before newer.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(db: &Db, user_id: &str) -> DbResult<Vec<AddressRow>> {
    fetch_all!(
        db,
        AddressRow,
        concat!(
            "select e.id, e.address, e.address_canonical as canonical, e.created_at, e.verified_at
             from user_emails e where e.user_id = $1 and e.undo_until is null ",
            main_first!("e")
        ),
        user_id
    )
}

/// The language in which an account was registered, if it is known.
///
/// # Errors
/// Fails if the database fails.
pub async fn locale(db: &Db, user_id: &str) -> DbResult<Option<String>> {
    let sql = "select locale from users where id = $1";
    Ok(fetch_optional!(db, (Option<String>,), sql, user_id)?.and_then(|(locale,)| locale))
}

/// Confirms an address of an account by its holder; `false` if the account does not have it, or has confirmed it before.
///
/// # Errors
/// Fails if the database fails, or another account has confirmed the address.
pub async fn confirm(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> DbResult<bool> {
    let confirmed = execute!(
        tx,
        "update user_emails set verified_at = $3, verified_by = 'holder'
         where user_id = $1 and address_canonical = $2 and verified_at is null",
        user_id,
        canonical,
        now_s
    )?;
    Ok(confirmed == 1)
}

/// Notes that a server takes no mail for an address of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_refused(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    reply: &str,
    now_s: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set refused_at = $3, refused_reply = $4
         where user_id = $1 and address_canonical = $2",
        user_id,
        canonical,
        now_s,
        reply
    )
}

/// Notes that a mail to an address of an account was taken.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_accepted(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set refused_at = null, refused_reply = null
         where user_id = $1 and address_canonical = $2 and refused_at is not null",
        user_id,
        canonical
    )
}
