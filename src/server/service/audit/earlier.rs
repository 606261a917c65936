//! The keys of links that were made under earlier instance secrets, sealed under the one of today.

use crate::server::{
    db::{Db, Tx, instance},
    error::{Error, Result},
    secure::{audit_chain::EarlierKey, seal::InstanceSecret},
};

/// The fact of the instance that has them: a JSON array of pairs, the last place and the sealed key.
const FACT: &str = "audit_chain_keys";
/// The purpose under which they are sealed; the context is the place.
const PURPOSE: &str = "audit chain key";

/// Reads them.
///
/// # Errors
/// The database; a key that does not open.
pub(in crate::server::service) async fn read(
    db: &Db,
    secret: &InstanceSecret,
) -> Result<Vec<EarlierKey>> {
    let Some(stored) = instance::get(db, FACT).await? else {
        return Ok(Vec::new());
    };
    let stored: Vec<(i64, Option<String>)> =
        serde_json::from_str(&stored).map_err(|error| Error::Internal(error.to_string()))?;
    let open = |(until, sealed): (i64, Option<String>)| {
        let open = |sealed: String| secret.open(PURPOSE, &until.to_string(), &sealed);
        Ok(EarlierKey { until, bytes: sealed.map(open).transpose()? })
    };
    stored.into_iter().map(open).collect()
}

/// Stores the keys, sealed under a secret, in the unit of work that changes it.
///
/// # Errors
/// Sealing; the database.
pub(in crate::server::service) async fn store(
    tx: &mut Tx<'_>,
    keys: &[EarlierKey],
    secret: &InstanceSecret,
) -> Result<()> {
    let seal = |key: &EarlierKey| {
        let seal = |bytes: &Vec<u8>| secret.seal(PURPOSE, &key.until.to_string(), bytes);
        Ok((key.until, key.bytes.as_ref().map(seal).transpose()?))
    };
    let sealed: Vec<(i64, Option<String>)> = keys.iter().map(seal).collect::<Result<_>>()?;
    let text =
        serde_json::to_string(&sealed).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(instance::put(tx, FACT, &text).await?)
}
