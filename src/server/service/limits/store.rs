//! Inputs and outputs of a store of counts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::bucket::Rate;
use crate::server::db::DbError;

/// A bucket's name: limit and subject, hashed, because people type passwords as names.
pub(super) type Key = [u8; 16];

/// A bucket for the store.
#[derive(Clone)]
pub(super) struct Bucket {
    pub(super) key: String,
    pub(super) rate: Rate,
}

impl Bucket {
    pub(super) fn new(key: Key, rate: Rate) -> Self {
        Self { key: shown_key(key), rate }
    }
}

/// The full bucket among several, with its wait.
pub(super) struct Refused {
    pub(super) nth: usize,
    pub(super) early_ms: i64,
}

/// The reason why a store did not count.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreUnavailable {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Valkey(#[from] redis::RedisError),
    /// The store did not answer in time.
    #[error("no answer in time")]
    Silent,
    /// The store failed recently.
    #[error("it was not asked, because it failed a moment ago")]
    Resting,
}

impl StoreUnavailable {
    /// Logs that this process counts alone; not during the pause after a failure.
    pub(super) fn log(&self, wanted: &str) {
        if !matches!(self, Self::Resting) {
            tracing::error!(error = %self, "cannot {wanted} in the shared store");
        }
    }
}

/// A key as text.
pub(super) fn shown_key(key: Key) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// A key from text.
pub(super) fn read_key(text: &str) -> Option<Key> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
