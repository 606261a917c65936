//! Length limits of texts.
//!
//! A code point takes at most four bytes of UTF-8, so a text with more bytes than four times its
//! limit is too long without counting: rejecting it costs a look at its length.

use serde::{Deserialize, Serialize};

use super::Problem;

/// Minimum length of a username, in code points.
pub const USERNAME_MIN: usize = 3;
/// Maximum length of a username, in code points.
pub const USERNAME_MAX: usize = 64;
/// Maximum length of an address (RFC 5321 section 4.5.3.1.3), in typed code points and in stored
/// bytes.
pub const EMAIL_MAX: usize = 254;
/// Maximum length of a display name, in code points.
pub const DISPLAY_NAME_MAX: usize = 128;
/// The most code points of the name of a passkey.
pub const PASSKEY_NAME_MAX: usize = 64;
/// Maximum length of a password in code points (NIST SP 800-63B-4 requires at least 64).
pub const PASSWORD_MAX_CHARS: usize = 256;
/// Maximum length of a password in bytes of UTF-8; a longer one is refused before any hashing.
pub const PASSWORD_MAX_BYTES: usize = 4 * PASSWORD_MAX_CHARS;
/// The longest id of an account in another app, in bytes.
pub const EXTERNAL_ID_MAX: usize = 128;
/// The largest `metadata` object, in bytes of JSON.
pub const METADATA_MAX_BYTES: usize = 16 * 1024;

/// The policy of new passwords; pages and islands show the numbers that the server enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordPolicy {
    /// Minimum length in code points: 15 by default, never under 8.
    pub min_chars: u16,
}

impl Default for PasswordPolicy {
    /// At least one character, for existing passwords.
    fn default() -> Self {
        Self { min_chars: 1 }
    }
}

impl PasswordPolicy {
    /// Checks the length of a password in code points.
    ///
    /// # Errors
    /// Returns `too_short`, `too_long` or `too_many_bytes`.
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

/// Checks by the number of bytes alone whether a text can have at most so many code points; a first
/// check before anything slower.
///
/// # Errors
/// Returns `too_long` for more than four bytes per code point.
pub fn check_bytes(text: &str, max_chars: usize) -> Result<(), Problem> {
    if text.len() > 4 * max_chars { Err(too_long(max_chars)) } else { Ok(()) }
}

/// The problem of more than this many bytes.
pub fn too_many_bytes(max_bytes: usize) -> Problem {
    Problem::TooManyBytes { max: max_bytes as u16 }
}

/// The problem of more than this many code points.
pub fn too_long(max_chars: usize) -> Problem {
    Problem::TooLong { max: max_chars as u16 }
}
