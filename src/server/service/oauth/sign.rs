use std::sync::Arc;

use crate::server::{
    App,
    error::{Error, Result},
    secure::{
        CryptoError,
        key_ring::KeyRing,
        keys::{KeyAlgorithm, SigningKey},
    },
    service::keys::{self, KeyError, RingName},
};

/// Signs by a ring for others. RSA takes milliseconds, so it has a thread of its own.
///
/// # Errors
/// Fails if no key signs, or the signature cannot be made.
pub(super) async fn sign(
    app: &App,
    algorithm: KeyAlgorithm,
    make: impl FnOnce(&SigningKey) -> std::result::Result<String, CryptoError> + Send + 'static,
) -> Result<String> {
    let name = RingName::for_others(algorithm)
        .ok_or_else(|| Error::Internal("a shared secret signs nothing for others".into()))?;
    let now_s = app.clock.now_s();
    let mut ring = app.tokens.keys.ring(name);
    if ring.signing(now_s).is_none() {
        // Its first client or resource began it; a restored database has none.
        keys::begin(app, name).await.map_err(|error| match error {
            KeyError::Other(error) => error,
            error => Error::Internal(error.to_string()),
        })?;
        ring = app.tokens.keys.ring(name);
    }
    if algorithm != KeyAlgorithm::Rs256 {
        return signed(&ring, now_s, make);
    }
    let signing = tokio::task::spawn_blocking(move || signed(&ring, now_s, make));
    signing.await.map_err(|panic| Error::Internal(panic.to_string()))?
}

fn signed(
    ring: &Arc<KeyRing>,
    now_s: i64,
    make: impl FnOnce(&SigningKey) -> std::result::Result<String, CryptoError>,
) -> Result<String> {
    let signing = ring.signing(now_s).ok_or(CryptoError("no signing key"))?;
    Ok(make(&signing.key)?)
}
