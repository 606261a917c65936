use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::{App, http::trace, router::edge::Edge};

/// The router of plain HTTP next to TLS: it redirects requests that only read.
///
/// Other requests may have sent a password in clear text already, and must not seem to work.
pub(super) fn router(app: App) -> Router {
    let shared = Arc::new((app.config.issuer(), Edge::new(app)));
    Router::new().fallback(move |request: Request| async move {
        let (public, edge) = &*shared;
        edge.around(request, trace::OTHER, async |request| moved(public, &request)).await
    })
}

fn moved(public: &str, request: &Request) -> Response {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::from_str(&format!("{public}{path}")) {
        Ok(slot) if looks && path.starts_with('/') => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, slot)]).into_response()
        }
        _ => (StatusCode::FORBIDDEN, format!("Use {public}\n")).into_response(),
    }
}
