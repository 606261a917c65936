//! Other people's accounts.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    model::{UserChange, UserId, UserPage, UserView},
    server::{
        App,
        http::{
            body::{JsonBody, query},
            last::Last,
            reply::ProblemDetails,
        },
        service::{
            ClientInfo,
            accounts::{self, ListQuery},
            agent::Agent,
            principal::Principal,
        },
    },
};

/// Start and length of a page.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    /// `next_after` of the page before; none for the first page.
    pub after: Option<UserId>,
    /// The most accounts of the page; a number outside of 1 to 100 means the nearest of these.
    pub limit: Option<i64>,
    /// The id in the app that an account came from.
    pub external_id: Option<String>,
}

/// `GET users?after=&limit=&external_id=`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    params: Result<Query<UsersQuery>, QueryRejection>,
) -> Result<Json<UserPage>, ProblemDetails> {
    let UsersQuery { after, limit, external_id } = query(params)?;
    let (after, external_id) = (after.as_ref(), external_id.as_deref());
    Ok(Json(accounts::list(&app, &principal, ListQuery { after, limit, external_id }).await?))
}

/// `GET users/{id}`.
pub async fn show(
    State(app): State<App>,
    principal: Principal,
    Last(id): Last<UserId>,
) -> Result<Json<UserView>, ProblemDetails> {
    Ok(Json(accounts::get(&app, &principal, &id).await?))
}

/// `PATCH users/{id}`: absent fields stay.
pub async fn update(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    id: Result<Last<UserId>, ProblemDetails>,
    JsonBody(form): JsonBody<UserChange>,
) -> Result<Json<UserView>, ProblemDetails> {
    // A body that is refused is refused wherever it goes.
    let Last(id) = id?;
    Ok(Json(accounts::update(&app, Agent::Admin(&principal, &client_info), &id, form).await?))
}
