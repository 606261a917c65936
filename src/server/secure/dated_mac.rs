//! A time with a MAC over it: proof that its sender has the instance secret and made it recently.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::seal::same;

/// Validity in seconds, in both directions, because two clocks may differ by a few minutes.
const VALID_FOR: u64 = 300;
/// Maximum length of an accepted text, in bytes: twenty digits, a dot and the MAC.
const TEXT_MAX: usize = 64;

/// Makes a text for a time (Unix seconds).
pub fn issue(key: &hmac::Key, now_s: i64) -> String {
    let mac = hmac::sign(key, &now_s.to_be_bytes());
    format!("{now_s}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// Whether a text was made with this key, within five minutes of a time (Unix seconds).
pub fn is_recent(key: &hmac::Key, text: &str, now_s: i64) -> bool {
    if text.len() > TEXT_MAX {
        return false;
    }
    let issued_at = text.split_once('.').and_then(|(time, _)| time.parse().ok());
    issued_at.is_some_and(|issued_at| {
        // Only the issued spelling of a number is accepted.
        same(&issue(key, issued_at), text) && now_s.abs_diff(issued_at) < VALID_FOR
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(secret: &[u8]) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, secret)
    }

    proptest! {
        #[test]
        fn only_what_was_made_with_the_key_and_lately_is_good(
            now_s in 0..4_000_000_000_i64,
            age in -1_000..1_000_i64,
            noise in "[ -~]{0,70}",
        ) {
            let text = issue(&key(b"one"), now_s);
            let later = now_s.saturating_add(age);
            prop_assert_eq!(is_recent(&key(b"one"), &text, later), age.unsigned_abs() < VALID_FOR);
            prop_assert!(!is_recent(&key(b"other"), &text, now_s));
            prop_assert!(!is_recent(&key(b"one"), &noise, now_s));
            // The MAC covers the time.
            let moved = text.replacen(&now_s.to_string(), &(now_s + 1).to_string(), 1);
            prop_assert!(!is_recent(&key(b"one"), &moved, now_s));
        }
    }

    #[test]
    fn the_longest_text_fits() {
        let text = issue(&key(b"one"), i64::MIN);
        assert!(text.len() <= TEXT_MAX, "{}", text.len());
        assert!(!is_recent(&key(b"one"), &text, i64::MAX));
    }
}
