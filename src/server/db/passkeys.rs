//! Passkeys, and the challenges that were answered.

use super::{Db, DbResult, Tx};
use crate::model::{PasskeyId, UserId};

/// A passkey.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PasskeyRow {
    /// Its id.
    #[sqlx(try_from = "String")]
    pub id: PasskeyId,
    /// The account.
    #[sqlx(try_from = "String")]
    pub user_id: UserId,
    /// The id that its authenticator gave it, in base64url.
    pub credential_id: String,
    /// Its public key, a COSE key, in base64url.
    pub public_key: String,
    /// The highest number of signatures that was seen.
    pub sign_count: i64,
    /// The RP id that it is for.
    pub rp_id: String,
    /// How its authenticator is reached, separated by spaces.
    pub transports: String,
    /// The kind of its authenticator, if that is known.
    pub aaguid: Option<String>,
    /// The name that its owner gave it.
    pub name: String,
    /// Since when it may be on several devices, in Unix seconds.
    pub backup_eligible_at: Option<i64>,
    /// Since when it is, in Unix seconds.
    pub backed_up_at: Option<i64>,
    /// When it was added, in Unix seconds.
    pub created_at: i64,
    /// When it was last used, in Unix seconds.
    pub last_used_at: Option<i64>,
}

macro_rules! select_passkeys {
    ($rest:literal) => {
        concat!(
            "select p.id, p.user_id, p.credential_id, p.public_key, p.sign_count, p.rp_id, p.transports, p.aaguid, p.name,
                    p.backup_eligible_at, p.backed_up_at, p.created_at, p.last_used_at
             from passkeys p ",
            $rest
        )
    };
}

/// How many passkeys are for another RP id than this, if any is.
///
/// # Errors
/// Fails if the database fails.
pub async fn elsewhere(db: &Db, rp_id: &str) -> DbResult<i64> {
    let sql = "select count(*) from passkeys where rp_id <> $1";
    Ok(fetch_one!(db, (i64,), sql, rp_id)?.0)
}

/// The passkeys of an account, in the order in which they were added.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(db: &Db, user_id: &str) -> DbResult<Vec<PasskeyRow>> {
    let sql = select_passkeys!("where p.user_id = $1 order by p.id");
    fetch_all!(db, PasskeyRow, sql, user_id)
}

/// A passkey by the id that its authenticator gave it.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_credential(db: &Db, credential_id: &str) -> DbResult<Option<PasskeyRow>> {
    let sql = select_passkeys!("where p.credential_id = $1");
    fetch_optional!(db, PasskeyRow, sql, credential_id)
}

/// The name under which authenticators keep the passkeys of an account, its epoch, and when it was disabled, in Unix seconds; none for
/// no account.
///
/// # Errors
/// Fails if the database fails.
pub async fn owner(db: &Db, user_id: &str) -> DbResult<Option<(Option<String>, i64, Option<i64>)>> {
    fetch_optional!(
        db,
        (Option<String>, i64, Option<i64>),
        "select webauthn_handle, epoch, disabled_at from users where id = $1",
        user_id
    )
}

/// Gives an account the name under which authenticators keep its passkeys, if it has none. Returns the one that it has.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_handle(tx: &mut Tx<'_>, user_id: &str, handle: &str) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "update users set webauthn_handle = coalesce(webauthn_handle, $2) where id = $1
         returning webauthn_handle",
        user_id,
        handle
    )?;
    Ok(row.map(|(handle,)| handle))
}

/// A passkey that is to be added.
pub struct NewPasskeyRow<'n> {
    /// Its id.
    pub id: &'n str,
    /// The account, and its epoch.
    pub user: (&'n str, i64),
    /// The id that its authenticator gave it, in base64url.
    pub credential_id: &'n str,
    /// Its public key, in base64url.
    pub public_key: &'n str,
    /// The number of signatures.
    pub sign_count: i64,
    /// The RP id that it is for.
    pub rp_id: &'n str,
    /// How its authenticator is reached.
    pub transports: &'n str,
    /// The kind of its authenticator.
    pub aaguid: Option<&'n str>,
    /// Its name.
    pub name: &'n str,
    /// Whether it may be on several devices, and is.
    pub backup: (bool, bool),
    /// Now, in Unix seconds.
    pub now_s: i64,
}

/// Adds a passkey; `false` if there is one with this id of an authenticator.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: &NewPasskeyRow<'_>) -> DbResult<bool> {
    let (user_id, epoch) = new.user;
    let (may_be, is) = new.backup;
    let added = execute!(
        tx,
        "insert into passkeys (id, user_id, credential_id, public_key, sign_count, rp_id, transports, aaguid, name,
                               backup_eligible_at, backed_up_at, created_at, since_epoch)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (credential_id) do nothing",
        new.id,
        user_id,
        new.credential_id,
        new.public_key,
        new.sign_count,
        new.rp_id,
        new.transports,
        new.aaguid,
        new.name,
        may_be.then_some(new.now_s),
        is.then_some(new.now_s),
        new.now_s,
        epoch
    )?;
    Ok(added == 1)
}

/// The number of passkeys of an account, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn count(tx: &mut Tx<'_>, user_id: &str) -> DbResult<i64> {
    let (count,) =
        fetch_one!(tx, (i64,), "select count(*) from passkeys where user_id = $1", user_id)?;
    Ok(count)
}

/// Whether an account has a passkey for an RP id, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_for(tx: &mut Tx<'_>, user_id: &str, rp_id: &str) -> DbResult<bool> {
    let sql = "select id from passkeys where user_id = $1 and rp_id = $2 limit 1";
    let found = fetch_optional!(tx, (String,), sql, user_id, rp_id)?;
    Ok(found.is_some())
}

/// Gives a passkey of an account another name; `false` if the account has no such passkey.
///
/// # Errors
/// Fails if the database fails.
pub async fn rename(tx: &mut Tx<'_>, user_id: &str, id: &str, name: &str) -> DbResult<bool> {
    let sql = "update passkeys set name = $3 where user_id = $1 and id = $2";
    Ok(execute!(tx, sql, user_id, id, name)? == 1)
}

/// Removes a passkey of an account; `false` if the account has no such passkey.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove(tx: &mut Tx<'_>, user_id: &str, id: &str) -> DbResult<bool> {
    Ok(execute!(tx, "delete from passkeys where user_id = $1 and id = $2", user_id, id)? == 1)
}

/// Removes all passkeys of an account; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove_all(tx: &mut Tx<'_>, user_id: &str) -> DbResult<u64> {
    execute!(tx, "delete from passkeys where user_id = $1", user_id)
}

/// Removes the passkeys that were added to an account in an epoch or later; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove_since(tx: &mut Tx<'_>, user_id: &str, epoch: i64) -> DbResult<u64> {
    let sql = "delete from passkeys where user_id = $1 and since_epoch >= $2";
    execute!(tx, sql, user_id, epoch)
}

/// Removes the passkeys that were added to an account at a time or later; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove_younger(tx: &mut Tx<'_>, user_id: &str, from: i64) -> DbResult<u64> {
    let sql = "delete from passkeys where user_id = $1 and created_at >= $2";
    execute!(tx, sql, user_id, from)
}

/// The state of a passkey at a use.
pub struct UseOf {
    /// The number of signatures.
    pub sign_count: i64,
    /// Whether it may be on several devices, and is.
    pub backup: (bool, bool),
    /// Now, in Unix seconds.
    pub now_s: i64,
}

/// Notes the use of a passkey; `false` if it is gone. The count never goes back.
///
/// # Errors
/// Fails if the database fails.
pub async fn used(tx: &mut Tx<'_>, id: &str, of: &UseOf) -> DbResult<bool> {
    let (may_be, is) = of.backup;
    let noted = execute!(
        tx,
        "update passkeys set last_used_at = $2,
             sign_count = case when sign_count < $3 then $3 else sign_count end,
             backup_eligible_at = case when $4 then coalesce(backup_eligible_at, $2) end,
             backed_up_at = case when $5 then coalesce(backed_up_at, $2) end
         where id = $1",
        id,
        of.now_s,
        of.sign_count,
        may_be,
        is
    )?;
    Ok(noted == 1)
}

/// Notes that the owner of a passkey is told that its count went back; `false` if they were told before.
///
/// # Errors
/// Fails if the database fails.
pub async fn warn(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<bool> {
    let sql =
        "update passkeys set counter_warned_at = $2 where id = $1 and counter_warned_at is null";
    Ok(execute!(tx, sql, id, now_s)? == 1)
}

/// Spends a challenge; `false` if it was answered before.
///
/// # Errors
/// Fails if the database fails.
pub async fn spend_challenge(tx: &mut Tx<'_>, hash: &str, expires_at: i64) -> DbResult<bool> {
    let spent = execute!(
        tx,
        "insert into spent_challenges (hash, expires_at) values ($1, $2)
         on conflict (hash) do nothing",
        hash,
        expires_at
    )?;
    Ok(spent == 1)
}

/// Deletes at most `limit` challenges that are over; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_challenges(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from spent_challenges where hash in
             (select hash from spent_challenges where expires_at <= $1 order by expires_at limit $2)",
        now_s,
        limit
    )
}
