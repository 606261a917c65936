//! The notices of one's own account that can be turned off.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::server::{
    App,
    http::{body::JsonBody, description::Example, reply::ProblemDetails},
    service::{ClientInfo, notices, principal::Principal},
};

pub use crate::server::service::notices::NoticeChoices;

/// A choice of notices.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeForm {
    /// Whether a sign-in from a new browser or program is told.
    sign_in: bool,
}

/// `GET me/notices`.
pub async fn show(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<NoticeChoices>, ProblemDetails> {
    Ok(Json(notices::of_principal(&app, &principal).await?))
}

/// `PUT me/notices`.
pub async fn choose(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<NoticeForm>,
) -> Result<Json<NoticeChoices>, ProblemDetails> {
    let choices = NoticeChoices { sign_in: form.sign_in };
    notices::choose(&app, &principal, choices, &client_info).await?;
    Ok(Json(choices))
}

impl Example for NoticeForm {
    fn example() -> Value {
        json!({ "sign_in": false })
    }
}

impl Example for NoticeChoices {
    fn example() -> Value {
        json!({ "sign_in": false })
    }
}
