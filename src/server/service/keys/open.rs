use futures::FutureExt;

use super::{
    KeyError, Keys, RingName, VERSION,
    loaded::{Published, make, row},
};
use crate::server::{
    app::Core,
    db::{OpenMode, instance, keys},
    error::{Error, Result},
};

/// Reads the rings at start. The first start, also after a restore, makes the first key of our own
/// ring as the settings say. Rings for others begin when they are needed.
///
/// # Errors
/// Fails if the database fails, or the key cannot be made or read.
pub async fn open(core: &Core) -> Result<Keys> {
    let Core { config, db, clock, secret, open_mode, .. } = core;
    let mut published = Published::read(db, clock.now_s()).await?;
    if !published.has_own() && *open_mode == OpenMode::Make {
        let now_s = clock.now_s();
        let key = make(config, config.signing_algorithm).await?;
        let row = row(secret, RingName::Own, &key, now_s, now_s)?;
        let (version, first) = (published.version, clock.new_id());
        db.write(move |tx| {
            async move {
                // The row of `instance` decides a race of two first starts.
                let version = version.as_deref();
                if instance::compare_and_set(tx, VERSION, version, &first).await? {
                    let is_added = keys::insert(tx, &row).await?;
                    if !is_added {
                        // A shared secret from before a restore.
                        return Err(Error::Internal(KeyError::Known.to_string()));
                    }
                }
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
        published = Published::read(db, now_s).await?;
    }
    Keys::new(secret, config, published)
}
