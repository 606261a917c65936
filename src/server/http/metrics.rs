//! The metrics listener for Prometheus.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::headers;
use crate::server::{App, metrics::MEDIA_TYPE, service::measures};

/// The router of the listener.
pub fn router(app: App) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<App>) -> Response {
    let text = app.metrics.text(&measures::now(&app));
    let mut response = match text {
        Ok(text) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    headers::add(&headers::constant(), response.headers_mut());
    response
}
