//! The server's own error: what the service answers when it does not answer.

use super::{db::DbError, say, secure::CryptoError};
use crate::model::{ApiError, BadId, ErrorCode, FieldError};

/// Why a verb of the service failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The status of its code: the client's affair, told as it is.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// 503 or 500: the database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// 500: a key or primitive failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// 500: the impossible.
    #[error("internal: {0}")]
    Internal(String),
}

/// What verbs of the service answer.
pub type Result<T> = std::result::Result<T, Error>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Api(code.into())
    }
}

impl From<BadId> for Error {
    /// An id that we made or stored is not one: a client's own is refused where it comes in.
    fn from(error: BadId) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        error.into_api()
    }
}

impl Error {
    /// The code that the client is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Api(error) => error.code,
            Self::Db(error) if error.is_unavailable() => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        }
    }

    /// The sentence for an operator at a shell: of an outage the reason too, which HTTP does not tell.
    pub fn for_operator(self) -> String {
        if let Self::Db(error) = &self
            && error.is_unavailable()
        {
            return error.to_string();
        }
        let error = say::told(self.into_api());
        let named = |wrong: FieldError| format!("{}: {}", wrong.field.name(), wrong.message);
        let fields: Vec<String> = error.fields.into_iter().map(named).collect();
        if fields.is_empty() { error.message } else { fields.join(" ") }
    }

    /// What the client is told. Failures of ours are logged here, once, and told as a safe sentence.
    pub fn into_api(self) -> ApiError {
        match self {
            Self::Api(error) => error,
            Self::Db(error) if error.is_unavailable() => {
                tracing::error!(%error, "database unavailable");
                ApiError { retry_after: Some(5), ..ErrorCode::Unavailable.into() }
            }
            Self::Crypto(error) if error == CryptoError::NO_MEMORY => {
                tracing::error!(%error, "memory unavailable");
                ApiError { retry_after: Some(5), ..ErrorCode::Unavailable.into() }
            }
            error => {
                tracing::error!(%error, "request failed");
                ErrorCode::Internal.into()
            }
        }
    }
}

/// The innermost cause of an error: libraries say outside that something failed, and inside why.
pub fn last_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
