//! Liveness and readiness probes.

use std::fmt::Write;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::{
    App,
    service::health::{self, State as Found},
};

/// `GET /healthz`: liveness, answered by the process alone.
pub async fn live() -> &'static str {
    "ok"
}

/// `GET /readyz`: readiness, else 503; a line for each check.
pub async fn ready(State(app): State<App>) -> Response {
    let (mut status, mut text) = (StatusCode::OK, String::new());
    for check in health::ready(&app).await {
        let name = check.name;
        // Writing to a string does not fail.
        let _written = match check.state {
            Found::Fine => writeln!(text, "ok {name}"),
            Found::Warning(why) => writeln!(text, "warn {name}: {why}"),
            Found::Fault(why) => {
                status = StatusCode::SERVICE_UNAVAILABLE;
                writeln!(text, "FAULT {name}: {why}")
            }
        };
    }
    (status, text).into_response()
}
