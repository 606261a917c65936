use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use ipnet::IpNet;

use crate::server::service::limits::Source;

/// On whose behalf something is hashed: whose share of the places it takes.
#[derive(Clone, Copy, Debug)]
pub enum Share<'s> {
    /// A visitor's: from where, and for which account, by the name that was typed or by id.
    Visitor(Source, &'s str),
    /// A visitor's who has no account yet: of their source alone.
    Newcomer(Source),
    /// The operator's, at the command line: all places.
    Operator,
}

/// The part of all places that one account may have, from wherever: an eighth.
const OF_ACCOUNT: usize = 8;
/// The part that one source may have: a quarter.
const OF_SOURCE: usize = 4;
/// The part that one /48 of IPv6 may have, which is 65,536 sources: a half.
const OF_SITE: usize = 2;
/// The length of such a network's prefix.
const SITE_PREFIX: u8 = 48;

/// A source, a site or an account: a keyed hash, because people type passwords as names.
type Holder = u64;

/// Places that are taken, and by whom.
#[derive(Default)]
pub(super) struct Places {
    key: RandomState,
    taken: usize,
    /// Of holders that have any.
    by: HashMap<Holder, usize>,
}

/// A place that was taken, by all whose share it counts for.
pub(super) struct Taken(Vec<Holder>);

impl Places {
    /// Takes one of so many places, if there is one and nobody has all of their share.
    ///
    /// A share is never less than one place for each thread, or one alone would leave threads idle; and never
    /// more than half of all, or it would leave others none.
    pub(super) fn take(
        &mut self,
        share: Share<'_>,
        places: usize,
        threads: usize,
    ) -> Option<Taken> {
        let holders = self.holders(share);
        let most = |part: usize| (places / part).max(threads.min(places / 2)).max(1);
        let has_one_left = |(holder, part): &(Holder, usize)| {
            self.by.get(holder).is_none_or(|taken| *taken < most(*part))
        };
        if self.taken >= places || !holders.iter().all(has_one_left) {
            return None;
        }
        self.taken += 1;
        let holders: Vec<Holder> = holders.into_iter().map(|(holder, _)| holder).collect();
        for holder in &holders {
            *self.by.entry(*holder).or_default() += 1;
        }
        Some(Taken(holders))
    }

    /// Makes a place free again.
    pub(super) fn free(&mut self, taken: &Taken) {
        self.taken = self.taken.saturating_sub(1);
        for holder in &taken.0 {
            if let Some(left) = self.by.get_mut(holder) {
                *left -= 1;
                if *left == 0 {
                    self.by.remove(holder);
                }
            }
        }
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Who gets the place, each with the part that they may have.
    fn holders(&self, share: Share<'_>) -> Vec<(Holder, usize)> {
        let (source, account) = match share {
            Share::Visitor(source, account) => (source, Some(account)),
            Share::Newcomer(source) => (source, None),
            Share::Operator => return Vec::new(),
        };
        let mut holders = vec![(self.key.hash_one(("source", source)), OF_SOURCE)];
        holders.extend(account.map(|name| (self.key.hash_one(("account", name)), OF_ACCOUNT)));
        if let Some(network @ IpNet::V6(_)) = source.network()
            && let Ok(site) = IpNet::new(network.addr(), SITE_PREFIX)
        {
            holders.push((self.key.hash_one(("site", site.trunc())), OF_SITE));
        }
        holders
    }
}
