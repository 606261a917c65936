//! The security history of one's own account.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    model::HistoryPage,
    server::{
        App,
        http::{body::query, reply::ProblemDetails},
        service::{audit, principal::Principal},
    },
};

/// Start and length of a page.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// `next_before` of the page before; none for the newest.
    before: Option<String>,
    /// The most entries of the page; a number outside of 1 to 100 means the nearest of these.
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
