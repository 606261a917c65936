//! Addresses of accounts: confirmed ones, to which mails go, and what servers said of them. One that another has replaced
//! (`undo_until`) is in use no more; [`replaced_addresses`](super::replaced_addresses) has those.

use super::{Db, DbResult, Tx};

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
}

/// Selects confirmed addresses of an account (`$1`), the oldest first.
macro_rules! select_confirmed {
    ($rest:literal) => {
        concat!(
            "select e.address, e.address_canonical as canonical, u.username, u.profile, u.locale
             from user_emails e join users u on u.id = e.user_id
             where e.user_id = $1 and e.verified_at is not null ",
            $rest,
            " order by e.verified_at, e.id"
        )
    };
}
pub(super) use select_confirmed;

/// The confirmed addresses of an account, the oldest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed(tx: &mut Tx<'_>, user_id: &str) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(tx, ConfirmedRow, select_confirmed!("and e.undo_until is null"), user_id)
}

/// The same, as far as they were confirmed no later than a time (Unix seconds).
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed_until(
    tx: &mut Tx<'_>,
    user_id: &str,
    time_s: i64,
) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(
        tx,
        ConfirmedRow,
        select_confirmed!("and e.undo_until is null and e.verified_at <= $2"),
        user_id,
        time_s
    )
}

/// An account that a mail can reach, by a confirmed address.
#[derive(sqlx::FromRow)]
pub struct ReachedRow {
    /// Id of the account.
    pub user_id: String,
    /// Its username.
    pub username: String,
    /// Its epoch.
    pub epoch: i64,
    /// Time of disabling while disabled, in Unix seconds.
    pub disabled_at: Option<i64>,
    /// A JSON object of texts by field name.
    pub profile: String,
    /// Language of the registration.
    pub locale: Option<String>,
    /// The address as typed, to which mails go.
    pub address: String,
    /// The address in canonical form.
    pub canonical: String,
}

/// Selects accounts with a confirmed address, the oldest first.
macro_rules! select_reached {
    ($where:literal) => {
        concat!(
            "select u.id as user_id, u.username, u.epoch, u.disabled_at, u.profile, u.locale,
                    e.address, e.address_canonical as canonical
             from users u join user_emails e on e.user_id = u.id and e.verified_at is not null
             where ",
            $where,
            " order by e.verified_at, e.id limit 1"
        )
    };
}

/// The account that has confirmed an address in canonical form.
///
/// # Errors
/// Fails if the database fails.
pub async fn reached_by_address(db: &Db, canonical: &str) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(
        db,
        ReachedRow,
        select_reached!("e.undo_until is null and e.address_canonical = $1"),
        canonical
    )
}

/// The account of a canonical username, with the address that it confirmed first; none without one.
///
/// # Errors
/// Fails if the database fails.
pub async fn reached_by_username(db: &Db, canonical: &str) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(
        db,
        ReachedRow,
        select_reached!("e.undo_until is null and u.username_canonical = $1"),
        canonical
    )
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

/// The addresses of an account: confirmed ones before others, and older before newer.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(db: &Db, user_id: &str) -> DbResult<Vec<AddressRow>> {
    fetch_all!(
        db,
        AddressRow,
        "select id, address, address_canonical as canonical, created_at, verified_at
         from user_emails where user_id = $1 and undo_until is null
         order by coalesce(verified_at, 9223372036854775807), created_at, id",
        user_id
    )
}

/// The language in which an account was registered, if it is known.
///
/// # Errors
/// Fails if the database fails.
pub async fn locale(db: &Db, user_id: &str) -> DbResult<Option<String>> {
    let row =
        fetch_optional!(db, (Option<String>,), "select locale from users where id = $1", user_id)?;
    Ok(row.and_then(|(locale,)| locale))
}

/// The account that has confirmed an address in canonical form, inside a unit of work; also where it has replaced it and may
/// take that back.
///
/// # Errors
/// Fails if the database fails.
pub async fn owner(tx: &mut Tx<'_>, canonical: &str) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(tx, ReachedRow, select_reached!("e.address_canonical = $1"), canonical)
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

/// The address of an account in canonical form, as typed, if it waits for its confirmation.
///
/// # Errors
/// Fails if the database fails.
pub async fn waiting(db: &Db, (user_id, canonical): (&str, &str)) -> DbResult<Option<String>> {
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
pub async fn take_off_waiting(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
) -> DbResult<bool> {
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
pub async fn forget_unconfirmed(tx: &mut Tx<'_>, user_id: &str) -> DbResult<u64> {
    execute!(tx, "delete from user_emails where user_id = $1 and verified_at is null", user_id)
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
