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
    details: String,
}

impl Record {
    pub(super) fn new(app: &App, visitor: &Visitor) -> Self {
        Self { at_ms: app.clock.now_ms(), visitor: visitor.clone(), details: "{}".into() }
    }

    /// Says which thing it was about, beside whose: no secrets.
    pub(super) fn about(self, name: &str, id: &str) -> Self {
        let mut details = serde_json::Map::new();
        details.insert(name.into(), id.into());
        Self { details: serde_json::Value::Object(details).to_string(), ..self }
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
            details: &self.details,
        };
        insert(tx, &event).await
    }
}
