//! Cache of recently verified access tokens, so that a repeated one costs a hash and a lookup.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use serde_json::{Map, Value};

use crate::server::secure::{jwt::Verified, seal};

/// Maximum memory of the cache, in bytes.
const CAPACITY: u64 = 32 << 20;
/// Memory of an entry besides the text of its claims, in bytes; measured, rounded up.
const ENTRY: u64 = 512;
/// Approximate number of entries.
const ABOUT: usize = 32 << 10;

/// The hash of a token.
type Key = [u8; 32];

/// Verified tokens by their hash. Only valid ones are stored; expiry, revocation and the key are
/// checked at every lookup.
pub struct TokenCache(Cache<Key, Arc<Verified>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Verified>> for Bytes {
    fn weight(&self, _key: &Key, verified: &Arc<Verified>) -> u64 {
        let claims = &verified.claims;
        let roles: usize = claims.roles.iter().map(|role| role.len() + size_of::<String>()).sum();
        let chosen = [&claims.preferred_username, &claims.email, &claims.external_id];
        let chosen: usize = chosen.into_iter().flatten().map(String::len).sum();
        let texts = claims.iss.len() + claims.aud.len() + claims.scope.len() + roles + chosen;
        ENTRY + (texts + members(&claims.app_metadata)) as u64
    }
}

/// Memory of a member of an object beside its texts, in bytes; a value of a list takes less.
const MEMBER: usize = 128;

/// Memory of the members of an object, in bytes.
pub(super) fn members(object: &Map<String, Value>) -> usize {
    object.iter().map(|(name, value)| MEMBER + name.len() + within(value)).sum()
}

/// Memory of a value beyond its place in its parent, in bytes.
fn within(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(number) => number.as_str().len(),
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(|value| MEMBER + within(value)).sum(),
        Value::Object(object) => members(object),
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        Self(Cache::with_weighter(ABOUT, CAPACITY, Bytes))
    }
}

impl TokenCache {
    /// The verified token of a hash.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Verified>> {
        self.0.get(key)
    }

    /// Stores a verified token.
    pub(super) fn insert(&self, key: Key, verified: Arc<Verified>) {
        self.0.insert(key, verified);
    }

    /// Removes an expired token.
    pub(super) fn remove(&self, key: &Key) {
        self.0.remove(key);
    }
}

/// The cache key of a token.
pub(super) fn key(token: &str) -> Key {
    seal::digest(token.as_bytes())
}
