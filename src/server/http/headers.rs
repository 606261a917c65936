//! Headers of every answer (S71).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::server::config::Config;

/// The headers for answers at our own origin.
pub fn of_ours(headers: &mut HeaderMap, config: &Config) {
    constant(headers);
    if config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(match config.hsts_include_subdomains {
                true => "max-age=31536000; includeSubDomains",
                false => "max-age=31536000",
            }),
        );
    }
}

/// Headers of every answer.
const CONSTANT: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Sets the headers of every answer, from this server or its redirects.
pub fn constant(headers: &mut HeaderMap) {
    // One allocation for these, those below, and those of other layers and hyper.
    headers.reserve(CONSTANT.len() + 6);
    for (name, value) in CONSTANT {
        headers.insert(name, value);
    }
    // A response to a link with a token sets a stricter Referrer-Policy.
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    // A response without Cache-Control may be personal: default to no-store.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}
