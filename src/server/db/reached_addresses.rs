//! Accounts by an address or a name, with the address that a mail about them goes to.

use super::{Db, DbResult, Tx, users::main_first};

/// An account that a mail can reach.
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
    /// Time of its confirmation, in Unix seconds.
    pub verified_at: Option<i64>,
}

/// The addresses that mails reach: confirmed ones, and where any may be reached (`$2`), those of accounts that have confirmed none.
macro_rules! in_reach {
    () => {
        "e.undo_until is null
         and (e.verified_at is not null or (cast($2 as bigint) = 1 and not exists
              (select 1 from user_emails c where c.user_id = u.id and c.verified_at is not null))) "
    };
}

/// Selects accounts with an address, the main one first.
macro_rules! select_reached {
    ($where:expr) => {
        concat!(
            "select u.id as user_id, u.username, u.epoch, u.disabled_at, u.profile, u.locale,
                    e.address, e.address_canonical as canonical, e.verified_at
             from users u join user_emails e on e.user_id = u.id
             where ",
            $where,
            main_first!("e"),
            "limit 1"
        )
    };
}

/// The account that has confirmed an address in canonical form. Where any may be reached (`is_any`), also the oldest that has it
/// and has confirmed none.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_address(db: &Db, canonical: &str, is_any: bool) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(
        db,
        ReachedRow,
        select_reached!(concat!(in_reach!(), "and e.address_canonical = $1")),
        canonical,
        i64::from(is_any)
    )
}

/// The account of a canonical username, with its main address; none without a confirmed one. Where any may be reached
/// (`is_any`), also with the one that waits, if it has confirmed none.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_username(db: &Db, canonical: &str, is_any: bool) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(
        db,
        ReachedRow,
        select_reached!(concat!(in_reach!(), "and u.username_canonical = $1")),
        canonical,
        i64::from(is_any)
    )
}

/// When an account confirmed an address in canonical form, in Unix seconds; none inside if it waits, and none at all if the account
/// does not have it, or has confirmed another.
///
/// # Errors
/// Fails if the database fails.
pub async fn state(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
) -> DbResult<Option<Option<i64>>> {
    let row = fetch_optional!(
        tx,
        (Option<i64>,),
        "select e.verified_at from user_emails e
         where e.user_id = $1 and e.address_canonical = $2 and e.undo_until is null
           and (e.verified_at is not null or not exists
                (select 1 from user_emails c where c.user_id = $1 and c.verified_at is not null))",
        user_id,
        canonical
    )?;
    Ok(row.map(|(verified_at,)| verified_at))
}

/// The account that has confirmed an address in canonical form, inside a unit of work; also where it has removed it.
///
/// # Errors
/// Fails if the database fails.
pub async fn owner(tx: &mut Tx<'_>, canonical: &str) -> DbResult<Option<ReachedRow>> {
    fetch_optional!(
        tx,
        ReachedRow,
        select_reached!("e.verified_at is not null and e.address_canonical = $1"),
        canonical
    )
}
