use std::{fmt, net::IpAddr};

use ipnet::IpNet;

/// The source of attempts: an IPv4 address, or the /64 of an IPv6 customer (S25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(Option<IpNet>);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(Some(at_least_source(IpNet::from(address.to_canonical()))))
    }
}

impl Source {
    /// The source of an address as text; clients without one are counted together.
    pub fn of(client_ip: Option<&str>) -> Self {
        let address = client_ip.and_then(|text| text.parse::<IpAddr>().ok());
        address.map_or(Self(None), Self::from)
    }

    /// Its network, if its address is known.
    pub fn network(self) -> Option<IpNet> {
        self.0
    }

    /// The network around it: the /24 of an IPv4 address, the /48 of an IPv6 one.
    pub(in crate::server::service) fn around(self) -> Option<IpNet> {
        let len = |network| if matches!(network, IpNet::V4(_)) { 24 } else { 48 };
        self.0.map(|network| widen(network, len(network)))
    }

    /// The largest network that is surely one customer's: the /48 of IPv6. In a /24 of IPv4
    /// carriers and offices have many customers.
    pub(in crate::server::service) fn customer(self) -> Option<IpNet> {
        self.0.filter(|network| matches!(network, IpNet::V6(_))).map(|network| widen(network, 48))
    }
}

/// The network, widened to at least one source.
pub(super) fn at_least_source(network: IpNet) -> IpNet {
    let len = if matches!(network, IpNet::V4(_)) { 32 } else { 64 };
    widen(network, len)
}

/// A network with at most this prefix length.
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

/// A network as text: a single address without its prefix length.
pub fn shown(network: IpNet) -> String {
    match network.prefix_len() == network.max_prefix_len() {
        true => network.addr().to_string(),
        false => network.to_string(),
    }
}
