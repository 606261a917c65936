use std::{error::Error as _, time::Duration};

use bytes::Bytes;
use reqwest::Response;

use crate::server::error::last_cause;

/// An answer whose body is not read yet.
pub struct Answer {
    response: Response,
    within: Duration,
}

/// The reason why there is no answer, as a sentence without its subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not one of https.
    #[error("is no https address")]
    NotHttps,
    /// The address has a user name or a password.
    #[error("has a user name in its address")]
    HasUser,
    /// The name or the address is one of this machine, of its network, or of a special use.
    #[error("leads to an address that is not public")]
    NotPublic,
    /// The name has no address.
    #[error("has no address")]
    NoAddress,
    /// The time is over.
    #[error("does not answer within {0} s")]
    TooLate(u64),
    /// The answer is larger than the caller allows, in bytes.
    #[error("answered more than {0} bytes")]
    TooLong(usize),
    /// The connection or the protocol failed.
    #[error("cannot be reached: {0}")]
    Unreached(String),
}

impl FetchError {
    /// The refusal by our own resolver, or what the client says.
    pub(super) fn of(error: &reqwest::Error, within: Duration) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(ours) = cause.downcast_ref::<Self>() {
                return ours.clone();
            }
            source = cause.source();
        }
        match error.is_timeout() {
            true => Self::TooLate(within.as_secs()),
            false => Self::Unreached(last_cause(error)),
        }
    }
}

impl Answer {
    pub(super) fn new(response: Response, within: Duration) -> Self {
        Self { response, within }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The lines of a header that are text.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// The first line of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// The body, of this many bytes at most.
    ///
    /// # Errors
    /// Fails if it is longer or takes too long.
    pub async fn read(mut self, most: usize) -> Result<Vec<u8>, FetchError> {
        if self.response.content_length().is_some_and(|length| length > most as u64) {
            return Err(FetchError::TooLong(most));
        }
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > most {
                return Err(FetchError::TooLong(most));
            }
        }
        Ok(bytes)
    }

    /// The beginning of the body: as much of it as comes, and this many bytes at most.
    pub async fn beginning(mut self, most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < most
            && let Ok(Some(piece)) = self.piece().await
        {
            bytes.extend_from_slice(&piece);
        }
        bytes.truncate(most);
        bytes
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, FetchError> {
        let piece = self.response.chunk().await;
        piece.map_err(|error| FetchError::of(&error, self.within))
    }
}
