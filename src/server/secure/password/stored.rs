//! Stored password hashes: our own, and imported ones.

use argon2::{Params, password_hash::phc::PasswordHash};

use super::{
    bounds::{BCRYPT_COSTS, MAX_ARGON2_WORK, MAX_BYTES, MAX_KIB, MAX_LANES, Unusable},
    cost::Cost,
    werkzeug,
};
use crate::server::secure::CryptoError;

/// A parsed hash, with bounded parameters, so that an imported row cannot keep the server busy.
pub(super) enum Stored<'h> {
    /// argon2i, argon2d or argon2id in a PHC string.
    Argon2(PasswordHash),
    /// bcrypt as `$2a$`, `$2b$` and `$2y$`, which are equal since 2011.
    Bcrypt(&'h str),
    /// Werkzeug's `method$salt$hex`, from Flask applications.
    Werkzeug(werkzeug::Hash<'h>),
}

impl<'h> Stored<'h> {
    /// Parses a hash.
    pub(super) fn parse(text: &'h str) -> Result<Self, Unusable> {
        match text.strip_prefix('$').and_then(|rest| rest.split('$').next()) {
            _ if text.len() > MAX_BYTES => Err(Unusable::Unknown),
            // This includes NUL, which PostgreSQL does not store.
            _ if text.contains(char::is_control) => Err(Unusable::Malformed),
            Some("argon2i" | "argon2d" | "argon2id") => argon2(text),
            Some("2a" | "2b" | "2y") => bcrypt(text),
            Some(_) => Err(Unusable::Unknown),
            None => werkzeug::Hash::parse(text).map(Self::Werkzeug),
        }
    }

    /// Whether an imported hash may have this cost, which nobody here chose.
    pub(super) fn is_affordable(&self) -> bool {
        let Self::Argon2(hash) = self else {
            return true;
        };
        Params::try_from(hash).is_ok_and(|params| {
            u64::from(params.m_cost()) <= MAX_KIB && Cost::of(&params).work() <= MAX_ARGON2_WORK
        })
    }

    /// Whether its verification costs at least as much as a hash of ours. Unknown for other kinds:
    /// some are faster, some far slower.
    pub(super) fn costs_at_least(&self, own: Cost) -> bool {
        let Self::Argon2(hash) = self else {
            return false;
        };
        Params::try_from(hash).is_ok_and(|params| Cost::of(&params).work() >= own.work())
    }

    /// Whether the hash is of this password; argon2 is verified by the hasher.
    pub(super) fn verify(&self, password: &[u8]) -> Result<bool, CryptoError> {
        match self {
            Self::Argon2(_) => Ok(false),
            // Like the libraries that made such hashes, it reads the first bytes only, and no
            // password with NUL.
            Self::Bcrypt(text) => Ok(bcrypt::verify(password, text).unwrap_or(false)),
            Self::Werkzeug(hash) => hash.verify(password),
        }
    }
}

fn argon2(text: &str) -> Result<Stored<'_>, Unusable> {
    let hash = PasswordHash::new(text).map_err(|_| Unusable::Malformed)?;
    // A missing version means the oldest, which the library takes for the newest.
    if hash.salt.is_none() || hash.hash.is_none() || hash.version.is_none() {
        return Err(Unusable::Malformed);
    }
    let params = Params::try_from(&hash).map_err(|_| Unusable::Malformed)?;
    // Up to the maximum of the settings, because our own hashes are parsed here too.
    let bounded = Cost::of(&params).is_within_ceiling() && params.p_cost() <= MAX_LANES;
    if bounded { Ok(Stored::Argon2(hash)) } else { Err(Unusable::Costly) }
}

fn bcrypt(text: &str) -> Result<Stored<'_>, Unusable> {
    let parts: bcrypt::HashParts = text.parse().map_err(|_| Unusable::Malformed)?;
    match BCRYPT_COSTS.contains(&parts.get_cost()) {
        true => Ok(Stored::Bcrypt(text)),
        false => Err(Unusable::Costly),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Cost, Engine, PasswordHashing},
        *,
    };
    use crate::server::secure::secret::Secret;

    /// Composed characters with a ligature that NFKC would split, so it differs from the form that
    /// we would hash.
    const PASSWORD: &str = "pässword of ﬁve words";

    /// Made by bcrypt 5.0.0 (`hashpw(PASSWORD.encode(), gensalt(5, b"2a"))`) and argon2-cffi 25.1.0
    /// (`PasswordHasher(time_cost=2, memory_cost=1024, parallelism=2, type=…).hash(PASSWORD)`, the last with
    /// its defaults).
    const VECTORS: [&str; 6] = [
        "$2a$05$I6IcUuSCzgEHQubRcUnCiOCw8LgsgwkaJle9K2L.f.gTOivoGRKMa",
        "$2b$05$TCERIQRtua5zQncpFO1Viubs6Qp1Uh0zMK4VQbz.CLCwjxSmsD6XK",
        "$argon2i$v=19$m=1024,t=2,p=2$o2cqSudMOYhJw9RuwjMzWg$8WKM45/KkiN7hJB1Eb9LGwRcTAI3UMUKO5oY9nHoA/k",
        "$argon2d$v=19$m=1024,t=2,p=2$+Ti3hqRUgjTOL/huCbq2ww$XdOgyT855zOrjlty0iRIUVcCnEVimn7HLLG0QmVd6lM",
        "$argon2id$v=19$m=1024,t=2,p=2$U0DANR/sCOTxvo4aajBZHg$jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw",
        "$argon2id$v=19$m=65536,t=3,p=4$UdNp1eqfVk6VTeZLk8QEhw$jzOygyEYcybPyuwgXLcn3AyDpvQdYT0Sy2zBYaVRQrM",
    ];

    fn is_right(password: &str, stored: &str) -> bool {
        let verdict = |engine| {
            let hashing = PasswordHashing::new(Cost::default(), engine).expect("a hasher");
            hashing.verify(&Secret::new(password), Some(stored)).expect("a verdict")
        };
        let is_right = verdict(Engine::Argon2Rust);
        assert_eq!(verdict(Engine::RustCrypto), is_right, "both engines");
        is_right
    }

    fn is_outdated(stored: &str) -> bool {
        PasswordHashing::is_outdated(stored, Cost::default())
    }

    #[test]
    fn hashes_of_other_makes_are_verified() {
        for stored in VECTORS {
            assert!(is_right(PASSWORD, stored), "{stored}");
            assert!(!is_right("pässword of ﬁve sword", stored), "{stored}");
            // Conversely, the NFKC form of the typed text was never hashed.
            assert!(!is_right("pässword of five words", stored), "{stored}");
        }
        // PHP writes `$2y$` for the same algorithm.
        assert!(is_right(PASSWORD, &VECTORS[1].replace("$2b$", "$2y$")));
    }

    /// The vector is `hashpw(("0123456789" * 10).encode()[:72], gensalt(5))`, which older bcrypt
    /// libraries computed by themselves.
    #[test]
    fn s12_bcrypt_reads_72_bytes_and_does_not_panic_at_more() {
        let stored = "$2b$05$rRhCE6jPPW5REpG//X3QNeEm/iaUJOLlPh8CUFgaEVzBBD6dvkBXq";
        assert!(is_right(&"0123456789".repeat(10), stored));
        assert!(is_right(&"0123456789".repeat(100), stored));
        assert!(!is_right(&"0123456789".repeat(7), stored));
        // Seventy-two bytes end in the middle of a letter.
        assert!(!is_right(&"aß".repeat(40), stored));
        assert!(!is_right("nul\0nul", stored) && !is_right("", stored));
    }

    #[test]
    fn s17_outdated_is_whatever_is_weaker_than_today() {
        for stored in &VECTORS[..5] {
            assert!(is_outdated(stored), "{stored}");
        }
        assert!(!is_outdated(VECTORS[5]), "stronger ones stay");
        let made = |params: &str, salt: &str| {
            let hash = "jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw";
            is_outdated(&format!("$argon2id$v=19${params}${salt}${hash}"))
        };
        let salt = "U0DANR/sCOTxvo4aajBZHg";
        for (params, outdated) in [
            ("m=19456,t=2,p=1", false),
            ("m=19456,t=2,p=4", false),
            ("m=47104,t=1,p=1", false),
            ("m=19456,t=1,p=1", true),
            ("m=19455,t=9,p=1", true),
            ("m=4096,t=3,p=1", true),
        ] {
            assert_eq!(made(params, salt), outdated, "{params}");
        }
        assert!(made("m=19456,t=2,p=1", "U0DANR/sCOTx"), "a short salt");
        assert!(is_outdated("nonsense"));
    }

    /// A hash of the highest cost of the settings is readable, so that its users can sign in.
    #[test]
    fn what_an_operator_may_choose_is_read_and_not_imported() {
        for params in ["m=1048576,t=20,p=1", "m=262144,t=1,p=1"] {
            let stored = VECTORS[4].replace("m=1024,t=2,p=2", params);
            assert!(Stored::parse(&stored).is_ok(), "{params}");
            assert_eq!(PasswordHashing::accepts(&stored), Err(Unusable::Costly), "{params}");
        }
        assert_eq!(PasswordHashing::accepts(VECTORS[5]), Ok(()));
    }

    #[test]
    fn what_costs_too_much_or_is_nothing_is_refused() {
        let argon2 = |params: &str| VECTORS[4].replace("m=1024,t=2,p=2", params);
        let table = [
            (argon2("m=4194304,t=1,p=1"), Unusable::Costly),
            (argon2("m=131072,t=9,p=1"), Unusable::Costly),
            (argon2("m=1024,t=4294967295,p=1"), Unusable::Costly),
            (argon2("m=65536,t=1,p=255"), Unusable::Costly),
            (argon2("m=1,t=1,p=1"), Unusable::Malformed),
            (VECTORS[4].replace("$v=19", ""), Unusable::Malformed),
            (VECTORS[4][..60].to_owned(), Unusable::Malformed),
            (VECTORS[1].replace("$05$", "$31$"), Unusable::Costly),
            (VECTORS[1].replace("$05$", "$99$"), Unusable::Costly),
            (VECTORS[1][..59].to_owned(), Unusable::Malformed),
            ("$2b$05$ß".repeat(6), Unusable::Malformed),
            ("$1$salt$5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), Unusable::Unknown),
            (format!("$argon2id${}", "x".repeat(600)), Unusable::Unknown),
            (String::new(), Unusable::Unknown),
        ];
        for (stored, why) in table {
            assert_eq!(PasswordHashing::accepts(&stored), Err(why), "{stored}");
            assert!(!is_right(PASSWORD, &stored));
        }
    }
}
