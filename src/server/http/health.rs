//! Probes: is the process there, and can it do its work?

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

/// `GET /healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// `GET /readyz`: the process can do its work, else 503; a line for each check.
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
