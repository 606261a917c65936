//! Pure mathematics: hashing, signing, sealing. No clock, no database, no network.

pub mod audit_chain;
pub mod dated_mac;
pub mod identifier;
pub mod jwt;
pub mod key_ring;
pub mod keys;
pub mod known_device;
pub mod one_time;
pub mod password;
pub mod random;
pub mod seal;
pub mod secret;
pub mod session_token;
mod strict_json;

/// Something that should be impossible with our own data: a corrupt key, a failing primitive.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("cryptography failed: {0}")]
pub struct CryptoError(pub &'static str);
