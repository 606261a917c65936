use std::net::IpAddr;

use ipnet::IpNet;

use super::addresses::items;

/// The one header in which a trusted proxy passes addresses.
///
/// Only one is read: a proxy that appends to one of them forwards the other unchanged from the
/// client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses separated by commas.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The trusted proxies, and their header.
#[derive(Clone, Debug)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    /// The header.
    pub header: ForwardedHeader,
}

impl Proxies {
    /// Trusts the proxies of these networks.
    pub fn new(trusted: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { trusted, header }
    }

    /// Whether a connection from an address is a trusted proxy's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }
}

/// A network such as `10.0.0.0/8`, or a single address; IPv4 written as IPv6 is IPv4.
pub fn network(text: &str) -> Option<IpNet> {
    let single = text.parse::<IpAddr>().map(IpNet::from);
    let network = single.ok().or_else(|| text.parse().ok())?.trunc();
    match (network.addr().to_canonical(), network.prefix_len().checked_sub(96)) {
        (IpAddr::V4(mapped), Some(len)) if network.addr().is_ipv6() => {
            IpNet::new(mapped.into(), len).ok()
        }
        _ => Some(network),
    }
}

/// Networks or single addresses, separated by commas.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let one = |text: &str| match network(text) {
        None => Err(format!("{text:?}: expected a network such as 10.0.0.0/8, or an address")),
        Some(all) if all.prefix_len() == 0 => {
            Err(format!("{text:?}: this would believe whatever anybody writes"))
        }
        Some(network) => Ok(network),
    };
    items(text).map(one).collect()
}

/// The name of the header.
pub(super) fn header(text: &str) -> Result<ForwardedHeader, String> {
    match text.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Ok(ForwardedHeader::XForwardedFor),
        "forwarded" => Ok(ForwardedHeader::Forwarded),
        _ => Err("expected X-Forwarded-For or Forwarded".into()),
    }
}
