//! Signing keys: made here, sealed at rest, published as a JWK set (RFC 7517, RFC 8037).

use aws_lc_rs::{
    encoding::AsDer,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};

use super::{CryptoError, seal};

/// A private key and what others may know of it.
pub struct SigningKey {
    /// The `kid`: the key's thumbprint (RFC 7638).
    pub kid: String,
    /// The only algorithm this key is used with (RFC 8725 section 3.1).
    pub algorithm: Algorithm,
    encoding: EncodingKey,
    public: VerifyingKey,
}

/// A public key, bound to one algorithm.
#[derive(Clone)]
pub struct VerifyingKey {
    /// The `kid`.
    pub kid: String,
    /// The only algorithm it verifies.
    pub algorithm: Algorithm,
    /// As jsonwebtoken wants it.
    pub decoding: DecodingKey,
    /// The JWK, with no private member.
    pub jwk: Value,
}

impl SigningKey {
    /// Makes a new EdDSA key; the bytes are its PKCS#8 form, to be sealed.
    pub fn generate() -> Result<(Self, Vec<u8>), CryptoError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| CryptoError("Ed25519 key"))?;
        let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair)
            .map_err(|_| CryptoError("PKCS#8"))?
            .as_ref()
            .to_vec();
        Ok((Self::from_pkcs8(&pkcs8)?, pkcs8))
    }

    /// Reads an EdDSA key from its PKCS#8 form.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, CryptoError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8)
            .map_err(|_| CryptoError("Ed25519 key"))?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // RFC 7638 section 3: the required members, in this order, without white space.
        let kid = seal::sha256(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes());
        let jwk = json!({
            "kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": "sig",
        });
        let decoding =
            DecodingKey::from_ed_components(&x).map_err(|_| CryptoError("Ed25519 public key"))?;
        let algorithm = Algorithm::EdDSA;
        let public = VerifyingKey { kid: kid.clone(), algorithm, decoding, jwk };
        Ok(Self { kid, algorithm, encoding: EncodingKey::from_ed_der(pkcs8), public })
    }

    /// What verifies this key's signatures.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.public
    }

    /// For `jwt::sign` only.
    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }
}

/// The keys in use: one signs, all verify.
pub struct KeyRing {
    signing: SigningKey,
    verifying: Vec<VerifyingKey>,
}

impl KeyRing {
    /// The newest key signs; older ones still verify.
    pub fn new(signing: SigningKey, older: Vec<VerifyingKey>) -> Self {
        let mut verifying = vec![signing.verifying().clone()];
        verifying.extend(older);
        Self { signing, verifying }
    }

    /// The key that signs.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key of a `kid`, if it is one of ours; nothing is ever fetched.
    pub fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.verifying.iter().find(|key| key.kid == kid)
    }

    /// The JWK set that others verify with.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.verifying.iter().map(|key| &key.jwk).collect::<Vec<_>>() })
    }
}
