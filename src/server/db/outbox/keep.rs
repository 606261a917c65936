//! What else is done with mails: counts, lists, retention, and what a restore or another secret changes.

use crate::server::db::{Db, DbResult, Tx};

/// A mail for the operator's list. Times are Unix seconds.
#[derive(sqlx::FromRow)]
pub struct MailRow {
    /// Id of the mail.
    pub id: String,
    /// Name of its kind.
    pub kind: String,
    /// Username of the account that it is about, if any.
    pub username: Option<String>,
    /// Address, sealed; empty once the mail was sent.
    pub address_sealed: String,
    /// State.
    pub state: String,
    /// Number of attempts.
    pub attempts: i64,
    /// When it is due.
    pub next_at: i64,
    /// Time after which it is not sent.
    pub expires_at: i64,
    /// Time of creation.
    pub created_at: i64,
    /// Time of its end.
    pub ended_at: Option<i64>,
    /// Last code of a server.
    pub last_code: Option<i64>,
    /// Last reply of a server.
    pub last_reply: Option<String>,
}

/// The number of mails that wait, and the time of creation of the oldest, in Unix seconds.
///
/// # Errors
/// Fails if the database fails.
pub async fn waiting(db: &Db) -> DbResult<(i64, Option<i64>)> {
    fetch_one!(
        db,
        (i64, Option<i64>),
        "select count(*), min(created_at) from outbox where state in ('waiting', 'sending')"
    )
}

/// The number of mails that were refused or given up since a time.
///
/// # Errors
/// Fails if the database fails.
pub async fn failed_since(db: &Db, since: i64) -> DbResult<i64> {
    let (count,) = fetch_one!(
        db,
        (i64,),
        "select count(*) from outbox
         where ended_at is not null and ended_at > $1 and state in ('refused', 'dead')",
        since
    )?;
    Ok(count)
}

/// The number of mails of a kind that an account got since a time.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_kind_since(
    tx: &mut Tx<'_>,
    user_id: &str,
    kind: &str,
    since: i64,
) -> DbResult<i64> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "select count(*) from outbox where user_id = $1 and kind = $2 and created_at > $3",
        user_id,
        kind,
        since
    )?;
    Ok(count)
}

/// What is noted about a mail whose time is over.
pub const EXPIRED: &str = "its time was over";

/// Ends at most `limit` waiting mails whose time is over, and forgets the addresses of those about no account; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn expire(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update outbox set state = 'dead', payload_sealed = null, ended_at = $1, last_reply = $3,
                           address_sealed = case when user_id is null then '' else address_sealed end
         where id in (select id from outbox
                      where state in ('waiting', 'sending') and next_at <= $1 and expires_at <= $1 limit $2)",
        now_s,
        limit,
        EXPIRED
    )
}

/// Forgets what at most `limit` decoys hold whose time is over; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_decoys(tx: &mut Tx<'_>, now_s: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update outbox set payload_sealed = null, address_sealed = ''
         where id in (select id from outbox
                      where state = 'decoy' and address_sealed <> '' and expires_at <= $1 limit $2)",
        now_s,
        limit
    )
}

/// Ends a mail that nothing can open, and forgets what it holds.
///
/// # Errors
/// Fails if the database fails.
pub async fn void(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<()> {
    execute!(
        tx,
        "update outbox set state = 'void', payload_sealed = null, address_sealed = '',
                           ended_at = coalesce(ended_at, $2)
         where id = $1",
        id,
        now_s
    )?;
    Ok(())
}

/// Deletes at most `limit` mails that ended before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from outbox where id in
             (select id from outbox where ended_at is not null and ended_at < $1 order by ended_at limit $2)",
        before,
        limit
    )
}

/// Makes all waiting mails due now; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn hasten(tx: &mut Tx<'_>, now_s: i64) -> DbResult<u64> {
    execute!(tx, "update outbox set next_at = $1 where state = 'waiting' and next_at > $1", now_s)
}

/// Ends all waiting mails unsent, because what they say may not be true any more; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn void_all(tx: &mut Tx<'_>, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update outbox set state = 'void', payload_sealed = null, address_sealed = '', ended_at = $1
         where state in ('waiting', 'sending')",
        now_s
    )
}

/// Forgets the addresses of mails that have ended, because nothing can open them any more.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_addresses(tx: &mut Tx<'_>) -> DbResult<u64> {
    execute!(
        tx,
        "update outbox set address_sealed = '' where ended_at is not null and address_sealed <> ''"
    )
}

/// The sealed values after an id, in order of it: id, address and payload.
///
/// # Errors
/// Fails if the database fails.
pub async fn sealed(
    tx: &mut Tx<'_>,
    after: &str,
    limit: i64,
) -> DbResult<Vec<(String, String, Option<String>)>> {
    fetch_all!(
        tx,
        (String, String, Option<String>),
        "select id, address_sealed, payload_sealed from outbox where id > $1 and address_sealed <> ''
         order by id limit $2",
        after,
        limit
    )
}

/// Stores values that were sealed again.
///
/// # Errors
/// Fails if the database fails.
pub async fn reseal(
    tx: &mut Tx<'_>,
    id: &str,
    address: &str,
    payload: Option<&str>,
) -> DbResult<()> {
    execute!(
        tx,
        "update outbox set address_sealed = $2, payload_sealed = $3 where id = $1",
        id,
        address,
        payload
    )?;
    Ok(())
}

/// Mails before an id, the newest first: those that wait or failed, or all.
///
/// # Errors
/// Fails if the database fails.
pub async fn page(db: &Db, before: &str, is_all: bool, limit: i64) -> DbResult<Vec<MailRow>> {
    fetch_all!(
        db,
        MailRow,
        "select o.id, o.kind, u.username, o.address_sealed, o.state, o.attempts, o.next_at, o.expires_at, o.created_at,
                o.ended_at, o.last_code, o.last_reply
         from outbox o left join users u on u.id = o.user_id
         where ($1 = '' or o.id < $1) and o.state <> 'decoy'
           and ($2 = 1 or o.state in ('waiting', 'sending', 'refused', 'dead'))
         order by o.id desc limit $3",
        before,
        i64::from(is_all),
        limit
    )
}
