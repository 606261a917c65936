use serde::{Deserialize, Serialize};

/// The longest password in code points (NIST SP 800-63B-4 asks for at least 64).
pub const PASSWORD_MAX_CHARS: usize = 256;
/// The longest password in bytes of UTF-8; a longer one is refused before any hashing.
pub const PASSWORD_MAX_BYTES: usize = 1024;
/// The largest `metadata` object, in bytes of JSON.
pub const METADATA_MAX_BYTES: usize = 16 * 1024;

/// What a new password must be; pages and islands show the same numbers as the server enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordPolicy {
    /// The fewest code points: 15 by default, never under 8.
    pub min_chars: u16,
}

impl PasswordPolicy {
    /// What it asks for, in a sentence for a person.
    pub fn hint(self) -> String {
        format!("At least {} characters. A few unrelated words work well.", self.min_chars)
    }

    /// Whether a password has an acceptable length, counted in code points.
    pub fn check(self, password: &str) -> Result<(), super::Problem> {
        if password.is_empty() {
            return Err(super::Problem::Required);
        }
        let chars = password.chars().count();
        if chars < usize::from(self.min_chars) {
            return Err(super::Problem::TooShort { min: self.min_chars });
        }
        if chars > PASSWORD_MAX_CHARS || password.len() > PASSWORD_MAX_BYTES {
            return Err(super::Problem::TooLong { max: PASSWORD_MAX_CHARS as u16 });
        }
        Ok(())
    }
}
