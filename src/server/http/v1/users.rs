//! Other people's accounts.

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
};
use serde::Deserialize;

use crate::{
    model::{ErrorCode, UserId, UserPage, UserView},
    server::{
        App,
        http::{body::query, reply::Problem},
        service::{caller::Caller, people},
    },
};

/// Where a page begins and how long it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The last id of the page before.
    pub after: Option<String>,
    /// 1 to 100.
    pub limit: Option<i64>,
}

/// `GET users?after=&limit=`.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<UserPage>, Problem> {
    let paging = query(paging)?;
    Ok(Json(people::list(&app, &caller, paging.after.as_deref(), paging.limit).await?))
}

/// `GET users/{id}`.
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<UserView>, Problem> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(people::get(&app, &caller, &UserId::new(id)).await?))
}
