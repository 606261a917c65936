use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
};

use crate::server::{
    App,
    http::headers,
    router::edge::{self, Edge},
};

/// The router of plain HTTP next to TLS: it redirects requests that only read.
///
/// Other requests may have sent a password in clear text already, and must not seem to work.
pub(super) fn router(app: App) -> Router {
    let public = app.config.issuer();
    let edge = middleware::from_fn_with_state(Edge::new(app), edge::layer);
    Router::new().fallback(moved).layer(edge).with_state(public)
}

async fn moved(State(public): State<String>, request: Request) -> Response {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut response = match HeaderValue::from_str(&format!("{public}{path}")) {
        Ok(slot) if looks && path.starts_with('/') => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, slot)]).into_response()
        }
        _ => (StatusCode::FORBIDDEN, format!("Use {public}\n")).into_response(),
    };
    headers::constant(response.headers_mut());
    response
}
