//! Headers on every answer, whatever it is (S71).

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{origin, reply::Problem};
use crate::{
    model::ErrorCode,
    server::{App, config::Config},
};

/// Refuses unknown hosts, and gives every answer its headers.
pub async fn answer(app: &App, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Probes ask by address.
    let probe = matches!(parts.uri.path(), "/healthz" | "/readyz");
    let mut response = match probe || origin::is_our_host(app, &parts) {
        true => next.run(Request::from_parts(parts, body)).await,
        false => {
            let ours = format!("This server answers for {}.", app.config.issuer());
            Problem::with_detail(ErrorCode::MisdirectedRequest, ours).into_response()
        }
    };
    of_ours(response.headers_mut(), &app.config);
    response
}

/// What every answer says at our own address.
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

/// What every answer says, whoever gives it.
pub fn constant(headers: &mut HeaderMap) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A response to a link with a token sets a stricter Referrer-Policy.
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    // A response without Cache-Control may be personal: default to no-store.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}
