//! What happened to one's own account.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;

use crate::{
    model::HistoryPage,
    server::{
        App,
        http::{body::query, reply::ProblemDetails},
        service::{audit, principal::Principal},
    },
};

/// Where a page begins and how long it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// `next_before` of the page before.
    before: Option<String>,
    /// 1 to 100.
    limit: Option<i64>,
}

/// `GET me/security-history?before=&limit=`: newest first.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    params: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Json<HistoryPage>, ProblemDetails> {
    let HistoryQuery { before, limit } = query(params)?;
    Ok(Json(audit::of_principal(&app, &principal, before.as_deref(), limit).await?))
}
