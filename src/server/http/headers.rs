//! Headers of every answer (S71).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::server::config::Config;

/// Headers of every answer, of this server or its redirects. An answer may have a stricter `Referrer-Policy` (to a link
/// with a token), a `Cache-Control` (without one it may be personal), and a `Content-Security-Policy` of its own.
const CONSTANT: [(HeaderName, HeaderValue); 8] = [
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
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// The headers of every answer, from this server or its redirects.
pub fn constant() -> HeaderMap {
    // With room for those of answers: a copy has as many slots.
    let mut headers = HeaderMap::with_capacity(2 * CONSTANT.len());
    headers.extend(CONSTANT);
    headers
}

/// The headers of every answer at our own origin.
pub fn of_ours(config: &Config) -> HeaderMap {
    let mut headers = constant();
    if config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(match config.hsts_include_subdomains {
                true => "max-age=31536000; includeSubDomains",
                false => "max-age=31536000",
            }),
        );
    }
    headers
}

/// Whether a path is one of a journey that may begin in a popup of another program's page: the two keep sight of each other, or the
/// program would never learn of its end. Nothing but a way to sign in is there.
pub fn keeps_opener(path: &str) -> bool {
    let of = |place: &str| {
        path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    matches!(path, "/account/confirm" | "/verify" | "/leaving")
        || ["/login", "/register", "/oauth"].into_iter().any(of)
}

/// Lets a window keep sight of the one that has opened it.
pub fn keep_opener(headers: &mut HeaderMap) {
    let name = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(name, HeaderValue::from_static("unsafe-none"));
}

/// Adds the headers of every answer to those of one, whose own values win.
pub fn add(every: &HeaderMap, headers: &mut HeaderMap) {
    let own = std::mem::replace(headers, every.clone());
    headers.extend(own);
}
