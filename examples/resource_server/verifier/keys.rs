//! The issuer's keys: fetched when needed, but not each time that somebody names an unknown one.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::Error::{self, Refused, Unavailable};

/// How long keys are used before they are fetched anew; it is also their `max-age`.
const KEYS_LAST: Duration = Duration::from_secs(300);
/// The least time between two fetches, however many unknown kids come.
const FETCH_EVERY: Duration = Duration::from_secs(10);

/// A JWK set (RFC 7517) at an address; clones share it.
#[derive(Clone)]
pub(super) struct Keys(Arc<Inner>);

struct Inner {
    uri: String,
    http: reqwest::Client,
    /// None until the first fetch has succeeded.
    fetched: RwLock<Option<Fetched>>,
    /// When the set was last asked for. Held while it is fetched, so that others wait for the same fetch.
    asked: Arc<Mutex<Option<Instant>>>,
}

struct Fetched {
    by_kid: HashMap<String, Key>,
    at: Instant,
}

impl Keys {
    pub(super) fn new(uri: &str, http: reqwest::Client) -> Self {
        let (fetched, asked) = (RwLock::default(), Arc::default());
        Self(Arc::new(Inner { uri: uri.to_owned(), http, fetched, asked }))
    }

    /// The key of a `kid`; an unknown one, or old keys, cause a fetch if the last is long enough ago.
    pub(super) async fn find(&self, kid: &str) -> Result<Key, Error> {
        match self.known(kid) {
            Some((key, at)) if at.elapsed() < KEYS_LAST => return Ok(key),
            // Somebody is fetching: with an old key in hand there is no need to wait.
            Some((key, _)) if self.0.asked.try_lock().is_err() => return Ok(key),
            _ => self.fetch().await,
        }
        // Old keys go on working while Vestibule cannot be reached.
        if let Some((key, _)) = self.known(kid) {
            return Ok(key);
        }
        let fetched = self.0.fetched.read().unwrap_or_else(PoisonError::into_inner).is_some();
        Err(if fetched { Refused("unknown kid") } else { Unavailable })
    }

    fn known(&self, kid: &str) -> Option<(Key, Instant)> {
        let fetched = self.0.fetched.read().unwrap_or_else(PoisonError::into_inner);
        let fetched = fetched.as_ref()?;
        Some((fetched.by_kid.get(kid)?.clone(), fetched.at))
    }

    async fn fetch(&self) {
        let mut asked = Arc::clone(&self.0.asked).lock_owned().await;
        if asked.is_some_and(|at| at.elapsed() < FETCH_EVERY) {
            return;
        }
        *asked = Some(Instant::now());
        let keys = Arc::clone(&self.0);
        // A task of its own: whoever sends an unknown kid and hangs up must not end the fetch for the others.
        let task = tokio::spawn(async move {
            let _until_fetched = asked;
            let get = keys.http.get(&keys.uri).send();
            let Ok(response) = get.await.and_then(reqwest::Response::error_for_status) else {
                return;
            };
            if let Some(by_kid) = response.json().await.ok().as_ref().and_then(read_set) {
                let fetched = Some(Fetched { by_kid, at: Instant::now() });
                *keys.fetched.write().unwrap_or_else(PoisonError::into_inner) = fetched;
            }
        });
        // It does not panic; if it did, there would be no new keys.
        let _ = task.await;
    }

    /// As if the last fetch were long ago.
    #[cfg(test)]
    pub(super) async fn forget_when(&self) {
        *self.0.asked.lock().await = None;
    }
}

/// A public key, bound to the only algorithm it verifies.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// The keys of a JWK set (RFC 7517 section 5) that may verify; None if a kid is there twice, or it is no set.
pub(super) fn read_set(set: &Value) -> Option<HashMap<String, Key>> {
    let mut by_kid = HashMap::new();
    for jwk in set.get("keys")?.as_array()? {
        // A key that we cannot use is no reason to refuse the others.
        if let Some((kid, key)) = read_key(jwk)
            && by_kid.insert(kid, key).is_some()
        {
            return None;
        }
    }
    Some(by_kid)
}

/// A key that says of itself that it verifies signatures of one algorithm.
pub(super) fn read_key(jwk: &Value) -> Option<(String, Key)> {
    let text = |name: &str| jwk.get(name).map(Value::as_str);
    let algorithm = match (text("alg")??, text("kty")??, text("crv")) {
        ("EdDSA", "OKP", Some(Some("Ed25519"))) => Algorithm::EdDSA,
        ("ES256", "EC", Some(Some("P-256"))) => Algorithm::ES256,
        ("RS256", "RSA", None) => Algorithm::RS256,
        _ => return None, // among them `oct`: a secret that is published is none
    };
    if !matches!(text("use"), None | Some(Some("sig"))) {
        return None;
    }
    if let Some(operations) = jwk.get("key_ops")
        && operations.as_array()?.as_slice() != [Value::from("verify")]
    {
        return None;
    }
    if jwk.get("d").is_some() {
        return None; // a private key that is published is everybody's
    }
    let kid = text("kid")??.to_owned();
    let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
    Some((kid, Key { algorithm, decoding: DecodingKey::from_jwk(&jwk).ok()? }))
}
