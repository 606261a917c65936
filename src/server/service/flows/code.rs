//! The codes of mails: eight digits, which count only together with the secret of the asker.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::server::{
    App,
    secure::{digits, random},
};

/// Number of digits.
const DIGITS: usize = 8;
/// The first number that has more.
const BOUND: u64 = 100_000_000;

/// A code of a mail.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// Makes a new code.
    pub(super) fn issue() -> Self {
        // The remainder of 64 bits prefers no code by more than one in 10¹¹.
        let number = u64::from_be_bytes(random::bytes()) % BOUND;
        Self(format!("{number:0DIGITS$}"))
    }

    /// The digits alone.
    pub(super) fn digits(&self) -> &str {
        &self.0
    }

    /// The code as a mail shows it: `1234 5678`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(DIGITS / 2);
        format!("{first} {second}")
    }
}

/// The digits that somebody typed, without blanks and hyphens; none if they are not as many as a code has.
pub(super) fn typed(text: &str) -> Option<String> {
    digits::typed(text, DIGITS)
}

/// What the database stores of a code: without the key of the instance, nobody finds the digits in it.
pub(super) fn mac_of(app: &App, flow_id: &str, digits: &str) -> String {
    let mac =
        hmac::sign(&app.secret.mac_key("flow code"), format!("{flow_id} {digits}").as_bytes());
    URL_SAFE_NO_PAD.encode(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown() {
        for _ in 0..100 {
            let code = Code::issue();
            assert_eq!(typed(&code.shown()).as_deref(), Some(code.digits()));
        }
        assert_eq!(typed(" 1234-5678\n").as_deref(), Some("12345678"));
        for wrong in ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", &" ".repeat(100)]
        {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }
}
