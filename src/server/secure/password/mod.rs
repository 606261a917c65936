//! Password hashing: argon2id in PHC strings (RFC 9106), NFKC before it (NIST SP 800-63B-4).

pub mod breached;
mod cost;
mod stored;
mod werkzeug;

pub use stored::Unusable;

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::PasswordHash};
use aws_lc_rs::constant_time;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
pub use cost::Cost;
use stored::Stored;
use unicode_normalization::UnicodeNormalization;

use super::{CryptoError, random, secret::Secret};

/// The length of a salt.
const SALT_BYTES: usize = 16;
/// The length of a hash.
const HASH_BYTES: usize = 32;

/// Hashes and verifies passwords, one at a time: it keeps the memory that it needs.
pub struct PasswordHashing {
    cost: Cost,
    params: Params,
    memory: Mutex<Vec<Block>>,
    /// A hash of nothing anybody knows, verified where there is no account, so that both take as long.
    dummy: String,
}

impl PasswordHashing {
    /// Takes the memory, and prepares the dummy hash.
    ///
    /// # Errors
    /// When hashing fails at all.
    pub fn new(cost: Cost) -> Result<Self, CryptoError> {
        let params = cost.params()?;
        let memory = Mutex::new(vec![Block::new(); params.block_count()]);
        let mut hashing = Self { cost, params, memory, dummy: String::new() };
        hashing.dummy = hashing.hash(&Secret::new(random::token()))?;
        Ok(hashing)
    }

    /// A PHC string with a salt of its own.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        let (salt, mut hash) = (random::bytes::<SALT_BYTES>(), [0; HASH_BYTES]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        self.fill(&argon2, normal(password).as_bytes(), &salt, &mut hash)?;
        let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        let (version, cost) = (u32::from(Version::V0x13), self.cost);
        Ok(format!("$argon2id$v={version}${cost},p=1${}${}", text(&salt), text(&hash)))
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
            Ok(Stored::Argon2(hash)) => self.is_of_argon2(password, &hash).unwrap_or(false),
            Ok(foreign) => foreign.verify(password),
            Err(_) => false,
        }
    }

    fn is_of_argon2(&self, password: &[u8], hash: &PasswordHash) -> Option<bool> {
        let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
        let algorithm = Algorithm::new(hash.algorithm).ok()?;
        let version = Version::try_from(hash.version.unwrap_or(Version::V0x10.into())).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
        let mut found = vec![0; expected.len()];
        self.fill(&argon2, password, salt, &mut found).ok()?;
        Some(constant_time::verify_slices_are_equal(&found, expected.as_ref()).is_ok())
    }

    /// In the memory that is there; a hash that was made with more gets more for once.
    fn fill(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        hash: &mut [u8],
    ) -> Result<(), CryptoError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = argon2.params().block_count();
        let filled = match memory.get_mut(..blocks) {
            Some(memory) => argon2.hash_password_into_with_memory(password, salt, hash, memory),
            None => argon2.hash_password_into(password, salt, hash),
        };
        filled.map_err(|_| CryptoError("password hash"))
    }

    /// Whether a stored hash is weaker than one made today: of another kind, with less memory, less work
    /// (memory times passes), or a shorter salt. A stronger one is left alone (S17).
    pub fn is_outdated(stored: &str, cost: Cost) -> bool {
        let Ok(Stored::Argon2(hash)) = Stored::parse(stored) else {
            return true;
        };
        let Ok(params) = Params::try_from(&hash) else {
            return true;
        };
        hash.algorithm.as_str() != "argon2id"
            || hash.version != Some(Version::V0x13.into())
            || Cost::of(&params).is_below(cost)
            || hash.salt.is_none_or(|salt| salt.len() < SALT_BYTES)
            || hash.hash.is_none_or(|hash| hash.len() < HASH_BYTES)
    }

    /// Whether a stored hash is of all of a password: bcrypt's is of the first 72 bytes. One that was right so
    /// far must not become the password.
    pub fn reads_all(stored: &str, password: &Secret) -> bool {
        let is_short = || password.expose().len() <= stored::BCRYPT_BYTES;
        !matches!(Stored::parse(stored), Ok(Stored::Bcrypt(_))) || is_short()
    }

    /// Whether a hash that was made elsewhere can be verified here.
    ///
    /// # Errors
    /// Another format, or parameters that would keep the server busy for too long.
    pub fn accepts(stored: &str) -> Result<(), Unusable> {
        match Stored::parse(stored)?.is_affordable() {
            true => Ok(()),
            false => Err(Unusable::Costly),
        }
    }
}

/// One form for all ways to type the same characters (S13).
fn normal(password: &Secret) -> String {
    password.expose().nfkc().collect()
}
