//! The keys of an instance over time: the signing key, the verifying keys, and the next keys.
//!
//! Our own access tokens have a ring of keys, and so has each algorithm that signs for other
//! clients.
//!
//! A key is published before it signs, so that caches of the JWK set have it in time. It verifies
//! after its replacement until the last token that it signed has expired. The state of each key
//! follows from its times, so no process has to act at that moment.

use std::{fmt, str::FromStr, sync::Arc};

use serde_json::{Value, json};

use super::keys::{KeyAlgorithm, SigningKey, VerifyingKey};

/// The rings of an instance. A key belongs to one of them for good, so that no token of one is
/// valid where tokens of another are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingName {
    /// Signs the access tokens of our own client, with the algorithm of the setting.
    Own,
    /// Signs tokens for other clients and resources, with RS256, their default.
    Rs256,
    /// The same with ES256.
    Es256,
    /// The same with EdDSA.
    EdDsa,
}

impl RingName {
    /// All rings.
    pub const ALL: [Self; 4] = [Self::Own, Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name, in the database and for the operator.
    pub fn as_str(self) -> &'static str {
        self.algorithm().map_or("own", KeyAlgorithm::as_str)
    }

    /// The algorithm of all its keys; none for our own ring, whose algorithm is a setting.
    pub fn algorithm(self) -> Option<KeyAlgorithm> {
        match self {
            Self::Own => None,
            Self::Rs256 => Some(KeyAlgorithm::Rs256),
            Self::Es256 => Some(KeyAlgorithm::Es256),
            Self::EdDsa => Some(KeyAlgorithm::EdDsa),
        }
    }

    /// The ring that signs for other clients with an algorithm; none for a shared secret, with which
    /// every verifier could sign.
    pub fn for_others(algorithm: KeyAlgorithm) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.algorithm() == Some(algorithm))
    }
}

impl fmt::Display for RingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RingName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|ring| ring.as_str() == name)
            .ok_or_else(|| "expected own, RS256, ES256 or EdDSA".into())
    }
}

/// The state of a key at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published and about to sign; verifies earlier tokens of its own, or those of a process whose
    /// clock is ahead.
    Next,
    /// Signs and verifies.
    Signing,
    /// Verifies only.
    Verifying,
    /// Neither signs nor verifies: its last token has expired, or it was retired.
    Over,
}

impl KeyState {
    /// The state as a word for lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Verifying => "verifying",
            Self::Over => "over",
        }
    }
}

/// A key with its times, in Unix seconds.
pub struct TimedKey {
    /// The key.
    pub key: SigningKey,
    /// Time of creation.
    pub created_at: i64,
    /// Time from which it signs.
    pub active_at: i64,
}

/// The keys that are not retired, the last to sign first.
pub struct KeyRing {
    keys: Vec<TimedKey>,
    /// Seconds that a key verifies after its replacement.
    linger: i64,
}

impl KeyRing {
    /// Sorts the keys. `linger`: seconds that a key verifies after its replacement.
    pub fn new(mut keys: Vec<TimedKey>, linger: i64) -> Self {
        let order = |timed: &TimedKey| {
            (timed.active_at, timed.created_at, timed.key.verifying().kid.clone())
        };
        keys.sort_by_key(|timed| std::cmp::Reverse(order(timed)));
        Self { keys, linger }
    }

    /// The signing key of a time.
    pub fn signing(&self, now_s: i64) -> Option<&TimedKey> {
        self.keys
            .iter()
            .enumerate()
            .find(|(place, _)| self.is_active(*place, now_s))
            .map(|(_, timed)| timed)
    }

    /// The key that signs last: the next key, or the signing one.
    pub fn last(&self) -> Option<&TimedKey> {
        self.keys.first()
    }

    /// The verifying key of a `kid`, if it verifies at this time; nothing is ever fetched.
    pub fn find(&self, kid: &str, now_s: i64) -> Option<&VerifyingKey> {
        let place = self.keys.iter().position(|timed| timed.key.verifying().kid == kid)?;
        (self.state(place, now_s) != KeyState::Over).then(|| self.keys[place].key.verifying())
    }

    /// Every key with its state.
    pub fn list(&self, now_s: i64) -> impl Iterator<Item = (&TimedKey, KeyState)> {
        self.keys.iter().enumerate().map(move |(place, timed)| (timed, self.state(place, now_s)))
    }

    /// The public keys for verifiers, including next keys, never shared secrets.
    fn published(&self, now_s: i64) -> impl Iterator<Item = &VerifyingKey> {
        let published = self.list(now_s).filter(|(_, state)| *state != KeyState::Over);
        published.map(|(timed, _)| timed.key.verifying())
    }

    /// Whether a key's time has come; the oldest key needs no time.
    fn is_active(&self, place: usize, now_s: i64) -> bool {
        self.keys[place].active_at <= now_s || place + 1 == self.keys.len()
    }

    fn state(&self, place: usize, now_s: i64) -> KeyState {
        if !self.is_active(place, now_s) {
            return KeyState::Next;
        }
        // Its replacement stands just before it.
        match place.checked_sub(1).map(|newer| self.keys[newer].active_at) {
            Some(taken_over) if taken_over + self.linger < now_s => KeyState::Over,
            Some(taken_over) if taken_over <= now_s => KeyState::Verifying,
            _ => KeyState::Signing,
        }
    }
}

/// All rings of an instance.
pub struct KeyRings([Arc<KeyRing>; RingName::ALL.len()]);

impl KeyRings {
    /// The rings, each made by its name.
    pub fn new(mut make: impl FnMut(RingName) -> KeyRing) -> Self {
        Self(RingName::ALL.map(|name| Arc::new(make(name))))
    }

    /// The ring of a name; an empty one until its first key is needed.
    pub fn get(&self, name: RingName) -> &Arc<KeyRing> {
        &self.0[name as usize]
    }

    /// Every ring with its name.
    pub fn list(&self) -> impl Iterator<Item = (RingName, &KeyRing)> {
        RingName::ALL.into_iter().map(|name| (name, &**self.get(name)))
    }

    /// The JWK set for verifiers: of all rings, our own first, or of one algorithm.
    pub fn jwks(&self, now_s: i64, only: Option<KeyAlgorithm>) -> Value {
        let keys = self.0.iter().flat_map(|ring| ring.published(now_s));
        let keys = keys.filter(|key| only.is_none_or(|only| key.algorithm == only));
        json!({ "keys": keys.filter_map(|key| key.jwk.as_ref()).collect::<Vec<_>>() })
    }
}
