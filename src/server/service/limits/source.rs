use std::{fmt, net::IpAddr};

use ipnet::IpNet;

/// Where attempts come from, as they are counted: an IPv4 address, or the /64 that an IPv6 customer has
/// to themselves (S25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(Option<IpNet>);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(Some(customer(IpNet::from(address.to_canonical()))))
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
}

/// A network, and at least all that one customer has to themselves.
pub(super) fn customer(network: IpNet) -> IpNet {
    match network {
        IpNet::V6(_) if network.prefix_len() > 64 => {
            IpNet::new(network.addr(), 64).unwrap_or(network).trunc()
        }
        _ => network.trunc(),
    }
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
