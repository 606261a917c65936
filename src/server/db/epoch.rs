//! A new epoch for everybody: nothing that was given out before opens anything.

use super::{DbResult, Tx};

/// By how much epochs rise. Accounts may have had later epochs than those that are read from a backup; none has had so
/// many.
const RISE: i64 = 1 << 32;

/// How many had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedNow {
    /// Sessions.
    pub sessions: u64,
    /// Flows.
    pub flows: u64,
}

/// Ends all sessions and flows, and begins an epoch of each account that no known device and no token is of.
pub async fn begin(tx: &mut Tx<'_>, reason: &str, now: i64) -> DbResult<EndedNow> {
    let sessions = execute!(
        tx,
        "update sessions set revoked_at = $1, revoked_reason = $2 where revoked_at is null",
        now,
        reason
    )?;
    execute!(tx, "update sessions set successor_sealed = null where successor_sealed is not null")?;
    execute!(tx, "update users set epoch = epoch + $1", RISE)?;
    let flows = execute!(
        tx,
        "update flows set state = 'superseded', spent_at = $1, data_sealed = null, hash_seen = null,
                          expires_at = case when expires_at < $1 then expires_at else $1 end
         where spent_at is null",
        now
    )?;
    Ok(EndedNow { sessions, flows })
}

/// Forgets the feed: nothing that it names is given out under a key that still verifies.
pub async fn forget_feed(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "delete from revocations")?;
    Ok(())
}

/// Retires all signing keys for good.
pub async fn retire_keys(tx: &mut Tx<'_>, now: i64) -> DbResult<u64> {
    execute!(tx, "update signing_keys set retired_at = $1 where retired_at is null", now)
}

/// Disables all accounts that are enabled.
pub async fn disable_all(tx: &mut Tx<'_>, now: i64) -> DbResult<u64> {
    execute!(tx, "update users set disabled_at = $1 where disabled_at is null", now)
}

/// How many accounts there are, and how many of them are enabled.
pub async fn accounts(tx: &mut Tx<'_>) -> DbResult<(i64, i64)> {
    fetch_one!(
        tx,
        (i64, i64),
        "select count(*), count(case when disabled_at is null then 1 end) from users"
    )
}

/// The names of so many enabled accounts that have a role.
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

/// Writes a line of the feed for each account whose sessions have just ended: their access tokens are over too.
pub async fn revoke_tokens(tx: &mut Tx<'_>, reason: &str, now: i64, until: i64) -> DbResult<u64> {
    execute!(
        tx,
        "insert into revocations (kind, subject, not_before, created_at, expires_at)
         select 'user', u.id, u.epoch, $2, $3 from users u
         where exists (select 1 from sessions s
                       where s.user_id = u.id and s.revoked_at = $2 and s.revoked_reason = $1)",
        reason,
        now,
        until
    )
}

/// Forgets all that is stored under names that are keyed with the instance secret: counts and known networks.
pub async fn forget_keyed_names(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "delete from attempt_buckets")?;
    execute!(tx, "delete from source_failures")?;
    execute!(tx, "delete from known_sources")?;
    Ok(())
}
