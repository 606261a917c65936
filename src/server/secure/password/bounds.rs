//! Cost limits of stored hashes, and reasons why one cannot be used.

/// Maximum length of an accepted hash, in bytes.
pub(super) const MAX_BYTES: usize = 512;
/// Maximum memory to verify an imported hash, in KiB.
pub(super) const MAX_KIB: u64 = 128 * 1024;
/// Maximum memory times passes of an imported argon2 hash, which takes about a second.
pub(super) const MAX_ARGON2_WORK: u64 = 1 << 20;
/// Maximum number of argon2 lanes.
pub(super) const MAX_LANES: u32 = 16;
/// Accepted bcrypt costs: each step doubles the time, and 14 takes a second or more.
pub(super) const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// Maximum number of PBKDF2 rounds, twice Werkzeug's own.
pub(super) const MAX_ROUNDS: u32 = 2_000_000;
/// Maximum `N·r·p` of scrypt, sixteen times Werkzeug's own, which takes a second or two.
pub(super) const MAX_SCRYPT_WORK: u64 = 1 << 22;
/// Number of password bytes that bcrypt reads.
pub(super) const BCRYPT_BYTES: usize = 72;

/// The reason why a hash cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The text has no known format.
    #[error(
        "not a password hash that is known here: argon2, bcrypt, or Werkzeug's scrypt, pbkdf2, sha1 or sha2"
    )]
    Unknown,
    /// The text is a plain password, or MD5.
    #[error("plain text and MD5 are not taken; let these people set a new password")]
    Plain,
    /// The prefix is right, but the rest is not.
    #[error("a password hash that is cut off or damaged")]
    Malformed,
    /// The hash costs more memory or time than a sign-in may.
    #[error("a password hash with parameters beyond what a sign-in may cost")]
    Costly,
}
