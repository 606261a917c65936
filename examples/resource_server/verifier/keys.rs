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

/// Time for which keys are used before they are fetched again; it is also their `max-age`.
pub(super) const KEYS_LAST: Duration = Duration::from_secs(300);
/// Time for which they are used if that fails. A thief of a key who can block the URL of the set
/// gains a day by it, no more.
pub(super) const KEYS_LAST_UNFETCHED: Duration = Duration::from_secs(24 * 60 * 60);
/// The least time between two fetches, however many unknown kids come.
pub(super) const FETCH_EVERY: Duration = Duration::from_secs(10);

/// A JWK set (RFC 7517) at an address; clones share it.
#[derive(Clone)]
pub(super) struct Keys(Arc<Inner>);

struct Inner {
    uri: String,
    http: reqwest::Client,
    /// None until the first fetch has succeeded.
    fetched: RwLock<Option<Fetched>>,
    /// Time of the last request for the set. Locked while it is fetched, so that others wait for
    /// the same fetch.
    asked: Arc<Mutex<Option<Instant>>>,
}

struct Fetched {
    by_kid: HashMap<String, Key>,
    /// Time of their request.
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
            Ok((key, age)) if age < KEYS_LAST => return Ok(key),
            // Somebody is fetching: with an old key in hand there is no need to wait.
            Ok((key, _)) if self.0.asked.try_lock().is_err() => return Ok(key),
            _ => self.fetch().await,
        }
        // Old keys go on working while Vestibule cannot be reached, for a day.
        self.known(kid).map(|(key, _)| key)
    }

    /// The key and its age, from the set last fetched, unless that is too old for anything.
    fn known(&self, kid: &str) -> Result<(Key, Duration), Error> {
        let fetched = self.0.fetched.read().unwrap_or_else(PoisonError::into_inner);
        let fetched = fetched.as_ref().ok_or(Unavailable)?;
        let age = fetched.at.elapsed();
        if age >= KEYS_LAST_UNFETCHED {
            return Err(Unavailable);
        }
        let key = fetched.by_kid.get(kid).ok_or(Refused("unknown kid"))?;
        Ok((key.clone(), age))
    }

    async fn fetch(&self) {
        let mut asked = Arc::clone(&self.0.asked).lock_owned().await;
        if asked.is_some_and(|at| at.elapsed() < FETCH_EVERY) {
            return;
        }
        let at = Instant::now();
        *asked = Some(at);
        let keys = Arc::clone(&self.0);
        // A task of its own: a client that sends an unknown kid and hangs up must not end the fetch for the others.
        let task = tokio::spawn(async move {
            let _until_fetched = asked;
            let get = keys.http.get(&keys.uri).send();
            let Ok(response) = get.await.and_then(reqwest::Response::error_for_status) else {
                return;
            };
            if let Some(by_kid) = response.json().await.ok().as_ref().and_then(read_set) {
                *keys.fetched.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Fetched { by_kid, at });
            }
        });
        // It does not panic; if it did, there would be no new keys.
        let _ = task.await;
    }

    /// Moves all times into the past.
    #[cfg(test)]
    pub(super) async fn grow_older(&self, by: Duration) {
        let mut asked = self.0.asked.lock().await;
        *asked = asked.map(|at| at - by);
        if let Some(fetched) = &mut *self.0.fetched.write().expect("the keys") {
            fetched.at -= by;
        }
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
