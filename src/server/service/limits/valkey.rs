use std::time::Duration;

use parking_lot::Mutex;
use redis::{
    Client, FromRedisValue, RedisError, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::store::{Bucket, Refused, StoreUnavailable};
use crate::server::secure::secret::Secret;

/// Time limit of a connection and of a request to the store. A sign-in waits for it.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// Adds one attempt to each bucket, or to none, by GCRA like [`Rate`](super::Rate). Returns the
/// index of the full bucket, from 1, and its wait in milliseconds; 0 and 0 if all were counted.
/// Empty buckets expire by themselves.
const TAKE: &str = "
local now, next = tonumber(ARGV[1]), {}
for n, key in ipairs(KEYS) do
    local every, tolerance = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
    local arrival = math.max(tonumber(redis.call('GET', key) or now), now)
    if arrival > now + tolerance then
        arrival = now + tolerance
        redis.call('SET', key, string.format('%d', arrival), 'PX', tolerance)
    end
    next[n] = arrival + every
    local early = next[n] - now - tolerance
    if early > 0 then return { n, early } end
end
for n, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%d', next[n]), 'PX', next[n] - now)
end
return { 0, 0 }";

/// Removes one attempt from each existing bucket.
const GIVE_BACK: &str = "
for n, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 1 then redis.call('DECRBY', key, ARGV[n]) end
end";

/// Deletes each bucket.
const CLEAR: &str = "redis.call('DEL', unpack(KEYS))";

/// Buckets in Valkey or Redis. The connection is made on demand, and again after any failure.
pub(super) struct Valkey {
    client: Client,
    connection: Mutex<ConnectionManager>,
    take: Script,
    give_back: Script,
    clear: Script,
}

impl Valkey {
    /// Parses the URL without a connection.
    ///
    /// # Errors
    /// Fails if the URL is invalid.
    pub(super) fn open(url: &Secret) -> Result<Self, RedisError> {
        let client = Client::open(url.expose())?;
        Ok(Self {
            connection: Mutex::new(connect(&client)?),
            client,
            take: Script::new(TAKE),
            give_back: Script::new(GIVE_BACK),
            clear: Script::new(CLEAR),
        })
    }

    /// Adds one attempt to each bucket, or to none.
    pub(super) async fn take(
        &self,
        buckets: &[Bucket],
        now_ms: i64,
    ) -> Result<Option<Refused>, StoreUnavailable> {
        let mut call = on(&self.take, keys(buckets));
        call.arg(now_ms);
        for bucket in buckets {
            call.arg(bucket.rate.every_ms).arg(bucket.rate.tolerance_ms());
        }
        let (nth, early_ms): (usize, i64) = self.ask(&call).await?;
        Ok(nth.checked_sub(1).map(|nth| Refused { nth, early_ms }))
    }

    /// Removes one attempt from each bucket.
    pub(super) async fn give_back(&self, buckets: &[Bucket]) -> Result<(), StoreUnavailable> {
        let mut call = on(&self.give_back, keys(buckets));
        for bucket in buckets {
            call.arg(bucket.rate.every_ms);
        }
        self.ask(&call).await
    }

    /// Deletes buckets by their keys.
    pub(super) async fn clear(&self, keys: &[String]) -> Result<(), StoreUnavailable> {
        self.ask(&on(&self.clear, keys.iter())).await
    }

    async fn ask<T: FromRedisValue>(
        &self,
        call: &ScriptInvocation<'_>,
    ) -> Result<T, StoreUnavailable> {
        let mut connection = self.connection.lock().clone();
        let asked = tokio::time::timeout(PATIENCE, call.invoke_async(&mut connection)).await;
        let answer = asked.map_err(|_| StoreUnavailable::Silent).and_then(|answer| Ok(answer?));
        if answer.is_err() {
            // A silent connection is not detected as broken, and a refused one is not retried.
            *self.connection.lock() = connect(&self.client)?;
        }
        answer
    }
}

/// A connection that is made at its first use.
fn connect(client: &Client) -> Result<ConnectionManager, RedisError> {
    let patience = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), patience)
}

fn keys(buckets: &[Bucket]) -> impl Iterator<Item = &String> {
    buckets.iter().map(|bucket| &bucket.key)
}

fn on<'s, 'k>(script: &'s Script, keys: impl Iterator<Item = &'k String>) -> ScriptInvocation<'s> {
    let mut call = script.prepare_invoke();
    for key in keys {
        call.key(format!("vestibule:limit:{key}"));
    }
    call
}
