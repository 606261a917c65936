//! The cookie of a known device: account, 16 random bytes, time, epoch and a MAC.
//!
//! It grants no access. Attempts from a known device have a limit of their own, so that attacks
//! from other devices do not lock the owner out. A device is known for a year after its last
//! sign-in, or until the account's epoch changes.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::random;

const ID: usize = 16;
const RANDOM: usize = 16;
const NUMBER: usize = size_of::<i64>();
const BODY: usize = ID + RANDOM + 2 * NUMBER;
/// Maximum length of an accepted cookie, in bytes.
const TEXT_MAX: usize = 128;

/// Time for which a device is known after a sign-in, in seconds.
pub const KNOWN_FOR: i64 = 31_536_000;
/// Accepted difference between the clocks of two processes, in seconds.
const LEEWAY: i64 = 300;

/// A device that has signed in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Id of the account.
    pub user_id: String,
    /// A random name that distinguishes it from other devices of the account.
    pub name: String,
    /// Epoch of the account at that time.
    pub epoch: i64,
    text: String,
}

impl KnownDevice {
    /// The device of a sign-in at a time (Unix seconds), with the name that it already has, if it
    /// was known.
    pub fn issue(
        key: &hmac::Key,
        (user_id, epoch): (&str, i64),
        known: Option<&Self>,
        now_s: i64,
    ) -> Option<Self> {
        let name = known.and_then(|known| URL_SAFE_NO_PAD.decode(&known.name).ok());
        let mut whole =
            Vec::with_capacity(BODY + hmac::HMAC_SHA256.digest_algorithm().output_len());
        whole.extend_from_slice(Uuid::parse_str(user_id).ok()?.as_bytes());
        whole.extend(name.unwrap_or_else(|| random::bytes::<RANDOM>().to_vec()));
        whole.extend_from_slice(&now_s.to_be_bytes());
        whole.extend_from_slice(&epoch.to_be_bytes());
        let mac = hmac::sign(key, &whole);
        whole.extend_from_slice(mac.as_ref());
        Self::parse(key, &URL_SAFE_NO_PAD.encode(whole), now_s)
    }

    /// Reads a cookie; `None` unless we made it, at most a year ago.
    pub fn parse(key: &hmac::Key, text: &str, now_s: i64) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, mac) = whole.split_at_checked(BODY)?;
        hmac::verify(key, body, mac).ok()?;
        let (id, rest) = body.split_at(ID);
        let (name, rest) = rest.split_at(RANDOM);
        let (issued_at, epoch) = rest.split_at(NUMBER);
        let issued_at = i64::from_be_bytes(issued_at.try_into().ok()?);
        let is_valid = (-LEEWAY..KNOWN_FOR).contains(&now_s.saturating_sub(issued_at));
        is_valid.then_some(Self {
            user_id: Uuid::from_slice(id).ok()?.to_string(),
            name: URL_SAFE_NO_PAD.encode(name),
            epoch: i64::from_be_bytes(epoch.try_into().ok()?),
            text: text.to_owned(),
        })
    }

    /// The value of the cookie.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USER: &str = "018f3f2e-0000-7000-8000-000000000001";

    proptest! {
        /// An issued cookie is read for a year with its epoch; no other text is.
        #[test]
        fn only_what_was_issued_is_read(
            epoch in 0..i64::MAX,
            now_s in 0..4_000_000_000_i64,
            age in -1_000..KNOWN_FOR + 1_000,
            at in 0..107_usize,
            bit in 0..6_u8,
        ) {
            let key = hmac::Key::new(hmac::HMAC_SHA256, b"a key of a test");
            let issued = KnownDevice::issue(&key, (USER, epoch), None, now_s).expect("issued");
            let read = KnownDevice::parse(&key, issued.expose(), now_s + age);
            prop_assert_eq!(read.is_some(), (-LEEWAY..KNOWN_FOR).contains(&age));
            prop_assert!(read.is_none_or(|read| read == issued && read.epoch == epoch));
            let again = KnownDevice::issue(&key, (USER, epoch + 1), Some(&issued), now_s).expect("issued");
            prop_assert_eq!((&again.name, again.epoch), (&issued.name, epoch + 1));
            // One bit of one character.
            let mut altered = issued.expose().as_bytes().to_vec();
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let place = alphabet.iter().position(|letter| *letter == altered[at]).expect("base64url");
            altered[at] = alphabet[place ^ (1 << bit)];
            let altered = String::from_utf8(altered).expect("ASCII");
            prop_assert_eq!(KnownDevice::parse(&key, &altered, now_s), None);
            let other = hmac::Key::new(hmac::HMAC_SHA256, b"another key");
            prop_assert_eq!(KnownDevice::parse(&other, issued.expose(), now_s), None);
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>(), now_s in any::<i64>()) {
            let key = hmac::Key::new(hmac::HMAC_SHA256, b"a key of a test");
            prop_assert_eq!(KnownDevice::parse(&key, &text, now_s), None);
        }
    }
}
