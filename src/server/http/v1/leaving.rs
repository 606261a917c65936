//! The erasure of one's own account, and the way back from it.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::server::{
    App,
    http::{body::JsonBody, cookies, description::Example, reply::ProblemDetails},
    service::{ClientInfo, flows::Holder, leaving, principal::Principal},
};

pub use crate::server::service::leaving::Leaving;

/// The request to erase one's own account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// The username of the account, typed by its owner.
    #[schema(max_length = 64)]
    confirm: String,
}

/// `POST me/deletion`: 202; the account is closed at once.
pub async fn ask(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    headers: HeaderMap,
    JsonBody(form): JsonBody<Deletion>,
) -> Result<Response, ProblemDetails> {
    let leaving = leaving::ask(&app, &principal, &form.confirm, &client_info).await?;
    let mut response = (StatusCode::ACCEPTED, Json(leaving)).into_response();
    if cookies::session(&app, &headers).is_some() {
        cookies::forget(&app, &headers, response.headers_mut());
    }
    Ok(response)
}

/// The secret of a sign-in to an account that is leaving.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// `flow` of the refused sign-in.
    flow: String,
}

/// `POST login/keep`.
pub async fn keep(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<Keeping>,
) -> Result<StatusCode, ProblemDetails> {
    leaving::keep(&app, Holder::Program, &form.flow, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Example for Deletion {
    fn example() -> Value {
        json!({ "confirm": "ada" })
    }
}

impl Example for Leaving {
    fn example() -> Value {
        json!({ "erase_after": 1_768_435_200 })
    }
}

impl Example for Keeping {
    fn example() -> Value {
        json!({ "flow": "mJ1c0eE1h6H0yTqk7vSgQ3n5J8mXw2bR4uVtPzLdKaY" })
    }
}
