//! Audit events: inserted in the transaction of the change, chained later.

use super::{Db, DbResult, Tx};

/// A new audit event.
#[derive(Clone, Debug)]
pub struct Event<'e> {
    /// Time of the event, in Unix milliseconds.
    pub at_ms: i64,
    /// Kind of event, such as `login` or `register`.
    pub kind: &'static str,
    /// `success`, or a code for the reason of the failure.
    pub outcome: &'static str,
    /// Account that acted, if known.
    pub actor: Option<&'e str>,
    /// Affected account, if any.
    pub subject: Option<&'e str>,
    /// IP address of the client.
    pub client_ip: Option<&'e str>,
    /// User agent of the client.
    pub user_agent: Option<&'e str>,
    /// A JSON object with no secrets.
    pub details: &'e str,
}

/// An event as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    /// The order of insertion, with gaps; on PostgreSQL not the order of commits.
    pub seq: i64,
    /// Time of the event, in Unix milliseconds.
    pub at_ms: i64,
    /// Kind of event, such as `login` or `register`.
    pub kind: String,
    /// `success`, or a code for the reason of the failure.
    pub outcome: String,
    /// Account that acted, if known.
    pub actor: Option<String>,
    /// Affected account, if any.
    pub subject: Option<String>,
    /// IP address of the client.
    pub client_ip: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
    /// A JSON object with no secrets.
    pub details: String,
    /// Position in the chain, once sealed.
    pub chain_pos: Option<i64>,
    /// Chain hash, once sealed.
    pub chain_hash: Option<String>,
}

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "select seq, at_ms, kind, outcome, actor, subject, client_ip, user_agent, details,
                    chain_pos, chain_hash
             from audit_events ",
            $rest
        )
    };
}
pub(super) use select_events;

/// Adds an event.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, event: &Event<'_>) -> DbResult<()> {
    execute!(
        tx,
        "insert into audit_events
             (at_ms, kind, outcome, actor, subject, client_ip, user_agent, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        event.at_ms,
        event.kind,
        event.outcome,
        event.actor,
        event.subject,
        event.client_ip,
        event.user_agent,
        event.details
    )?;
    Ok(())
}

/// The selection and size of one page of a history.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The name of a filter, or the name for all events.
    pub choice: &'w str,
    /// Maximum number of events that are searched: a filter may match few of very many.
    pub among: i64,
    /// Maximum number of events in the answer.
    pub limit: i64,
}

/// A page of the events of an account, newest first, before a sequence number.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_subject(
    db: &Db,
    subject: &str,
    before: i64,
    wanted: Wanted<'_>,
) -> DbResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        select_events!(
            "where seq in (select seq from audit_events where subject = $1 and seq < $2
                           order by seq desc limit $5)
               and ($3 = 'all'
                 or ($3 = 'failed' and outcome <> 'success')
                 or ($3 = 'sign-ins' and kind in ('login', 'login.begin', 'logout', 'register', 'session.supersede'))
                 or ($3 = 'changes' and outcome = 'success'
                     and kind not in ('login', 'login.begin', 'logout', 'session.supersede', 'access')))
             order by seq desc limit $4"
        ),
        subject,
        before,
        wanted.choice,
        wanted.limit,
        wanted.among
    )
}

/// The sequence number of the `n`th event of an account before a sequence number, or none if there
/// are fewer.
///
/// # Errors
/// Fails if the database fails.
pub async fn last_of_subject(
    db: &Db,
    subject: &str,
    before: i64,
    among: i64,
) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        db,
        (i64,),
        "select seq from audit_events where subject = $1 and seq < $2
         order by seq desc limit 1 offset $3",
        subject,
        before,
        among - 1
    )?;
    Ok(row.map(|(seq,)| seq))
}

/// The time of the last password change and the number of failed sign-ins since a time (Unix
/// milliseconds). Only the newest events are read, because a stranger can add failed sign-ins to an
/// account.
///
/// # Errors
/// Fails if the database fails.
pub async fn lately(
    db: &Db,
    subject: &str,
    since_ms: i64,
    newest: i64,
) -> DbResult<(Option<i64>, i64)> {
    fetch_one!(
        db,
        (Option<i64>, i64),
        "select max(case when outcome = 'success'
                     and kind in ('register', 'setup.claim', 'password.change', 'password.set')
                     then at_ms end),
                count(case when kind = 'login' and outcome <> 'success' and at_ms >= $2 then 1 end)
         from (select kind, outcome, at_ms from audit_events
               where subject = $1 order by seq desc limit $3) newest",
        subject,
        since_ms,
        newest
    )
}

/// The number of addresses from which sign-ins to an account failed since a time (Unix milliseconds), among its newest events.
///
/// # Errors
/// Fails if the database fails.
pub async fn failing_sources(
    tx: &mut Tx<'_>,
    subject: &str,
    since_ms: i64,
    newest: i64,
) -> DbResult<i64> {
    let (sources,) = fetch_one!(
        tx,
        (i64,),
        "select count(distinct coalesce(client_ip, ''))
         from (select kind, outcome, at_ms, client_ip from audit_events
               where subject = $1 order by seq desc limit $3) newest
         where kind = 'login' and outcome = 'wrong_password' and at_ms >= $2",
        subject,
        since_ms,
        newest
    )?;
    Ok(sources)
}

/// A page of unsealed events after a sequence number, in order of insertion.
///
/// # Errors
/// Fails if the database fails.
pub async fn unsealed(db: &Db, after: i64, limit: i64) -> DbResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        select_events!("where chain_pos is null and seq > $1 order by seq limit $2"),
        after,
        limit
    )
}

/// The number of unsealed events, and the time of the oldest (Unix milliseconds).
///
/// # Errors
/// Fails if the database fails.
pub async fn waiting(db: &Db) -> DbResult<(i64, Option<i64>)> {
    fetch_one!(
        db,
        (i64, Option<i64>),
        "select count(*), min(at_ms) from audit_events where chain_pos is null"
    )
}
