use futures::FutureExt;

use super::{KeyError, Keys, Published, VERSION, make, row};
use crate::server::{
    app::Core,
    db::{OpenMode, instance, keys},
    error::{Error, Result},
};

/// Reads the ring at start. The first start makes the first key, as its settings say; so does the first one after a
/// restore.
pub async fn open(core: &Core) -> Result<Keys> {
    let Core { config, db, clock, secret, open_mode, .. } = core;
    let mut published = Published::read(db, clock.now()).await?;
    if published.rows.is_empty() && *open_mode == OpenMode::Make {
        let now = clock.now();
        let (key, material) = make(config, config.signing_algorithm).await?;
        let row = row(secret, &key, &material, now, now)?;
        let (version, first) = (published.version, clock.new_id());
        db.write(move |tx| {
            async move {
                // The row of `instance` decides a race of two first starts.
                let version = version.as_deref();
                if instance::compare_and_set(tx, VERSION, version, &first).await? {
                    let is_added = keys::insert(tx, &row).await?;
                    if !is_added {
                        // A shared secret of before a restore.
                        return Err(Error::Internal(KeyError::LoadedKeys.to_string()));
                    }
                }
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
        published = Published::read(db, now).await?;
    }
    Keys::new(secret, config, published)
}
