//! The table of addresses that are not public, against another spelling of the registries of IANA.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use proptest::{prelude::*, prop_assert_eq};
use vestibule::server::outbound::is_public;

use crate::support::holds;

const NOT_PUBLIC_4: [&str; 17] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];
/// What is not 2000::/3, and what of it is not public.
const NOT_PUBLIC_6: [&str; 10] = [
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];
/// What carries an address of IPv4, which decides.
const OVER_4: [&str; 2] = ["::ffff:0:0/96", "64:ff9b::/96"];

fn blocks<N: std::str::FromStr<Err: std::fmt::Debug>>(texts: &[&str]) -> Vec<N> {
    texts.iter().map(|text| text.parse().expect("a block")).collect()
}

fn expected_4(address: Ipv4Addr) -> bool {
    !blocks::<Ipv4Net>(&NOT_PUBLIC_4).iter().any(|block| block.contains(&address))
}

fn expected(address: Ipv6Addr) -> bool {
    match blocks::<Ipv6Net>(&OVER_4).iter().any(|block| block.contains(&address)) {
        true => expected_4(Ipv4Addr::from_bits(address.to_bits() as u32)),
        false => !blocks::<Ipv6Net>(&NOT_PUBLIC_6).iter().any(|block| block.contains(&address)),
    }
}

/// The address itself, mapped into IPv6, and behind NAT64.
fn forms(address: Ipv4Addr) -> [IpAddr; 3] {
    let behind = Ipv6Addr::from_bits(0x0064_ff9b << 96 | u128::from(address.to_bits()));
    [address.into(), address.to_ipv6_mapped().into(), behind.into()]
}

#[test]
fn s95_the_edges_of_each_block() {
    for block in blocks::<Ipv4Net>(&NOT_PUBLIC_4) {
        let (first, last) = (block.network(), block.broadcast());
        let around = [first.to_bits().wrapping_sub(1), last.to_bits().wrapping_add(1)]
            .map(Ipv4Addr::from_bits);
        for address in [first, last] {
            assert!(forms(address).into_iter().all(|form| !is_public(form)), "{address}");
        }
        for address in around {
            assert!(
                forms(address).into_iter().all(|form| is_public(form) == expected_4(address)),
                "{address}"
            );
        }
    }
    for block in blocks::<Ipv6Net>(&NOT_PUBLIC_6) {
        let (first, last) = (block.network(), block.broadcast());
        let around = [first.to_bits().wrapping_sub(1), last.to_bits().wrapping_add(1)]
            .map(Ipv6Addr::from_bits);
        for address in [first, last].into_iter().chain(around) {
            assert_eq!(is_public(address.into()), expected(address), "{address}");
        }
    }
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "172.32.0.0",
        "2606:4700::1111",
        "2a00::1",
        "::ffff:8.8.8.8",
    ] {
        assert!(is_public(public.parse().expect("an address")), "{public}");
    }
    for inside in [
        "::",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "64:ff9b:1::1",
        "2001::1",
        "2002:a00:1::",
        "100.100.100.200",
    ] {
        assert!(!is_public(inside.parse().expect("an address")), "{inside}");
    }
}

#[test]
fn s95_any_address_of_ipv4_is_judged_alike_in_each_form() {
    holds(20_000, 200, &any::<u32>(), |bits| {
        let address = Ipv4Addr::from_bits(bits);
        for form in forms(address) {
            prop_assert_eq!(is_public(form), expected_4(address), "{}", form);
        }
        Ok(())
    });
}

#[test]
fn s95_any_address_of_ipv6_is_judged_as_the_registries_say() {
    let global = any::<u128>().prop_map(|bits| bits >> 3 | 1 << 125);
    let near =
        (0..NOT_PUBLIC_6.len(), any::<u128>(), 0..128_u32).prop_map(|(block, bits, keep)| {
            let block: IpNet = NOT_PUBLIC_6[block].parse().expect("a block");
            let IpAddr::V6(first) = block.network() else { unreachable!() };
            first.to_bits() ^ (bits >> keep)
        });
    holds(20_000, 200, &prop_oneof![any::<u128>(), global, near], |bits| {
        let address = Ipv6Addr::from_bits(bits);
        prop_assert_eq!(is_public(address.into()), expected(address), "{}", address);
        Ok(())
    });
}
