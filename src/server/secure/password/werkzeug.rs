//! Werkzeug's hashes, `method$salt$hex`, of Flask applications.
//!
//! The formats are those of `werkzeug/security.py` 3.1 (scrypt, pbkdf2) and 2.2 (also plain
//! digests: an HMAC keyed by the salt, or just the digest without one).

use std::num::NonZeroU32;

use aws_lc_rs::{constant_time, digest, hmac, pbkdf2};

use super::bounds::{MAX_KIB, MAX_ROUNDS, MAX_SCRYPT_WORK, Unusable};
use crate::server::secure::CryptoError;

/// A parsed hash.
pub(in crate::server::secure) struct Hash<'h> {
    method: Method,
    salt: &'h [u8],
    expected: Vec<u8>,
}

enum Method {
    /// scrypt, with its memory in KiB.
    Scrypt(scrypt::Params, u64),
    Pbkdf2(Digest, NonZeroU32),
    Plain(Digest),
}

/// A hash function by its Werkzeug name.
struct Digest {
    name: &'static str,
    digest: &'static digest::Algorithm,
    hmac: hmac::Algorithm,
    pbkdf2: pbkdf2::Algorithm,
}

const DIGESTS: [Digest; 4] = [
    Digest {
        name: "sha1",
        digest: &digest::SHA1_FOR_LEGACY_USE_ONLY,
        hmac: hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        pbkdf2: pbkdf2::PBKDF2_HMAC_SHA1,
    },
    Digest {
        name: "sha256",
        digest: &digest::SHA256,
        hmac: hmac::HMAC_SHA256,
        pbkdf2: pbkdf2::PBKDF2_HMAC_SHA256,
    },
    Digest {
        name: "sha384",
        digest: &digest::SHA384,
        hmac: hmac::HMAC_SHA384,
        pbkdf2: pbkdf2::PBKDF2_HMAC_SHA384,
    },
    Digest {
        name: "sha512",
        digest: &digest::SHA512,
        hmac: hmac::HMAC_SHA512,
        pbkdf2: pbkdf2::PBKDF2_HMAC_SHA512,
    },
];

impl Digest {
    fn named(name: &str) -> Result<Self, Unusable> {
        DIGESTS.into_iter().find(|digest| digest.name == name).ok_or(Unusable::Unknown)
    }
}

impl<'h> Hash<'h> {
    /// Parses a hash; omitted parameters default to those of Werkzeug 3.1.
    pub(super) fn parse(text: &'h str) -> Result<Self, Unusable> {
        let mut parts = text.splitn(3, '$');
        let (Some(method), Some(salt), Some(hex)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(Unusable::Unknown);
        };
        let mut words = method.split(':');
        let words = (words.next(), words.next(), words.next(), words.next(), words.next());
        let (method, length) = match words {
            (Some("scrypt"), n, r, p, None) => (scrypt_with(n, r, p)?, 64),
            (Some("pbkdf2"), name, rounds, None, None) => {
                let digest = Digest::named(name.unwrap_or("sha256"))?;
                let length = digest.digest.output_len();
                (Method::Pbkdf2(digest, rounds_of(rounds.unwrap_or("1000000"))?), length)
            }
            (Some("plain" | "md5"), None, ..) => return Err(Unusable::Plain),
            (Some(name), None, ..) => {
                let digest = Digest::named(name)?;
                let length = digest.digest.output_len();
                (Method::Plain(digest), length)
            }
            _ => return Err(Unusable::Unknown),
        };
        let expected = unhex(hex).filter(|bytes| bytes.len() == length);
        let (expected, salt) = (expected.ok_or(Unusable::Malformed)?, salt.as_bytes());
        Ok(Self { method, salt, expected })
    }

    /// Whether the hash is of this password.
    ///
    /// # Errors
    /// Fails if memory is lacking.
    pub(super) fn verify(&self, password: &[u8]) -> Result<bool, CryptoError> {
        let (salt, expected) = (self.salt, self.expected.as_slice());
        let same = |bytes: &[u8]| constant_time::verify_slices_are_equal(bytes, expected).is_ok();
        Ok(match &self.method {
            Method::Scrypt(params, kib) => {
                // The library aborts the process if the allocation fails.
                let needed = usize::try_from(*kib).unwrap_or(usize::MAX).saturating_mul(1024);
                let probe = Vec::<u8>::new().try_reserve_exact(needed);
                probe.map_err(|_| CryptoError::NO_MEMORY)?;
                let mut bytes = [0; 64];
                scrypt::scrypt(password, salt, params, &mut bytes).is_ok() && same(&bytes)
            }
            Method::Pbkdf2(digest, rounds) => {
                pbkdf2::verify(digest.pbkdf2, *rounds, salt, password, expected).is_ok()
            }
            Method::Plain(used) if salt.is_empty() => {
                same(digest::digest(used.digest, password).as_ref())
            }
            Method::Plain(used) => {
                hmac::verify(&hmac::Key::new(used.hmac, salt), password, expected).is_ok()
            }
        })
    }
}

fn scrypt_with(n: Option<&str>, r: Option<&str>, p: Option<&str>) -> Result<Method, Unusable> {
    let (n, r, p) = match (n, r, p) {
        (None, None, None) => (1 << 15, 8, 1),
        (Some(n), Some(r), Some(p)) => (number(n)?, number(r)?, number(p)?),
        _ => return Err(Unusable::Malformed),
    };
    if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
        return Err(Unusable::Malformed);
    }
    let blocks = u64::from(n) + u64::from(p);
    let memory = u64::from(r).saturating_mul(blocks).div_ceil(8);
    let work = u64::from(n).saturating_mul(u64::from(r)).saturating_mul(u64::from(p));
    if memory > MAX_KIB || work > MAX_SCRYPT_WORK {
        return Err(Unusable::Costly);
    }
    let params = scrypt::Params::new(n.trailing_zeros() as u8, r, p);
    params.map(|params| Method::Scrypt(params, memory)).map_err(|_| Unusable::Malformed)
}

fn rounds_of(text: &str) -> Result<NonZeroU32, Unusable> {
    let rounds = NonZeroU32::new(number(text)?).ok_or(Unusable::Malformed)?;
    if rounds.get() > MAX_ROUNDS { Err(Unusable::Costly) } else { Ok(rounds) }
}

/// A number of digits only; an overflow costs too much in any case.
fn number(text: &str) -> Result<u32, Unusable> {
    match text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        true => text.parse().map_err(|_| Unusable::Costly),
        false => Err(Unusable::Malformed),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "pässword of ﬁve words";

    /// Made by Werkzeug 3.1.9 (the first six) and 2.2.3 (the next three):
    /// `generate_password_hash(PASSWORD, "scrypt:16384:8:1")` and so on; the last one is
    /// `"sha256$$" + hashlib.sha256(PASSWORD.encode()).hexdigest()`.
    const VECTORS: [&str; 10] = [
        "scrypt:32768:8:1$yuUnqbYLGTXnHTbD$7aec88790228f64400e451cfb4bf2344094633117d8167af347738f2431ad24ff327addb0c64d878f7f110f410b3fd29845177b251a59467f1353cc231b2a1eb",
        "scrypt:16384:8:1$TZU6GM9AihYlOvzR$85296a065dd386470843f6e5b7da213966d636b05a631a399ff8581af0319e4775535ba57ae2b3390c6fdf59bb53b0becae6bd89a5f44b0222a886b95267e10c",
        "pbkdf2:sha256:1000$E2IQO80okD9MElWj$5ec0e5f83cb81cad837529482eebf9c9e2f7446a53b4d4322f89f56711edae50",
        "pbkdf2:sha1:1000$WmHowyUGme3yZoUf$ca4663a859de0f30b51785329aa2f13ecf478324",
        "pbkdf2:sha512:1000$GTNpt1csj0wgI7OJ$35ac34911b063a53b9bc4d480e3d97b03e88d80f60d0be7a01756e7bc78648bd33efa8dbbe9db98de5f0beb35a57bcbcf190ee8c6667389aaa9d6b5e2f311734",
        "pbkdf2:sha256:1000000$98sCN5O42egJ7xZJ$dd2b492ff3f9ba5d8616abfc172dae6e66cef5a9b16a8edc68a15a12ce4c1483",
        "sha1$RmwS6o7XlEeTYbvi$4b2264f909590c40a0bf70dd68715c10b98514af",
        "sha256$uGFYu3TpxWCm9Ohg$493e43fb514d492477c7bf100e0f5d42b73c07a0bddc786ee05b41e7f47f1526",
        "sha512$cXVl0HWRQvE4L5i4$96473bac5c1c2fe51ea7daf5f80219241681441617182f7601c2105e972790ae733b7a082943ff61833da879a6a2a30a346b0b09c2507968fc8789efc322734c",
        "sha256$$9e73f974fce16b0140f8ac55ca94315597d1d7a31b75e824ea423dc1f99752ac",
    ];

    fn is_right(password: &str, stored: &str) -> bool {
        Hash::parse(stored).expect("a hash").verify(password.as_bytes()).expect("a verdict")
    }

    #[test]
    fn hashes_of_werkzeug_are_verified() {
        for stored in VECTORS {
            assert!(is_right(PASSWORD, stored), "{stored}");
            assert!(!is_right("pässword of five words", stored) && !is_right("", stored));
            let (rest, last) = stored.split_at(stored.len() - 1);
            let other = if last == "0" { "1" } else { "0" };
            assert!(!is_right(PASSWORD, &format!("{rest}{other}")), "{stored}");
        }
        // Omitted parameters have their defaults.
        assert!(is_right(PASSWORD, &VECTORS[0].replace("scrypt:32768:8:1", "scrypt")));
        assert!(is_right(PASSWORD, &VECTORS[5].replace("pbkdf2:sha256:1000000", "pbkdf2")));
        assert!(is_right(PASSWORD, &VECTORS[5].replace(":1000000", "")));
    }

    #[test]
    fn what_costs_too_much_or_is_nothing_is_refused() {
        let (scrypt, pbkdf2) = (&VECTORS[0], &VECTORS[2]);
        let with = |method: &str| scrypt.replace("scrypt:32768:8:1", method);
        let rounds = |rounds: &str| pbkdf2.replace(":1000$", &format!(":{rounds}$"));
        let table = [
            (with("scrypt:1048576:8:1"), Unusable::Costly),
            (with("scrypt:4294967296:8:1"), Unusable::Costly),
            (with("scrypt:32768:4294967295:1"), Unusable::Costly),
            (with("scrypt:32768:8:4294967295"), Unusable::Costly),
            (with("scrypt:2:1:2097152"), Unusable::Costly),
            (with("scrypt:32767:8:1"), Unusable::Malformed),
            (with("scrypt:0:8:1"), Unusable::Malformed),
            (with("scrypt:32768:0:1"), Unusable::Malformed),
            (with("scrypt:32768:8"), Unusable::Malformed),
            (with("scrypt:-1:8:1"), Unusable::Malformed),
            (with("scrypt:32768:8:1:1"), Unusable::Unknown),
            (rounds("2000001"), Unusable::Costly),
            (rounds("99999999999999999999"), Unusable::Costly),
            (rounds("0"), Unusable::Malformed),
            (rounds("+1"), Unusable::Malformed),
            (rounds(""), Unusable::Malformed),
            (pbkdf2.replace("sha256", "md5"), Unusable::Unknown),
            (pbkdf2[..pbkdf2.len() - 2].to_owned(), Unusable::Malformed),
            (pbkdf2[..pbkdf2.len() - 1].to_owned(), Unusable::Malformed),
            (VECTORS[7].replace("493e", "ß3e"), Unusable::Malformed),
            ("md5$salt$5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), Unusable::Plain),
            ("plain$$secret".to_owned(), Unusable::Plain),
            ("sha256:1$salt$00".to_owned(), Unusable::Unknown),
            ("secret".to_owned(), Unusable::Unknown),
            ("$$".to_owned(), Unusable::Unknown),
        ];
        for (stored, why) in table {
            assert_eq!(Hash::parse(&stored).err(), Some(why), "{stored}");
        }
    }
}
