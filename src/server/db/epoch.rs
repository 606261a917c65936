//! A new epoch for all accounts, which invalidates everything issued before.

use super::{DbResult, Tx, invitations};

/// The increase of the epochs. Accounts may have had later epochs than the ones in a backup, but
/// never this many.
const RISE: i64 = 1 << 32;

/// The number of sessions and flows that were ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedNow {
    /// Sessions.
    pub sessions: u64,
    /// Flows.
    pub flows: u64,
}

/// Ends all sessions and flows, and begins a new epoch of each account, to which no known device or
/// token belongs.
///
/// # Errors
/// Fails if the database fails.
pub async fn begin(tx: &mut Tx<'_>, reason: &str, now_s: i64) -> DbResult<EndedNow> {
    let sessions = execute!(
        tx,
        "update sessions set revoked_at = $1, revoked_reason = $2 where revoked_at is null",
        now_s,
        reason
    )?;
    execute!(tx, "update sessions set successor_sealed = null where successor_sealed is not null")?;
    execute!(tx, "update users set epoch = epoch + $1", RISE)?;
    execute!(tx, "delete from trusted_devices")?;
    execute!(tx, "delete from authorizations")?;
    let flows = execute!(
        tx,
        "update flows set state = 'superseded', spent_at = $1, data_sealed = null, hash_seen = null,
                          expires_at = case when expires_at < $1 then expires_at else $1 end
         where spent_at is null",
        now_s
    )?;
    invitations::revoke_all(tx, now_s).await?;
    // Tokens of other clients have no epoch.
    execute!(tx, "update clients set tokens_not_before = $1", now_s + 1)?;
    Ok(EndedNow { sessions, flows })
}

/// Empties the feed: no key verifies any token that it names.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_feed(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "delete from revocations")?;
    Ok(())
}

/// Retires all signing keys permanently.
///
/// # Errors
/// Fails if the database fails.
pub async fn retire_keys(tx: &mut Tx<'_>, now_s: i64) -> DbResult<u64> {
    execute!(tx, "update signing_keys set retired_at = $1 where retired_at is null", now_s)
}

/// Disables all accounts that are enabled.
///
/// # Errors
/// Fails if the database fails.
pub async fn disable_all(tx: &mut Tx<'_>, now_s: i64) -> DbResult<u64> {
    execute!(tx, "update users set disabled_at = $1 where disabled_at is null", now_s)
}

/// The number of accounts, and the number of enabled ones.
///
/// # Errors
/// Fails if the database fails.
pub async fn accounts(tx: &mut Tx<'_>) -> DbResult<(i64, i64)> {
    fetch_one!(
        tx,
        (i64, i64),
        "select count(*), count(case when disabled_at is null then 1 end) from users"
    )
}

/// The names of at most `limit` enabled accounts that have a role.
///
/// # Errors
/// Fails if the database fails.
pub async fn enabled_with_role(tx: &mut Tx<'_>, role: &str, limit: i64) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "select u.username from users u join user_roles r on r.user_id = u.id
         where r.role = $1 and u.disabled_at is null order by u.id limit $2",
        role,
        limit
    )?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Writes a line of the feed for each account whose sessions have just ended, which ends its access
/// tokens too.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_tokens(tx: &mut Tx<'_>, reason: &str, now_s: i64, until: i64) -> DbResult<u64> {
    execute!(
        tx,
        "insert into revocations (kind, subject, not_before, created_at, expires_at)
         select 'user', u.id, u.epoch, $2, $3 from users u
         where exists (select 1 from sessions s
                       where s.user_id = u.id and s.revoked_at = $2 and s.revoked_reason = $1)",
        reason,
        now_s,
        until
    )
}

/// Deletes all rows named by hashes that are keyed with the instance secret: limit counts and known
/// networks.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_keyed_names(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets")?;
    execute!(tx, "delete from source_failures")?;
    execute!(tx, "delete from known_sources")?;
    Ok(())
}
