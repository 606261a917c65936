//! Parsers of addresses, URLs and origins; each error says what is accepted.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use url::Url;

use super::settings::Setting;

/// The first port that needs no privilege.
const UNPRIVILEGED: u16 = 1024;

/// An IP address and a port.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let expected = "expected an IP address and a port";
    let bare = text.trim_start_matches("http://").trim_start_matches("https://");
    let bare = bare.trim_end_matches('/');
    let ip = bare.trim_matches(['[', ']']);
    let (host, port) = match (ip.parse::<IpAddr>(), bare.parse::<u16>(), bare.rsplit_once(':')) {
        (Ok(_), ..) => (bare, Some("3000")),
        (_, Ok(_), _) => ("", Some(bare)),
        (_, _, Some((host, port))) => (host, Some(port)),
        _ => (bare, None),
    };
    let host = host.trim_matches(['[', ']']);
    let Some(port) = port.unwrap_or("3000").parse::<u16>().ok() else {
        return Err(format!("{expected} from 0 to 65535, such as 127.0.0.1:3000"));
    };
    Err(match (host, host.parse::<IpAddr>()) {
        ("" | "*", _) => format!(
            "{expected}; write 127.0.0.1:{port} for this machine only, or 0.0.0.0:{port} for all networks"
        ),
        ("localhost", _) => {
            format!("{expected}; write {}", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        }
        (_, Ok(ip)) => format!("{expected}; write {}", SocketAddr::from((ip, port))),
        _ => format!("{expected}, not a name, such as 127.0.0.1:3000"),
    })
}

/// The address at which a server that listens there answers on this machine.
pub(super) fn reachable(text: &str) -> Result<SocketAddr, String> {
    let mut listen = address(text)?;
    if listen.port() == 0 {
        return Err("expected the port that the server has, not 0".into());
    }
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(listen)
}

/// The reason why an address cannot be bound, with advice.
pub(super) fn no_listener(setting: &Setting, address: SocketAddr, error: &io::Error) -> String {
    let by = format!("{} ({})", setting.flag(), setting.variable);
    let what = match error.kind() {
        ErrorKind::AddrInUse => {
            format!("another program has this port; stop it, or choose another port by {by}")
        }
        ErrorKind::PermissionDenied if address.port() < UNPRIVILEGED => format!(
            "ports below {UNPRIVILEGED} need root or CAP_NET_BIND_SERVICE (systemd: \
             AmbientCapabilities=CAP_NET_BIND_SERVICE; Docker: --cap-add NET_BIND_SERVICE); or choose a higher \
             port by {by}"
        ),
        ErrorKind::AddrNotAvailable => format!(
            "this machine does not have this address; {}:{} is all of its addresses; set it by {by}",
            if address.is_ipv4() { "0.0.0.0" } else { "[::]" },
            address.port()
        ),
        _ => format!("{error}; set it by {by}"),
    };
    format!("cannot listen on {address}: {what}")
}

/// Whether a URL is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A URL of the web. The error for a missing scheme suggests the URL with one.
fn web(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => {
            let guess = Url::parse(&format!("https://{text}")).ok();
            let guess = guess.filter(|url| !text.contains("://") && url.has_host());
            let guess = guess.filter(|url| {
                url.host_str().is_some_and(|host| host.contains('.')) || is_loopback(url)
            });
            Err(match guess {
                Some(url) if is_loopback(&url) => format!("expected a URL; write http://{text}"),
                Some(_) => format!("expected a URL; write https://{text}"),
                None => "expected a URL, such as https://id.example.com".into(),
            })
        }
    }
}

/// The public URL: scheme, host and port.
pub(super) fn public_url(text: &str, has_tls: bool) -> Result<Url, String> {
    let url = web(text)?;
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !plain {
        let origin = url.origin().ascii_serialization();
        return Err(format!("expected scheme, host and port only; write {origin}"));
    }
    if url.scheme() == "http" && has_tls {
        return Err("with a certificate it begins with https".into());
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(
            "plain http is for this machine only; use https, with a proxy in front or a certificate"
                .into(),
        );
    }
    Ok(url)
}

/// The default public URL, for a server on loopback.
pub(super) fn own_url(listen: SocketAddr, has_tls: bool) -> Result<Url, String> {
    let scheme = if has_tls { "https" } else { "http" };
    if !listen.ip().is_loopback() {
        return Err(format!(
            "listening on {listen} needs --public-url (VESTIBULE_PUBLIC_URL): the https:// address that \
             browsers use"
        ));
    }
    let url = format!("{scheme}://localhost:{}", listen.port());
    Url::parse(&url).map_err(|error| format!("{url}: {error}"))
}

/// The URL of the range service: over TLS, or on this machine if the server is too.
pub(super) fn range_url(text: &str, is_here: bool) -> Result<Url, String> {
    let url = web(text)?;
    let near = url.scheme() == "http" && is_loopback(&url) && is_here;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match (url.scheme() == "https" || near) && plain {
        true => Ok(url),
        false => Err(
            "expected an https address without a query, such as https://api.pwnedpasswords.com/range/"
                .into(),
        ),
    }
}

/// A page for users.
pub(super) fn https(text: &str) -> Result<Url, String> {
    let url = web(text)?;
    match url.scheme() == "https" && url.username().is_empty() && url.password().is_none() {
        true => Ok(url),
        false => Err("expected an https address, such as https://www.example.com/terms".into()),
    }
}

/// Exact origins, separated by commas.
pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    let one = |origin: &str| {
        if origin.contains('*') {
            return Err(format!(
                "{origin:?}: every origin has to be named, such as https://app.example.com; there is no \
                 pattern for many"
            ));
        }
        let url = web(origin).map_err(|why| format!("{origin:?}: {why}"))?;
        let exact = url.origin().ascii_serialization();
        match exact == origin {
            true => Ok(exact),
            false => Err(format!("{origin:?} should be written {exact}")),
        }
    };
    items(text).map(one).collect()
}

/// Exact origins of pages that a browser is led to: plain http is for this machine only, and the content security policy of
/// our pages must be able to name the host.
pub(super) fn return_origins(text: &str) -> Result<Vec<String>, String> {
    let origins = origins(text)?;
    // Letters, digits, hyphens and dots (CSP level 3, section 2.3.1): no IPv6 address, and nothing that ends a directive.
    let is_nameable = |origin: &&String| {
        let (_, host) = origin.split_once("://").unwrap_or_default();
        let host =
            host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(host, _)| host);
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
    };
    if let Some(origin) = origins.iter().find(|origin| !is_nameable(origin)) {
        return Err(format!(
            "{origin:?}: expected a host of letters, digits, hyphens and dots (write localhost for [::1]), and a comma between origins"
        ));
    }
    let is_plain = |origin: &&String| {
        origin.starts_with("http:") && !Url::parse(origin).is_ok_and(|url| is_loopback(&url))
    };
    match origins.iter().find(is_plain) {
        Some(origin) => Err(format!(
            "{origin:?}: plain http is for this machine only; write {}",
            origin.replacen("http:", "https:", 1)
        )),
        None => Ok(origins),
    }
}

/// The items of a list with commas.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
