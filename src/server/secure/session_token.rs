//! The refresh token: session id, generation, 32 random bytes and a MAC, as base64url text.
//!
//! A token with a wrong MAC is refused without a database lookup, so that nobody can end a session by guessing a token.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{random, seal};
use crate::model::SessionId;

const ID: usize = 16;
const GENERATION: usize = 8;
const RANDOM: usize = 32;
const MAC: usize = 32;
const BODY: usize = ID + GENERATION + RANDOM;

/// What makes refresh tokens of one kind: those of our own client, or of others. None of one kind is one of another.
pub struct RefreshKey {
    mac: hmac::Key,
    prefix: &'static str,
}

impl RefreshKey {
    /// The key of a kind, with the prefix of its tokens.
    pub fn new(mac: hmac::Key, prefix: &'static str) -> Self {
        Self { mac, prefix }
    }
}

/// A refresh token for the client; shown once, stored only as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    /// Session that it belongs to.
    pub session: SessionId,
    /// Number of rotations before it.
    pub generation: i64,
    text: String,
}

impl SessionToken {
    /// Makes a new token for a session's generation.
    pub fn issue(key: &RefreshKey, session: &SessionId, generation: i64) -> Option<Self> {
        let id = Uuid::parse_str(session.as_str()).ok()?;
        let mut whole = Vec::with_capacity(BODY + MAC);
        whole.extend_from_slice(id.as_bytes());
        whole.extend_from_slice(&generation.to_be_bytes());
        whole.extend_from_slice(&random::bytes::<RANDOM>());
        let mac = hmac::sign(&key.mac, &whole);
        whole.extend_from_slice(mac.as_ref());
        let text = format!("{}{}", key.prefix, URL_SAFE_NO_PAD.encode(whole));
        Some(Self { session: session.clone(), generation, text })
    }

    /// Parses a token; `None` unless we made exactly this text.
    pub fn parse(key: &RefreshKey, text: &str) -> Option<Self> {
        if text.len() > 200 {
            return None;
        }
        let whole = URL_SAFE_NO_PAD.decode(text.strip_prefix(key.prefix)?).ok()?;
        if whole.len() != BODY + MAC {
            return None;
        }
        let (body, mac) = whole.split_at(BODY);
        hmac::verify(&key.mac, body, mac).ok()?;
        let session = Uuid::from_slice(&body[..ID]).ok()?.to_string().parse().ok()?;
        let generation = i64::from_be_bytes(body[ID..ID + GENERATION].try_into().ok()?);
        Some(Self { session, generation, text: text.to_owned() })
    }

    /// The token itself, to be sent once.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The hash that the database stores.
    pub fn hash(&self) -> String {
        seal::sha256(self.text.as_bytes())
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SessionToken({}, generation {})", self.session, self.generation)
    }
}
