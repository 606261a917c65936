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
            reply::ProblemDetails,
        },
        service::{ClientInfo, accounts, agent::Agent, principal::Principal},
    },
};

/// Where a page begins and how long it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    /// The last id of the page before.
    pub after: Option<UserId>,
    /// 1 to 100.
    pub limit: Option<i64>,
}

/// `GET users?after=&limit=`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    params: Result<Query<UsersQuery>, QueryRejection>,
) -> Result<Json<UserPage>, ProblemDetails> {
    let query = query(params)?;
    Ok(Json(accounts::list(&app, &principal, query.after.as_ref(), query.limit).await?))
}

/// `GET users/{id}`.
pub async fn show(
    State(app): State<App>,
    principal: Principal,
    id: Result<Path<UserId>, PathRejection>,
) -> Result<Json<UserView>, ProblemDetails> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(accounts::get(&app, &principal, &id).await?))
}

/// `PATCH users/{id}`: absent fields stay.
pub async fn update(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    id: Result<Path<UserId>, PathRejection>,
    JsonBody(form): JsonBody<UserChange>,
) -> Result<Json<UserView>, ProblemDetails> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(accounts::update(&app, Agent::Admin(&principal, &client_info), &id, form).await?))
}
