//! One's own account.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::auth;
use crate::{
    model::{PasswordChange, ProfileForm, UserView},
    server::{
        App,
        http::{body::JsonBody, reply::ProblemDetails},
        service::{ClientInfo, passwords, principal::Principal, profile},
    },
};

/// `GET me`.
pub async fn show(
    State(app): State<App>,
    principal: Principal,
) -> Result<Response, ProblemDetails> {
    let user = profile::of_principal(&app, &principal).await?;
    Ok(Json(&*user).into_response())
}

/// `PATCH me`: absent fields stay, `null` clears.
pub async fn update(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<ProfileForm>,
) -> Result<Json<UserView>, ProblemDetails> {
    Ok(Json(profile::update(&app, &principal, form, &client_info).await?))
}

/// `PUT me/password`: the other sessions end; new tokens with a fresh proof for this one, under a new id.
pub async fn change_password(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<PasswordChange>,
) -> Result<Response, ProblemDetails> {
    Ok(auth::renewed(&app, passwords::change(&app, &principal, form, &client_info).await?))
}
