use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use futures::FutureExt;
use tokio::time::timeout;

use super::{
    store::{Bucket, Refused, StoreUnavailable},
    valkey::{self, Valkey},
};
use crate::server::{
    App,
    config::LimitStore,
    db::{DbError, DbResult, Tx, limits},
};

/// Time that a request waits for the database to count. Each request waits once, because the store
/// pauses after a failure.
const PATIENCE: Duration = Duration::from_secs(1);
/// Pause after a failure of the database, in milliseconds: longer than a request's patience, so
/// that it does not wait here twice.
const REST_MS: i64 = 10_000;
/// Pause after a failure of Valkey, in milliseconds.
const VALKEY_REST_MS: i64 = 1_000;

/// A store of counts that several processes share.
pub(super) struct Shared {
    place: SharedStore,
    /// Time of the last failure, by `Clock::steady_ms`.
    failed_ms: AtomicI64,
}

enum SharedStore {
    Database,
    Valkey(Box<Valkey>),
}

impl Shared {
    /// The store of the settings, if counts are shared.
    pub(super) fn open(store: &LimitStore) -> Result<Option<Self>, redis::RedisError> {
        Ok(match store {
            LimitStore::Off | LimitStore::Memory => None,
            LimitStore::Database => Some(Self::database()),
            LimitStore::Valkey(url) => {
                Some(Self::at(SharedStore::Valkey(Box::new(Valkey::open(url)?))))
            }
        })
    }

    /// The store in the database.
    pub(super) fn database() -> Self {
        Self::at(SharedStore::Database)
    }

    fn at(place: SharedStore) -> Self {
        Self { place, failed_ms: AtomicI64::new(i64::MIN) }
    }

    /// Whether the store is Valkey.
    pub(super) fn is_valkey(&self) -> bool {
        matches!(self.place, SharedStore::Valkey(_))
    }

    /// Adds one attempt to each bucket, or to none.
    pub(super) async fn take(
        &self,
        app: &App,
        buckets: Vec<Bucket>,
        now_ms: i64,
    ) -> Result<Option<Refused>, StoreUnavailable> {
        let count = async move {
            match &self.place {
                SharedStore::Valkey(valkey) => valkey.take(&buckets, now_ms).await,
                SharedStore::Database => Ok(app
                    .db
                    .write(move |tx| async move { take_in(tx, &buckets, now_ms).await }.boxed())
                    .await?),
            }
        };
        self.ask(app, count).await
    }

    /// Removes one attempt from each bucket.
    pub(super) async fn give_back(
        &self,
        app: &App,
        buckets: Vec<Bucket>,
    ) -> Result<(), StoreUnavailable> {
        let give = async move {
            match &self.place {
                SharedStore::Valkey(valkey) => valkey.give_back(&buckets).await,
                SharedStore::Database => Ok(app
                    .db
                    .write(move |tx| {
                        async move {
                            for bucket in &buckets {
                                limits::give_back(tx, &bucket.key, bucket.rate.every_ms).await?;
                            }
                            Ok::<_, DbError>(())
                        }
                        .boxed()
                    })
                    .await?),
            }
        };
        self.ask(app, give).await
    }

    /// Deletes buckets by their keys.
    pub(super) async fn clear(&self, app: &App, keys: Vec<String>) -> Result<(), StoreUnavailable> {
        let clear = async move {
            match &self.place {
                SharedStore::Valkey(valkey) => valkey.clear(&keys).await,
                SharedStore::Database => Ok(app
                    .db
                    .write(move |tx| {
                        async move {
                            for key in &keys {
                                limits::clear(tx, key).await?;
                            }
                            Ok::<_, DbError>(())
                        }
                        .boxed()
                    })
                    .await?),
            }
        };
        self.ask(app, clear).await
    }

    /// Calls the store, unless it failed recently, so that requests do not wait again and again.
    async fn ask<T>(
        &self,
        app: &App,
        work: impl Future<Output = Result<T, StoreUnavailable>>,
    ) -> Result<T, StoreUnavailable> {
        let (rest_ms, patience) = match self.place {
            SharedStore::Database => (REST_MS, PATIENCE),
            // Valkey has a time limit of its own, after which it reconnects.
            SharedStore::Valkey(_) => (VALKEY_REST_MS, 2 * valkey::PATIENCE),
        };
        let now_ms = app.clock.steady_ms();
        let since_ms = now_ms.saturating_sub(self.failed_ms.load(Ordering::Relaxed));
        if (0..rest_ms).contains(&since_ms) {
            return Err(StoreUnavailable::Resting);
        }
        let answer = timeout(patience, work).await.unwrap_or(Err(StoreUnavailable::Silent));
        if answer.is_err() {
            self.failed_ms.store(app.clock.steady_ms(), Ordering::Relaxed);
        }
        answer
    }
}

/// Adds one attempt to each bucket, or to none.
async fn take_in(tx: &mut Tx<'_>, buckets: &[Bucket], now_ms: i64) -> DbResult<Option<Refused>> {
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
    Ok(None)
}
