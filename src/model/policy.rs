//! How long each text may be. A code point takes four bytes of UTF-8 at most, so a text with more bytes than
//! four times its limit is too long without counting: a text that is too long costs a look at its length.

use serde::{Deserialize, Serialize};

use super::Problem;

/// The fewest code points of a username.
pub const USERNAME_MIN: usize = 3;
/// The most code points of a username.
pub const USERNAME_MAX: usize = 64;
/// The longest address (RFC 5321 section 4.5.3.1.3): the most code points typed, and bytes stored.
pub const EMAIL_MAX: usize = 254;
/// The most code points of a name shown to people.
pub const DISPLAY_NAME_MAX: usize = 128;
/// The longest password in code points (NIST SP 800-63B-4 asks for at least 64).
pub const PASSWORD_MAX_CHARS: usize = 256;
/// The longest password in bytes of UTF-8; a longer one is refused before any hashing.
pub const PASSWORD_MAX_BYTES: usize = 4 * PASSWORD_MAX_CHARS;
/// The longest id of an account in another app, in bytes.
pub const EXTERNAL_ID_MAX: usize = 128;
/// The largest `metadata` object, in bytes of JSON.
pub const METADATA_MAX_BYTES: usize = 16 * 1024;

/// What a new password must be; pages and islands show the same numbers as the server enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordPolicy {
    /// The fewest code points: 15 by default, never under 8.
    pub min_chars: u16,
}

impl Default for PasswordPolicy {
    /// At least one character, for passwords that are not chosen here.
    fn default() -> Self {
        Self { min_chars: 1 }
    }
}

impl PasswordPolicy {
    /// Whether a password has an acceptable length, counted in code points.
    pub fn check(self, password: &str) -> Result<(), Problem> {
        check_bytes(password, PASSWORD_MAX_CHARS)?;
        match password.chars().count() {
            0 => Err(Problem::Required),
            n if n < usize::from(self.min_chars) => Err(Problem::TooShort { min: self.min_chars }),
            n if n > PASSWORD_MAX_CHARS => Err(too_long(PASSWORD_MAX_CHARS)),
            _ => Ok(()),
        }
    }
}

/// Whether a text can have at most so many code points, by its bytes alone: asked before anything that takes
/// longer for a longer text.
///
/// # Errors
/// `too_long`: it has more than four bytes for each.
pub fn check_bytes(text: &str, max_chars: usize) -> Result<(), Problem> {
    if text.len() > 4 * max_chars { Err(too_long(max_chars)) } else { Ok(()) }
}

/// Longer than this many bytes.
pub fn too_many_bytes(max_bytes: usize) -> Problem {
    Problem::TooManyBytes { max: max_bytes as u16 }
}

/// Longer than this many code points.
pub fn too_long(max_chars: usize) -> Problem {
    Problem::TooLong { max: max_chars as u16 }
}
