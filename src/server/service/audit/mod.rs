//! The audit log: written with each change, chained by a sealer, verified, exported, cut, and shown
//! to its subjects. docs/audit.md describes its content.

pub(super) mod earlier;
mod export;
mod flaw;
mod head;
mod history;
mod kind;
mod lately;
mod refusal;
mod refused_principal;
mod retain;
mod seal;
mod sentence;
mod verify;

pub use export::{Range, export};
pub use flaw::Flaw;
pub(super) use head::Head;
use head::HeadError;
pub use head::genesis;
pub use history::{Choice, of_principal, of_session_user};
pub use kind::{Kind, Outcome};
pub use lately::{Lately, lately};
pub use refusal::Refusals;
pub(super) use refusal::{limited, once, record_omitted};
pub(super) use refused_principal::limited_again;
pub use refused_principal::{note_refused_page, record_refusal, record_stale_form};
pub use retain::retain;
pub use seal::{LastSeenHead, seal};
pub use verify::{Noted, Report, verify};

use futures::FutureExt;

use super::ClientInfo;
use crate::server::{
    App,
    app::Core,
    db::{
        DbResult, Tx,
        audit::{self, Event},
    },
    error::Result,
    secure::audit_chain::AuditChain,
};

/// The log's state in memory.
pub struct AuditState {
    /// The MACs of the chain.
    pub chain: AuditChain,
    /// Recently recorded refusals.
    pub refusals: Refusals,
    /// The last head that this process has read.
    pub last_seen_head: LastSeenHead,
}

impl AuditState {
    /// Opens the state.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn open(core: &Core) -> Result<Self> {
        let earlier = match earlier::read(&core.db, &core.secret).await {
            Ok(earlier) => earlier,
            // The chain continues under the current key; verification reports the flaw, and older
            // events are not cut.
            Err(HeadError::Flaw(flaw)) => {
                tracing::error!(%flaw, "audit log: see vestibule audit verify");
                Vec::new()
            }
            Err(HeadError::Other(error)) => return Err(error),
        };
        let chain = AuditChain::new(&core.secret, &earlier);
        Ok(Self { chain, refusals: Refusals::default(), last_seen_head: LastSeenHead::default() })
    }
}

/// The actor of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// An account, by id.
    Person(&'a str),
    /// The operator at the command line.
    Operator,
    /// Vestibule itself: by age, or by a setting.
    System,
    /// Unknown: a refused request, or the holder of a copied token.
    Unknown,
}

impl<'a> Actor<'a> {
    /// The actor in the log; no account id equals one of these words.
    fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Person(id) => Some(id),
            Self::Operator => Some("operator"),
            Self::System => Some("system"),
            Self::Unknown => None,
        }
    }
}

/// Time and client of an event, owned so that they can move into the unit of work.
#[derive(Clone, Debug)]
pub(super) struct Record {
    at_ms: i64,
    client_info: ClientInfo,
    details: serde_json::Map<String, serde_json::Value>,
}

impl Record {
    pub(super) fn new(app: &App, client_info: &ClientInfo) -> Self {
        Self {
            at_ms: app.clock.now_ms(),
            client_info: client_info.clone(),
            details: serde_json::Map::new(),
        }
    }

    /// A record without an app: a time in Unix milliseconds, and no client.
    pub(super) fn at(at_ms: i64) -> Self {
        Self { at_ms, client_info: ClientInfo::default(), details: serde_json::Map::new() }
    }

    /// Adds a detail to the event. Details must not contain secrets.
    pub(super) fn about(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }

    /// Adds a detail that there may be.
    pub(super) fn about_some(
        self,
        name: &str,
        value: Option<impl Into<serde_json::Value>>,
    ) -> Self {
        match value {
            Some(value) => self.about(name, value),
            None => self,
        }
    }

    /// Writes the event in this unit of work, with its actor and subject.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        event: (Kind, Outcome),
        actor: Actor<'_>,
        subject: Option<&str>,
    ) -> DbResult<()> {
        self.insert(tx, event, actor.as_str(), subject).await
    }

    /// Writes an event that belongs to no change, in a unit of work of its own.
    pub(super) async fn write_alone(
        self,
        app: &App,
        event: (Kind, Outcome),
        actor: Actor<'_>,
        subject: Option<&str>,
    ) -> Result<()> {
        let (actor, subject) = (actor.as_str().map(str::to_owned), subject.map(str::to_owned));
        let written = app.db.write(move |tx| {
            async move { self.insert(tx, event, actor.as_deref(), subject.as_deref()).await }
                .boxed()
        });
        Ok(written.await?)
    }

    async fn insert(
        &self,
        tx: &mut Tx<'_>,
        (kind, outcome): (Kind, Outcome),
        actor: Option<&str>,
        subject: Option<&str>,
    ) -> DbResult<()> {
        let details = serde_json::Value::Object(self.details.clone()).to_string();
        let event = Event {
            at_ms: self.at_ms,
            kind: kind.as_str(),
            outcome: outcome.as_str(),
            actor,
            subject,
            client_ip: self.client_info.client_ip.as_deref(),
            user_agent: self.client_info.user_agent.as_deref(),
            details: &details,
        };
        audit::insert(tx, &event).await
    }
}
