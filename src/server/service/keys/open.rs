use futures::FutureExt;

use super::{Keys, Published, make, row};
use crate::server::{
    app::Core,
    db::{instance, keys},
    error::{Error, Result},
};

/// Reads the ring at start; the first start makes the first key, as its settings say.
pub async fn open(core: &Core) -> Result<Keys> {
    let Core { config, db, clock, secret } = core;
    let mut published = Published::read(db, clock.now()).await?;
    if published.rows.is_empty() {
        let now = clock.now();
        let (key, material) = make(config, config.signing_algorithm).await?;
        let row = row(secret, &key, &material, now, now)?;
        let (version, first) = (published.version, clock.new_id());
        db.write(move |tx| {
            async move {
                // The row of `instance` decides a race of two first starts.
                let version = version.as_deref();
                if instance::compare_and_set(tx, Published::VERSION, version, &first).await? {
                    keys::insert(tx, &row).await?;
                }
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
        published = Published::read(db, now).await?;
    }
    Keys::new(secret, published)
}
