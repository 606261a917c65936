//! Password hashing: argon2id in PHC strings (RFC 9106), NFKC before it (NIST SP 800-63B-4).

pub mod breached;
mod stored;
mod werkzeug;

pub use stored::Unusable;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use stored::Stored;
use unicode_normalization::UnicodeNormalization;

use super::{CryptoError, random, secret::Secret};

/// OWASP's floor: 19 MiB, two passes, one lane.
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
/// The length of a salt.
const SALT_BYTES: usize = 16;

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
        let salt = random::bytes::<SALT_BYTES>();
        self.argon2
            .hash_password_with_salt(normal(password).as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|_| CryptoError("password hash"))
    }

    /// Whether the password is right; without a stored hash, the same work and always `false`.
    ///
    /// Our own hashes are of the NFKC form. Those that came from elsewhere are of what was typed, so where the
    /// two differ both are tried, for everybody: whether an account exists cannot be told from the time.
    pub fn verify(&self, password: &Secret, stored: Option<&str>) -> bool {
        let (typed, normal) = (password.expose(), normal(password));
        let of = |form: &str| self.is_of(form.as_bytes(), stored.unwrap_or(&self.dummy));
        let right = of(&normal) || (normal != typed && of(typed));
        right && stored.is_some()
    }

    fn is_of(&self, password: &[u8], stored: &str) -> bool {
        match Stored::parse(stored) {
            Ok(Stored::Argon2(hash)) => self.argon2.verify_password(password, &hash).is_ok(),
            Ok(foreign) => foreign.verify(password),
            Err(_) => false,
        }
    }

    /// Whether a stored hash is weaker than one made today: of another kind, with less memory, less work
    /// (memory times passes), or a shorter salt. A stronger one is left alone (S17).
    pub fn is_outdated(stored: &str) -> bool {
        let Ok(Stored::Argon2(hash)) = Stored::parse(stored) else {
            return true;
        };
        let Ok(params) = Params::try_from(&hash) else {
            return true;
        };
        let (memory, passes, _) = PARAMS;
        hash.algorithm.as_str() != "argon2id"
            || hash.version != Some(Version::V0x13.into())
            || params.m_cost() < memory
            || params.m_cost() * params.t_cost() < memory * passes
            || hash.salt.is_none_or(|salt| salt.len() < SALT_BYTES)
            || hash.hash.is_none_or(|hash| hash.len() < Params::DEFAULT_OUTPUT_LEN)
    }

    /// Whether a hash that was made elsewhere can be verified here.
    ///
    /// # Errors
    /// Another format, or parameters that would keep the server busy for too long.
    pub fn accepts(stored: &str) -> Result<(), Unusable> {
        Stored::parse(stored).map(drop)
    }
}

/// One form for all ways to type the same characters (S13).
fn normal(password: &Secret) -> String {
    password.expose().nfkc().collect()
}
