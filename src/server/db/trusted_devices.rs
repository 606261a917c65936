//! Browsers that an account trusts.

use super::{Db, DbResult, Tx};
use crate::model::TrustedDeviceId;

/// A trusted browser.
#[derive(sqlx::FromRow)]
pub struct TrustedRow {
    /// Its id.
    #[sqlx(try_from = "String")]
    pub id: TrustedDeviceId,
    /// The account.
    pub user_id: String,
    /// Hash of the secret in its cookie.
    pub token_hash: String,
    /// Hash of the one before, if it was renewed.
    pub previous_hash: Option<String>,
    /// The secret in its cookie, which the one before opens.
    pub successor_sealed: Option<String>,
    /// The account's epoch in which it was trusted.
    pub epoch: i64,
    /// User agent of its last sign-in.
    pub user_agent: Option<String>,
    /// When it was trusted, in Unix seconds.
    pub created_at: i64,
    /// When that ends, in Unix seconds.
    pub expires_at: i64,
    /// Its last sign-in without a code, in Unix seconds.
    pub last_used_at: Option<i64>,
}

impl TrustedRow {
    /// When the trust ends, in Unix seconds, where a browser is trusted for `ttl` seconds now.
    pub fn ends_at(&self, ttl: i64) -> i64 {
        self.expires_at.min(self.created_at + ttl)
    }
}

macro_rules! columns {
    () => {
        "select d.id, d.user_id, d.token_hash, d.previous_hash, d.successor_sealed, d.epoch, d.user_agent,
                d.created_at, d.expires_at, d.last_used_at
         from trusted_devices d"
    };
}

/// A trusted browser by its id, if it is there.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<TrustedRow>> {
    fetch_optional!(db, TrustedRow, concat!(columns!(), " where d.id = $1"), id)
}

/// A trusted browser by its id, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id_in(tx: &mut Tx<'_>, id: &str) -> DbResult<Option<TrustedRow>> {
    fetch_optional!(tx, TrustedRow, concat!(columns!(), " where d.id = $1"), id)
}

/// The trusted browsers of an account in its epoch that were trusted after one time and end after another, newest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(
    db: &Db,
    user_id: &str,
    (trusted_after, now_s): (i64, i64),
) -> DbResult<Vec<TrustedRow>> {
    fetch_all!(
        db,
        TrustedRow,
        concat!(
            columns!(),
            " join users u on u.id = d.user_id
              where d.user_id = $1 and d.epoch = u.epoch and d.created_at > $2 and d.expires_at > $3
              order by d.id desc"
        ),
        user_id,
        trusted_after,
        now_s
    )
}

/// A browser that is trusted from now on.
pub struct NewTrusted<'n> {
    /// Its id.
    pub id: &'n str,
    /// The account, and its epoch.
    pub user: (&'n str, i64),
    /// Hash of the secret in its cookie.
    pub token_hash: &'n str,
    /// Its user agent.
    pub user_agent: Option<&'n str>,
    /// Begin and end, in Unix seconds.
    pub time: (i64, i64),
}

/// Trusts a browser, and no longer the oldest of its account beyond `kept`.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: NewTrusted<'_>, kept: i64) -> DbResult<()> {
    let (user_id, epoch) = new.user;
    let (created_at, expires_at) = new.time;
    execute!(
        tx,
        "insert into trusted_devices (id, user_id, token_hash, epoch, user_agent, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        user_id,
        new.token_hash,
        epoch,
        new.user_agent,
        created_at,
        expires_at
    )?;
    execute!(
        tx,
        "delete from trusted_devices where user_id = $1 and id not in
             (select id from trusted_devices where user_id = $1
              order by created_at desc, id desc limit $2)",
        user_id,
        kept
    )?;
    Ok(())
}

/// The secret that takes the place of the one in a cookie.
pub struct Successor<'s> {
    /// Its hash.
    pub hash: &'s str,
    /// It, sealed for who has the one before.
    pub sealed: &'s str,
    /// The user agent of the sign-in.
    pub user_agent: Option<&'s str>,
}

/// Renews the secret of a trusted browser, if it still is the one that was shown; `false` if somebody else was faster.
///
/// # Errors
/// Fails if the database fails.
pub async fn renew(
    tx: &mut Tx<'_>,
    (id, shown): (&str, &str),
    next: Successor<'_>,
    now_s: i64,
) -> DbResult<bool> {
    let renewed = execute!(
        tx,
        "update trusted_devices set previous_hash = token_hash, token_hash = $3, successor_sealed = $4,
             user_agent = $5, last_used_at = $6
         where id = $1 and token_hash = $2",
        id,
        shown,
        next.hash,
        next.sealed,
        next.user_agent,
        now_s
    )?;
    Ok(renewed == 1)
}

/// Gives a trusted browser another secret, of which the one before tells nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_secret(tx: &mut Tx<'_>, id: &str, token_hash: &str) -> DbResult<()> {
    execute!(
        tx,
        "update trusted_devices set token_hash = $2, previous_hash = null, successor_sealed = null where id = $1",
        id,
        token_hash
    )?;
    Ok(())
}

/// Trusts a browser of an account no longer; `false` if it was not.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove(tx: &mut Tx<'_>, user_id: &str, id: &str) -> DbResult<bool> {
    let removed =
        execute!(tx, "delete from trusted_devices where user_id = $1 and id = $2", user_id, id)?;
    Ok(removed == 1)
}

/// Trusts no browser of an account any longer, except one; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove_all(tx: &mut Tx<'_>, user_id: &str, except: Option<&str>) -> DbResult<u64> {
    execute!(
        tx,
        "delete from trusted_devices
         where user_id = $1 and (cast($2 as text) is null or id <> $2)",
        user_id,
        except
    )
}

/// Deletes at most `limit` browsers whose time is over; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from trusted_devices where id in
             (select id from trusted_devices where expires_at <= $1 order by expires_at limit $2)",
        now_s,
        limit
    )
}
