//! Password hashing: argon2id in PHC strings (RFC 9106), NFKC before it (NIST SP 800-63B-4).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use unicode_normalization::UnicodeNormalization;

use super::{CryptoError, random, secret::Secret};

/// OWASP's floor: 19 MiB, two passes, one lane.
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);

/// Hashes and verifies passwords with the parameters of this build.
#[derive(Clone)]
pub struct PasswordHashing {
    argon2: Argon2<'static>,
    /// A hash of nothing anybody knows, verified where there is no account, so that both take as long.
    dummy: String,
}

impl PasswordHashing {
    /// Prepares the hasher and the dummy hash.
    pub fn new() -> Result<Self, CryptoError> {
        let params = Params::new(PARAMS.0, PARAMS.1, PARAMS.2, None)
            .map_err(|_| CryptoError("argon2 parameters"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut hashing = Self { argon2, dummy: String::new() };
        hashing.dummy = hashing.hash(&Secret::new(random::token()))?;
        Ok(hashing)
    }

    /// A PHC string with a salt of its own.
    pub fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        let salt = random::bytes::<16>();
        self.argon2
            .hash_password_with_salt(normal(password).as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|_| CryptoError("password hash"))
    }

    /// Whether the password is right; without a stored hash, the same work and always `false`.
    pub fn verify(&self, password: &Secret, stored: Option<&str>) -> bool {
        let Ok(hash) = PasswordHash::new(stored.unwrap_or(&self.dummy)) else {
            return false;
        };
        let right = self.argon2.verify_password(normal(password).as_bytes(), &hash).is_ok();
        right && stored.is_some()
    }

    /// Whether a stored hash is weaker than one made today.
    pub fn is_outdated(stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else {
            return true;
        };
        let Ok(params) = Params::try_from(&hash) else {
            return true;
        };
        hash.algorithm.as_str() != "argon2id"
            || params.m_cost() < PARAMS.0
            || params.t_cost() < PARAMS.1
    }
}

/// One form for all ways to type the same characters (S13).
fn normal(password: &Secret) -> String {
    password.expose().nfkc().collect()
}
