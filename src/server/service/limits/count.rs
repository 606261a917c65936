use aws_lc_rs::hmac;

use super::{
    Limit, Rate, blocks,
    memory::Memory,
    shared::{Bucket, Refused, Shared},
};
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        App,
        config::LimitStore,
        db,
        error::{Error, Result},
        secure::seal::InstanceSecret,
    },
};

/// A bucket's name: the limit and whom it is about, hashed, because people type passwords as names.
pub(super) type Key = [u8; 16];

/// The counts of this process, and the way to those that are shared.
pub struct Counts {
    key: hmac::Key,
    is_on: bool,
    shared: Option<Shared>,
    memory: Memory,
}

/// A limit that was counted.
#[derive(Clone, Copy)]
struct Counted {
    key: Key,
    rate: Rate,
    code: ErrorCode,
    is_shared: bool,
}

impl Counted {
    fn bucket(&self) -> Bucket {
        Bucket::new(self.key, self.rate)
    }
}

/// What was counted for one attempt.
#[must_use = "a success gives its counts back"]
#[derive(Default)]
pub struct Taken(Vec<Counted>);

impl Counts {
    /// Empty, counting where the settings say.
    ///
    /// # Errors
    /// An address of a store that cannot be one; whether anybody is there is not asked.
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

    /// The short name of something that must not be stored as it is.
    pub(super) fn name(&self, text: &str) -> Key {
        let mut key = Key::default();
        let mac = hmac::sign(&self.key, text.as_bytes());
        key.copy_from_slice(&mac.as_ref()[..size_of::<Key>()]);
        key
    }

    fn counted(&self, limit: Limit<'_>) -> Counted {
        Counted {
            key: self.name(&limit.text()),
            rate: limit.rate(),
            code: limit.code(),
            is_shared: limit.is_shared() && self.shared.is_some(),
        }
    }

    /// Counts in this process, all or none.
    fn take_own(&self, all: &[Counted], now_ms: i64) -> Result<()> {
        for (n, one) in all.iter().enumerate() {
            if let Err(early_ms) = self.memory.take(one.key, one.rate, now_ms) {
                self.give_back_own(&all[..n]);
                return Err(refusal(one.code, early_ms));
            }
        }
        Ok(())
    }

    fn give_back_own(&self, all: &[Counted]) {
        let own = all.iter().filter(|one| !one.is_shared);
        own.for_each(|one| self.memory.give_back(one.key, one.rate));
    }

    /// Counts where all processes do, all or none; in this one where the store is away.
    async fn take_shared(&self, app: &App, all: &mut [Counted], now_ms: i64) -> Result<()> {
        let Some(shared) = self.shared.as_ref().filter(|_| !all.is_empty()) else {
            return Ok(());
        };
        match shared.take(app, all.iter().map(Counted::bucket).collect(), now_ms).await {
            Ok(None) => Ok(()),
            Ok(Some(Refused { nth, early_ms })) => {
                let code = all.get(nth).map_or(ErrorCode::TooManyRequests, |one| one.code);
                Err(refusal(code, early_ms))
            }
            Err(away) => {
                away.log("count attempts");
                all.iter_mut().for_each(|one| one.is_shared = false);
                self.take_own(all, now_ms)
            }
        }
    }

    /// Whether the shared store counts; nothing where counts are not shared.
    pub async fn reach(&self, app: &App) -> Option<std::result::Result<(), String>> {
        let shared = self.shared.as_ref()?;
        let rate = Rate { burst: 1_000, every_ms: 1_000 };
        let buckets =
            || ["a probe", "another"].map(|name| Bucket::new(self.name(name), rate)).to_vec();
        let counted = match shared.take(app, buckets(), app.clock.now_ms()).await {
            Ok(_) => shared.clear(app, buckets()).await,
            Err(away) => Err(away),
        };
        Some(counted.map_err(|away| away.to_string()))
    }

    /// Forgets what counts for nothing any more: once a minute.
    pub fn sweep(&self, now_ms: i64) {
        self.memory.sweep(now_ms);
    }
}

/// Counts one more under each of these limits, or under none of them.
///
/// Shared ones are counted in the store that all processes share, where it can be reached; else this
/// process's own counts decide. Each process then lets through as much as it would alone, and nobody is
/// locked out.
///
/// # Errors
/// The code of the first limit that is reached (429), with the seconds until one more may come.
pub async fn take(app: &App, wanted: &[Limit<'_>]) -> Result<Taken> {
    let limits = &app.limits.counts;
    if !limits.is_on {
        return Ok(Taken::default());
    }
    let now_ms = app.clock.now_ms();
    let all = wanted.iter().map(|limit| limits.counted(*limit));
    let (mut shared, mut own): (Vec<_>, Vec<_>) = all.partition(|one| one.is_shared);
    limits.take_own(&own, now_ms)?;
    if let Err(refused) = limits.take_shared(app, &mut shared, now_ms).await {
        limits.give_back_own(&own);
        return Err(refused);
    }
    own.append(&mut shared);
    Ok(Taken(own))
}

impl Taken {
    /// Takes the counts back: nothing was tried, or it was right.
    pub async fn give_back(self, app: &App) {
        app.limits.counts.give_back_own(&self.0);
        if let Some((shared, buckets)) = self.shared(app)
            && let Err(away) = shared.give_back(app, buckets).await
        {
            away.log("take counts back");
        }
    }

    /// Forgets all that was counted, earlier failures too.
    pub async fn clear(self, app: &App) {
        self.0.iter().for_each(|one| app.limits.counts.memory.clear(one.key));
        if let Some((shared, buckets)) = self.shared(app)
            && let Err(away) = shared.clear(app, buckets).await
        {
            away.log("forget counts");
        }
    }

    /// Those that are counted elsewhere too.
    fn shared<'a>(&self, app: &'a App) -> Option<(&'a Shared, Vec<Bucket>)> {
        let shared = self.0.iter().filter(|one| one.is_shared);
        let buckets: Vec<Bucket> = shared.map(Counted::bucket).collect();
        Some((app.limits.counts.shared.as_ref()?, buckets))
            .filter(|(_, buckets)| !buckets.is_empty())
    }

    pub(super) fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// Forgets in the database what counts for nothing any more: once a minute.
///
/// # Errors
/// The database.
pub async fn prune(app: &App) -> Result<()> {
    use futures::FutureExt;

    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let pruned = app.db.write(move |tx| {
        async move {
            db::limits::forget_expired(tx, now_ms).await?;
            db::blocks::forget_expired(tx, now / 60 - blocks::MINUTES, now).await
        }
        .boxed()
    });
    Ok(pruned.await?)
}

/// 429 with the whole seconds until it makes sense to come back.
fn refusal(code: ErrorCode, early_ms: i64) -> Error {
    let seconds = early_ms.div_euclid(1_000) + 1;
    ApiError { retry_after: u32::try_from(seconds).ok(), ..code.into() }.into()
}
