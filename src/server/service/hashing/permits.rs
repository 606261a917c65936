use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use crate::server::service::{limits::Source, load};

/// The client on whose behalf a password is hashed; its share of the queue is limited.
#[derive(Clone, Copy, Debug)]
pub enum PermitHolder<'h> {
    /// A client, from a source, at an account by the name that was typed or by its id.
    Client(Source, &'h str),
    /// A client who has no account yet.
    Newcomer(Source),
    /// The command line, or Vestibule itself: all permits are theirs.
    Operator,
}

/// The part of all permits that one account may have, from wherever: an eighth.
const OF_ACCOUNT: usize = 8;
/// The part that one source may have: a quarter.
const OF_SOURCE: usize = 4;
/// The part that nobody exceeds, neither a source nor a wider network: a half.
const OF_ANYBODY: usize = 2;
/// The part that is kept for those who have no permit yet: a tenth.
const OF_LATECOMERS: usize = 10;

/// An account or a network: a keyed hash, because people type passwords as names.
type Key = u64;

/// Permits that are taken, and by whom.
#[derive(Default)]
pub(super) struct Permits {
    hash: RandomState,
    taken: usize,
    /// Of accounts and networks that have any.
    by: HashMap<Key, usize>,
}

/// A permit that was taken, and all that it counts for.
pub(super) struct Granted(Vec<Key>);

impl Permits {
    /// Takes one of so many permits, if there is one and the holder has not all of a share.
    ///
    /// A share is never less than one permit for each thread, or one alone would leave threads idle; and never
    /// more than half of all, or it would leave others none.
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

    /// Makes a permit free again.
    pub(super) fn free(&mut self, taken: &Granted) {
        self.taken = self.taken.saturating_sub(1);
        for key in &taken.0 {
            match self.by.get_mut(key) {
                Some(left) if *left > 1 => *left -= 1,
                _ => drop(self.by.remove(key)),
            }
        }
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Whose shares a permit is of, each with the most permits that it has. Wider networks have more than a source,
    /// as everywhere (`load`).
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
        // All whose address is not known are one source.
        let unknown = source
            .network()
            .is_none()
            .then(|| (self.hash.hash_one("unknown"), share(OF_SOURCE, 1)));
        let networks = load::networks(Some(source)).into_iter().flatten().map(network);
        networks.chain(unknown).chain(account).collect()
    }
}
