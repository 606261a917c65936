use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::open;
use crate::server::{App, service::oauth};

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`: one document under two names.
pub async fn metadata(State(app): State<App>) -> Response {
    let mut response = Json(oauth::metadata(&app)).into_response();
    open(&mut response);
    let cached = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cached);
    response
}
