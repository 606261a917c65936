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
    model::{ErrorCode, UserChange, UserId, UserPage, UserView},
    server::{
        App,
        http::{
            body::{JsonBody, query},
            reply::Problem,
        },
        service::{Visitor, agent::Agent, caller::Caller, people},
    },
};

/// Where a page begins and how long it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The last id of the page before.
    pub after: Option<UserId>,
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
    Ok(Json(people::list(&app, &caller, paging.after.as_ref(), paging.limit).await?))
}

/// `GET users/{id}`.
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<UserId>, PathRejection>,
) -> Result<Json<UserView>, Problem> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(people::get(&app, &caller, &id).await?))
}

/// `PATCH users/{id}`: absent fields stay.
pub async fn update(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    id: Result<Path<UserId>, PathRejection>,
    JsonBody(form): JsonBody<UserChange>,
) -> Result<Json<UserView>, Problem> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(people::update(&app, Agent::Admin(&caller, &visitor), &id, form).await?))
}
