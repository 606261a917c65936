//! Accounts with their addresses and roles.

use super::{Db, DbResult, Tx, trusted_devices};
use crate::model::UserId;

/// An account as stored, without the password hash.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserRow {
    /// The `sub` of tokens.
    #[sqlx(rename = "account_id", try_from = "String")]
    pub id: UserId,
    /// Username as typed.
    pub username: String,
    /// The id in the app that the account came from, unique.
    pub external_id: Option<String>,
    /// The name shown to people.
    pub display_name: Option<String>,
    /// A JSON object of texts by field name.
    pub profile: String,
    /// A JSON object that the user can write.
    pub metadata: String,
    /// A JSON object that the user cannot write.
    pub app_metadata: String,
    /// Epoch; a higher one invalidates issued tokens.
    pub epoch: i64,
    /// Time of creation, in Unix seconds.
    #[sqlx(rename = "account_created_at")]
    pub created_at: i64,
    /// Time of disabling while disabled, in Unix seconds.
    pub disabled_at: Option<i64>,
    /// Time of the erasure while the account is leaving, in Unix seconds.
    pub erase_after: Option<i64>,
    /// Email address: the main one, or else verified before unverified, older before newer.
    pub email: Option<String>,
    /// Time of the address's verification, in Unix seconds.
    pub email_verified_at: Option<i64>,
    /// Time at which a server refused mail for the address, in Unix seconds.
    pub email_refused_at: Option<i64>,
    /// Names of the roles separated by spaces, or null.
    pub roles: Option<String>,
    /// Time at which an authenticator app was set up, in Unix seconds, while there is one.
    pub totp_at: Option<i64>,
    /// Number of its passkeys.
    pub passkeys: i64,
    /// Time at which mails about sign-ins from new browsers were turned off, in Unix seconds, while they are.
    pub sign_in_quiet_at: Option<i64>,
}

/// The columns of [`UserRow`], whose names no other row of a join has; `string_agg` is called `group_concat` in SQLite
/// before 3.44.
macro_rules! user_columns {
    () => {
        "u.id as account_id, u.username, u.external_id, u.display_name, u.profile, u.metadata, u.app_metadata,
         u.epoch, u.created_at as account_created_at, u.disabled_at, u.sign_in_quiet_at,
         e.address as email, e.verified_at as email_verified_at, e.refused_at as email_refused_at,
         (select string_agg(r.role, ' ' order by r.role) from user_roles r where r.user_id = u.id) as roles,
         (select t.created_at from totp t where t.user_id = u.id) as totp_at,
         (select count(*) from passkeys p where p.user_id = u.id) as passkeys,
         (select d.erase_after from deletions d where d.user_id = u.id) as erase_after "
    };
}

/// The order of addresses in `user_emails`, as `$of`: the main one first, confirmed ones before others, and older before newer.
macro_rules! main_first {
    ($of:literal) => {
        concat!(
            " order by ",
            $of,
            ".primary_at is null, coalesce(",
            $of,
            ".verified_at, 9223372036854775807), ",
            $of,
            ".created_at, ",
            $of,
            ".id "
        )
    };
}

/// The address of a user `u`, as `e`.
macro_rules! join_email {
    () => {
        concat!(
            "left join user_emails e on e.id =
                 (select a.id from user_emails a where a.user_id = u.id and a.undo_until is null ",
            $crate::server::db::users::main_first!("a"),
            "limit 1) "
        )
    };
}
pub(super) use {join_email, main_first, user_columns};

macro_rules! select_users {
    ($rest:literal) => {
        concat!("select ", user_columns!(), "from users u ", join_email!(), $rest)
    };
}

/// An account by id.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.id = $1"), id)
}

/// An account by id, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(tx, UserRow, select_users!("where u.id = $1"), id)
}

/// An account by canonical username.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_username(db: &Db, canonical: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.username_canonical = $1"), canonical)
}

/// A person by the id in the app that they came from.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_external_id(db: &Db, external_id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.external_id = $1"), external_id)
}

/// A page of people in order of id; after one, if one is named.
///
/// # Errors
/// Fails if the database fails.
pub async fn page(db: &Db, after: Option<&UserId>, limit: i64) -> DbResult<Vec<UserRow>> {
    // The empty text comes before every id.
    let after = after.map_or("", UserId::as_str);
    fetch_all!(db, UserRow, select_users!("where u.id > $1 order by u.id limit $2"), after, limit)
}

/// All names that sign in to an account, in canonical form and in order.
///
/// # Errors
/// Fails if the database fails.
pub async fn names(db: &Db, id: &str) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        db,
        (String,),
        "select username_canonical from users where id = $1
         union all
         select address_canonical from user_emails where user_id = $1 and verified_at is not null
         order by 1",
        id
    )?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The epoch of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn epoch(db: &Db, id: &str) -> DbResult<Option<i64>> {
    let row = fetch_optional!(db, (i64,), "select epoch from users where id = $1", id)?;
    Ok(row.map(|(epoch,)| epoch))
}

/// Grants a role; a second grant changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn grant(tx: &mut Tx<'_>, user_id: &str, role: &str, now_s: i64) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into user_roles (user_id, role, granted_at) values ($1, $2, $3)
         on conflict do nothing",
        user_id,
        role,
        now_s
    )?;
    Ok(added == 1)
}

/// Revokes a role.
///
/// # Errors
/// Fails if the database fails.
pub async fn withdraw(tx: &mut Tx<'_>, user_id: &str, role: &str) -> DbResult<bool> {
    let removed =
        execute!(tx, "delete from user_roles where user_id = $1 and role = $2", user_id, role)?;
    Ok(removed == 1)
}

/// Begins a new epoch and returns it; the tokens of the old one are to be revoked. Browsers were trusted in the old one.
///
/// # Errors
/// Fails if the database fails.
pub async fn next_epoch(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "update users set epoch = epoch + 1, updated_at = $2 where id = $1 returning epoch",
        id,
        now_s
    )?;
    trusted_devices::remove_all(tx, id, None).await?;
    Ok(row.map(|(epoch,)| epoch))
}

/// Disables (with a time) or enables (with none) an account; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_disabled(tx: &mut Tx<'_>, id: &str, at: Option<i64>) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set disabled_at = $2
         where id = $1 and (disabled_at is null) <> (cast($2 as bigint) is null)",
        id,
        at
    )?;
    Ok(changed == 1)
}

/// Locks the row of an account for this unit; `false` if it does not exist.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock(tx: &mut Tx<'_>, id: &str) -> DbResult<bool> {
    let locked = execute!(tx, "update users set epoch = epoch where id = $1", id)?;
    Ok(locked == 1)
}

/// Locks the row of an account for this unit, if the account is enabled and its password hash is
/// still the given one; stores a stronger hash of the password if there is one. Nothing can end the
/// account's sessions between this lock and the commit.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock_unchanged(
    tx: &mut Tx<'_>,
    id: &str,
    seen: Option<&str>,
    stronger: Option<&str>,
) -> DbResult<bool> {
    let held = execute!(
        tx,
        "update users set password_hash = coalesce($3, password_hash)
         where id = $1 and disabled_at is null
           and (cast($2 as text) is null or password_hash = $2)",
        id,
        seen,
        stronger
    )?;
    Ok(held == 1)
}

/// Sets a new password that meets the policy.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_password(tx: &mut Tx<'_>, id: &str, hash: &str, now_s: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set password_hash = $2, password_weak_at = null, updated_at = $3
         where id = $1",
        id,
        hash,
        now_s
    )?;
    Ok(changed == 1)
}
