//! Password hashing: argon2id in PHC strings (RFC 9106), NFKC before it (NIST SP 800-63B-4).

mod bounds;
pub mod breached;
mod cost;
mod engine;
mod stored;
mod werkzeug;

pub use bounds::Unusable;

use argon2::{Algorithm, Params, Version, password_hash::phc::PasswordHash};
use aws_lc_rs::constant_time;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
pub use cost::Cost;
pub use engine::Engine;
use engine::{Arena, Function};
use parking_lot::Mutex;
use stored::Stored;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{CryptoError, random, secret::Secret};
use crate::model::{PASSWORD_MAX_CHARS, check_bytes};

/// Length of a salt, in bytes.
const SALT_BYTES: usize = 16;
/// Length of a hash, in bytes.
const HASH_BYTES: usize = 32;

/// Passwords and their hashes as the C reference computes them (argon2-cffi 25.1.0): one of several lanes, and one of the
/// size that is the default.
const KNOWN: [(&str, &str); 2] = [
    (
        "pässword of ﬁve words",
        "$argon2id$v=19$m=1024,t=2,p=2$U0DANR/sCOTxvo4aajBZHg$jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw",
    ),
    (
        "correct horse battery",
        "$argon2id$v=19$m=19456,t=2,p=1$dmVzdGlidWxlIHN0YXJ0IQ$uTOy5e3MfK/rkAW0IQdLYPY7VfxqkRbHFnlKfpm1IEo",
    ),
];

/// Hashes and verifies passwords, one at a time, and keeps the memory for the next.
pub struct PasswordHashing {
    cost: Cost,
    function: Function,
    arena: Mutex<Arena>,
    /// A hash of random bytes, verified if there is no account, so that both cases take the same
    /// time.
    dummy: String,
}

impl PasswordHashing {
    /// A hasher of this cost; it allocates memory with the first hash.
    ///
    /// # Errors
    /// Fails if argon2 rejects the parameters.
    pub fn new(cost: Cost, engine: Engine) -> Result<Self, CryptoError> {
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let function = Function { algorithm, version, params: cost.params()? };
        let arena = Mutex::new(Arena::new(engine, &function)?);
        // Random bits have no known password, so no hash is computed for them.
        let dummy = phc(cost, &random::bytes::<SALT_BYTES>(), &random::bytes::<HASH_BYTES>());
        Ok(Self { cost, function, arena, dummy })
    }

    /// Checks that an engine computes the known hash of a known password; takes less than a millisecond. A wrong hash
    /// would be stored, and nobody could sign in by it on another machine.
    ///
    /// # Errors
    /// Says which engine to choose instead.
    pub fn check(engine: Engine) -> Result<(), CryptoError> {
        KNOWN.into_iter().try_for_each(|known| Self::check_by(engine, known))
    }

    fn check_by(engine: Engine, (password, stored): (&str, &str)) -> Result<(), CryptoError> {
        let hash = PasswordHash::new(stored).map_err(|_| engine.fault())?;
        let is_right = Self::new(Cost::default(), engine)?.is_of_argon2(password.as_bytes(), &hash);
        if is_right? { Ok(()) } else { Err(engine.fault()) }
    }

    /// A PHC string with a new salt.
    ///
    /// # Errors
    /// Fails if the password is longer than any form allows, or if hashing fails.
    pub fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        let typed = password.expose();
        check_bytes(typed, PASSWORD_MAX_CHARS).map_err(|_| CryptoError("a password too long"))?;
        let (salt, mut hash) = (random::bytes::<SALT_BYTES>(), [0; HASH_BYTES]);
        let normal = nfkc(typed);
        self.arena.lock().compute(&self.function, normal.as_bytes(), &salt, &mut hash)?;
        Ok(phc(self.cost, &salt, &hash))
    }

    /// Whether the password is right; without a stored hash, the same work and always `false`.
    ///
    /// Our own hashes are of the NFKC form. Imported ones are of the typed text, so if the two
    /// differ, both are tried for every account: the time does not reveal whether an account
    /// exists. A password that is longer than any form allows is wrong.
    ///
    /// # Errors
    /// Fails if memory is lacking, which is not a verdict.
    pub fn verify(&self, password: &Secret, stored: Option<&str>) -> Result<bool, CryptoError> {
        let typed = password.expose();
        if check_bytes(typed, PASSWORD_MAX_CHARS).is_err() {
            return Ok(false);
        }
        let normal = nfkc(typed);
        let of = |form: &str| self.is_of(form.as_bytes(), stored.unwrap_or(&self.dummy));
        // Both in any case: a right password of a disabled account takes as long as a wrong one.
        let right = of(&normal)? | (*normal != typed && of(typed)?);
        Ok(right && stored.is_some())
    }

    /// Whether a stored hash is of this password. If that costs less than a hash of ours, one of
    /// ours is computed too, so that an imported account does not answer sooner than others (S21).
    fn is_of(&self, password: &[u8], stored: &str) -> Result<bool, CryptoError> {
        let parsed = Stored::parse(stored);
        let right = match &parsed {
            Ok(Stored::Argon2(hash)) => self.is_of_argon2(password, hash)?,
            Ok(foreign) => foreign.verify(password)?,
            Err(_) => false,
        };
        // The dummy is argon2 of this cost, so the recursion ends.
        if !parsed.is_ok_and(|stored| stored.costs_at_least(self.cost)) {
            self.is_of(password, &self.dummy)?;
        }
        Ok(right)
    }

    fn is_of_argon2(&self, password: &[u8], hash: &PasswordHash) -> Result<bool, CryptoError> {
        // A parsed hash has all of these.
        let damaged = CryptoError("a stored password hash is damaged");
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
            return Err(damaged);
        };
        let version = Version::try_from(hash.version.unwrap_or(Version::V0x10.into()));
        let (Ok(algorithm), Ok(version), Ok(params)) =
            (Algorithm::new(hash.algorithm), version, Params::try_from(hash))
        else {
            return Err(damaged);
        };
        let mut found = vec![0; expected.len()];
        let function = Function { algorithm, version, params };
        self.arena.lock().compute(&function, password, salt, &mut found)?;
        Ok(constant_time::verify_slices_are_equal(&found, expected.as_ref()).is_ok())
    }

    /// Whether a stored hash has a supported format; an account with another one cannot sign in by
    /// password.
    pub fn is_readable(stored: &str) -> bool {
        Stored::parse(stored).is_ok()
    }

    /// Whether a stored hash is weaker than a new one: of another kind, with less memory, less work
    /// (memory times passes), or a shorter salt. A stronger one stays (S17).
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

    /// Whether a stored hash covers the whole password: bcrypt reads the first 72 bytes. A match of
    /// a prefix must not become the password.
    pub fn reads_all(stored: &str, password: &Secret) -> bool {
        let is_short = || password.expose().len() <= bounds::BCRYPT_BYTES;
        !matches!(Stored::parse(stored), Ok(Stored::Bcrypt(_))) || is_short()
    }

    /// Checks whether an imported hash can be verified here.
    ///
    /// # Errors
    /// Fails if the format is unknown, or the parameters would keep the server busy for too long.
    pub fn accepts(stored: &str) -> Result<(), Unusable> {
        match Stored::parse(stored)?.is_affordable() {
            true => Ok(()),
            false => Err(Unusable::Costly),
        }
    }
}

/// The stored text of a hash of ours.
fn phc(cost: Cost, salt: &[u8], hash: &[u8]) -> String {
    let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    let version = u32::from(Version::V0x13);
    format!("$argon2id$v={version}${cost},p=1${}${}", text(salt), text(hash))
}

/// Maximum number of bytes that NFKC makes of one (U+FDFA).
const NFKC_GROWTH: usize = 11;

/// One form for all ways to type the same characters (S13), overwritten when dropped. The memory is
/// allocated at once, because growing text leaves copies behind.
fn nfkc(text: &str) -> Zeroizing<String> {
    let mut normal = Zeroizing::new(String::with_capacity(text.len() * NFKC_GROWTH));
    normal.extend(text.nfkc());
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(engine: Engine) -> PasswordHashing {
        PasswordHashing::new(Cost::default(), engine).expect("a hasher")
    }

    /// A refusal costs a hash of ours with no hash, a cheap imported hash, and an unreadable one
    /// (S21).
    #[test]
    fn s21_a_refusal_takes_a_hash_of_ours_at_least() {
        for stored in [
            None,
            Some(
                "sha256$uGFYu3TpxWCm9Ohg$493e43fb514d492477c7bf100e0f5d42b73c07a0bddc786ee05b41e7f47f1526",
            ),
            Some("$2b$05$rRhCE6jPPW5REpG//X3QNeEm/iaUJOLlPh8CUFgaEVzBBD6dvkBXq"),
            Some(
                "$argon2id$v=19$m=1024,t=2,p=2$U0DANR/sCOTxvo4aajBZHg$jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw",
            ),
            Some("nonsense"),
            Some(""),
        ] {
            // The engine that leaves its memory as it is.
            let hashing = hasher(Engine::RustCrypto);
            assert_eq!(
                hashing.arena.lock().blocks(),
                0,
                "nothing is hashed before it is asked for"
            );
            assert_eq!(hashing.verify(&Secret::new("wrong horse battery"), stored), Ok(false));
            let filled = hashing.arena.lock().filled();
            assert_eq!(filled, hashing.function.params.block_count(), "{stored:?}");
        }
    }

    #[test]
    fn s14_what_is_too_long_is_neither_normalised_nor_hashed() {
        let hashing = hasher(Engine::default());
        let huge = Secret::new("\u{fdfa}".repeat(20_000));
        assert!(hashing.hash(&huge).is_err() && hashing.verify(&huge, None) == Ok(false));
        assert_eq!(hashing.arena.lock().blocks(), 0);
    }

    #[test]
    fn an_engine_that_computes_another_hash_is_refused() {
        let own = Cost::default().params().expect("parameters");
        let sizes = KNOWN.map(|(_, stored)| stored.split('$').nth(3).expect("a size"));
        assert!(sizes.contains(&&*format!(
            "m={},t={},p={}",
            own.m_cost(),
            own.t_cost(),
            own.p_cost()
        )));
        for engine in [Engine::Argon2Rust, Engine::RustCrypto] {
            assert_eq!(PasswordHashing::check(engine), Ok(()));
            for (password, stored) in KNOWN {
                let (before, hash) = stored.rsplit_once('$').expect("a hash");
                let other_hash = format!("{before}$A{}", &hash[1..]);
                for wrong in [stored.replace(",t=2", ",t=3"), other_hash] {
                    let found = PasswordHashing::check_by(engine, (password, &wrong));
                    assert_eq!(found, Err(engine.fault()), "{wrong}");
                }
            }
        }
    }

    #[test]
    fn a_hash_of_one_engine_is_right_for_the_other() {
        let engines = [Engine::Argon2Rust, Engine::RustCrypto];
        let password = Secret::new("correct horse battery");
        for (one, other) in [(engines[0], engines[1]), (engines[1], engines[0])] {
            let stored = hasher(one).hash(&password).expect("a hash");
            assert_eq!(hasher(other).verify(&password, Some(&stored)), Ok(true));
            let wrong = Secret::new("wrong horse battery");
            assert_eq!(hasher(other).verify(&wrong, Some(&stored)), Ok(false));
        }
    }

    #[test]
    fn nfkc_fits_where_it_is_put() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            let text = c.to_string();
            let normal: String = text.nfkc().collect();
            assert!(normal.len() <= text.len() * NFKC_GROWTH, "{c:?}");
            assert!(nfkc(&text).len() == normal.len());
        }
    }
}
