//! The actor of an administrative change: its permission check, its limit and its audit record.

use super::{
    ClientInfo,
    audit::{Actor, Kind, Outcome, Record},
    hashing::PermitHolder,
    limits::{self, Limit, Source},
    principal::Principal,
    roles::Permission,
};
use crate::{
    model::UserId,
    server::{
        App,
        db::{DbResult, Tx},
        error::Result,
    },
};

/// The actor of a change to other accounts or to the instance. Each such function takes one and checks its permission.
#[derive(Clone, Copy, Debug)]
pub enum Agent<'a> {
    /// The command line. It has every permission, because it has direct access to the database.
    Operator,
    /// An administrator with an access token.
    Admin(&'a Principal, &'a ClientInfo),
    /// Vestibule itself: by age, or by a setting.
    System,
}

impl Agent<'_> {
    /// Refuses an administrator whose token lacks the permission or whose last proof is too old.
    ///
    /// # Errors
    /// `forbidden`, `reauthentication_required`.
    pub(super) fn permit(self, app: &App, permission: Permission) -> Result<()> {
        match self {
            Self::Operator | Self::System => Ok(()),
            Self::Admin(principal, _) => {
                principal.require(permission)?;
                principal.require_fresh(app)
            }
        }
    }

    /// Refuses an administrator whose token lacks the permission: a look needs no new proof.
    ///
    /// # Errors
    /// `forbidden`.
    pub(super) fn require(self, permission: Permission) -> Result<()> {
        match self {
            Self::Operator | Self::System => Ok(()),
            Self::Admin(principal, _) => principal.require(permission),
        }
    }

    /// The client of an administrator; empty for other agents.
    pub(super) fn client_info(self) -> ClientInfo {
        match self {
            Self::Admin(_, client_info) => client_info.clone(),
            Self::Operator | Self::System => ClientInfo::default(),
        }
    }

    /// Id of an administrator's account; none for other agents.
    pub(super) fn admin(&self) -> Option<&UserId> {
        match self {
            Self::Admin(principal, _) => Some(principal.user()),
            Self::Operator | Self::System => None,
        }
    }

    /// Counts a request of an administrator; other agents have no limit.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub(super) async fn count(self, app: &App) -> Result<()> {
        match self {
            Self::Operator | Self::System => Ok(()),
            Self::Admin(principal, client_info) => {
                let limit = Limit::Administration(principal.user().as_str());
                limits::count_change(app, limit, principal, client_info).await
            }
        }
    }

    /// A new audit record of this agent.
    pub(super) fn act(self, app: &App) -> Act {
        let by = match self {
            Self::Operator => By::Operator,
            Self::Admin(principal, _) => By::Admin(principal.user().to_string()),
            Self::System => By::System,
        };
        let client_info = self.client_info();
        Act { record: Record::new(app, &client_info), by, source: client_info.source() }
    }
}

/// The audit record of an agent's action: actor, time and client, owned by its unit of work.
#[derive(Clone, Debug)]
pub(super) struct Act {
    record: Record,
    by: By,
    source: Source,
}

#[derive(Clone, Debug)]
enum By {
    Operator,
    Admin(String),
    System,
}

impl By {
    fn actor(&self) -> Actor<'_> {
        match self {
            Self::Operator => Actor::Operator,
            Self::Admin(id) => Actor::Person(id),
            Self::System => Actor::System,
        }
    }
}

impl Act {
    /// The holder of the hashing permit for this action.
    pub(super) fn holder(&self) -> PermitHolder<'_> {
        match &self.by {
            By::Admin(id) => PermitHolder::Client(self.source, id),
            By::Operator | By::System => PermitHolder::Operator,
        }
    }

    /// Adds a detail to the event. Details must not contain secrets.
    pub(super) fn about(self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        Self { record: self.record.about(name, value), ..self }
    }

    /// Writes the audit event in this unit of work, with the affected account.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        kind: Kind,
        subject: Option<&str>,
    ) -> DbResult<()> {
        self.record.write(tx, (kind, Outcome::Success), self.by.actor(), subject).await
    }

    /// Writes an audit event that belongs to no change, in a unit of work of its own.
    pub(super) async fn write_alone(self, app: &App, kind: Kind) -> Result<()> {
        let event = (kind, Outcome::Success);
        self.record.write_alone(app, event, self.by.actor(), None).await
    }
}
