//! One's own account.

use axum::{Json, extract::State, response::Response};

use super::auth;
use crate::{
    model::{PasswordChange, ProfileForm, UserView},
    server::{
        App,
        http::{body::JsonBody, reply::Problem},
        service::{Visitor, caller::Caller, passwords, profile},
    },
};

/// `GET me`.
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Json<UserView>, Problem> {
    Ok(Json(profile::of_caller(&app, &caller).await?))
}

/// `PATCH me`: absent fields stay, `null` clears.
pub async fn update(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    JsonBody(form): JsonBody<ProfileForm>,
) -> Result<Json<UserView>, Problem> {
    Ok(Json(profile::update(&app, &caller, form, &visitor).await?))
}

/// `PUT me/password`: the other sessions end; new tokens with a fresh proof for this one, under a new id.
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    JsonBody(form): JsonBody<PasswordChange>,
) -> Result<Response, Problem> {
    Ok(auth::renewed(&app, passwords::change(&app, &caller, form, &visitor).await?))
}
