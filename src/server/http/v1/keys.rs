//! The public keys.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use serde_json::Value;

use crate::server::App;

/// `GET /.well-known/jwks.json` (RFC 7517 section 5).
pub async fn jwks(State(app): State<App>) -> ([(HeaderName, &'static str); 1], Json<Value>) {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(app.keys.jwks()))
}
