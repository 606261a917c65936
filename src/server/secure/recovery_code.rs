//! Recovery codes: eighty random bits each, in sixteen characters that cannot be mistaken for one another.

use super::{random, seal};

/// Number of characters.
const LENGTH: usize = 16;
/// Number of characters between two hyphens.
const GROUP: usize = 4;
/// The digits of base 32 by Crockford: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code, in its characters alone.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes a new code.
    pub fn issue() -> Self {
        let bits = random::bytes::<LENGTH>();
        Self(bits.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
    }

    /// Reads what somebody typed, without blanks and hyphens, in any case, with the letters that look like digits.
    pub fn parse(text: &str) -> Option<Self> {
        // Checked before anything else: the sender chooses the length.
        if text.len() > 64 {
            return None;
        }
        let read = |c: char| match c.to_ascii_uppercase() {
            'I' | 'L' => Some('1'),
            'O' => Some('0'),
            upper => ALPHABET.iter().any(|known| char::from(*known) == upper).then_some(upper),
        };
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: String = letters.map(read).collect::<Option<_>>()?;
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// The code as it is shown: `A1B2-C3D4-E5F6-G7H8`.
    pub fn shown(&self) -> String {
        let groups: Vec<&str> =
            (0..LENGTH).step_by(GROUP).filter_map(|at| self.0.get(at..at + GROUP)).collect();
        groups.join("-")
    }

    /// The hash that the database stores for an account. Eighty random bits need no slow hash: nobody tries them all.
    pub fn hash(&self, user_id: &str) -> String {
        seal::sha256(format!("recovery code {user_id} {}", self.0).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_typed() {
        for _ in 0..100 {
            let code = RecoveryCode::issue();
            let shown = code.shown();
            assert_eq!(shown.len(), 19);
            for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " ")] {
                assert!(RecoveryCode::parse(&typed) == Some(code.clone()), "{typed}");
            }
        }
        let like = RecoveryCode::parse("iLoO-0000-0000-0000").expect("a code");
        assert_eq!(like.shown(), "1100-0000-0000-0000");
        assert_ne!(like.hash("ada"), like.hash("bob"));
    }

    proptest! {
        #[test]
        fn only_sixteen_digits_are_read(text in "[0-9A-Za-z -]{10,24}|.{0,70}") {
            let read = RecoveryCode::parse(&text);
            let count = text.chars().filter(|c| !c.is_whitespace() && *c != '-').count();
            prop_assert!(read.is_none() || count == LENGTH);
            if let Some(code) = read {
                prop_assert!(RecoveryCode::parse(&code.shown()) == Some(code));
            }
        }
    }
}
