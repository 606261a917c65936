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
        http::{body::query, reply::Problem},
        service::{audit, caller::Caller},
    },
};

/// Where a page begins and how long it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// `next_before` of the page before.
    before: Option<String>,
    /// 1 to 100.
    limit: Option<i64>,
}

/// `GET me/security-history?before=&limit=`: newest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<HistoryPage>, Problem> {
    let Paging { before, limit } = query(paging)?;
    Ok(Json(audit::of_caller(&app, &caller, before.as_deref(), limit).await?))
}
