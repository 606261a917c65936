use crate::server::{db::DbError, error::Error, service::keys::KeyError};

/// A setting of a client or resource that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {why}")]
pub struct Fault {
    /// The setting.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Fault {
    /// A fault of a setting.
    pub fn new(member: &'static str, why: impl Into<String>) -> Self {
        Self { member, why: why.into() }
    }
}

/// The reason why a client or resource was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A setting is wrong.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// There is one with this id or URI.
    #[error("there is one already")]
    Exists,
    /// There is none with this id or URI.
    #[error("there is none")]
    Missing,
    /// It has as many secrets as it may have.
    #[error("it has five secrets that work; remove one first")]
    TooManySecrets,
    /// It shows who it is without a secret.
    #[error("a client of this kind has no secret")]
    NoSecrets,
    /// A client names the resource.
    #[error("the client {0} names it; take it off there first")]
    Used(String),
    /// It comes from a file, which says what it is.
    #[error("it was applied from {0}; change that file, and apply it again")]
    Applied(String),
    /// The key of its tokens could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The service failed.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<DbError> for ClientError {
    fn from(error: DbError) -> Self {
        Self::Other(error.into())
    }
}
