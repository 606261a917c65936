//! One's own account.

use axum::{Json, extract::State};

use crate::{
    model::{PasswordChange, ProfileForm, Reauthenticated, UserView},
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

/// `PUT me/password`: the other sessions end; an access token with a fresh proof for this one.
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    JsonBody(form): JsonBody<PasswordChange>,
) -> Result<Json<Reauthenticated>, Problem> {
    Ok(Json(passwords::change(&app, &caller, form, &visitor).await?))
}
