//! The public key of a passkey: a COSE key (RFC 9052 section 7) of one of three algorithms.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use super::{
    Wrong,
    cbor::{Item, Reader},
};

/// The algorithms that are asked for, by their names of COSE: ES256, EdDSA, RS256; what authenticators like best comes first.
pub const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// The longest modulus, in bytes: verifying takes the longer the longer it is.
const MODULUS_MAX: usize = 512;

/// A public key that signatures are held against.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PublicKey<'b> {
    /// A point of P-256, without compression.
    Es256([u8; 65]),
    /// A key of Ed25519.
    EdDsa(&'b [u8]),
    /// Modulus and exponent.
    Rs256(&'b [u8], &'b [u8]),
}

/// The parameters of a COSE key, by label.
#[derive(Default)]
struct Parameters<'b> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    first: Option<&'b [u8]>,
    second: Option<&'b [u8]>,
    third: Option<&'b [u8]>,
}

impl<'b> Parameters<'b> {
    /// Reads the map that is next. A label that comes twice is refused, and one that is not known is passed over.
    fn read(reader: &mut Reader<'b>) -> Result<Self, Wrong> {
        let mut parameters = Self::default();
        for _ in 0..reader.map()? {
            let label = reader.item()?;
            let number = match label {
                Item::Integer(1) => &mut parameters.kind,
                Item::Integer(3) => &mut parameters.algorithm,
                Item::Integer(label @ -3..=-1) => {
                    let value = reader.item()?;
                    parameters.set(label, value)?;
                    continue;
                }
                Item::Integer(_) | Item::Text(_) => {
                    reader.skip()?;
                    continue;
                }
                _ => return Err(Wrong::Key),
            };
            match reader.item()? {
                Item::Integer(value) if number.is_none() => *number = Some(value),
                _ => return Err(Wrong::Key),
            }
        }
        Ok(parameters)
    }

    fn set(&mut self, label: i64, value: Item<'b>) -> Result<(), Wrong> {
        let place = match (label, value) {
            (-1, Item::Integer(curve)) if self.curve.is_none() && self.first.is_none() => {
                self.curve = Some(curve);
                return Ok(());
            }
            (-1, _) if self.curve.is_none() => &mut self.first,
            (-2, _) => &mut self.second,
            (-3, _) => &mut self.third,
            _ => return Err(Wrong::Key),
        };
        match value {
            Item::Bytes(bytes) if place.is_none() => *place = Some(bytes),
            _ => return Err(Wrong::Key),
        }
        Ok(())
    }
}

/// Heights (y) of the points of Ed25519 of order 1, 2, 4 and 8, little-endian, and the two that are written above the prime.
/// Somebody who takes one as a key can sign every message without a secret.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    ends(1, 0, 0),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    ends(0xec, 0xff, 0x7f),
    ends(0xed, 0xff, 0x7f),
    ends(0xee, 0xff, 0x7f),
];

/// A number whose first and last bytes are given, and those between them.
const fn ends(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut bytes = [between; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Whether the point is one of them; the highest bit is the sign of its other coordinate.
fn is_of_small_order(point: &[u8]) -> bool {
    SMALL_ORDER.iter().any(|small| match (point, small) {
        ([rest @ .., last], [small @ .., high]) => rest == small && last & 0x7f == *high,
        _ => false,
    })
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last & 1 == 1)
}

impl<'b> PublicKey<'b> {
    /// Reads a key, after which the reader is at its end.
    ///
    /// # Errors
    /// `Key` for another algorithm, or a key that is none of its own.
    pub(super) fn read(reader: &mut Reader<'b>) -> Result<Self, Wrong> {
        let of = Parameters::read(reader)?;
        match (of.kind, of.algorithm, of.curve, of.first, of.second, of.third) {
            (Some(2), Some(ES256), Some(1), None, Some(x), Some(y)) => {
                let mut point = [4; 65];
                let whole = [x, y].concat();
                match point.get_mut(1..) {
                    Some(place) if x.len() == 32 && whole.len() == 64 => {
                        place.copy_from_slice(&whole)
                    }
                    _ => return Err(Wrong::Key),
                }
                Ok(Self::Es256(point))
            }
            (Some(1), Some(EDDSA), Some(6), None, Some(x), None) if x.len() == 32 => {
                Ok(Self::EdDsa(x))
            }
            (Some(3), Some(RS256), None, Some(modulus), Some(exponent), None)
                if modulus.len() <= MODULUS_MAX && exponent.len() <= 8 =>
            {
                Ok(Self::Rs256(modulus, exponent))
            }
            _ => Err(Wrong::Key),
        }
    }

    /// Checks what would make a signature worth nothing: that a point of P-256 is on its curve, that a point of Ed25519 is not of
    /// small order, and that a modulus is long enough and odd, with an odd exponent above 1. A point off the curve of Ed25519 is not
    /// found here: no signature by it verifies.
    ///
    /// # Errors
    /// `Key`.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let is_key = match self {
            Self::Es256(point) => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).is_ok(),
            Self::EdDsa(x) => !is_of_small_order(x),
            Self::Rs256(modulus, exponent) => {
                modulus.len() >= 256
                    && modulus.first() != Some(&0)
                    && is_odd(modulus)
                    && is_odd(exponent)
                    && *exponent != [1]
                    && exponent.first() != Some(&0)
            }
        };
        if is_key { Ok(()) } else { Err(Wrong::Key) }
    }

    /// Holds a signature against the key.
    ///
    /// # Errors
    /// `Signature`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Wrong> {
        let by = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(message, signature)
        };
        let verified = match self {
            Self::Es256(point) => by(&ECDSA_P256_SHA256_ASN1, point),
            Self::EdDsa(x) => by(&ED25519, x),
            Self::Rs256(modulus, exponent) => {
                let key = RsaPublicKeyComponents { n: *modulus, e: *exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Wrong::Signature)
    }
}
