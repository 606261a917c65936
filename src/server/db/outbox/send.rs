//! What a sender does with mails: claims, and their ends.

use crate::server::db::{Db, DbResult, Tx};

/// A mail in the hands of one sender.
#[derive(sqlx::FromRow)]
pub struct ClaimedRow {
    /// Id of the mail.
    pub id: String,
    /// Number of the claim.
    pub claim: i64,
    /// Name of its kind.
    pub kind: String,
    /// Account that it is about, if any.
    pub user_id: Option<String>,
    /// Address, sealed.
    pub address_sealed: String,
    /// Language of its words.
    pub locale: String,
    /// What its words are made of, sealed.
    pub payload_sealed: Option<String>,
    /// Number of attempts, this one included.
    pub attempts: i64,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time after which it is not sent, in Unix seconds.
    pub expires_at: i64,
    /// Time of an attempt whose outcome is unknown, in Unix seconds.
    pub cut_at: Option<i64>,
}

/// What is noted about an attempt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted<'n> {
    /// Code of the server.
    pub code: Option<i64>,
    /// Its reply, or what happened.
    pub reply: Option<&'n str>,
}

/// The ids of mails of one priority that are due, in the order of their times. Of kinds that are not among `kinds`, a list with
/// a comma before and after each, there are none.
///
/// # Errors
/// Fails if the database fails.
pub async fn due(
    db: &Db,
    kinds: &str,
    priority: i64,
    now_s: i64,
    limit: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        db,
        (String,),
        "select id from outbox
         where state in ('waiting', 'sending') and priority = $1 and next_at <= $2
           and replace($4, ',' || kind || ',', '') <> $4
         order by next_at limit $3",
        priority,
        now_s,
        limit,
        kinds
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Claims a mail that is due for one sender until a time; none if another was faster. Whether an earlier sender, whose lease
/// ran out, had sent it, nobody knows.
///
/// # Errors
/// Fails if the database fails.
pub async fn claim(
    tx: &mut Tx<'_>,
    id: &str,
    now_s: i64,
    lease_until: i64,
) -> DbResult<Option<ClaimedRow>> {
    fetch_optional!(
        tx,
        ClaimedRow,
        "update outbox set cut_at = case when state = 'sending' then coalesce(cut_at, $2) else cut_at end,
                           state = 'sending', claim = claim + 1, attempts = attempts + 1, next_at = $3
         where id = $1 and state in ('waiting', 'sending') and next_at <= $2
         returning id, claim, kind, user_id, address_sealed, locale, payload_sealed, attempts, created_at, expires_at,
                   cut_at",
        id,
        now_s,
        lease_until
    )
}

/// Ends a claimed mail, and forgets its payload; `false` if the claim is no longer valid. Its address is forgotten if it was sent,
/// or is about no account any more: it was the last mail to one.
///
/// # Errors
/// Fails if the database fails.
pub async fn finish(
    tx: &mut Tx<'_>,
    (id, claim): (&str, i64),
    state: &str,
    noted: Noted<'_>,
    now_s: i64,
) -> DbResult<bool> {
    let done = execute!(
        tx,
        "update outbox set state = $3, payload_sealed = null, ended_at = $4, last_code = $5, last_reply = $6,
                           address_sealed = case when $3 = 'sent' or user_id is null then '' else address_sealed end
         where id = $1 and claim = $2 and state = 'sending'",
        id,
        claim,
        state,
        now_s,
        noted.code,
        noted.reply
    )?;
    Ok(done == 1)
}

/// Puts a claimed mail back until a time. An attempt that is not its own is not counted; an unknown outcome is kept in mind.
///
/// # Errors
/// Fails if the database fails.
pub async fn put_back(
    tx: &mut Tx<'_>,
    (id, claim): (&str, i64),
    next_at: i64,
    (is_counted, cut_at): (bool, Option<i64>),
    noted: Noted<'_>,
) -> DbResult<bool> {
    let done = execute!(
        tx,
        "update outbox set state = 'waiting', next_at = $3, attempts = attempts - $4,
                           cut_at = coalesce($5, cut_at), last_code = $6, last_reply = $7
         where id = $1 and claim = $2 and state = 'sending'",
        id,
        claim,
        next_at,
        i64::from(!is_counted),
        cut_at,
        noted.code,
        noted.reply
    )?;
    Ok(done == 1)
}

/// The number of mails that were sent since a time, and of those that are being sent.
///
/// # Errors
/// Fails if the database fails.
pub async fn sent_since(db: &Db, since: i64, limit: i64) -> DbResult<i64> {
    let (count,) = fetch_one!(
        db,
        (i64,),
        "select (select count(*) from (select id from outbox
                                       where ended_at is not null and ended_at > $1 and state = 'sent' limit $2) s)
              + (select count(*) from outbox where state = 'sending')",
        since,
        limit
    )?;
    Ok(count)
}
