//! One id for each request: in every line of the log that it causes, and in its answer.

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::headers;
use crate::server::App;

/// The outermost layer: the id and the headers of every answer.
///
/// Each layer clones all below it for each request, so the two are one. The log has the path without its query, where
/// tokens may be, and nothing else that clients send.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.clock.new_id();
    let path = request.uri().path();
    // Of the highest level, so that no level of the log loses the id.
    let span = tracing::error_span!("request", %id, method = %request.method(), path);
    let answer = headers::answer(&app, request, next);
    let mut response = answer.instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}
