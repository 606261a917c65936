//! Addresses that are no public machine's: the registries of special-purpose addresses (RFC 6890), as IANA has them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of IPv4: its first address and the length of its prefix.
type Block4 = ([u8; 4], u32);
/// A block of IPv6.
type Block6 = ([u16; 8], u32);

const BLOCKS_4: [Block4; 17] = [
    ([0, 0, 0, 0], 8),        // this network (RFC 791)
    ([10, 0, 0, 0], 8),       // private (RFC 1918)
    ([100, 64, 0, 0], 10),    // carriers (RFC 6598)
    ([127, 0, 0, 0], 8),      // this machine (RFC 1122)
    ([168, 63, 129, 16], 32), // the host of a machine in Azure
    ([169, 254, 0, 0], 16),   // link-local (RFC 3927), and what clouds tell their machines
    ([172, 16, 0, 0], 12),    // private (RFC 1918)
    ([192, 0, 0, 0], 24),     // protocols (RFC 6890)
    ([192, 0, 2, 0], 24),     // documentation (RFC 5737)
    ([192, 88, 99, 0], 24),   // relays of 6to4 (RFC 7526)
    ([192, 168, 0, 0], 16),   // private (RFC 1918)
    ([198, 18, 0, 0], 15),    // benchmarks (RFC 2544)
    ([198, 51, 100, 0], 24),  // documentation (RFC 5737)
    ([203, 0, 113, 0], 24),   // documentation (RFC 5737)
    ([224, 0, 0, 0], 4),      // multicast (RFC 5771)
    ([240, 0, 0, 0], 4),      // reserved (RFC 1112), and broadcast
    ([192, 31, 196, 0], 24),  // AS112 (RFC 7535): answers names alone
];

/// What is public in IPv6: global unicast (RFC 4291). All else is not, such as fc00::/7 and fe80::/10.
const GLOBAL_6: Block6 = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

const BLOCKS_6: [Block6; 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocols (RFC 2928): Teredo, benchmarks, ORCHID
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4 (RFC 3056): any address of IPv4
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation (RFC 9637)
];

/// Blocks whose last 32 bits are an address of IPv4, which decides: IPv4-mapped (RFC 4291), and NAT64 (RFC 6052).
const OVER_4: [Block6; 2] =
    [([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96)];

/// Whether an address is that of a machine anywhere, and not of this machine, this network or a special use.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !BLOCKS_4.iter().any(|block| is_in_4(address, *block)),
        IpAddr::V6(address) if OVER_4.iter().any(|block| is_in_6(address, *block)) => {
            is_public(Ipv4Addr::from_bits(address.to_bits() as u32).into())
        }
        IpAddr::V6(address) => {
            is_in_6(address, GLOBAL_6) && !BLOCKS_6.iter().any(|block| is_in_6(address, *block))
        }
    }
}

fn is_in_4(address: Ipv4Addr, (first, length): Block4) -> bool {
    (address.to_bits() ^ Ipv4Addr::from(first).to_bits()) >> (32 - length) == 0
}

fn is_in_6(address: Ipv6Addr, (first, length): Block6) -> bool {
    (address.to_bits() ^ Ipv6Addr::from(first).to_bits()) >> (128 - length) == 0
}
