//! The error of the service.

use super::{
    db::DbError,
    say,
    secure::{CryptoError, one_time::FlowToken},
};
use crate::model::{ApiError, BadId, ErrorCode, FieldError};

/// The reason why a function of the service failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The status of its code: an error of the client, returned as it is.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// 401: a right sign-in to an account that is leaving, with the secret of the flow that keeps it.
    #[error("the account is leaving")]
    Leaving(FlowToken),
    /// 401: a right sign-in to an account whose address must be confirmed first, with the secret of the flow in which that is done.
    #[error("the address is not confirmed")]
    Unconfirmed(FlowToken),
    /// 503 or 500: the database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// 500: a key or primitive failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// 500: a state that should be impossible.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of functions of the service.
pub type Result<T> = std::result::Result<T, Error>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Api(code.into())
    }
}

impl From<BadId> for Error {
    /// An id that we made or stored is malformed; ids of clients are checked when they are parsed.
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
    /// The code in the answer to the client.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Api(error) => error.code,
            Self::Leaving(_) => ErrorCode::AccountLeaving,
            Self::Unconfirmed(_) => ErrorCode::AddressUnverified,
            Self::Db(error) if error.is_unavailable() => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        }
    }

    /// The sentence for an operator at a shell; for an outage it includes the reason, which HTTP
    /// answers omit.
    pub fn for_operator(self) -> String {
        if let Self::Db(error) = &self
            && error.is_unavailable()
        {
            return error.to_string();
        }
        let error = say::with_sentences(self.into_api());
        let named = |wrong: FieldError| format!("{}: {}", wrong.field.name(), wrong.message);
        let fields: Vec<String> = error.fields.into_iter().map(named).collect();
        if fields.is_empty() { error.message } else { fields.join(" ") }
    }

    /// The error for the client. Our own failures are logged here, once, and replaced by a safe
    /// sentence.
    pub fn into_api(self) -> ApiError {
        match self {
            Self::Api(error) => error,
            Self::Leaving(_) => ErrorCode::AccountLeaving.into(),
            Self::Unconfirmed(_) => ErrorCode::AddressUnverified.into(),
            Self::Db(error) if error.is_unavailable() => {
                tracing::error!(%error, "database unavailable");
                unavailable()
            }
            Self::Crypto(error) if error == CryptoError::NO_MEMORY => {
                tracing::error!(%error, "memory unavailable");
                unavailable()
            }
            error => {
                tracing::error!(%error, "request failed");
                ErrorCode::Internal.into()
            }
        }
    }
}

/// 503, with the time after which another attempt may succeed.
pub fn unavailable() -> ApiError {
    ApiError { retry_after: Some(5), ..ErrorCode::Unavailable.into() }
}

/// The innermost cause of an error: the outer errors of libraries say that something failed, the
/// inner ones why.
pub fn last_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
