//! Quotas of concurrent work: in total and for each source.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use ipnet::IpNet;
use parking_lot::{Mutex, MutexGuard};

use super::limits::Source;
use crate::server::config::Proxies;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The concurrent work of clients.
pub struct Load {
    /// Requests whose answers are not complete.
    pub requests: Arc<Shares>,
    /// Bytes of received heads and bodies whose requests are not answered.
    pub bytes: Arc<Shares>,
}

impl Default for Load {
    fn default() -> Self {
        let requests = Quota { all: 5_000, source: 1_000, little: 32 };
        let bytes = Quota { all: 64 * MIB, source: 4 * MIB, little: 64 * KIB };
        Self { requests: Shares::new(requests), bytes: Shares::new(bytes) }
    }
}

/// The maximum of one kind of concurrent work.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// Total maximum. The last tenth is reserved for sources with little usage.
    pub all: usize,
    /// Maximum of one source. A /56 of IPv6 may have twice as much, a /48 four times.
    pub source: usize,
    /// Usage up to which a source may use the reserved last tenth.
    pub little: usize,
}

/// The source that an address counts for; `None` for a trusted proxy, which carries many clients and has no quota.
pub fn counted(proxies: &Proxies, address: IpAddr) -> Option<Source> {
    let address = address.to_canonical();
    (!proxies.trusts(address)).then(|| Source::from(address))
}

/// The quota that is exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// This source has used its share.
    #[error("this source has its share")]
    Source,
    /// The total is used, except for the part reserved for sources with little usage.
    #[error("all is taken")]
    All,
}

/// One quantity that sources share.
#[derive(Debug)]
pub struct Shares {
    quota: Quota,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    all: usize,
    by_network: HashMap<IpNet, usize>,
}

impl Shares {
    /// A quantity of which nothing is used.
    pub fn new(quota: Quota) -> Arc<Self> {
        Arc::new(Self { quota, used: Mutex::default() })
    }

    /// An empty share for a source. Without a source only the total is limited.
    pub fn share(self: &Arc<Self>, source: Option<Source>) -> Share {
        Share { shares: self.clone(), networks: networks(source), amount: 0 }
    }

    /// The total usage.
    pub fn used(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock()
    }
}

/// A network of a source, and its maximum as a multiple of a source's share.
pub(super) type Counted = Option<(IpNet, usize)>;

/// The networks of a source, from the narrowest to the widest.
pub(super) fn networks(source: Option<Source>) -> [Counted; 3] {
    let own = source.and_then(Source::network);
    let wider = |length: u8, times: usize| match own {
        Some(own @ IpNet::V6(_)) => {
            Some((IpNet::new(own.addr(), length.min(own.prefix_len())).ok()?.trunc(), times))
        }
        _ => None,
    };
    [own.map(|own| (own, 1)), wider(56, 2), wider(48, 4)]
}

/// A part of a quantity, returned when it is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Arc<Shares>,
    networks: [Counted; 3],
    amount: usize,
}

impl Share {
    /// The widest network that it counts in.
    pub fn widest(&self) -> Option<IpNet> {
        self.networks.iter().flatten().last().map(|(network, _)| *network)
    }

    /// Takes more of the quantity, all or nothing.
    ///
    /// # Errors
    /// Returns the quota that is exhausted.
    pub fn more(&mut self, amount: usize) -> Result<(), Full> {
        let Self { shares, networks, .. } = self;
        let quota = shares.quota;
        let mut used = shares.lock();
        let after = |network: &IpNet| used.by_network.get(network).copied().unwrap_or(0) + amount;
        let too_much = |(network, times): &(_, usize)| after(network) > quota.source * times;
        if networks.iter().flatten().any(too_much) {
            return Err(Full::Source);
        }
        let widest = networks.iter().flatten().last();
        let is_little = widest.is_none_or(|(network, _)| after(network) <= quota.little);
        let free = if is_little { quota.all } else { quota.all - quota.all / 10 };
        if used.all + amount > free {
            return Err(Full::All);
        }
        self.amount += amount;
        used.add(networks, amount);
        Ok(())
    }

    /// Takes over the part of `other`, which is empty afterwards.
    pub fn take_over(&mut self, other: &mut Self) {
        let amount = other.amount;
        other.clear();
        self.amount += amount;
        self.shares.lock().add(&self.networks, amount);
    }

    /// Returns all of it.
    pub fn clear(&mut self) {
        let amount = std::mem::take(&mut self.amount);
        if amount > 0 {
            self.shares.lock().remove(&self.networks, amount);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Used {
    fn add(&mut self, networks: &[Counted], amount: usize) {
        self.all += amount;
        for (network, _) in networks.iter().flatten() {
            *self.by_network.entry(*network).or_default() += amount;
        }
    }

    fn remove(&mut self, networks: &[Counted], amount: usize) {
        self.all -= amount;
        for (network, _) in networks.iter().flatten() {
            match self.by_network.get_mut(network) {
                Some(used) if *used > amount => *used -= amount,
                _ => drop(self.by_network.remove(network)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { all: 100, source: 20, little: 2 };

    fn share(shares: &Arc<Shares>, address: &str) -> Share {
        shares.share(Some(Source::of(Some(address))))
    }

    #[test]
    fn a_source_has_its_share_and_wider_networks_more() {
        let shares = Shares::new(QUOTA);
        let mut taken = Vec::new();
        let mut take = |address: &str, amount| {
            let mut share = share(&shares, address);
            let outcome = share.more(amount);
            taken.push(share);
            outcome
        };
        assert_eq!(take("192.0.2.1", 20), Ok(()));
        assert_eq!(take("192.0.2.1", 1), Err(Full::Source));
        assert_eq!(take("::ffff:192.0.2.1", 1), Err(Full::Source));
        // Four /64 with 20 each: two of each /56, one /48.
        assert_eq!(take("2001:db8:1:100::1", 20), Ok(()));
        assert_eq!(take("2001:db8:1:100::2", 1), Err(Full::Source));
        assert_eq!(take("2001:db8:1:101::1", 20), Ok(()));
        assert_eq!(take("2001:db8:1:102::1", 1), Err(Full::Source), "its /56 has twice as much");
        assert_eq!(take("2001:db8:1:200::1", 20), Ok(()));
        assert_eq!(take("2001:db8:1:300::1", 10), Ok(()));
        assert_eq!(take("2001:db8:1:300::1", 11), Err(Full::Source), "its /48 has four times");
        // 90 of 100 are used: the rest is for sources with little usage.
        assert_eq!(take("192.0.2.2", 3), Err(Full::All));
        assert_eq!(take("192.0.2.2", 2), Ok(()));
        assert_eq!(take("192.0.2.2", 1), Err(Full::All));
        assert_eq!(take("2001:db8:1:301::1", 1), Err(Full::All), "no /64 of a /48 with much");
        drop(taken);
        assert_eq!(shares.used(), 0);
        assert!(shares.lock().by_network.is_empty());
    }

    #[test]
    fn what_is_given_back_is_there_again() {
        let shares = Shares::new(QUOTA);
        let (mut one, mut two) = (share(&shares, "192.0.2.1"), share(&shares, "192.0.2.2"));
        one.more(20).expect("free");
        one.clear();
        one.more(5).expect("free again");
        two.take_over(&mut one);
        assert_eq!((one.amount, two.amount, shares.used()), (0, 5, 5));
        drop(one);
        assert_eq!(shares.used(), 5);
    }

    #[test]
    fn nobody_in_particular_may_have_all() {
        let shares = Shares::new(QUOTA);
        let mut proxy = shares.share(None);
        proxy.more(100).expect("free");
        assert_eq!(proxy.more(1), Err(Full::All));
    }
}
