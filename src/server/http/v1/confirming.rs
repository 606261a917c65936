//! Confirming the address at a sign-in, because the settings demand it.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::auth::{entered_answer, unbound};
use crate::{
    model::SessionKind,
    server::{
        App,
        http::{body::JsonBody, description::Example, origin, reply::ProblemDetails},
        service::{
            ClientInfo,
            address::{self, Shown},
            confirming,
            flows::{Asker, Holder},
        },
    },
};

/// A sign-in that waits until the address is confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingAddress {
    /// `flow` of the answer to the first step.
    flow: String,
    /// Another address in place of the one that waits; needed where the account has none.
    #[serde(default)]
    #[schema(max_length = 254)]
    address: Option<String>,
}

/// The code of the mail, for such a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingCode {
    /// `flow` of the answer to the first step.
    flow: String,
    /// The eight digits of the mail, with blanks and hyphens or without.
    code: String,
}

/// `POST login/address`.
pub async fn send(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<WaitingAddress>,
) -> Result<Response, ProblemDetails> {
    let address = form.address.as_deref().map(address::parsed).transpose()?;
    let sign_in = confirming::waiting(&app, Holder::Program, &form.flow).await?;
    let sent = confirming::send(&app, &sign_in, address, &client_info).await?;
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}

/// `PUT login/address`.
pub async fn confirm(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<WaitingCode>,
) -> Result<Response, ProblemDetails> {
    let sign_in = confirming::waiting(&app, Holder::Program, &form.flow).await?;
    let kind = sign_in.session();
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    }
    let shown = Shown::Code(None, &form.code);
    let entered = confirming::confirm(&app, sign_in, shown, Asker::Program, &client_info).await?;
    Ok(unbound(&app, &headers, kind, entered_answer(&app, entered)?))
}

impl Example for WaitingAddress {
    fn example() -> Value {
        json!({ "flow": "Zm9yIGFuIGhvdXIsIGFuZCBmb3Igb25lIHVzZSBhbG9" })
    }
}

impl Example for WaitingCode {
    fn example() -> Value {
        json!({ "flow": "Zm9yIGFuIGhvdXIsIGFuZCBmb3Igb25lIHVzZSBhbG9", "code": "1234 5678" })
    }
}
