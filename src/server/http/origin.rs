//! The origin of a request's page, and the requested host.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts, uri::Authority};

use super::reader;
use crate::{
    model::ErrorCode,
    server::{App, config::Config},
};

/// Rejects requests that a page of another site may have caused (S65): `Sec-Fetch-Site` must be
/// `same-origin`, or without it, `Origin` must be ours. A request with neither is refused.
///
/// A hidden `Origin` (`null`: a proxy or an extension sets `Referrer-Policy: no-referrer`) does not
/// contradict `Sec-Fetch-Site`, which only the browser writes.
///
/// # Errors
/// `cross_origin`.
pub fn check(app: &App, headers: &HeaderMap) -> Result<(), ErrorCode> {
    let text = |name: &str| {
        let mut lines = headers.get_all(name).iter();
        let line = lines.next()?.to_str().unwrap_or("");
        Some(if lines.next().is_none() { line } else { "" })
    };
    let ours = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        // A form posted after a reload or from the address bar has no initiator but the user.
        (Some("same-origin" | "none"), None | Some("null")) => true,
        (Some("same-origin" | "none") | None, Some(origin)) => is_our_origin(&app.config, origin),
        _ => false,
    };
    if ours { Ok(()) } else { Err(ErrorCode::CrossOrigin) }
}

/// Whether the browser states that a page of ours, or the user, made the request; pages of other
/// sites cannot cause this.
pub fn is_of_ours(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(site, Some(b"same-origin" | b"none"))
}

/// Whether a request seems to come from a program, without any header that browsers send with a
/// form. This selects the words of a refusal, and permits nothing.
pub fn is_program(headers: &HeaderMap) -> bool {
    !reader::is_person(headers)
        && !headers.contains_key("sec-fetch-site")
        && !headers.contains_key(header::ORIGIN)
}

/// Whether the requested host is ours (S78): the public one, or any name of this machine if the
/// public one is loopback.
pub fn is_our_host(app: &App, parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let public = app.config.public_url.authority();
    if let (None, Some(host), None) = (parts.uri.host(), first, second)
        && host == public
    {
        // Nearly every request: parsing takes 600 instructions.
        return true;
    }
    let host = match (parts.uri.host(), first, second) {
        (Some(_), _, None) => parts.uri.authority().cloned(),
        (None, Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()),
        _ => None,
    };
    host.is_some_and(|host: Authority| {
        let port = host.port_u16().or_else(|| default_port(&app.config));
        is_our_name(&app.config, host.host(), port)
    })
}

/// Whether an origin, as browsers write it, is ours.
pub fn is_our_origin(config: &Config, origin: &str) -> bool {
    let Ok(url) = url::Url::parse(origin) else {
        return false;
    };
    url.scheme() == config.public_url.scheme()
        && url.origin().ascii_serialization() == origin
        && is_our_name(config, url.host_str().unwrap_or(""), url.port_or_known_default())
}

fn is_our_name(config: &Config, host: &str, port: Option<u16>) -> bool {
    let public = config.public_url.host_str().unwrap_or("");
    let known = host.eq_ignore_ascii_case(public)
        || (config.is_loopback()
            && ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|name| host.eq_ignore_ascii_case(name)));
    known && port == config.public_url.port_or_known_default()
}

fn default_port(config: &Config) -> Option<u16> {
    if config.is_https() { Some(443) } else { Some(80) }
}
