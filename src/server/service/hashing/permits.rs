use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use crate::server::service::{limits::Source, load};

/// The client on whose behalf a password is hashed; its share of the queue is limited.
#[derive(Clone, Copy, Debug)]
pub enum PermitHolder<'h> {
    /// A client, by its source and by the typed name or the id of an account.
    Client(Source, &'h str),
    /// A client without an account.
    Newcomer(Source),
    /// The command line, or Vestibule itself, without a share limit.
    Operator,
}

/// Divisor of an account's share of all permits: an eighth, from any source.
const OF_ACCOUNT: usize = 8;
/// Divisor of a source's share: a quarter.
const OF_SOURCE: usize = 4;
/// Divisor of the largest share of a source or a wider network: a half.
const OF_ANYBODY: usize = 2;
/// Divisor of the permits reserved for clients without a permit: a tenth.
const OF_LATECOMERS: usize = 10;

/// An account or a network: a keyed hash, because people type passwords as names.
type Key = u64;

/// The permits in use, by account and network.
#[derive(Default)]
pub(super) struct Permits {
    hash: RandomState,
    taken: usize,
    /// Number of permits per account and network.
    by: HashMap<Key, usize>,
}

/// A permit in use, with all keys that it counts for.
pub(super) struct Granted(Vec<Key>);

impl Permits {
    /// Takes one of the permits, if one is free and the holder has not used its share.
    ///
    /// A share is at least one permit per thread, because less would leave threads idle for a
    /// single client; and at most half of all, because more would leave none for others.
    pub(super) fn take(
        &mut self,
        holder: PermitHolder<'_>,
        permits: usize,
        threads: usize,
    ) -> Option<Granted> {
        let shares = self.shares(holder, permits, threads);
        let has = |key: &Key| self.by.get(key).copied().unwrap_or_default();
        let has_nothing = shares.iter().all(|(key, _)| has(key) == 0);
        let free = if has_nothing { permits } else { permits - permits / OF_LATECOMERS };
        if self.taken >= free || shares.iter().any(|(key, most)| has(key) >= *most) {
            return None;
        }
        self.taken += 1;
        let keys: Vec<Key> = shares.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            *self.by.entry(*key).or_default() += 1;
        }
        Some(Granted(keys))
    }

    /// Frees a permit.
    pub(super) fn free(&mut self, taken: &Granted) {
        self.taken = self.taken.saturating_sub(1);
        for key in &taken.0 {
            match self.by.get_mut(key) {
                Some(left) if *left > 1 => *left -= 1,
                _ => drop(self.by.remove(key)),
            }
        }
    }

    /// The number of permits in use.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// The keys that a permit counts for, each with its maximum. Wider networks have more than a
    /// source, as in `load`.
    fn shares(
        &self,
        holder: PermitHolder<'_>,
        permits: usize,
        threads: usize,
    ) -> Vec<(Key, usize)> {
        let (source, account) = match holder {
            PermitHolder::Client(source, account) => (source, Some(account)),
            PermitHolder::Newcomer(source) => (source, None),
            PermitHolder::Operator => return Vec::new(),
        };
        let half = (permits / OF_ANYBODY).max(1);
        let share = |part: usize, times: usize| (permits * times / part).max(threads).min(half);
        let network =
            |(network, times)| (self.hash.hash_one(("network", network)), share(OF_SOURCE, times));
        let account =
            account.map(|account| (self.hash.hash_one(("account", account)), share(OF_ACCOUNT, 1)));
        // All clients without a known address are one source.
        let unknown = source
            .network()
            .is_none()
            .then(|| (self.hash.hash_one("unknown"), share(OF_SOURCE, 1)));
        let networks = load::networks(Some(source)).into_iter().flatten().map(network);
        networks.chain(unknown).chain(account).collect()
    }
}
