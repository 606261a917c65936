//! People, their addresses and roles.

use super::{Db, DbResult, Tx};
use crate::model::UserId;

/// A person as stored, without the hash.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserRow {
    /// The `sub` of tokens.
    #[sqlx(try_from = "String")]
    pub id: UserId,
    /// As typed.
    pub username: String,
    /// The id in the app that the account came from, unique.
    pub external_id: Option<String>,
    /// The name shown to people.
    pub display_name: Option<String>,
    /// A JSON object of texts, by field.
    pub profile: String,
    /// A JSON object that the person writes.
    pub metadata: String,
    /// A JSON object that the person cannot write.
    pub app_metadata: String,
    /// Grows when tokens already out must stop working.
    pub epoch: i64,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds, while disabled.
    pub disabled_at: Option<i64>,
    /// The address: verified before unverified, older before newer.
    pub email: Option<String>,
    /// Unix seconds.
    pub email_verified_at: Option<i64>,
    /// Role names, separated by spaces, or null.
    pub roles: Option<String>,
}

/// What sign-in needs to know.
#[derive(sqlx::FromRow)]
pub struct CredentialRow {
    /// The person.
    #[sqlx(try_from = "String")]
    pub id: UserId,
    /// A PHC string.
    pub password_hash: Option<String>,
    /// Unix seconds, where the password was accepted below the policy.
    pub password_weak_at: Option<i64>,
    /// Unix seconds, while disabled.
    pub disabled_at: Option<i64>,
    /// Grows when tokens already out must stop working.
    pub epoch: i64,
}

/// The columns of [`UserRow`]; `string_agg` is called `group_concat` in SQLite before 3.44.
macro_rules! select_users {
    ($rest:literal) => {
        concat!(
            "select u.id, u.username, u.external_id, u.display_name, u.profile, u.metadata, u.app_metadata, u.epoch, u.created_at, u.disabled_at,
                    e.address as email, e.verified_at as email_verified_at,
                    (select string_agg(r.role, ' ' order by r.role) from user_roles r
                     where r.user_id = u.id) as roles
             from users u
             left join user_emails e on e.id =
                 (select id from user_emails where user_id = u.id
                  order by coalesce(verified_at, 9223372036854775807), created_at, id limit 1) ",
            $rest
        )
    };
}

/// A person by id.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.id = $1"), id)
}

/// The lookup above, inside a unit of work.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(tx, UserRow, select_users!("where u.id = $1"), id)
}

/// A person by canonical username.
pub async fn by_username(db: &Db, canonical: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.username_canonical = $1"), canonical)
}

/// A person by the id in the app that they came from.
pub async fn by_external_id(db: &Db, external_id: &str) -> DbResult<Option<UserRow>> {
    fetch_optional!(db, UserRow, select_users!("where u.external_id = $1"), external_id)
}

/// A page of people in order of id; after one, if one is named.
pub async fn page(db: &Db, after: Option<&UserId>, limit: i64) -> DbResult<Vec<UserRow>> {
    // Every id comes after the empty text.
    let after = after.map_or("", UserId::as_str);
    fetch_all!(db, UserRow, select_users!("where u.id > $1 order by u.id limit $2"), after, limit)
}

/// Credentials by canonical username.
pub async fn credentials_by_username(db: &Db, canonical: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(
        db,
        CredentialRow,
        "select id, password_hash, password_weak_at, disabled_at, epoch from users
         where username_canonical = $1",
        canonical
    )
}

/// Credentials by canonical address, if somebody has verified it.
pub async fn credentials_by_email(db: &Db, canonical: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(
        db,
        CredentialRow,
        "select u.id, u.password_hash, u.password_weak_at, u.disabled_at, u.epoch
         from user_emails e join users u on u.id = e.user_id
         where e.address_canonical = $1 and e.verified_at is not null",
        canonical
    )
}

/// Credentials by id.
pub async fn credentials(db: &Db, id: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(
        db,
        CredentialRow,
        "select id, password_hash, password_weak_at, disabled_at, epoch from users where id = $1",
        id
    )
}

/// All names that open a person's account, in canonical form and in order.
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

/// The epoch of a person's account.
pub async fn epoch(db: &Db, id: &str) -> DbResult<Option<i64>> {
    let row = fetch_optional!(db, (i64,), "select epoch from users where id = $1", id)?;
    Ok(row.map(|(epoch,)| epoch))
}

/// Gives a role; giving it twice changes nothing.
pub async fn grant(tx: &mut Tx<'_>, user_id: &str, role: &str, now: i64) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into user_roles (user_id, role, granted_at) values ($1, $2, $3)
         on conflict do nothing",
        user_id,
        role,
        now
    )?;
    Ok(added == 1)
}

/// Takes a role.
pub async fn withdraw(tx: &mut Tx<'_>, user_id: &str, role: &str) -> DbResult<bool> {
    let removed =
        execute!(tx, "delete from user_roles where user_id = $1 and role = $2", user_id, role)?;
    Ok(removed == 1)
}

/// Begins a new epoch: tokens of the old one are to be revoked. Answers it.
pub async fn next_epoch(tx: &mut Tx<'_>, id: &str, now: i64) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "update users set epoch = epoch + 1, updated_at = $2 where id = $1 returning epoch",
        id,
        now
    )?;
    Ok(row.map(|(epoch,)| epoch))
}

/// Disables (a time) or enables (none) an account; `false` if it already is so.
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

/// Takes the account's row for this unit; `false` if there is none.
pub async fn lock(tx: &mut Tx<'_>, id: &str) -> DbResult<bool> {
    let locked = execute!(tx, "update users set epoch = epoch where id = $1", id)?;
    Ok(locked == 1)
}

/// Takes the account's row for this unit, if the account is enabled and its password still is the one that
/// was seen; sets a stronger hash of it where there is one. Nothing can end the account's sessions between
/// this and the commit.
pub async fn hold(
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
pub async fn set_password(tx: &mut Tx<'_>, id: &str, hash: &str, now: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set password_hash = $2, password_weak_at = null, updated_at = $3
         where id = $1",
        id,
        hash,
        now
    )?;
    Ok(changed == 1)
}
