//! For those who watch the service.

use axum::extract::State;

use super::reply::Problem;
use crate::server::{App, service::setup};

/// `GET /healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    setup::is_open(&app, "").await?;
    Ok("ready")
}
