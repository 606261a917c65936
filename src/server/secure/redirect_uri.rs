//! Redirect URIs: what may be registered, and which registered one a request means (RFC 9700 section 4.1).

use url::{Host, Url};

/// Parameters of our answer; a redirect URI with one of them in its query would hide ours.
const OURS: [&str; 6] = ["code", "state", "iss", "error", "error_description", "response"];

/// Longest redirect URI, in bytes.
const LONGEST: usize = 2048;

/// The places that a kind of client may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// `https`, and `http` on this computer.
    Web,
    /// The same, and schemes of a program's own; the port on this computer is open (RFC 8252).
    Native,
}

/// Checks a redirect URI that an operator registers.
///
/// # Errors
/// Returns the reason.
pub fn check(text: &str, places: Places) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("longer than 2048 bytes");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a character that is none of ASCII's visible ones");
    }
    if text.contains(['\\', '*', '#', '"', '<', '>', '`', '{', '}', '|', '^']) {
        return Err("has a fragment, a wildcard, or a character that no address has");
    }
    let (scheme, rest) = text.split_once(':').ok_or("is no absolute address")?;
    if scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("has a scheme in capital letters");
    }
    let url = Url::parse(text).map_err(|_| "is no absolute address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a name before its host");
    }
    let path = rest.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let is_dots = |part: &str| matches!(&*part.replace("%2e", "."), "." | "..");
    if path.split(['/', ':']).any(is_dots) || path.contains("%2f") || path.contains("%5c") {
        return Err("has a path with dots or hidden slashes");
    }
    if url.query_pairs().any(|(name, _)| OURS.contains(&&*name)) {
        return Err("has a parameter in its query that our answer has");
    }
    match scheme {
        "https" | "http" => {
            let authority = rest.strip_prefix("//").ok_or("has no host")?;
            let host = authority.split(['/', '?']).next().unwrap_or_default();
            // A browser goes to the address that its parser makes of it.
            if host.is_empty() || host != shown_host(&url) {
                return Err("has a host in another spelling than browsers write it");
            }
            match scheme == "https" || is_loopback(&url) {
                true => Ok(()),
                false => Err("is http, and not of this computer"),
            }
        }
        _ if places != Places::Native => Err("is neither https nor http"),
        // A scheme of one's own is a domain turned around (RFC 8252 section 7.1).
        scheme if scheme.contains('.') => Ok(()),
        _ => Err("has a scheme without a dot, which any program may claim"),
    }
}

/// Whether a request means a registered URI: the same bytes, or for a native client the same but for the port of this computer.
pub fn is_meant(registered: &str, asked: &str, places: Places) -> bool {
    if registered == asked {
        return true;
    }
    match (without_port(registered), without_port(asked)) {
        (Some(ours), Some(theirs)) => places == Places::Native && ours == theirs,
        _ => false,
    }
}

/// An address on this computer in its parts around the port.
fn without_port(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| {
        rest.strip_prefix(host)
            .is_some_and(|after| after.is_empty() || after.starts_with([':', '/', '?']))
    })?;
    let after = &rest[host.len()..];
    let Some(port) = after.strip_prefix(':') else {
        return Some((host, after));
    };
    let digits = port.bytes().take_while(u8::is_ascii_digit).count();
    let is_port = port[..digits].parse::<u16>().is_ok_and(|port| port > 0);
    let after = &port[digits..];
    (is_port && (after.is_empty() || after.starts_with(['/', '?']))).then_some((host, after))
}

/// Whether an address leads to this computer.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Host and port as browsers write them.
fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The origin of a redirect URI for `form-action`; none for a scheme of a program's own.
pub fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_places_are_taken() {
        for uri in [
            "https://app.example/callback",
            "https://app.example",
            "https://app.example:8443/callback?tenant=7",
            "https://xn--bcher-kva.example/callback",
            "http://localhost:3000/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:8080/",
        ] {
            assert_eq!(check(uri, Places::Web), Ok(()), "{uri}");
            assert_eq!(check(uri, Places::Native), Ok(()), "{uri}");
        }
        for uri in ["com.example.app:/callback", "com.example.app://callback/a"] {
            assert_eq!(check(uri, Places::Native), Ok(()), "{uri}");
            assert!(check(uri, Places::Web).is_err(), "{uri}");
        }
    }

    #[test]
    fn bad_places_are_refused() {
        for uri in [
            "",
            "/callback",
            "//app.example/callback",
            "app.example",
            "https:/app.example/",
            "https:app.example/",
            "https://",
            "https:///callback",
            "https://app.example/callback#a",
            "https://app.example/#",
            "https://a@app.example/callback",
            "https://a:b@app.example/callback",
            "https://@app.example/callback",
            "https://*.app.example/callback",
            "https://app.example/*",
            "https://app.example/a/../callback",
            "https://app.example/..",
            "https://app.example/%2e%2E/callback",
            "https://app.example/a%2fb",
            "https://app.example/a%5Cb",
            "https://app.example\\callback",
            "https://app.example/call back",
            "https://app.example/callback\n",
            "https://app.example/\u{e4}",
            "https://b\u{fc}cher.example/",
            "https://APP.example/callback",
            "HTTPS://app.example/callback",
            "https://app.example:443/callback",
            "https://app.example:/callback",
            "https://app.example:99999/callback",
            "https://app%2eexample/callback",
            "https://app.example/?code=a",
            "https://app.example/?a=b&state=c",
            "https://app.example/?iss=a",
            "https://app.example/?error=a",
            "http://app.example/callback",
            "http://127.0.0.1.app.example/",
            "http://127.1/",
            "http://0x7f000001/",
            "javascript:alert(1)",
            "data:text/html,a",
            "file:///etc/passwd",
            "ftp://app.example/",
            "ws://localhost/",
            "myapp:/callback",
            "blob:https://app.example/a",
            "view-source:https://app.example/",
            "https://app.example/<script>",
            "https://app.example/\"a",
        ] {
            assert!(check(uri, Places::Native).is_err(), "{uri}");
        }
        assert!(
            check(&format!("https://app.example/{}", "a".repeat(LONGEST)), Places::Web).is_err()
        );
    }

    #[test]
    fn a_request_means_the_same_bytes() {
        let registered = "https://app.example/callback";
        assert!(is_meant(registered, registered, Places::Web));
        for asked in [
            "https://app.example/callback/",
            "https://app.example/Callback",
            "https://app.example/callback?a=b",
            "https://app.example/callback#a",
            "https://app.example:443/callback",
            "https://app.example/x/../callback",
            "https://app.example/%63allback",
            "https://app.example/callbac",
            "https://app.example.evil.example/callback",
            "https://evil.example/https://app.example/callback",
            "https://app.example@evil.example/callback",
            "http://app.example/callback",
            "//app.example/callback",
            " https://app.example/callback",
        ] {
            assert!(!is_meant(registered, asked, Places::Web), "{asked}");
            assert!(!is_meant(registered, asked, Places::Native), "{asked}");
        }
    }

    #[test]
    fn the_port_of_this_computer_is_open_to_native_programs_alone() {
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let registered = format!("http://{host}/callback");
            for port in [1, 8080, 65535] {
                let asked = format!("http://{host}:{port}/callback");
                assert!(is_meant(&registered, &asked, Places::Native), "{asked}");
                assert!(!is_meant(&registered, &asked, Places::Web), "{asked}");
            }
            for asked in [
                format!("http://{host}:8080/other"),
                format!("http://{host}:8080/callback?a=b"),
                format!("https://{host}:8080/callback"),
                format!("http://{host}:/callback"),
                format!("http://{host}:0/callback"),
                format!("http://{host}:99999/callback"),
                format!("http://{host}:80a/callback"),
                format!("http://{host}:80@evil.example/callback"),
                format!("http://a@{host}:80/callback"),
                format!("http://{host}.evil.example/callback"),
            ] {
                assert!(!is_meant(&registered, &asked, Places::Native), "{asked}");
            }
        }
        // The host is the registered one.
        assert!(!is_meant("http://localhost/a", "http://127.0.0.1:80/a", Places::Native));
        assert!(!is_meant("http://127.0.0.1/a", "http://[::1]:80/a", Places::Native));
    }
}
