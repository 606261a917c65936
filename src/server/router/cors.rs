//! CORS: the origins whose scripts may call the API, and a log line about those that may not.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::server::{
    App,
    http::{origin, tutorial},
};

/// The longest origin that is logged, in bytes.
const SHOWN_MAX: usize = 256;

/// Allows listed origins to call from a browser, with a bearer token and never with the cookie.
pub(super) fn layer(app: &App) -> CorsLayer {
    let (listed, compat) = (app.config.cors_origins.clone(), app.config.tutorial_compat);
    let allowed = move |origin: &HeaderValue, request: &Parts| {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let path = request.uri.path();
        let listed = listed.iter().any(|listed| listed == origin);
        (listed && !is_of_pages(path))
            || (compat && tutorial::PATHS.contains(&path) && is_loopback(origin))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([
            header::RETRY_AFTER,
            HeaderName::from_static("ratelimit"),
            header::WWW_AUTHENTICATE,
            header::LOCATION,
            header::ETAG,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("deprecation"),
        ])
        .max_age(std::time::Duration::from_secs(600))
}

/// Whether a path is called by our own pages alone.
fn is_of_pages(path: &str) -> bool {
    path.starts_with("/action/")
}

/// In tutorial mode a tutorial's React form may stand on any port of this machine.
fn is_loopback(origin: &str) -> bool {
    is_exact(origin)
        && url::Url::parse(origin)
            .is_ok_and(|url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")))
}

/// Whether an origin is written as browsers write it.
fn is_exact(origin: &str) -> bool {
    url::Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == origin)
}

/// The call of a script on a page of another origin.
pub(super) struct Call {
    origin: Option<HeaderValue>,
    is_of_pages: bool,
}

impl Call {
    /// The call, if the request is one: a browser asks for it by `OPTIONS`, or says that a script makes it.
    pub(super) fn of(app: &App, parts: &Parts) -> Option<Self> {
        let from = parts.headers.get(header::ORIGIN)?;
        let says = |name: &str| parts.headers.get(name).map(HeaderValue::as_bytes);
        let is_ours = match says("sec-fetch-site") {
            Some(site) => matches!(site, b"same-origin" | b"none"),
            None => from.to_str().is_ok_and(|from| origin::is_our_origin(&app.config, from)),
        };
        let is_asked_for = parts.method == Method::OPTIONS
            && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let is_call = is_asked_for || says("sec-fetch-mode") == Some(b"cors");
        (is_call && !is_ours).then(|| Self {
            // A client may have written anything.
            origin: Some(from.clone()).filter(|from| {
                from.len() <= SHOWN_MAX
                    && from.to_str().is_ok_and(|from| from == "null" || is_exact(from))
            }),
            is_of_pages: is_of_pages(parts.uri.path()),
        })
    }

    /// Whether the browser keeps the answer from the script.
    pub(super) fn is_refused(&self, answer: &HeaderMap) -> bool {
        !answer.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    }

    /// Says so in the log.
    pub(super) fn log(&self) {
        let origin = self.origin.as_ref().and_then(|origin| origin.to_str().ok());
        let origin = origin.unwrap_or("(unreadable)");
        if self.is_of_pages {
            tracing::info!(
                %origin,
                "a browser keeps an answer from a script of another origin: server functions are for the pages of \
                 Vestibule alone; call the API under /api/v1"
            );
            return;
        }
        tracing::info!(
            %origin,
            "a browser keeps an answer from a script of another origin: list the origin in VESTIBULE_CORS_ORIGINS if it \
             is yours; this is said once a minute at most"
        );
    }
}
