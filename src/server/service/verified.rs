//! Access tokens that were verified a moment ago, so that showing one again costs a hash and a look.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

use crate::server::secure::{jwt::Verified, seal};

/// How much memory the tokens may take, in bytes.
const CAPACITY: u64 = 32 << 20;
/// What an entry takes beside the text of its claims, in bytes; measured, rounded up.
const ENTRY: u64 = 512;
/// About how many tokens that is.
const ABOUT: usize = 32 << 10;

/// The hash of a token.
type Key = [u8; 32];

/// Verified tokens by their hash. Only successes are kept; expiry, revocation and the key are asked about
/// on every look.
pub struct TokenCache(Cache<Key, Arc<Verified>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Verified>> for Bytes {
    fn weight(&self, _key: &Key, verified: &Arc<Verified>) -> u64 {
        let claims = &verified.claims;
        let roles: usize = claims.roles.iter().map(|role| role.len() + size_of::<String>()).sum();
        let texts = claims.iss.len() + claims.aud.len() + claims.scope.len() + roles;
        ENTRY + texts as u64
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        Self(Cache::with_weighter(ABOUT, CAPACITY, Bytes))
    }
}

impl TokenCache {
    /// What was verified of a token, by the token's hash.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Verified>> {
        self.0.get(key)
    }

    /// Keeps a token that was verified.
    pub(super) fn insert(&self, key: Key, verified: Arc<Verified>) {
        self.0.insert(key, verified);
    }

    /// Forgets a token that is over.
    pub(super) fn remove(&self, key: &Key) {
        self.0.remove(key);
    }
}

/// What a token is kept under.
pub(super) fn key(token: &str) -> Key {
    seal::digest(token.as_bytes())
}
