//! The chain keys of earlier instance secrets, sealed together under the current one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::{flaw::Flaw, head::HeadError};
use crate::server::{
    db::{Db, Tx, instance},
    error::{Error, Result},
    secure::{audit_chain::EarlierKey, seal::InstanceSecret},
};

/// The fact of the instance that holds them: sealed, a JSON array of pairs of the last position and
/// the key (base64url), or null if that key is lost. They are sealed together, because a lost key
/// makes all hashes up to its position pass.
const FACT: &str = "audit_chain_keys";
/// The purpose and the context of the seal.
const PURPOSE: (&str, &str) = ("audit chain keys", "all");

/// Reads the keys.
///
/// # Errors
/// Returns a flaw if they are not ours; fails if the database fails.
pub(in crate::server::service) async fn read(
    db: &Db,
    secret: &InstanceSecret,
) -> std::result::Result<Vec<EarlierKey>, HeadError> {
    match instance::get(db, FACT).await.map_err(Error::from)? {
        Some(sealed) => Ok(open(secret, &sealed).ok_or(Flaw::KeysForged)?),
        None => Ok(Vec::new()),
    }
}

fn open(secret: &InstanceSecret, sealed: &str) -> Option<Vec<EarlierKey>> {
    let plain = Zeroizing::new(secret.open(PURPOSE.0, PURPOSE.1, sealed).ok()?);
    // Borrowed from memory that is overwritten: base64url needs no escapes.
    let pairs: Vec<(i64, Option<&str>)> = serde_json::from_slice(&plain).ok()?;
    let key = |(until, text): (i64, Option<&str>)| {
        let bytes = text.map(|text| URL_SAFE_NO_PAD.decode(text)).transpose().ok()?;
        Some(EarlierKey { until, bytes })
    };
    pairs.into_iter().map(key).collect()
}

/// Stores the keys, sealed under a secret, in the unit of work that changes it.
///
/// # Errors
/// Fails if the seal or the database fails.
pub(in crate::server::service) async fn store(
    tx: &mut Tx<'_>,
    keys: &[EarlierKey],
    secret: &InstanceSecret,
) -> Result<()> {
    let pair = |key: &EarlierKey| {
        let text = key.bytes.as_ref().map(|bytes| Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)));
        (key.until, text)
    };
    let pairs: Vec<_> = keys.iter().map(pair).collect();
    let texts: Vec<_> = pairs
        .iter()
        .map(|(until, text)| (until, text.as_ref().map(|text| text.as_str())))
        .collect();
    let plain = serde_json::to_vec(&texts).map(Zeroizing::new);
    let plain = plain.map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = secret.seal(PURPOSE.0, PURPOSE.1, &plain)?;
    Ok(instance::put(tx, FACT, &sealed).await?)
}
