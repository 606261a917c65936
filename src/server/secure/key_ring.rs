//! The keys of an instance over time: the signing key, the verifying keys, and the next keys.
//!
//! A key is published before it signs, so that caches of the JWK set have it in time. It verifies
//! after its replacement until the last token that it signed has expired. The state of each key
//! follows from its times, so no process has to act at that moment.

use serde_json::{Value, json};

use super::keys::{SigningKey, VerifyingKey};

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

    /// The JWK set for verifiers, including next keys, never shared secrets.
    pub fn jwks(&self, now_s: i64) -> Value {
        let published = self.list(now_s).filter(|(_, state)| *state != KeyState::Over);
        let jwks = published.filter_map(|(timed, _)| timed.key.verifying().jwk.as_ref());
        json!({ "keys": jwks.collect::<Vec<_>>() })
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
