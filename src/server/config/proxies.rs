use std::net::IpAddr;

use ipnet::IpNet;

use super::ConfigError;

/// The one header that a trusted proxy says addresses in. Only one: a proxy that appends to one of them
/// hands the other on as the client wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses between commas.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies whose word counts, and the header it is in.
#[derive(Clone, Debug)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    /// Where they say it.
    pub header: ForwardedHeader,
}

impl Proxies {
    /// Reads both settings: networks or single addresses between commas, and the header's name.
    pub fn read(networks: &str, header: &str) -> Result<Self, ConfigError> {
        let header = match header.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => ForwardedHeader::XForwardedFor,
            "forwarded" => ForwardedHeader::Forwarded,
            _ => {
                return Err(ConfigError(
                    "forwarded_header: expected X-Forwarded-For or Forwarded".into(),
                ));
            }
        };
        let texts = networks.split(',').map(str::trim).filter(|text| !text.is_empty());
        Ok(Self { trusted: texts.map(trusted).collect::<Result<_, _>>()?, header })
    }

    /// Whether a connection from here is a proxy's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Whether there are any.
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

fn trusted(text: &str) -> Result<IpNet, ConfigError> {
    let refused = |why: &str| Err(ConfigError(format!("trusted_proxies: {text:?}: {why}")));
    match network(text) {
        None => refused("expected a network such as 10.0.0.0/8, or an address"),
        Some(all) if all.prefix_len() == 0 => refused("this would believe whatever anybody writes"),
        Some(network) => Ok(network),
    }
}
