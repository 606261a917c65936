//! The cookie of a device that has signed somebody in: account, 16 random bytes and a MAC.
//!
//! It opens nothing. While strangers burn an account's budget of attempts, attempts from such a device are
//! counted apart (S23).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::random;

const ID: usize = 16;
const RANDOM: usize = 16;
const MAC: usize = 32;

/// A device on which somebody has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Who.
    pub user_id: String,
    /// What tells it from their others.
    pub name: String,
    text: String,
}

impl KnownDevice {
    /// A device that has just signed somebody in.
    pub fn issue(key: &hmac::Key, user_id: &str) -> Option<Self> {
        let mut whole = Vec::with_capacity(ID + RANDOM + MAC);
        whole.extend_from_slice(Uuid::parse_str(user_id).ok()?.as_bytes());
        whole.extend_from_slice(&random::bytes::<RANDOM>());
        let mac = hmac::sign(key, &whole);
        whole.extend_from_slice(mac.as_ref());
        Self::parse(key, &URL_SAFE_NO_PAD.encode(whole))
    }

    /// Reads a cookie; anything that we did not make is `None`.
    pub fn parse(key: &hmac::Key, text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, mac) = whole.split_at_checked(ID + RANDOM)?;
        hmac::verify(key, body, mac).ok()?;
        let (id, name) = body.split_at(ID);
        Some(Self {
            user_id: Uuid::from_slice(id).ok()?.to_string(),
            name: URL_SAFE_NO_PAD.encode(name),
            text: text.to_owned(),
        })
    }

    /// The cookie's value.
    pub fn expose(&self) -> &str {
        &self.text
    }
}
