//! The token of a form: proof that a page of ours drew the form for this session.
//!
//! It is a MAC over session, epoch, form and expiry. Each answer masks it anew: pages are
//! compressed, and an attacker who makes a page repeat chosen text would learn a constant byte by
//! byte from the lengths (BREACH).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::random;
use crate::model::SessionId;

const EXPIRY: usize = 8;
const MAC: usize = 32;
const BODY: usize = EXPIRY + MAC;
/// Length of a token, in characters.
const TEXT: usize = (2 * BODY * 4).div_ceil(3);

/// The values that a token is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'b> {
    /// Session of the user who sees the form.
    pub session: &'b SessionId,
    /// Epoch of the account.
    pub epoch: i64,
    /// Name of the form.
    pub form: &'b str,
}

impl Bound<'_> {
    /// All parts but the last have a fixed length.
    fn message(&self, expiry: [u8; EXPIRY]) -> Vec<u8> {
        [
            &expiry[..],
            &self.epoch.to_be_bytes(),
            self.session.as_str().as_bytes(),
            self.form.as_bytes(),
        ]
        .concat()
    }
}

/// Issues a token that is valid until a time, in Unix seconds.
pub fn issue(key: &hmac::Key, bound: Bound<'_>, expires_at: i64) -> String {
    let expiry = expires_at.to_be_bytes();
    let mac = hmac::sign(key, &bound.message(expiry));
    let body = [&expiry[..], mac.as_ref()].concat();
    let mask = random::bytes::<BODY>();
    let masked = body.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
    URL_SAFE_NO_PAD.encode(mask.into_iter().chain(masked).collect::<Vec<_>>())
}

/// Whether a token is valid at a time, in Unix seconds.
pub fn is_good(key: &hmac::Key, bound: Bound<'_>, now_s: i64, text: &str) -> bool {
    read(text).is_some_and(|(expiry, mac)| {
        hmac::verify(key, &bound.message(expiry), &mac).is_ok()
            && now_s < i64::from_be_bytes(expiry)
    })
}

fn read(text: &str) -> Option<([u8; EXPIRY], Vec<u8>)> {
    if text.len() != TEXT {
        return None;
    }
    let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (mask, masked) = whole.split_at_checked(BODY)?;
    let body: Vec<u8> = mask.iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect();
    let (expiry, mac) = body.split_at_checked(EXPIRY)?;
    Some((expiry.try_into().ok()?, mac.to_vec()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn session(n: u8) -> SessionId {
        format!("018f3f2e-0000-7000-8000-0000000000{n:02x}").parse().expect("an id")
    }

    fn key() -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &[7; 32])
    }

    proptest! {
        /// A token is valid for its own form and time only.
        #[test]
        fn a_token_is_good_for_its_form_alone(
            issued in (0_u8..3, 0_i64..3, "[a-c]{0,2}"), asked in (0_u8..3, 0_i64..3, "[a-c]{0,2}"), later in 0_i64..200,
        ) {
            let (at, of) = (session(issued.0), session(asked.0));
            let text = issue(&key(), Bound { session: &at, epoch: issued.1, form: &issued.2 }, NOW + 100);
            let bound = Bound { session: &of, epoch: asked.1, form: &asked.2 };
            let expected = issued == asked && later < 100;
            prop_assert_eq!(is_good(&key(), bound, NOW + later, &text), expected);
        }

        /// A changed token is invalid.
        #[test]
        fn a_changed_token_is_none(place in 0..TEXT, byte in "[A-Za-z0-9_-]") {
            let at = session(1);
            let bound = Bound { session: &at, epoch: 1, form: "profile" };
            let text = issue(&key(), bound, NOW + 100);
            let mut changed = text.clone();
            changed.replace_range(place..=place, &byte);
            prop_assert_eq!(is_good(&key(), bound, NOW, &changed), changed == text);
        }

        #[test]
        fn nonsense_is_no_token(text in ".{0,200}") {
            let at = session(1);
            let bound = Bound { session: &at, epoch: 1, form: "profile" };
            prop_assert!(!is_good(&key(), bound, NOW, &text));
        }
    }

    /// Two answers share no byte of a token.
    #[test]
    fn each_answer_has_another_text() {
        let at = session(1);
        let bound = Bound { session: &at, epoch: 1, form: "profile" };
        let texts: Vec<_> = (0..200).map(|_| issue(&key(), bound, NOW + 100)).collect();
        assert!(texts.iter().all(|text| text.len() == TEXT && is_good(&key(), bound, NOW, text)));
        for place in 0..TEXT - 1 {
            let seen: HashSet<_> = texts.iter().map(|text| text.as_bytes()[place]).collect();
            assert!(seen.len() > 20, "place {place}");
        }
    }
}
