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

/// Number of events per read.
const PAGE: i64 = 1000;

/// A range of time in Unix milliseconds, without its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// First moment of the range.
    pub since_ms: Option<i64>,
    /// First moment after the range.
    pub until_ms: Option<i64>,
}

impl Range {
    fn holds(&self, at_ms: i64) -> bool {
        self.since_ms.is_none_or(|since| at_ms >= since)
            && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

/// An event in the export.
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
            // Invalid JSON was not written by Vestibule; it is exported as text.
            details: serde_json::from_str(&row.details).unwrap_or(Value::String(row.details)),
        }
    }
}

/// Passes the events of a range to `write` as lines of JSON; the export itself is one of them.
///
/// First come those of the chain, from the first to the last of the range: events between them are
/// included whatever their time, so that no position is missing. Unsealed events follow. Holds one
/// page in memory.
///
/// Every event from before the call is included, even while a server seals: an event that is sealed
/// after it was written as unsealed, and before the last page of those, is written again with its
/// position.
///
/// # Errors
/// Returns the error of `write`; `forbidden`, `reauthentication_required`; an error of the
/// database.
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
        // Read after that page: an event that was sealed in between is in one of the two, or in
        // both.
        if let Some((first, last)) = run(app, place, range).await? {
            let after = place.unwrap_or(first.saturating_sub(1));
            export_chain(app, after, last, &mut write).await?;
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

/// The range of positions after `place` that contains all events of a range of time.
async fn run(app: &App, place: Option<i64>, range: Range) -> Result<Option<(i64, i64)>> {
    let times = (range.since_ms.unwrap_or(i64::MIN), range.until_ms.unwrap_or(i64::MAX));
    Ok(audit_chain::run(&app.db, place.unwrap_or(i64::MIN), times).await?)
}

/// Passes the events after a position, up to the last, to `write`.
async fn export_chain<E: From<Error>>(
    app: &App,
    mut after: i64,
    last: i64,
    write: &mut impl FnMut(&str) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    while after < last {
        let page = audit_chain::page(&app.db, after, PAGE).await.map_err(Error::from)?;
        // No event is left if retention was faster.
        after = page.last().and_then(|row| row.chain_pos).unwrap_or(last);
        let mut chosen = page.into_iter().filter(|row| row.chain_pos <= Some(last));
        chosen.try_for_each(|row| write(&json_line::of(&Line::from(row))?))?;
    }
    Ok(())
}
