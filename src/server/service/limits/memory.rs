use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Key, bucket::Rate};

/// Parts with a lock of their own.
const SHARDS: usize = 16;
/// The most buckets in a part: a million in all, about 40 MiB.
const SHARD_MAX: usize = 65_536;

type Shard = HashMap<Key, i64>;

/// Buckets of this process: by key, the theoretical arrival time in Unix milliseconds.
///
/// A bucket that is as good as new is no bucket: it goes at the next [`sweep`](Self::sweep). Where there
/// are too many all the same, those with the least against them go first.
pub(super) struct Memory([Mutex<Shard>; SHARDS]);

impl Default for Memory {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Memory {
    /// Counts one more, or answers the milliseconds until it may come.
    pub(super) fn take(&self, key: Key, rate: Rate, now_ms: i64) -> Result<(), i64> {
        let mut shard = self.shard(key);
        let next = rate.take(shard.get(&key).copied(), now_ms)?;
        if shard.len() >= SHARD_MAX && !shard.contains_key(&key) {
            make_room(&mut shard, now_ms);
        }
        shard.insert(key, next);
        Ok(())
    }

    /// Takes one count back.
    pub(super) fn give_back(&self, key: Key, rate: Rate) {
        if let Some(arrival_ms) = self.shard(key).get_mut(&key) {
            *arrival_ms -= rate.every_ms;
        }
    }

    /// Forgets a bucket.
    pub(super) fn clear(&self, key: Key) {
        self.shard(key).remove(&key);
    }

    /// Forgets all that count for nothing any more, and gives their memory back.
    pub(super) fn sweep(&self, now_ms: i64) {
        for shard in &self.0 {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.retain(|_, arrival_ms| *arrival_ms > now_ms);
            shard.shrink_to_fit();
        }
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        self.0[usize::from(key[0]) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(shard: &mut Shard, now_ms: i64) {
    shard.retain(|_, arrival_ms| *arrival_ms > now_ms);
    if shard.len() >= SHARD_MAX {
        let ahead = shard.values().map(|arrival_ms| arrival_ms - now_ms);
        let mean = ahead.sum::<i64>() / shard.len() as i64;
        shard.retain(|_, arrival_ms| *arrival_ms - now_ms > mean);
        // All alike: some have to go.
        if shard.len() >= SHARD_MAX {
            let mut n = 0;
            shard.retain(|_, _| {
                n += 1;
                n % 8 != 0
            });
        }
    }
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
        memory.0.iter().map(|shard| shard.lock().expect("a lock").len()).sum()
    }

    #[test]
    fn a_full_memory_forgets_those_with_the_least_against_them() {
        let memory = Memory::default();
        for _ in 0..RATE.burst {
            memory.take(key(0), RATE, 0).expect("within the burst");
        }
        for n in 1..SHARDS * SHARD_MAX * 2 {
            memory.take(key(n), RATE, 0).expect("a bucket of its own");
        }
        assert!(len(&memory) <= SHARDS * SHARD_MAX);
        assert!(memory.take(key(0), RATE, 0).is_err(), "what is used up stays used up");
        memory.sweep(RATE.tolerance_ms());
        assert_eq!(len(&memory), 0, "it shrinks");
    }
}
