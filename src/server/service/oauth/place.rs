//! Where an answer goes, as pages show it.

use url::Url;

use crate::server::secure::redirect_uri;

/// The host of a redirect URI; none for a scheme of a program's own.
pub fn host(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let is_page = matches!(url.scheme(), "https" | "http");
    let host = url.host_str().filter(|_| is_page)?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// The origin of a redirect URI; none for a scheme of a program's own.
pub fn origin(uri: &str) -> Option<String> {
    redirect_uri::origin(uri)
}

/// Whether a redirect URI leads to a program on the computer of the person.
pub fn is_here(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| {
        !matches!(url.scheme(), "https" | "http") || redirect_uri::is_loopback(&url)
    })
}
