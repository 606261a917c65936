use aws_lc_rs::hmac;

use super::{
    Limit, Rate,
    limit::LONG,
    memory::Memory,
    reservation::Counted,
    shared::Shared,
    store::{Bucket, Key, Refused, StoreUnavailable, read_key, shown_key},
};
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        App,
        config::LimitStore,
        db::limits,
        error::{Error, Result},
        secure::seal::InstanceSecret,
    },
};

/// Maximum number of long-run counts read at start, the fullest first.
const LOADED: i64 = 100_000;

/// The counts of this process, and the shared store.
pub struct Counts {
    key: hmac::Key,
    is_on: bool,
    shared: Option<Shared>,
    memory: Memory,
}

impl Counts {
    /// Empty counts, with the store of the settings.
    ///
    /// # Errors
    /// Fails if the URL of the store is invalid; the store is not contacted.
    pub fn new(
        store: &LimitStore,
        secret: &InstanceSecret,
    ) -> std::result::Result<Self, redis::RedisError> {
        Ok(Self {
            key: secret.mac_key("limits"),
            is_on: *store != LimitStore::Off,
            shared: Shared::open(store)?,
            memory: Memory::default(),
        })
    }

    /// The keyed hash of a text that must not be stored.
    pub(super) fn name(&self, text: &str) -> Key {
        let mut key = Key::default();
        let mac = hmac::sign(&self.key, text.as_bytes());
        key.copy_from_slice(&mac.as_ref()[..size_of::<Key>()]);
        key
    }

    pub(super) fn counted(&self, limit: Limit<'_>) -> Counted {
        Counted {
            key: self.name(&limit.text()),
            name: limit.name(),
            rate: limit.rate(),
            code: limit.code(),
            is_shared: limit.is_shared() && self.shared.is_some(),
            is_long: limit.is_long(),
            on_success: limit.on_success(),
        }
    }

    /// Whether this process counts alone.
    pub(super) fn is_alone(&self) -> bool {
        self.is_on && self.shared.is_none()
    }

    /// Counts one attempt under all of these limits, or under none.
    pub(super) async fn take(&self, app: &App, wanted: &[Limit<'_>]) -> Result<Vec<Counted>> {
        if !self.is_on {
            return Ok(Vec::new());
        }
        let now_ms = app.clock.now_ms();
        let all = wanted.iter().map(|limit| self.counted(*limit));
        let (mut shared, mut own): (Vec<_>, Vec<_>) = all.partition(|one| one.is_shared);
        self.take_own(app, &own, now_ms)?;
        if let Err(refused) = self.take_shared(app, &mut shared, now_ms).await {
            self.give_back_own(&own);
            return Err(refused);
        }
        own.append(&mut shared);
        Ok(own)
    }

    /// Counts in this process, all or none.
    fn take_own(&self, app: &App, all: &[Counted], now_ms: i64) -> Result<()> {
        for (n, one) in all.iter().enumerate() {
            if let Err(early_ms) = self.memory.take(one.key, one.rate, now_ms) {
                self.give_back_own(&all[..n]);
                app.metrics.limited(one.name);
                return Err(refusal(one.code, early_ms));
            }
        }
        Ok(())
    }

    fn give_back_own(&self, all: &[Counted]) {
        let own = all.iter().filter(|one| !one.is_shared);
        own.for_each(|one| self.memory.give_back(one.key, one.rate));
    }

    pub(super) async fn give_back(&self, app: &App, all: &[Counted]) {
        self.give_back_own(all);
        if let Some((shared, buckets)) = self.of_shared(all)
            && let Err(away) = shared.give_back(app, buckets).await
        {
            away.log("take counts back");
        }
    }

    /// Deletes the counts of these names, here and in the shared store.
    pub(super) async fn forget(&self, app: &App, all: &[Counted]) {
        let now_ms = app.clock.now_ms();
        // A bucket with only the attempt that has just succeeded has no row. A bucket that is not
        // in memory may have one from another process.
        let is_written = |one: &&Counted| {
            let arrival_ms = self.memory.clear(one.key);
            one.is_long && arrival_ms.is_none_or(|at_ms| at_ms > now_ms + one.rate.every_ms)
        };
        let name = |one: &Counted| shown_key(one.key);
        let written: Vec<String> = all.iter().filter(is_written).map(name).collect();
        let outcome = match self.of_shared(all) {
            Some((shared, buckets)) => {
                shared.clear(app, buckets.into_iter().map(|bucket| bucket.key).collect()).await
            }
            None => self.forget_written(app, written).await,
        };
        if let Err(away) = outcome {
            away.log("forget counts");
        }
    }

    /// Deletes existing rows: mostly there are none, and a read is cheaper than a unit of work.
    async fn forget_written(
        &self,
        app: &App,
        keys: Vec<String>,
    ) -> std::result::Result<(), StoreUnavailable> {
        if !self.is_on {
            return Ok(());
        }
        let mut there = Vec::new();
        for some in keys.chunks(8) {
            let wanted = std::array::from_fn(|n| some.get(n).cloned().unwrap_or_default());
            there.extend(limits::written(&app.db, &wanted).await?);
        }
        match there.is_empty() {
            true => Ok(()),
            false => Shared::database().clear(app, there).await,
        }
    }

    /// Deletes buckets of this process.
    pub(super) fn forget_own(&self, keys: impl Iterator<Item = Key>) {
        for key in keys {
            self.memory.clear(key);
        }
    }

    /// Deletes buckets of the shared store.
    pub(super) async fn forget_shared(
        &self,
        app: &App,
        keys: Vec<String>,
    ) -> std::result::Result<(), StoreUnavailable> {
        match &self.shared {
            Some(shared) => shared.clear(app, keys).await,
            None => Ok(()),
        }
    }

    /// Whether the shared store is Valkey.
    pub(super) fn is_in_valkey(&self) -> bool {
        self.shared.as_ref().is_some_and(Shared::is_valkey)
    }

    /// The buckets that the shared store counts too.
    fn of_shared(&self, all: &[Counted]) -> Option<(&Shared, Vec<Bucket>)> {
        let shared = all.iter().filter(|one| one.is_shared);
        let buckets: Vec<Bucket> = shared.map(Counted::bucket).collect();
        Some((self.shared.as_ref()?, buckets)).filter(|(_, buckets)| !buckets.is_empty())
    }

    /// Counts in the shared store, all or none; in this process if the store is unavailable.
    async fn take_shared(&self, app: &App, all: &mut [Counted], now_ms: i64) -> Result<()> {
        let Some(shared) = self.shared.as_ref().filter(|_| !all.is_empty()) else {
            return Ok(());
        };
        match shared.take(app, all.iter().map(Counted::bucket).collect(), now_ms).await {
            Ok(None) => Ok(()),
            Ok(Some(Refused { nth, early_ms })) => {
                let one = all.get(nth);
                app.metrics.limited(one.map_or("unknown", |one| one.name));
                let code = one.map_or(ErrorCode::TooManyRequests, |one| one.code);
                Err(refusal(code, early_ms))
            }
            Err(away) => {
                away.log("count attempts");
                all.iter_mut().for_each(|one| one.is_shared = false);
                self.take_own(app, all, now_ms)
            }
        }
    }

    /// Whether the shared store answers; none if counts are not shared.
    pub async fn reach(&self, app: &App) -> Option<std::result::Result<(), String>> {
        let shared = self.shared.as_ref()?;
        let rate = Rate { burst: 1_000, every_ms: 1_000 };
        let buckets = || ["a probe", "another"].map(|name| Bucket::new(self.name(name), rate));
        let counted = match shared.take(app, buckets().to_vec(), app.clock.now_ms()).await {
            Ok(_) => shared.clear(app, buckets().map(|bucket| bucket.key).to_vec()).await,
            Err(away) => Err(away),
        };
        Some(counted.map_err(|away| away.to_string()))
    }

    /// Deletes empty buckets; runs once a minute.
    pub fn sweep(&self, now_ms: i64) {
        self.memory.sweep(now_ms);
    }
}

/// Reads the stored counts at start.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn load(app: &App) -> Result<()> {
    let (counts, now_ms) = (&app.limits.counts, app.clock.now_ms());
    if counts.is_alone() {
        for (key, arrival_ms) in limits::fullest(&app.db, now_ms, LOADED).await? {
            if let Some(key) = read_key(&key) {
                counts.memory.put(key, arrival_ms, LONG, now_ms);
            }
        }
    }
    Ok(())
}

/// 429 with the whole seconds until the next attempt may succeed.
fn refusal(code: ErrorCode, early_ms: i64) -> Error {
    let seconds = early_ms.div_euclid(1_000) + 1;
    ApiError { retry_after: u32::try_from(seconds).ok(), ..code.into() }.into()
}
