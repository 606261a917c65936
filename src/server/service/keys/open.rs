use std::sync::{Arc, RwLock};

use futures::FutureExt;

use super::{Keys, PUBLISH_AHEAD, known, make, row};
use crate::server::{
    clock::Clock,
    config::Config,
    db::{Db, instance, keys},
    error::{Error, Result},
    secure::{CryptoError, keys::SigningKey, seal::InstanceSecret},
};

/// Reads the ring at start. The first start makes the first key; another algorithm or shared secret than
/// the last key's makes its successor.
pub async fn open(
    db: &Db,
    secret: &InstanceSecret,
    config: &Config,
    clock: &Clock,
) -> Result<Keys> {
    let now = clock.now();
    let mut rows = keys::live(db).await?;
    if rows.is_empty() {
        let (key, material) = make(config).await?;
        let row = row(secret, &key, &material, now, now)?;
        db.write(move |tx| {
            async move {
                // The row of `instance` decides a race of two first starts.
                if instance::set_once(tx, "first_key", &row.kid).await? == row.kid {
                    keys::insert(tx, &row).await?;
                }
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
        rows = keys::live(db).await?;
    }
    let ring = known(secret, rows)?.ring;
    let last = ring.last().ok_or(CryptoError("no signing key"))?;
    let (last_active_at, last) = (last.active_at, last.key.verifying());
    let shared = config.jwt_secret.as_ref().map(SigningKey::shared).transpose()?;
    let is_wanted = match &shared {
        Some((key, _)) => key.verifying().kid == last.kid,
        None => config.signing_algorithm == last.algorithm,
    };
    if !is_wanted {
        let (key, material) = make(config).await?;
        // A shared secret is not published: there is nobody to wait for.
        let wanted = if shared.is_some() { now } else { now + PUBLISH_AHEAD };
        // Never in the same second as the last, so that their order is clear.
        let active_at = wanted.max(last_active_at + 1);
        let row = row(secret, &key, &material, now, active_at)?;
        let (kid, algorithm, last) = (row.kid.clone(), row.algorithm.clone(), last.kid.clone());
        db.write(move |tx| {
            async move {
                keys::set_successor(tx, &last, &row.kid).await?;
                keys::insert(tx, &row).await
            }
            .boxed()
        })
        .await?;
        tracing::info!(%kid, %algorithm, active_at, "the next key is published");
    }
    Ok(Keys(RwLock::new(Arc::new(known(secret, keys::live(db).await?)?))))
}
