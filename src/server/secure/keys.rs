//! Signing keys: generated or imported, sealed at rest, published as JWKs (RFC 7517, RFC 7518, RFC
//! 8037).

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{CryptoError, seal, secret::Secret};

/// Minimum size of an RSA modulus, in bits; ours have 3072.
const RSA_BITS_MIN: usize = 2048;

/// The supported signature algorithms: the four of the tutorials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8037).
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// HMAC with SHA-256 and a secret shared with every verifier.
    Hs256,
}

impl KeyAlgorithm {
    /// All algorithms, the default first.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Es256, Self::Rs256, Self::Hs256];

    /// The name in JOSE headers (RFC 7518 section 3.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }

    /// The algorithm in jsonwebtoken.
    pub fn jose(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
            Self::Hs256 => Algorithm::HS256,
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| "expected EdDSA, ES256, RS256 or HS256".into())
    }
}

/// A private key with its public part.
pub struct SigningKey {
    encoding: EncodingKey,
    public: VerifyingKey,
}

/// The public part, bound to one algorithm (RFC 8725 section 3.1).
#[derive(Clone)]
pub struct VerifyingKey {
    /// The `kid`: the key's thumbprint (RFC 7638).
    pub kid: String,
    /// The only algorithm that it verifies.
    pub algorithm: KeyAlgorithm,
    /// The key for jsonwebtoken.
    pub decoding: DecodingKey,
    /// The JWK without private members; none for a shared secret.
    pub jwk: Option<Value>,
}

impl VerifyingKey {
    /// Whether a signature (base64url) of these bytes is valid for this key and its algorithm.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, message, &self.decoding, self.algorithm.jose())
            .unwrap_or(false)
    }
}

/// The private key material to be sealed: PKCS#8, or the bytes of a shared secret. Overwritten when
/// dropped.
pub struct Material(Zeroizing<Vec<u8>>);

impl Material {
    /// Takes ownership of the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves; every call deserves a review.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl SigningKey {
    /// Generates a key; a shared secret is chosen by the operator instead.
    ///
    /// # Errors
    /// Fails if the generator fails, or for a shared secret.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<(Self, Material), CryptoError> {
        let failed = |_| CryptoError("making a key");
        let pkcs8 = match algorithm {
            KeyAlgorithm::EdDsa => der(&Ed25519KeyPair::generate().map_err(failed)?)?,
            KeyAlgorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map_err(failed)?
                .as_ref()
                .to_vec(),
            KeyAlgorithm::Rs256 => der(&RsaKeyPair::generate(KeySize::Rsa3072).map_err(failed)?)?,
            KeyAlgorithm::Hs256 => return Err(CryptoError("a shared secret is not made here")),
        };
        let material = Material::new(pkcs8);
        Ok((Self::read(algorithm, &material)?, material))
    }

    /// The key of an operator's shared secret.
    ///
    /// # Errors
    /// Fails if the key cannot be derived.
    pub fn shared(secret: &Secret) -> Result<(Self, Material), CryptoError> {
        let material = Material::new(secret.expose().as_bytes().to_vec());
        Ok((Self::read(KeyAlgorithm::Hs256, &material)?, material))
    }

    /// Reads a private key in PEM (PKCS#8), which decides the algorithm.
    ///
    /// # Errors
    /// Fails if the text is not PEM, or its key is unsupported or too weak.
    pub fn from_pem(pem: &Secret) -> Result<(Self, Material), CryptoError> {
        let pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(pem.expose().as_bytes())
            .map_err(|_| CryptoError("not a private key in PEM (PKCS#8, BEGIN PRIVATE KEY)"))?;
        let material = Material::new(pkcs8.secret_pkcs8_der().to_vec());
        [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256]
            .into_iter()
            .find_map(|algorithm| Self::read(algorithm, &material).ok())
            .map(|key| (key, material))
            .ok_or(CryptoError("not an Ed25519, P-256 or RSA key (of 2048 bits or more)"))
    }

    /// Reads a key from its material.
    ///
    /// # Errors
    /// Fails if the material is not a key of this algorithm.
    pub fn read(algorithm: KeyAlgorithm, material: &Material) -> Result<Self, CryptoError> {
        let bytes = material.expose();
        let (encoding, decoding, required) = match algorithm {
            KeyAlgorithm::EdDsa => ed25519(bytes)?,
            KeyAlgorithm::Es256 => p256(bytes)?,
            KeyAlgorithm::Rs256 => rsa(bytes)?,
            KeyAlgorithm::Hs256 => (
                EncodingKey::from_secret(bytes),
                DecodingKey::from_secret(bytes),
                format!(r#"{{"k":"{}","kty":"oct"}}"#, b64(bytes)),
            ),
        };
        // RFC 7638 section 3: the required members, in order, without white space.
        let kid = seal::sha256(required.as_bytes());
        let jwk = match algorithm {
            KeyAlgorithm::Hs256 => None,
            _ => {
                let mut jwk: Value =
                    serde_json::from_str(&required).map_err(|_| CryptoError("JWK"))?;
                jwk["kid"] = json!(kid);
                jwk["alg"] = json!(algorithm.as_str());
                jwk["use"] = json!("sig");
                Some(jwk)
            }
        };
        Ok(Self { encoding, public: VerifyingKey { kid, algorithm, decoding, jwk } })
    }

    /// The public part.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.public
    }

    /// The private key, for `jwt::sign` only.
    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }
}

/// The keys for jsonwebtoken, and the required members of the JWK.
type Parts = (EncodingKey, DecodingKey, String);

fn ed25519(pkcs8: &[u8]) -> Result<Parts, CryptoError> {
    let failed = CryptoError("Ed25519 key");
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| failed)?;
    let x = b64(pair.public_key().as_ref());
    let decoding = DecodingKey::from_ed_components(&x).map_err(|_| failed)?;
    let required = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    Ok((EncodingKey::from_ed_der(pkcs8), decoding, required))
}

fn p256(pkcs8: &[u8]) -> Result<Parts, CryptoError> {
    let failed = CryptoError("P-256 key");
    let pair =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| failed)?;
    // SEC 1 section 2.3.3: 4, x, y.
    let point = pair.public_key().as_ref();
    let (x, y) = point.get(1..).and_then(|xy| xy.split_at_checked(32)).ok_or(failed)?;
    let (x, y) = (b64(x), b64(y));
    let decoding = DecodingKey::from_ec_components(&x, &y).map_err(|_| failed)?;
    let required = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Ok((EncodingKey::from_ec_der(pkcs8), decoding, required))
}

fn rsa(pkcs8: &[u8]) -> Result<Parts, CryptoError> {
    let failed = CryptoError("RSA key");
    let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| failed)?;
    if pair.public_modulus_len() * 8 < RSA_BITS_MIN {
        return Err(failed);
    }
    let public = pair.public_key();
    let n = b64(public.modulus().big_endian_without_leading_zero());
    let e = b64(public.exponent().big_endian_without_leading_zero());
    let decoding = DecodingKey::from_rsa_components(&n, &e).map_err(|_| failed)?;
    // jsonwebtoken extracts the PKCS#1 key from PKCS#8 only if it gets PEM.
    let base64 = STANDARD.encode(pkcs8);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| failed)?;
    Ok((encoding, decoding, format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)))
}

fn der<'d>(pair: &impl AsDer<Pkcs8V1Der<'d>>) -> Result<Vec<u8>, CryptoError> {
    pair.as_der().map(|der| der.as_ref().to_vec()).map_err(|_| CryptoError("PKCS#8"))
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
