//! For those who watch the service.

use axum::extract::State;

use super::reply::Problem;
use crate::server::{App, service::health};

/// `GET /healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    health::ready(&app).await?;
    Ok("ready")
}
