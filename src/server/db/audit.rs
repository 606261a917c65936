//! Audit events: inserted in the transaction of the change, chained later.

use super::{DbResult, Tx};

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
