//! Forgotten passwords.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    model::ResetForm,
    server::{
        App,
        http::{body::JsonBody, description::Example, reply::ProblemDetails},
        service::{
            ClientInfo,
            flows::Asker,
            recovery::{self, Proof},
        },
    },
};

/// The name of an account whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryForm {
    /// A username, or a confirmed address.
    #[schema(min_length = 1, max_length = 254)]
    identifier: String,
}

/// `POST recovery`: 202, for every name.
pub async fn begin(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<RecoveryForm>,
) -> Result<Response, ProblemDetails> {
    let asked = recovery::ask(&app, &form.identifier, Asker::Program, &client_info).await?;
    Ok((StatusCode::ACCEPTED, Json(asked.answer())).into_response())
}

/// The code of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCode {
    /// The secret of the attempt.
    flow: String,
    /// The eight digits of the mail, with blanks and hyphens or without.
    code: String,
}

/// `POST recovery/code`.
pub async fn code(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<RecoveryCode>,
) -> Result<StatusCode, ProblemDetails> {
    recovery::code(&app, &form.flow, &form.code, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new password in place of a forgotten one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryPassword {
    /// The secret of the attempt, whose code was given.
    flow: String,
    /// The password as it is to be, of the length that the instance asks for.
    #[schema(min_length = 8, max_length = 256)]
    new_password: String,
}

/// `POST recovery/password`.
pub async fn password(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<RecoveryPassword>,
) -> Result<StatusCode, ProblemDetails> {
    let new = ResetForm { new_password: Some(form.new_password) };
    recovery::reset(&app, Proof::Flow(&form.flow), new, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

const FLOW: &str = "mJ1c0eE1h6H0yTqk7vSgQ3n5J8mXw2bR4uVtPzLdKaY";

impl Example for RecoveryForm {
    fn example() -> Value {
        json!({ "identifier": "ada@example.org" })
    }
}

impl Example for RecoveryCode {
    fn example() -> Value {
        json!({ "flow": FLOW, "code": "1234 5678" })
    }
}

impl Example for RecoveryPassword {
    fn example() -> Value {
        json!({ "flow": FLOW, "new_password": "another horse battery" })
    }
}
