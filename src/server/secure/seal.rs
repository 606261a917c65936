//! The instance secret and all keys derived from it (HKDF, RFC 5869; AES-256-GCM).

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest, hkdf, hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::{CryptoError, secret::Secret};

/// Minimum length of a secret, in bytes.
pub const SECRET_MIN_BYTES: usize = 32;

/// Secrets of tutorials and examples, which many people have copied (S104).
const PLACEHOLDERS: [&str; 7] = [
    "your_secret_key",
    "your_strong_secret",
    "your_jwt_secret",
    "super-secret",
    "changeme",
    "change_me",
    "placeholder",
];

/// The secret of an instance, from which all keys at rest are derived by purpose.
#[derive(Clone)]
pub struct InstanceSecret(hkdf::Prk);

/// The reason why a secret is refused.
#[derive(Debug, thiserror::Error)]
pub enum WeakSecret {
    /// It has less than 32 bytes.
    #[error("the secret is shorter than {SECRET_MIN_BYTES} bytes")]
    Short,
    /// It is a string from a tutorial, or one repeated character.
    #[error("the secret is a well-known placeholder")]
    Placeholder,
}

impl InstanceSecret {
    /// Accepts a secret unless it is short or copied from a tutorial.
    ///
    /// # Errors
    /// Returns the weakness.
    pub fn new(secret: &Secret) -> Result<Self, WeakSecret> {
        refuse_weak(secret)?;
        let text = secret.expose().trim();
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"vestibule instance secret v1");
        Ok(Self(salt.extract(text.as_bytes())))
    }

    /// A text for the database, by which a wrong secret is detected at start.
    pub fn check_value(&self) -> String {
        URL_SAFE_NO_PAD.encode(*self.derive(&["check value"]))
    }

    /// A key for message authentication, one per purpose.
    pub fn mac_key(&self, purpose: &str) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &*self.mac_bytes(purpose))
    }

    /// The bytes of [`mac_key`](Self::mac_key), to be sealed under another secret.
    pub fn mac_bytes(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.derive(&["mac", purpose])
    }

    /// Seals bytes for one purpose and context; the same context opens them again.
    ///
    /// # Errors
    /// Fails if encryption fails.
    pub fn seal(&self, purpose: &str, context: &str, plain: &[u8]) -> Result<String, CryptoError> {
        let key = self.sealing_key(purpose, context)?;
        let mut sealed = plain.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut sealed)
            .map_err(|_| CryptoError("sealing"))?;
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut sealed);
        Ok(URL_SAFE_NO_PAD.encode(whole))
    }

    /// Opens the result of [`seal`](Self::seal).
    ///
    /// # Errors
    /// Fails unless this instance sealed the text for this purpose and context.
    pub fn open(&self, purpose: &str, context: &str, text: &str) -> Result<Vec<u8>, CryptoError> {
        let key = self.sealing_key(purpose, context)?;
        let whole = URL_SAFE_NO_PAD.decode(text).map_err(|_| CryptoError("sealed text"))?;
        let (nonce, sealed) =
            whole.split_first_chunk::<NONCE_LEN>().ok_or(CryptoError("sealed text"))?;
        // Opened in place and overwritten then; the caller has the only copy.
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let plain = key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| CryptoError("opening"))?;
        Ok(plain.to_vec())
    }

    fn sealing_key(&self, purpose: &str, context: &str) -> Result<RandomizedNonceKey, CryptoError> {
        RandomizedNonceKey::new(&AES_256_GCM, &*self.derive(&["seal", purpose, context]))
            .map_err(|_| CryptoError("sealing key"))
    }

    /// Derives 32 bytes from the given words; their lengths are included, so no two lists collide.
    fn derive(&self, words: &[&str]) -> Zeroizing<[u8; 32]> {
        let mut info = Vec::new();
        for word in words {
            info.extend_from_slice(&(word.len() as u32).to_be_bytes());
            info.extend_from_slice(word.as_bytes());
        }
        let mut key = Zeroizing::new([0; 32]);
        self.0
            .expand(&[&info], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *key))
            .expect("32 bytes are within HKDF's reach");
        key
    }
}

/// Checks a secret.
///
/// # Errors
/// Returns the weakness of a secret that is short or copied from a tutorial.
pub fn refuse_weak(secret: &Secret) -> Result<(), WeakSecret> {
    let text = secret.expose().trim();
    if text.len() < SECRET_MIN_BYTES {
        return Err(WeakSecret::Short);
    }
    let distinct = text.bytes().collect::<std::collections::HashSet<_>>().len();
    if distinct < 8 || is_placeholder(text) {
        return Err(WeakSecret::Placeholder);
    }
    Ok(())
}

/// Whether a secret is one of a tutorial, or one of them with something around it.
pub fn is_placeholder(secret: &str) -> bool {
    let lower = secret.to_lowercase();
    PLACEHOLDERS.iter().any(|known| lower.contains(known))
}

/// SHA-256 as base64url text: how one-time tokens are stored.
pub fn sha256(data: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, data))
}

/// SHA-256, the lookup key of a token.
pub fn digest(data: &[u8]) -> [u8; digest::SHA256_OUTPUT_LEN] {
    let mut hash = [0; digest::SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    hash
}

/// Compares two texts in a time that depends on their lengths only.
pub fn same(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}
