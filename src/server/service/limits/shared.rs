use futures::FutureExt;

use super::{
    store::{Away, Bucket, Refused},
    valkey::Valkey,
};
use crate::server::{
    App,
    config::LimitStore,
    db::{DbError, limits},
};

/// A store of counts that several processes share.
pub(super) enum Shared {
    Database,
    Valkey(Box<Valkey>),
}

impl Shared {
    /// The store of the settings, if counts are shared at all.
    pub(super) fn open(store: &LimitStore) -> Result<Option<Self>, redis::RedisError> {
        match store {
            LimitStore::Off | LimitStore::Memory => Ok(None),
            LimitStore::Database => Ok(Some(Self::Database)),
            LimitStore::Valkey(url) => Ok(Some(Self::Valkey(Box::new(Valkey::open(url)?)))),
        }
    }

    /// Counts one more in each, or in none.
    pub(super) async fn take(
        &self,
        app: &App,
        buckets: Vec<Bucket>,
        now_ms: i64,
    ) -> Result<Option<Refused>, Away> {
        if let Self::Valkey(valkey) = self {
            return valkey.take(&buckets, now_ms).await;
        }
        let taken = app.db.write(move |tx| {
            async move {
                for (nth, Bucket { key, rate }) in buckets.iter().enumerate() {
                    let bucket = (key.as_str(), rate.every_ms, rate.tolerance_ms());
                    if let Some(arrival_ms) = limits::take(tx, bucket, now_ms).await? {
                        for before in &buckets[..nth] {
                            limits::give_back(tx, &before.key, before.rate.every_ms).await?;
                        }
                        let early_ms = rate.take(Some(arrival_ms), now_ms).err().unwrap_or(1);
                        return Ok(Some(Refused { nth, early_ms }));
                    }
                }
                Ok::<_, DbError>(None)
            }
            .boxed()
        });
        Ok(taken.await?)
    }

    /// Takes one count back from each.
    pub(super) async fn give_back(&self, app: &App, buckets: Vec<Bucket>) -> Result<(), Away> {
        if let Self::Valkey(valkey) = self {
            return valkey.give_back(&buckets, app.clock.now_ms()).await;
        }
        let given = app.db.write(move |tx| {
            async move {
                for bucket in &buckets {
                    limits::give_back(tx, &bucket.key, bucket.rate.every_ms).await?;
                }
                Ok::<_, DbError>(())
            }
            .boxed()
        });
        Ok(given.await?)
    }

    /// Forgets buckets by their keys.
    pub(super) async fn clear(&self, app: &App, keys: Vec<String>) -> Result<(), Away> {
        if let Self::Valkey(valkey) = self {
            return valkey.clear(&keys, app.clock.now_ms()).await;
        }
        let cleared = app.db.write(move |tx| {
            async move {
                for key in &keys {
                    limits::clear(tx, key).await?;
                }
                Ok::<_, DbError>(())
            }
            .boxed()
        });
        Ok(cleared.await?)
    }
}
