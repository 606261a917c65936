//! The keys of an instance over time: which one signs, which verify, which are still to come.
//!
//! A key is published before it signs, so that whoever caches the JWK set knows it in time; and it goes on
//! verifying after another took over, until the last token it signed has died. All of that follows from
//! when each key begins to sign; nothing has to happen at the moment itself.

use serde_json::{Value, json};

use super::keys::{KeyAlgorithm, SigningKey, VerifyingKey};

/// What a key is good for at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and will sign.
    Next,
    /// Signs and verifies.
    Signing,
    /// Verifies what it signed.
    Verifying,
    /// Its last token has died, or it was retired: good for nothing.
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
        let verifies = matches!(self.state(place, now), KeyState::Signing | KeyState::Verifying);
        verifies.then(|| self.keys[place].key.verifying())
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

    /// The algorithm of the tokens that are signed now.
    pub fn algorithm(&self, now: i64) -> Option<KeyAlgorithm> {
        self.signing(now).map(|timed| timed.key.verifying().algorithm)
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
