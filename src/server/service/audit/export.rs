use serde::Serialize;
use serde_json::Value;

use super::Kind;
use crate::server::{
    App, dates,
    db::{
        audit::{self, EventRow},
        audit_chain,
    },
    error::{Error, Result},
    json_line,
    service::{agent::Agent, roles::Permission},
};

/// How many events are read at once.
const PAGE: i64 = 1000;

/// From when to when, Unix milliseconds; the end is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub since_ms: Option<i64>,
    /// The first moment after.
    pub until_ms: Option<i64>,
}

impl Range {
    fn holds(&self, at_ms: i64) -> bool {
        self.since_ms.is_none_or(|since| at_ms >= since)
            && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

/// An event as it is exported.
#[derive(Serialize)]
struct Line {
    chain_pos: Option<i64>,
    chain_hash: Option<String>,
    seq: i64,
    at_ms: i64,
    at: Option<String>,
    kind: String,
    outcome: String,
    actor: Option<String>,
    subject: Option<String>,
    client_ip: Option<String>,
    user_agent: Option<String>,
    details: Value,
}

impl From<EventRow> for Line {
    fn from(row: EventRow) -> Self {
        Self {
            chain_pos: row.chain_pos,
            chain_hash: row.chain_hash,
            seq: row.seq,
            at_ms: row.at_ms,
            at: dates::rfc3339_ms(row.at_ms),
            kind: row.kind,
            outcome: row.outcome,
            actor: row.actor,
            subject: row.subject,
            client_ip: row.client_ip,
            user_agent: row.user_agent,
            // What is no JSON was not written by us; it is shown as the text it is.
            details: serde_json::from_str(&row.details).unwrap_or(Value::String(row.details)),
        }
    }
}

/// Hands the events of a range to `write` as lines of JSON; that the log was exported is one of them.
///
/// First come those of the chain, from the first to the last that is of the range: what stands between
/// is handed too, whatever its time, so that no place is missing. Then come those that wait to be sealed.
/// Never holds more than a page.
///
/// Every event that was there at the call is handed, also while a server seals: what is sealed after it
/// was handed as waiting, and before the last page of those, is handed again with its place.
///
/// # Errors
/// What `write` says, if it fails; `forbidden`, `reauthentication_required`; the database's.
pub async fn export<E: From<Error>>(
    app: &App,
    agent: Agent<'_>,
    range: Range,
    mut write: impl FnMut(&str) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    agent.permit(app, Permission::AuditRead)?;
    agent.act(app).write_alone(app, Kind::AuditExport).await?;
    let (mut place, mut seq) = (None, i64::MIN);
    loop {
        let waiting = audit::unsealed(&app.db, seq, PAGE).await.map_err(Error::from)?;
        // After that page: what was sealed in between is in one of the two, or in both.
        if let Some((first, last)) = run(app, place, range).await? {
            let after = place.unwrap_or(first.saturating_sub(1));
            pour_chain(app, after, last, &mut write).await?;
            place = Some(last);
            continue;
        }
        let is_last = (waiting.len() as i64) < PAGE;
        seq = waiting.last().map_or(seq, |last| last.seq);
        let mut chosen = waiting.into_iter().filter(|row| range.holds(row.at_ms));
        chosen.try_for_each(|row| write(&json_line::of(&Line::from(row))?))?;
        if is_last {
            return Ok(());
        }
    }
}

/// The run of places that holds all of a range that comes after this place.
async fn run(app: &App, place: Option<i64>, range: Range) -> Result<Option<(i64, i64)>> {
    let times = (range.since_ms.unwrap_or(i64::MIN), range.until_ms.unwrap_or(i64::MAX));
    Ok(audit_chain::run(&app.db, place.unwrap_or(i64::MIN), times).await?)
}

/// Hands what stands after a place, up to the last.
async fn pour_chain<E: From<Error>>(
    app: &App,
    mut after: i64,
    last: i64,
    write: &mut impl FnMut(&str) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    while after < last {
        let page = audit_chain::page(&app.db, after, PAGE).await.map_err(Error::from)?;
        // Nothing is left where retention is quicker.
        after = page.last().and_then(|row| row.chain_pos).unwrap_or(last);
        let mut chosen = page.into_iter().filter(|row| row.chain_pos <= Some(last));
        chosen.try_for_each(|row| write(&json_line::of(&Line::from(row))?))?;
    }
    Ok(())
}
