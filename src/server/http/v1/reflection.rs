//! What of a request arrives here: for `vestibule doctor`, which asks by the public address.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse},
};

use crate::{
    model::Reflection,
    server::{App, http::cookies, service::Visitor},
};

/// A cookie that comes back unchanged shows that no proxy touches them.
const PROBE: (&str, HeaderValue) = (
    "set-cookie",
    HeaderValue::from_static("vestibule_probe=1; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
);

/// `GET reflection`: who asks, as we see them, and what we are called. Nothing that the asker does not know.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> impl IntoResponse {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let reflection = Reflection {
        issuer: app.config.issuer(),
        client_ip: visitor.client_ip,
        host: host.map(str::to_owned),
        has_probe_cookie: cookies::get(&headers, "vestibule_probe").is_some(),
        now: app.clock.now(),
    };
    (AppendHeaders([PROBE]), Json(reflection))
}
