use super::flaw::Flaw;
use crate::server::{
    App,
    db::{
        audit::EventRow,
        audit_chain::{self, HeadRow},
    },
    error::Error,
    secure::{audit_chain::AuditChain, seal::InstanceSecret},
};

/// The first and the last position of the chain, verified as ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server::service) struct Head {
    /// The last deleted position and its hash.
    pub(in crate::server::service) cut: (i64, String),
    /// The last position and its hash.
    pub(in crate::server::service) last: (i64, String),
}

impl Head {
    /// Reads the stored head and its MAC.
    ///
    /// # Errors
    /// Returns a flaw if the head is missing or not ours; fails if the database fails.
    pub(in crate::server::service) async fn read(app: &App) -> Result<(Self, String), HeadError> {
        let row = audit_chain::head(&app.db).await.map_err(Error::from)?;
        let row = row.ok_or(Flaw::HeadMissing)?;
        let (cut, last) = ((row.cut_pos, row.cut_hash), (row.head_pos, row.head_hash));
        let head = Self { cut, last };
        match head.mac(&app.audit.chain) == row.mac {
            true => Ok((head, row.mac)),
            false => Err(Flaw::HeadForged.into()),
        }
    }

    /// The head with its MAC, for the database.
    pub(in crate::server::service) fn row(self, chain: &AuditChain) -> HeadRow {
        let mac = self.mac(chain);
        let ((cut_pos, cut_hash), (head_pos, head_hash)) = (self.cut, self.last);
        HeadRow { cut_pos, cut_hash, head_pos, head_hash, mac }
    }

    fn mac(&self, chain: &AuditChain) -> String {
        let (cut, last) = (self.cut.0.to_string(), self.last.0.to_string());
        chain.head(&[&cut, &self.cut.1, &last, &self.last.1])
    }
}

/// The head of an empty chain.
///
/// It is inserted in the unit of work that gives a new database its instance secret, and never
/// later: otherwise the removal of the head would make the chain start again.
pub fn genesis(secret: &InstanceSecret) -> HeadRow {
    let nothing = (0, String::new());
    Head { cut: nothing.clone(), last: nothing }.row(&AuditChain::new(secret, &[]))
}

/// The reason why a head was not read.
#[derive(Debug, thiserror::Error)]
pub(in crate::server::service) enum HeadError {
    /// The head was manipulated.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The database failed.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<HeadError> for Error {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Flaw(flaw) => Self::Internal(format!("audit log: {flaw}")),
            HeadError::Other(error) => error,
        }
    }
}

/// The hash of the event at a position, after the previous hash. It covers all columns except the
/// position, which follows from the order. None if the key of that position is lost.
pub(super) fn link(
    chain: &AuditChain,
    place: i64,
    previous: &str,
    event: &EventRow,
) -> Option<String> {
    let (seq, at_ms) = (event.seq.to_string(), event.at_ms.to_string());
    chain.link(
        place,
        previous,
        &[
            Some(&seq),
            Some(&at_ms),
            Some(&event.kind),
            Some(&event.outcome),
            event.actor.as_deref(),
            event.subject.as_deref(),
            event.client_ip.as_deref(),
            event.user_agent.as_deref(),
            Some(&event.details),
        ],
    )
}
