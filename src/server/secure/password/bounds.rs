//! What a stored hash may cost, and why one cannot be used.

/// The longest hash that is looked at, in bytes.
pub(super) const MAX_BYTES: usize = 512;
/// The most memory that the verification of a hash from elsewhere may take, in KiB.
pub(super) const MAX_KIB: u64 = 128 * 1024;
/// The most memory times passes of argon2 from elsewhere, which takes about a second.
pub(super) const MAX_ARGON2_WORK: u64 = 1 << 20;
/// The most lanes of argon2.
pub(super) const MAX_LANES: u32 = 16;
/// The costs of bcrypt: each more doubles the time, and 14 takes a second or more.
pub(super) const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// The most rounds of PBKDF2, twice Werkzeug's own.
pub(super) const MAX_ROUNDS: u32 = 2_000_000;
/// The most `N·r·p` of scrypt, sixteen times Werkzeug's own, which takes a second or two.
pub(super) const MAX_SCRYPT_WORK: u64 = 1 << 22;
/// How much of a password bcrypt reads, in bytes.
pub(super) const BCRYPT_BYTES: usize = 72;

/// Why a hash cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Not a text of any format that is known here.
    #[error(
        "not a password hash that is known here: argon2, bcrypt, or Werkzeug's scrypt, pbkdf2, sha1 or sha2"
    )]
    Unknown,
    /// Plain text, or MD5.
    #[error("plain text and MD5 are not taken; let these people set a new password")]
    Plain,
    /// The beginning is right and the rest is not.
    #[error("a password hash that is cut off or damaged")]
    Malformed,
    /// More memory or time than a sign-in may cost.
    #[error("a password hash with parameters beyond what a sign-in may cost")]
    Costly,
}
