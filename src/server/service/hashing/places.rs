use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use crate::server::service::{limits::Source, load};

/// The client on whose behalf a password is hashed; its share of the queue is limited.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'h> {
    /// A visitor, from a source, at an account by the name that was typed or by its id.
    Visitor(Source, &'h str),
    /// A visitor who has no account yet.
    Newcomer(Source),
    /// The command line, or Vestibule itself: all places are theirs.
    Operator,
}

/// The part of all places that one account may have, from wherever: an eighth.
const OF_ACCOUNT: usize = 8;
/// The part that one source may have: a quarter.
const OF_SOURCE: usize = 4;
/// The part that nobody exceeds, neither a source nor a wider network: a half.
const OF_ANYBODY: usize = 2;
/// The part that is kept for those who have no place yet: a tenth.
const OF_LATECOMERS: usize = 10;

/// An account or a network: a keyed hash, because people type passwords as names.
type Key = u64;

/// Places that are taken, and by whom.
#[derive(Default)]
pub(super) struct Places {
    hash: RandomState,
    taken: usize,
    /// Of accounts and networks that have any.
    by: HashMap<Key, usize>,
}

/// A place that was taken, and all that it counts for.
pub(super) struct Taken(Vec<Key>);

impl Places {
    /// Takes one of so many places, if there is one and the holder has not all of a share.
    ///
    /// A share is never less than one place for each thread, or one alone would leave threads idle; and never
    /// more than half of all, or it would leave others none.
    pub(super) fn take(
        &mut self,
        holder: Holder<'_>,
        places: usize,
        threads: usize,
    ) -> Option<Taken> {
        let shares = self.shares(holder, places, threads);
        let has = |key: &Key| self.by.get(key).copied().unwrap_or_default();
        let has_nothing = shares.iter().all(|(key, _)| has(key) == 0);
        let free = if has_nothing { places } else { places - places / OF_LATECOMERS };
        if self.taken >= free || shares.iter().any(|(key, most)| has(key) >= *most) {
            return None;
        }
        self.taken += 1;
        let keys: Vec<Key> = shares.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            *self.by.entry(*key).or_default() += 1;
        }
        Some(Taken(keys))
    }

    /// Makes a place free again.
    pub(super) fn free(&mut self, taken: &Taken) {
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

    /// Whose shares a place is of, each with the most places that it has. Wider networks have more than a source,
    /// as everywhere (`load`).
    fn shares(&self, holder: Holder<'_>, places: usize, threads: usize) -> Vec<(Key, usize)> {
        let (source, account) = match holder {
            Holder::Visitor(source, account) => (source, Some(account)),
            Holder::Newcomer(source) => (source, None),
            Holder::Operator => return Vec::new(),
        };
        let half = (places / OF_ANYBODY).max(1);
        let share = |part: usize, times: usize| (places * times / part).max(threads).min(half);
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
