//! The keys of an instance over time: which one signs, which verify, which are still to come.
//!
//! A key is published before it signs, so that caches of the JWK set have it in time. It verifies after another key took
//! over, until the last token that it signed has expired. The state of each key follows from its times, so that no
//! process has to act at that moment.

use serde_json::{Value, json};

use super::keys::{SigningKey, VerifyingKey};

/// What a key is good for at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and will sign; verifies what it signed before, or by a clock that is ahead.
    Next,
    /// Signs and verifies.
    Signing,
    /// Verifies what it signed.
    Verifying,
    /// Its last token has expired, or it was retired: it neither signs nor verifies.
    Over,
}

impl KeyState {
    /// A word for a list.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Verifying => "verifying",
            Self::Over => "over",
        }
    }
}

/// A key and its times, in Unix seconds.
pub struct TimedKey {
    /// The key.
    pub key: SigningKey,
    /// When it was made.
    pub created_at: i64,
    /// From when on it signs.
    pub active_at: i64,
}

/// The keys that are not retired, the last to sign first.
pub struct KeyRing {
    keys: Vec<TimedKey>,
    /// Seconds that a key verifies after it has stopped signing.
    linger: i64,
}

impl KeyRing {
    /// Puts keys in order. `linger`: seconds that a key verifies after another took over.
    pub fn new(mut keys: Vec<TimedKey>, linger: i64) -> Self {
        let order = |timed: &TimedKey| {
            (timed.active_at, timed.created_at, timed.key.verifying().kid.clone())
        };
        keys.sort_by_key(|timed| std::cmp::Reverse(order(timed)));
        Self { keys, linger }
    }

    /// The key that signs now.
    pub fn signing(&self, now: i64) -> Option<&TimedKey> {
        self.keys
            .iter()
            .enumerate()
            .find(|(place, _)| self.is_active(*place, now))
            .map(|(_, timed)| timed)
    }

    /// The key that signs after all others: the one to come, or the one that signs.
    pub fn last(&self) -> Option<&TimedKey> {
        self.keys.first()
    }

    /// The key of a `kid`, if it verifies now; nothing is ever fetched.
    pub fn find(&self, kid: &str, now: i64) -> Option<&VerifyingKey> {
        let place = self.keys.iter().position(|timed| timed.key.verifying().kid == kid)?;
        (self.state(place, now) != KeyState::Over).then(|| self.keys[place].key.verifying())
    }

    /// Every key with its state.
    pub fn list(&self, now: i64) -> impl Iterator<Item = (&TimedKey, KeyState)> {
        self.keys.iter().enumerate().map(move |(place, timed)| (timed, self.state(place, now)))
    }

    /// The JWK set that others verify with: keys to come too, shared secrets never.
    pub fn jwks(&self, now: i64) -> Value {
        let published = self.list(now).filter(|(_, state)| *state != KeyState::Over);
        let jwks = published.filter_map(|(timed, _)| timed.key.verifying().jwk.as_ref());
        json!({ "keys": jwks.collect::<Vec<_>>() })
    }

    /// Whether a key's time has come; the oldest has nobody to wait for.
    fn is_active(&self, place: usize, now: i64) -> bool {
        self.keys[place].active_at <= now || place + 1 == self.keys.len()
    }

    fn state(&self, place: usize, now: i64) -> KeyState {
        if !self.is_active(place, now) {
            return KeyState::Next;
        }
        // The one that took over stands just before it.
        match place.checked_sub(1).map(|newer| self.keys[newer].active_at) {
            Some(taken_over) if taken_over + self.linger < now => KeyState::Over,
            Some(taken_over) if taken_over <= now => KeyState::Verifying,
            _ => KeyState::Signing,
        }
    }
}
