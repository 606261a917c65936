//! Insertion of new accounts, by registration or import.

use super::{Db, DbResult, Tx};

/// A new account.
pub struct NewUser<'u> {
    /// The `sub` of tokens.
    pub id: &'u str,
    /// Username as typed, and in canonical form.
    pub username: (&'u str, &'u str),
    /// The id in the app that they came from.
    pub external_id: Option<&'u str>,
    /// The name shown to people.
    pub display_name: Option<&'u str>,
    /// A JSON object of texts by field name.
    pub profile: &'u str,
    /// Language of the registration, for mails.
    pub locale: Option<&'u str>,
    /// Password hash in any supported format.
    pub password_hash: Option<&'u str>,
    /// Time of a password that is below the policy, in Unix seconds.
    pub password_weak_at: Option<i64>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time of disabling if disabled, in Unix seconds.
    pub disabled_at: Option<i64>,
    /// Current time, in Unix seconds.
    pub now_s: i64,
}

impl Default for NewUser<'_> {
    fn default() -> Self {
        Self {
            id: "",
            username: ("", ""),
            external_id: None,
            display_name: None,
            profile: "{}",
            locale: None,
            password_hash: None,
            password_weak_at: None,
            created_at: 0,
            disabled_at: None,
            now_s: 0,
        }
    }
}

/// Whether an account has this username.
///
/// # Errors
/// Fails if the database fails.
pub async fn username_is_taken(db: &Db, canonical: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select id from users where username_canonical = $1",
        canonical
    )?;
    Ok(row.is_some())
}

/// Whether somebody may register with this username at a time (Unix seconds): no account has it, and it is kept for none that had it.
///
/// # Errors
/// Fails if the database fails.
pub async fn username_is_free(db: &Db, canonical: &str, now_s: i64) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select id from users where username_canonical = $1
         union all
         select user_id from former_usernames where username_canonical = $1 and kept_until > $2
         limit 1",
        canonical,
        now_s
    )?;
    Ok(row.is_none())
}

/// Whether an account has verified this address.
///
/// # Errors
/// Fails if the database fails.
pub async fn address_is_taken(db: &Db, canonical: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (String,),
        "select id from user_emails where address_canonical = $1 and verified_at is not null",
        canonical
    )?;
    Ok(row.is_some())
}

/// Whether somebody has this username, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn username_is_taken_in(tx: &mut Tx<'_>, canonical: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select id from users where username_canonical = $1",
        canonical
    )?;
    Ok(row.is_some())
}

/// Whether somebody has this id of the app that they came from.
///
/// # Errors
/// Fails if the database fails.
pub async fn external_id_is_taken(db: &Db, external_id: &str) -> DbResult<bool> {
    let row =
        fetch_optional!(db, (String,), "select id from users where external_id = $1", external_id)?;
    Ok(row.is_some())
}

/// Adds a person; `false` if the username or the external id is taken, and then nothing has changed.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, user: &NewUser<'_>) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into users (id, username, username_canonical, display_name, profile, metadata, password_hash,
                            password_weak_at, epoch, created_at, updated_at, disabled_at, external_id, locale)
         values ($1, $2, $3, $4, $5, '{}', $6, $7, 0, $8, $9, $10, $11, $12) on conflict do nothing",
        user.id,
        user.username.0,
        user.username.1,
        user.display_name,
        user.profile,
        user.password_hash,
        user.password_weak_at,
        user.created_at,
        user.now_s,
        user.disabled_at,
        user.external_id,
        user.locale
    )?;
    Ok(added == 1)
}

/// Inserts an address with the time of its verification (Unix seconds) and who verified it, if anybody did; `false` if another
/// account has verified it.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert_email(
    tx: &mut Tx<'_>,
    id: &str,
    user_id: &str,
    (address, canonical): (&str, &str),
    created_at: i64,
    verified: Option<(i64, &str)>,
) -> DbResult<bool> {
    let (verified_at, verified_by) = verified.unzip();
    let added = execute!(
        tx,
        "insert into user_emails (id, user_id, address, address_canonical, created_at, verified_at, verified_by)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        id,
        user_id,
        address,
        canonical,
        created_at,
        verified_at,
        verified_by
    )?;
    Ok(added == 1)
}
