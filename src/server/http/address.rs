//! The client address of a request (S24, S25).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::server::config::{ForwardedHeader, Proxies};

/// The peer's address or, for a trusted proxy, the right-most hop in its header that is not
/// trusted.
///
/// Each proxy appends on the right the address that it saw, so everything that a client wrote
/// itself stands to the left of the first untrusted hop. If a hop is unreadable, the proxy that
/// wrote it stands for the clients behind it.
pub fn of_client(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let mut address = peer.to_canonical();
    if !proxies.trusts(address) {
        return address;
    }
    let mut hops = hops(headers, proxies.header);
    while proxies.trusts(address) {
        match hops.next() {
            Some(Some(hop)) => address = hop,
            Some(None) | None => break,
        }
    }
    address
}

/// The hops of all lines, the right-most first; `None` for an unreadable one. They are parsed
/// lazily, because a client may write as many as fit in a head.
fn hops(headers: &HeaderMap, header: ForwardedHeader) -> Box<dyn Iterator<Item = Hop> + '_> {
    let lines = |name: &str| headers.get_all(name).iter().rev().map(|line| line.as_bytes());
    match header {
        ForwardedHeader::XForwardedFor => {
            let hops = lines("x-forwarded-for").flat_map(|line| line.rsplit(|byte| *byte == b','));
            Box::new(hops.map(|hop| node(text(hop)?)))
        }
        ForwardedHeader::Forwarded => {
            let hops = lines(header::FORWARDED.as_str()).flat_map(|line| elements(line, b','));
            Box::new(hops.map(forwarded_for))
        }
    }
}

/// An address, or none if it is unreadable.
type Hop = Option<IpAddr>;

/// Parses one hop. An unreadable hop does not affect the others.
fn text(part: &[u8]) -> Option<&str> {
    std::str::from_utf8(part).ok().map(str::trim)
}

/// The `for` of one element (RFC 7239 section 4).
fn forwarded_for(element: &[u8]) -> Option<IpAddr> {
    let mut found = elements(element, b';').filter_map(|pair| {
        let (name, value) = text(pair)?.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    });
    let value = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    node(unquoted.unwrap_or(value))
}

/// An address with or without port and brackets; names such as `unknown` and `_hidden` give none.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

/// The elements of a list, the right-most first, with quoted parts intact. Read from the right,
/// because an open quote of a client must not swallow the element that a proxy appends.
fn elements(line: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    line.rsplit(move |byte| {
        quoted ^= *byte == b'"';
        *byte == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hop_is_read_in_every_spelling() {
        let read = [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[2001:DB8:0:0::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ];
        for (text, address) in read {
            assert_eq!(node(text).map(|address| address.to_string()).as_deref(), Some(address));
        }
        for text in
            ["", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "[::1", "::1]", "1.2.3.4:x", "é"]
        {
            assert_eq!(node(text), None, "{text:?}");
        }
    }

    proptest! {
        /// Without a trusted proxy the client's headers are ignored, and nothing panics.
        #[test]
        fn an_untrusted_peer_is_the_client(line in "[ -~]{0,80}", forwarded in any::<bool>()) {
            let (header, kind) = match forwarded {
                true => ("forwarded", ForwardedHeader::Forwarded),
                false => ("x-forwarded-for", ForwardedHeader::XForwardedFor),
            };
            let proxies = Proxies::new(Vec::new(), kind);
            let mut headers = HeaderMap::new();
            headers.insert(header, line.parse().expect("a header value"));
            let peer = IpAddr::from([203, 0, 113, 7]);
            prop_assert_eq!(of_client(peer, &headers, &proxies), peer);
            prop_assert!(hops(&headers, proxies.header).count() <= line.len() + 1);
        }
    }
}
