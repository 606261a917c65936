//! The request as the server sees it, for `vestibule doctor`, which asks by the public address.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse},
};

use crate::{
    model::{ErrorCode, Reflection},
    server::{
        App,
        http::{cookies, reply::ProblemDetails},
        service::{ClientInfo, reflection},
    },
};

/// A cookie that comes back unchanged shows that no proxy touches them.
const PROBE: (&str, HeaderValue) = (
    "set-cookie",
    HeaderValue::from_static("vestibule_probe=1; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
);

/// `GET reflection`: who asks, as the server sees them, and what it is called. Nobody but the doctor of this
/// instance finds anything here.
///
/// # Errors
/// `not_found` (404) without its pass.
pub async fn show(
    State(app): State<App>,
    client_info: ClientInfo,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ProblemDetails> {
    let mut passes = headers.get_all(reflection::HEADER).iter();
    let pass = match (passes.next(), passes.next()) {
        (Some(pass), None) => pass.to_str().ok(),
        _ => None,
    };
    if !pass.is_some_and(|pass| reflection::is_pass(&app, pass)) {
        return Err(ErrorCode::NotFound.into());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let reflection = Reflection {
        issuer: app.config.issuer(),
        client_ip: client_info.client_ip,
        host: host.map(str::to_owned),
        has_probe_cookie: cookies::get(&headers, "vestibule_probe").is_some(),
        now: app.clock.now_s(),
    };
    Ok((AppendHeaders([PROBE]), Json(reflection)))
}
