//! Secrets of clients: 256 random bits with a prefix that scanners of leaked secrets know, stored as hashes.

use super::{random, seal};

const PREFIX: &str = "vst_cs_";

/// A secret of a client, shown once. Its alphabet needs no escape in a form, so programs that skip the encoding of RFC 6749
/// section 2.3.1 agree with those that do not.
pub struct ClientSecret(String);

impl ClientSecret {
    /// Makes a new secret.
    pub fn issue() -> Self {
        Self(format!("{PREFIX}{}", random::token()))
    }

    /// Takes an operator's own secret: one of ours, or any other of 32 to 256 visible characters of ASCII without those that a form
    /// escapes.
    pub fn of_operator(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let fits = (32..=256).contains(&text.len()) && text.bytes().all(is_plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters, by which an operator knows it.
    pub fn hint(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

/// The hash that the database stores.
pub fn hash(secret: &str) -> String {
    seal::sha256(secret.as_bytes())
}
