//! The addresses of one's own account.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::server::{
    App,
    http::{
        body::{JsonBody, OptionalJson},
        description::Example,
        last::Last,
        reply::ProblemDetails,
    },
    service::{
        ClientInfo,
        address::{self, AddressView, Shown},
        principal::Principal,
        session::Renewed,
    },
};

use super::auth;

pub use crate::server::service::address::Sent;

/// The addresses of an account: the main one first, and confirmed ones before others.
#[derive(Serialize, ToSchema)]
pub struct Addresses {
    /// The addresses.
    addresses: Vec<AddressView>,
}

/// `GET me/addresses`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Addresses>, ProblemDetails> {
    let addresses = address::of_principal(&app, &principal).await?;
    Ok(Json(Addresses { addresses }))
}

/// A new address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAddress {
    /// The address.
    #[schema(max_length = 254)]
    address: String,
}

/// `POST me/addresses`.
pub async fn set(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<NewAddress>,
) -> Result<Response, ProblemDetails> {
    let sent = address::set(&app, &principal, &form.address, &client_info).await?;
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}

/// `DELETE me/addresses/{id}`.
pub async fn remove(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Response, ProblemDetails> {
    let removed = address::remove(&app, &principal, &id, &client_info).await?;
    Ok(changed(&app, removed))
}

/// `PUT me/primary-address/{id}`.
pub async fn set_primary(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response, ProblemDetails> {
    let renewed = address::set_primary(&app, &principal, &id, &client_info).await?;
    Ok(changed(&app, renewed))
}

/// The answer to a change of the addresses: where it was one of the confirmed ones, the session goes on under a new id.
fn changed(app: &App, renewed: Option<Renewed>) -> Response {
    match renewed {
        Some(renewed) => auth::renewed(app, renewed),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A body without fields: none, or `{}`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// `POST me/verifications/{id}`.
pub async fn send_again(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response, ProblemDetails> {
    let sent = address::send_again(&app, &principal, Some(&id), &client_info).await?;
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}

/// The code of a mail that confirms an address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressCode {
    /// The eight digits of the mail, with blanks and hyphens or without.
    code: String,
}

/// `PUT me/verifications/{id}`. Where the account has others, the session goes on under a new id.
pub async fn confirm(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<AddressCode>,
) -> Result<Response, ProblemDetails> {
    let shown = Shown::Code(Some(&id), &form.code);
    let confirmed = address::confirm(&app, &principal, shown, &client_info).await?;
    Ok(changed(&app, confirmed))
}

impl Example for NoFields {
    fn example() -> Value {
        json!({})
    }
}

impl Example for Addresses {
    fn example() -> Value {
        json!({ "addresses": [{
            "id": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a12",
            "address": "ada@example.org",
            "created_at": 1_767_225_600,
            "verified_at": 1_767_225_660,
            "primary": true,
        }] })
    }
}

impl Example for NewAddress {
    fn example() -> Value {
        json!({ "address": "ada@example.org" })
    }
}

impl Example for Sent {
    fn example() -> Value {
        json!({ "expires_in": 86_400, "resend_after": 60 })
    }
}

impl Example for AddressCode {
    fn example() -> Value {
        json!({ "code": "1234 5678" })
    }
}
