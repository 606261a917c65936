use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    sync::Arc,
};

use ipnet::IpNet;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::{
    Limits,
    seat::{Patience, Seat},
};
use crate::server::{
    config::Proxies,
    service::load::{self, Full, Shares},
};

/// The table of open connections, within their quotas.
#[derive(Clone)]
pub(super) struct Slots(Arc<Inner>);

struct Inner {
    limits: Limits,
    proxies: Proxies,
    connections: Arc<Shares>,
    bytes: Arc<Shares>,
    table: Mutex<Table>,
}

impl Slots {
    /// An empty table. Bytes that connections read count as part of `bytes`.
    pub(super) fn new(limits: Limits, proxies: Proxies, bytes: Arc<Shares>) -> Self {
        let connections = Shares::new(limits.connections);
        Self(Arc::new(Inner { limits, proxies, connections, bytes, table: Mutex::default() }))
    }

    /// Admits a connection from a peer.
    ///
    /// When all slots are taken, the longest idle connection of the network with the most
    /// connections is closed. `None` if the peer has used its share, or if its own network is the
    /// largest.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Slot> {
        let inner = &*self.0;
        let source = load::counted(&inner.proxies, peer);
        let mut slot = inner.connections.share(source);
        let group = slot.widest();
        let mut table = inner.table();
        match slot.more(1) {
            Ok(()) => {}
            Err(Full::Source) => return None,
            Err(Full::All) => table.make_room(group)?.cut(&mut slot),
        }
        let Limits { silent, idle, idle_proxy, request, .. } = inner.limits;
        let patience = match source {
            Some(_) => Patience { silent, idle, request },
            None => Patience { silent: idle_proxy, idle: idle_proxy, request },
        };
        let seat = Seat::new(slot, inner.bytes.share(source), patience);
        let number = table.add(group, seat.clone());
        Some(Slot { slots: self.clone(), group, number, seat })
    }

    /// Orders every connection to leave that has been idle or busy for too long.
    pub(super) fn sweep(&self) {
        let now = Instant::now();
        for group in self.0.table().groups.values() {
            group.values().for_each(|seat| seat.leave_if_overdue(now));
        }
    }
}

impl Inner {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock()
    }
}

/// A connection's entry in the table.
pub(super) struct Slot {
    slots: Slots,
    group: Option<IpNet>,
    number: u64,
    pub(super) seat: Arc<Seat>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.0.table().remove(self.group, self.number);
        self.seat.leave();
    }
}

/// Connections by the widest network that counts them; those of trusted proxies are in none.
#[derive(Default)]
struct Table {
    groups: HashMap<Option<IpNet>, HashMap<u64, Arc<Seat>>>,
    /// Networks by their number of connections.
    sizes: BTreeSet<(usize, IpNet)>,
    /// Number of connections so far.
    admitted: u64,
}

impl Table {
    fn add(&mut self, group: Option<IpNet>, seat: Arc<Seat>) -> u64 {
        self.admitted += 1;
        let seats = self.groups.entry(group).or_default();
        seats.insert(self.admitted, seat);
        if let Some(network) = group {
            self.sizes.remove(&(seats.len() - 1, network));
            self.sizes.insert((seats.len(), network));
        }
        self.admitted
    }

    fn remove(&mut self, group: Option<IpNet>, number: u64) -> Option<Arc<Seat>> {
        let seats = self.groups.get_mut(&group)?;
        let removed = seats.remove(&number)?;
        let left = seats.len();
        if left == 0 {
            self.groups.remove(&group);
        }
        if let Some(network) = group {
            self.sizes.remove(&(left + 1, network));
            if left > 0 {
                self.sizes.insert((left, network));
            }
        }
        Some(removed)
    }

    /// Removes the idlest connection of the largest group, if that group stays at least as large as
    /// the newcomer's becomes.
    fn make_room(&mut self, newcomer: Option<IpNet>) -> Option<Arc<Seat>> {
        let (size, largest) = *self.sizes.last()?;
        let own = newcomer.and_then(|_| self.groups.get(&newcomer)).map_or(0, HashMap::len);
        if size <= own + 1 {
            return None;
        }
        let seats = self.groups.get(&Some(largest))?;
        let (number, _) = seats.iter().max_by_key(|(_, seat)| seat.spare())?;
        let number = *number;
        self.remove(Some(largest), number)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::server::{
        config::ForwardedHeader,
        listen::seat::{OpenRequest, Order},
        service::load::Quota,
    };

    #[derive(Clone, Debug)]
    enum Step {
        /// A connection arrives, from this host of this network.
        Come(u16, u16),
        /// An open connection ends.
        Go(usize),
        /// An open connection begins a request.
        Begin(usize),
        /// A request ends.
        End(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..6_u16, 0..3_u16).prop_map(|(network, host)| Step::Come(network, host)),
            1 => any::<usize>().prop_map(Step::Go),
            2 => any::<usize>().prop_map(Step::Begin),
            1 => any::<usize>().prop_map(Step::End),
        ]
    }

    /// IPv4 addresses; /48 of IPv6 with some /64 each; and a trusted proxy.
    fn address(network: u16, host: u16) -> IpAddr {
        match network {
            0..2 => IpAddr::from([192, 0, 2, 10 * network as u8 + host as u8]),
            2..5 => Ipv6Addr::new(0x2001, 0xdb8, network, host, 0, 0, 0, host).into(),
            _ => IpAddr::from([127, 0, 0, 1]),
        }
    }

    const QUOTA: Quota = Quota { all: 20, source: 6, little: 2 };

    fn slots() -> Slots {
        let limits = Limits { connections: QUOTA, ..Limits::default() };
        let proxy = IpAddr::from([127, 0, 0, 1]).into();
        let proxies = Proxies::new(vec![proxy], ForwardedHeader::Forwarded);
        Slots::new(limits, proxies, Shares::new(QUOTA))
    }

    /// The number of connections that have not been cut, by network.
    fn staying(there: &[Slot]) -> HashMap<Option<IpNet>, usize> {
        let mut counts = HashMap::new();
        for slot in there {
            if *slot.seat.orders().borrow() != Order::Cut {
                *counts.entry(slot.group).or_default() += 1;
            }
        }
        counts
    }

    proptest! {
        /// The limits hold in any order of events: no connection is cut for a network that has
        /// more, and a source with few is refused only if no network has many.
        #[test]
        fn slots_are_shared(steps in vec(step(), 1..200)) {
            let slots = slots();
            let mut there: Vec<Slot> = Vec::new();
            let mut open: Vec<OpenRequest> = Vec::new();
            for step in steps {
                let before = staying(&there);
                let all: usize = before.values().sum();
                match step {
                    Step::Come(network, host) => {
                        let source = load::counted(&slots.0.proxies, address(network, host));
                        let group = slots.0.connections.share(source).widest();
                        let own = before.get(&group).copied().filter(|_| group.is_some()).unwrap_or(0);
                        let largest = before.iter().filter(|(group, _)| group.is_some()).map(|(_, n)| *n).max();
                        let largest = largest.unwrap_or(0);
                        match slots.admit(address(network, host)) {
                            Some(slot) => there.push(slot),
                            None => prop_assert!(own >= QUOTA.little || all == QUOTA.all && largest <= own + 1),
                        }
                        let after = staying(&there);
                        for (cut, count) in &before {
                            let left = after.get(cut).copied().unwrap_or(0);
                            if left < *count {
                                prop_assert!(cut.is_some() && *count == largest && *count > own + 1);
                            }
                        }
                    }
                    Step::Go(which) if !there.is_empty() => drop(there.swap_remove(which % there.len())),
                    Step::Begin(which) if !there.is_empty() => open.push(there[which % there.len()].seat.begin()),
                    Step::End(which) if !open.is_empty() => drop(open.swap_remove(which % open.len())),
                    _ => {}
                }
                let now = staying(&there);
                prop_assert!(now.values().sum::<usize>() <= QUOTA.all);
                prop_assert!(now.iter().all(|(group, count)| group.is_none() || *count <= 4 * QUOTA.source));
                let table = slots.0.table();
                prop_assert_eq!(slots.0.connections.used(), now.values().sum::<usize>());
                let sizes: BTreeSet<_> = now.iter().filter_map(|(group, n)| Some((*n, (*group)?))).collect();
                prop_assert_eq!(&table.sizes, &sizes);
                prop_assert!(table.groups.iter().all(|(group, seats)| now.get(group) == Some(&seats.len())));
            }
            drop((there, open));
            prop_assert_eq!(slots.0.connections.used(), 0);
            prop_assert!(slots.0.table().groups.is_empty() && slots.0.table().sizes.is_empty());
        }
    }

    #[tokio::test]
    async fn the_idlest_goes_first() {
        let slots = slots();
        let from = |last: u8| slots.admit(IpAddr::from([192, 0, 2, last]));
        let large: Vec<_> = (0..6).map(|_| from(1).expect("a place")).collect();
        let others: Vec<_> = (2..16).map(|last| from(last).expect("a place")).collect();
        // The first connection is busy, the second was a moment ago.
        let busy = large[0].seat.begin();
        drop(large[1].seat.begin());
        let newcomers: Vec<_> = (20..25).map(|last| from(last).expect("a place")).collect();
        let is_cut = |slot: &Slot| *slot.seat.orders().borrow() == Order::Cut;
        let cut: Vec<_> = large.iter().map(is_cut).collect();
        assert_eq!(cut, [false, true, true, true, true, true]);
        assert!(from(30).is_none(), "nobody has many");
        assert!(!others.iter().chain(&newcomers).any(is_cut));
        drop(busy);
    }
}
