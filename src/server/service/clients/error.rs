use crate::server::{db::DbError, error::Error, service::keys::KeyError};

/// A setting of a client or resource that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The setting.
    pub member: &'static str,
    /// The value that is wrong, where it is one of several: the operator's own text.
    pub value: Option<String>,
    /// What is wrong with it, in our words alone.
    pub why: String,
}

impl Fault {
    /// A fault of a setting.
    pub fn new(member: &'static str, why: impl Into<String>) -> Self {
        Self { member, value: None, why: why.into() }
    }

    /// A fault of a value of a setting.
    pub fn of(member: &'static str, value: &str, why: impl Into<String>) -> Self {
        Self { value: Some(value.to_owned()), ..Self::new(member, why) }
    }

    /// The fault without the value, which nobody is told who sent it over the network.
    pub fn without_value(&self) -> String {
        let one = if self.value.is_some() { "one " } else { "" };
        format!("{}: {one}{}", self.member, self.why)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}: {value:?} {}", self.member, self.why),
            None => write!(f, "{}: {}", self.member, self.why),
        }
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
    /// It was changed at the same moment, again and again.
    #[error("it was changed at the same moment; try again")]
    Overtaken,
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
