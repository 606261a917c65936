//! Audit events: inserted in the transaction of the change, chained later.

use super::{Db, DbResult, Tx};

/// What happened.
#[derive(Clone, Debug)]
pub struct Event<'e> {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// `login`, `register`, …
    pub kind: &'static str,
    /// `success`, or why not.
    pub outcome: &'static str,
    /// Who did it, if known.
    pub actor: Option<&'e str>,
    /// To whom.
    pub subject: Option<&'e str>,
    /// From where.
    pub client_ip: Option<&'e str>,
    /// With what.
    pub user_agent: Option<&'e str>,
    /// A JSON object with no secrets.
    pub details: &'e str,
}

/// An event as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    /// The order of insertion, with gaps; on PostgreSQL not the order of commits.
    pub seq: i64,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// `login`, `register`, …
    pub kind: String,
    /// `success`, or why not.
    pub outcome: String,
    /// Who did it, if known.
    pub actor: Option<String>,
    /// To whom.
    pub subject: Option<String>,
    /// From where.
    pub client_ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// A JSON object with no secrets.
    pub details: String,
    /// Its place in the chain, once sealed.
    pub chain_pos: Option<i64>,
    /// Its link, once sealed.
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

/// What of a history is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// All of it, or by the word of a choice.
    pub choice: &'w str,
    /// How many events are looked at: a choice may fit few of very many.
    pub among: i64,
    /// How many are answered.
    pub limit: i64,
}

/// A page of what happened to somebody, newest first, before a sequence number.
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
                 or ($3 = 'sign-ins' and kind in ('login', 'logout', 'register', 'session.supersede'))
                 or ($3 = 'changes' and outcome = 'success'
                     and kind not in ('login', 'logout', 'session.supersede', 'access')))
             order by seq desc limit $4"
        ),
        subject,
        before,
        wanted.choice,
        wanted.limit,
        wanted.among
    )
}

/// The last of so many of somebody's events before a sequence number; nothing where there are fewer.
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

/// When somebody's password was set, and how many sign-ins failed since a moment (Unix milliseconds): as far as their newest
/// events say. A stranger can add to these, so not all are read.
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

/// A page of events that wait for the sealer, in order of insertion, after one.
pub async fn unsealed(db: &Db, after: i64, limit: i64) -> DbResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        select_events!("where chain_pos is null and seq > $1 order by seq limit $2"),
        after,
        limit
    )
}

/// How many wait for the sealer, and since when the oldest does (Unix milliseconds).
pub async fn waiting(db: &Db) -> DbResult<(i64, Option<i64>)> {
    fetch_one!(
        db,
        (i64, Option<i64>),
        "select count(*), min(at_ms) from audit_events where chain_pos is null"
    )
}
