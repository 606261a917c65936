//! An authenticator app.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;

/// The code that an app with a seed shows at a time (RFC 6238).
pub(crate) fn app_code(secret: &str, now_s: i64) -> String {
    let seed = BASE32_NOPAD.decode(secret.as_bytes()).expect("base32");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed);
    let mac = hmac::sign(&key, &(now_s as u64 / 30).to_be_bytes());
    let mac = mac.as_ref();
    let at = (mac[19] & 15) as usize;
    let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}
