//! One-time codes of an authenticator app (TOTP, RFC 6238), with what every app reads: SHA-1, six digits, 30 seconds.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{digits, random, seal};

/// Length of a time step, in seconds.
const STEP: i64 = 30;
/// Number of digits.
const DIGITS: usize = 6;
/// The first number that has more.
const BOUND: u32 = 1_000_000;
/// Length of a seed, in bytes: the output of SHA-1 (RFC 4226 section 4, R6).
const SEED: usize = 20;
/// Time steps around the current one whose codes are right: a clock that is a little off, and a slow hand.
const AROUND: i64 = 1;
/// Time steps around the current one in which a wrong code is looked for, to tell an operator of a clock that is far off.
const FAR: i64 = 20;

/// The seed of an authenticator app.
pub struct Seed(Zeroizing<[u8; SEED]>);

impl Seed {
    /// Makes a new seed.
    pub fn issue() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// A stored seed; none if the bytes are not as many.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The seed as people type it into an app: base32, 32 characters (RFC 4648).
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(self.bytes())
    }

    /// The address that an app reads from a QR code (Key URI Format). The issuer has no colon, which would end it.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let issuer = issuer.replace(':', " ");
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, account, seed) = (encode(&issuer), encode(account), self.text());
        format!("otpauth://totp/{issuer}:{account}?secret={seed}&issuer={issuer}")
    }

    /// The code of a time step (RFC 4226 section 5.3).
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.bytes());
        let mac = hmac::sign(&key, &step.to_be_bytes());
        let mac = mac.as_ref();
        let offset = usize::from(mac.last().copied().unwrap_or_default() & 0xf);
        let word = mac.get(offset..offset + 4).and_then(|word| word.try_into().ok());
        let number = u32::from_be_bytes(word.unwrap_or_default()) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % BOUND)
    }

    /// The time step of a typed code: the current one or a neighbour, later than the last that was used. None for any other
    /// code.
    pub fn step_of(&self, typed: &str, last_step: i64, now_s: i64) -> Option<i64> {
        let now = now_s / STEP;
        // All are looked at, so that the time tells nothing of which one it is.
        let of = |step: i64| seal::same(&self.code(step), typed).then_some(step);
        let found: Vec<i64> = (now - AROUND..=now + AROUND).filter_map(of).collect();
        found.into_iter().find(|step| *step > last_step)
    }

    /// By how many seconds the clock of a wrong code's app seems to be off; none if no step around has the code.
    pub fn offset_of(&self, typed: &str, now_s: i64) -> Option<i64> {
        let now = now_s / STEP;
        let is_it = |step: &i64| self.code(*step) == typed;
        (now - FAR..=now + FAR).find(is_it).map(|step| (step - now) * STEP)
    }
}

/// The six digits that somebody typed, without blanks and hyphens; none if they are not as many.
pub fn typed(text: &str) -> Option<String> {
    digits::typed(text, DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::of_bytes(b"12345678901234567890").expect("a seed")
    }

    /// RFC 6238 appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(seed().code(at / STEP), code);
        }
    }

    #[test]
    fn a_code_works_in_its_step_and_beside_it_and_once() {
        let seed = seed();
        let code = seed.code(100);
        for (now_s, step) in [
            (2_969, None),
            (2_970, Some(100)),
            (3_000, Some(100)),
            (3_059, Some(100)),
            (3_060, None),
        ] {
            assert_eq!(seed.step_of(&code, 0, now_s), step, "{now_s}");
        }
        assert_eq!(seed.step_of(&code, 99, 3_000), Some(100));
        assert_eq!(seed.step_of(&code, 100, 3_000), None);
        assert_eq!(seed.step_of("", 0, 3_000), None);
        assert_eq!(seed.offset_of(&code, 3_300), Some(-300));
        assert_eq!(seed.offset_of(&code, 3_000 + 21 * STEP), None);
    }

    #[test]
    fn codes_are_typed_with_blanks() {
        for right in ["123456", " 123 456\n", "123-456"] {
            assert_eq!(typed(right).as_deref(), Some("123456"));
        }
        for wrong in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", &" ".repeat(100)] {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_has_no_character_of_its_own() {
        let uri = seed().uri("Ada & Co: Shop", "ada.b");
        let (label, query) = uri.split_once('?').expect("a query");
        assert_eq!(label, "otpauth://totp/Ada%20%26%20Co%20%20Shop:ada%2Eb");
        let secret = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(query, format!("{secret}&issuer=Ada%20%26%20Co%20%20Shop"));
    }
}
