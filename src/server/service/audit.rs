//! Short-hand for audit events.

use super::Visitor;
use crate::server::{
    App,
    db::{
        DbResult, Tx,
        audit::{Event, insert},
    },
};

/// What to record: the moment and the visitor travel into the unit of work.
#[derive(Clone, Debug)]
pub(super) struct Record {
    at_ms: i64,
    visitor: Visitor,
}

impl Record {
    pub(super) fn new(app: &App, visitor: &Visitor) -> Self {
        Self { at_ms: app.clock.now_ms(), visitor: visitor.clone() }
    }

    /// Records in this unit of work: who did what to whom.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        (kind, outcome): (&'static str, &'static str),
        actor: Option<&str>,
        subject: Option<&str>,
    ) -> DbResult<()> {
        let event = Event {
            at_ms: self.at_ms,
            kind,
            outcome,
            actor,
            subject,
            client_ip: self.visitor.client_ip.as_deref(),
            user_agent: self.visitor.user_agent.as_deref(),
        };
        insert(tx, &event).await
    }
}
