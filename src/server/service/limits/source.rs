use std::{fmt, net::IpAddr};

use ipnet::IpNet;

/// Where attempts come from, as they are counted: an IPv4 address, or the /64 that an IPv6 customer has
/// to themselves (S25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(Option<IpNet>);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(Some(at_least_source(IpNet::from(address.to_canonical()))))
    }
}

impl Source {
    /// Of an address as text; all without one are counted together.
    pub fn of(client_ip: Option<&str>) -> Self {
        let address = client_ip.and_then(|text| text.parse::<IpAddr>().ok());
        address.map_or(Self(None), Self::from)
    }

    /// Its network, if its address is known.
    pub fn network(self) -> Option<IpNet> {
        self.0
    }

    /// The network around it: the /24 of an IPv4 address, the /48 of an IPv6 one.
    pub(super) fn around(self) -> Option<IpNet> {
        let len = |network| if matches!(network, IpNet::V4(_)) { 24 } else { 48 };
        self.0.map(|network| widen(network, len(network)))
    }

    /// The most that may be one customer's beyond the source itself: a /48 of IPv6. In a /24 of IPv4 carriers
    /// and offices have many customers.
    pub(in crate::server::service) fn customer(self) -> Option<IpNet> {
        self.0.filter(|network| matches!(network, IpNet::V6(_))).map(|network| widen(network, 48))
    }
}

/// A network, and at least all that is counted as one source.
pub(super) fn at_least_source(network: IpNet) -> IpNet {
    let len = if matches!(network, IpNet::V4(_)) { 32 } else { 64 };
    widen(network, len)
}

/// A network with this length at most.
fn widen(network: IpNet, len: u8) -> IpNet {
    IpNet::new(network.addr(), len.min(network.prefix_len())).unwrap_or(network).trunc()
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(network) => f.write_str(&shown(network)),
            None => f.write_str("unknown"),
        }
    }
}

/// A network as people write it: a single address without its length.
pub fn shown(network: IpNet) -> String {
    match network.prefix_len() == network.max_prefix_len() {
        true => network.addr().to_string(),
        false => network.to_string(),
    }
}
