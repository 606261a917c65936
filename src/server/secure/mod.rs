//! Pure cryptography: hashing, signing, sealing. No clock, no database, no network.

pub mod audit_chain;
pub mod client_jwt;
pub mod client_secret;
pub mod dated_mac;
pub mod digits;
pub mod form_token;
pub mod identifier;
pub mod jwt;
pub mod key_ring;
pub mod keys;
pub mod known_device;
mod looks;
pub mod mail_address;
pub mod one_time;
pub mod passkey;
pub mod password;
pub mod permutation;
pub mod pkce;
pub mod random;
pub mod recovery_code;
pub mod redirect_uri;
pub mod seal;
pub mod secret;
pub mod session_token;
mod strict_json;
pub mod totp;
pub mod trust_token;

/// A failure that our own data should never cause, such as a corrupt key or a failing primitive; or
/// a lack of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cryptography failed: {0}")]
pub struct CryptoError(pub &'static str);

impl CryptoError {
    /// A password hash could not get its memory: an outage, not a verdict.
    pub const NO_MEMORY: Self = Self("not enough memory for a password hash");
}
