use crate::server::{
    db::DbError,
    error::Error,
    secure::{CryptoError, key_ring::RingName, keys::KeyAlgorithm},
};

/// The reason why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key has this `kid`.
    #[error("there is no such key; see vestibule keys list")]
    Unknown,
    /// The database is new or restored, and has no key.
    #[error("no key signs yet; start the server once, and it makes one")]
    NoneSigns,
    /// A next key exists already.
    #[error("the next key is published already: {0}; give --now to let it sign at once")]
    AlreadyNext(String),
    /// HS256 signs with the operator's own secret.
    #[error("HS256 signs with VESTIBULE_JWT_SECRET: set another one and restart every process")]
    Shared,
    /// The algorithm differs from the setting, to which the server would return at the next start.
    #[error(
        "the server signs with {0}; set VESTIBULE_SIGNING_ALGORITHM first, or import such a key"
    )]
    OtherAlgorithm(KeyAlgorithm),
    /// The algorithm differs from that of the ring.
    #[error("the ring {0} has keys of {0} alone; name the ring of this key by --ring")]
    OtherRing(RingName),
    /// The key existed before.
    #[error("this key or secret is here already, or was retired for good; choose another one")]
    Known,
    /// Another process changed the keys at the same moment.
    #[error("the keys were changed elsewhere a moment ago; look again")]
    Raced,
    /// The service failed.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<CryptoError> for KeyError {
    fn from(error: CryptoError) -> Self {
        Self::Other(error.into())
    }
}

impl From<DbError> for KeyError {
    fn from(error: DbError) -> Self {
        Self::Other(error.into())
    }
}
