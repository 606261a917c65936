use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};

use super::{bucket::Rate, store::Key};

/// Number of shards, each with a lock of its own.
const SHARDS: usize = 16;
/// Maximum number of buckets in a shard, the capacity of a table of 65,536 entries: 917,504 in all,
/// about 35 MiB.
const SHARD_MAX: usize = 57_344;

type Shard = HashMap<Key, Bucket>;

/// A bucket.
#[derive(Clone, Copy)]
struct Bucket {
    /// Theoretical arrival time, in Unix milliseconds.
    arrival_ms: i64,
    /// Maximum lead over the clock, in seconds.
    tolerance: u32,
}

impl Bucket {
    /// The used share of the bucket, in thousandths.
    fn used(self, now_ms: i64) -> i64 {
        (self.arrival_ms - now_ms) / i64::from(self.tolerance.max(1))
    }
}

/// The buckets of this process.
///
/// An empty bucket is removed at the next [`sweep`](Self::sweep). When the memory is full, the
/// buckets with the lowest used share are removed first.
pub(super) struct Memory([Mutex<Shard>; SHARDS]);

impl Default for Memory {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Memory {
    /// Adds one attempt, or returns the milliseconds until the next one.
    pub(super) fn take(&self, key: Key, rate: Rate, now_ms: i64) -> Result<(), i64> {
        let mut shard = self.shard(key);
        if let Some(bucket) = shard.get_mut(&key) {
            bucket.arrival_ms = rate.bounded(bucket.arrival_ms, now_ms);
            bucket.arrival_ms = rate.take(Some(bucket.arrival_ms), now_ms)?;
            return Ok(());
        }
        let arrival_ms = rate.take(None, now_ms)?;
        insert(&mut shard, key, Bucket { arrival_ms, tolerance: tolerance(rate) }, now_ms);
        Ok(())
    }

    /// Removes one attempt.
    pub(super) fn give_back(&self, key: Key, rate: Rate) {
        if let Some(bucket) = self.shard(key).get_mut(&key) {
            bucket.arrival_ms -= rate.every_ms;
        }
    }

    /// Deletes a bucket; returns its arrival time.
    pub(super) fn clear(&self, key: Key) -> Option<i64> {
        self.shard(key).remove(&key).map(|bucket| bucket.arrival_ms)
    }

    /// Sets a bucket's arrival time.
    pub(super) fn put(&self, key: Key, arrival_ms: i64, rate: Rate, now_ms: i64) {
        let bucket = Bucket { arrival_ms, tolerance: tolerance(rate) };
        insert(&mut self.shard(key), key, bucket, now_ms);
    }

    /// Deletes all empty buckets, and releases their memory.
    pub(super) fn sweep(&self, now_ms: i64) {
        for shard in &self.0 {
            let mut shard = shard.lock();
            shard.retain(|_, bucket| bucket.arrival_ms > now_ms);
            shard.shrink_to_fit();
        }
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        self.0[usize::from(key[0]) % SHARDS].lock()
    }
}

/// Maximum lead of a bucket over the clock, in seconds.
fn tolerance(rate: Rate) -> u32 {
    u32::try_from(rate.tolerance_ms() / 1_000).unwrap_or(u32::MAX)
}

fn insert(shard: &mut Shard, key: Key, bucket: Bucket, now_ms: i64) {
    if shard.len() >= SHARD_MAX {
        make_room(shard, now_ms);
    }
    shard.insert(key, bucket);
}

fn make_room(shard: &mut Shard, now_ms: i64) {
    shard.retain(|_, bucket| bucket.arrival_ms > now_ms);
    if shard.len() >= SHARD_MAX {
        let used = shard.values().map(|bucket| bucket.used(now_ms));
        let mean = used.sum::<i64>() / shard.len() as i64;
        shard.retain(|_, bucket| bucket.used(now_ms) >= mean);
        // No bucket is below the mean: of equal ones some must be removed.
        if shard.len() >= SHARD_MAX {
            let mut n = 0;
            shard.retain(|_, bucket| {
                n += 1;
                n % 8 != 0 || bucket.used(now_ms) > mean
            });
        }
    }
    // In a table of its own size: removals leave marks, and a table full of them doubles.
    let mut kept = Shard::with_capacity(SHARD_MAX);
    kept.extend(shard.drain());
    *shard = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, every_ms: 1_000 };

    fn key(n: usize) -> Key {
        let mut key = Key::default();
        key[..8].copy_from_slice(&n.to_le_bytes());
        key
    }

    fn len(memory: &Memory) -> usize {
        memory.0.iter().map(|shard| shard.lock().len()).sum()
    }

    #[test]
    fn a_full_memory_forgets_those_of_which_the_least_is_used_up() {
        let memory = Memory::default();
        for _ in 0..RATE.burst {
            memory.take(key(0), RATE, 0).expect("within the burst");
        }
        // Further ahead in time, and less of its maximum.
        let long = Rate { burst: 100, every_ms: 86_400_000 };
        for n in 1..SHARDS * SHARD_MAX * 2 {
            memory.take(key(n), long, 0).expect("a bucket of its own");
        }
        assert!(len(&memory) <= SHARDS * SHARD_MAX);
        // A table has eight entries where seven may be used, and one more byte for each entry
        // (S31).
        let capacity = |shard: &Mutex<Shard>| shard.lock().capacity();
        let places: usize = memory.0.iter().map(capacity).sum::<usize>() / 7 * 8;
        let bytes = places * (size_of::<(Key, Bucket)>() + 1);
        assert!(bytes <= 35 << 20, "{bytes} bytes");
        assert!(memory.take(key(0), RATE, 0).is_err(), "what is used up stays used up");
        memory.sweep(long.tolerance_ms());
        assert_eq!(len(&memory), 0, "it shrinks");
    }

    /// A clock that was a year ahead for a moment keeps nobody out for a year (S23).
    #[test]
    fn a_clock_that_was_ahead_is_forgiven() {
        let memory = Memory::default();
        memory.take(key(0), RATE, 31_536_000_000).expect("within the burst");
        memory.take(key(0), RATE, 0).expect_err("as full as it can be");
        memory.take(key(0), RATE, RATE.every_ms).expect("what that time earns");
    }
}
