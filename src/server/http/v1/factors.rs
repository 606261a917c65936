//! The second factor of one's own account.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{addresses::NoFields, auth::renewed};
use crate::server::{
    App,
    http::{
        body::{JsonBody, OptionalJson},
        description::Example,
        reply::ProblemDetails,
    },
    service::{
        ClientInfo,
        factors::{self, TotpView},
        flows::Asker,
        principal::Principal,
    },
};

pub use crate::server::service::factors::FactorsView;

/// `GET me/factors`.
pub async fn show(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<FactorsView>, ProblemDetails> {
    Ok(Json(factors::of_principal(&app, &principal).await?))
}

/// An authenticator app that is being set up in the session of the request.
#[derive(Serialize, ToSchema)]
pub struct TotpSetup {
    /// The seed, as people type it into an app: base32.
    secret: String,
    /// The address for a QR code (Key URI Format).
    uri: String,
    /// End of the set-up, in Unix seconds.
    expires_at: i64,
}

impl From<factors::Setup> for TotpSetup {
    fn from(setup: factors::Setup) -> Self {
        let factors::Setup { secret, uri, expires_at } = setup;
        Self { secret, uri, expires_at }
    }
}

/// `POST me/totp`.
pub async fn begin(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response, ProblemDetails> {
    let setup = factors::begin(&app, &principal, &client_info).await?;
    Ok((StatusCode::CREATED, Json(TotpSetup::from(setup))).into_response())
}

/// A code of an authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    /// The six digits, with blanks and hyphens or without.
    code: String,
}

/// The new tokens of a session after its authenticator app was set up, and the recovery codes.
#[derive(Serialize, ToSchema)]
pub struct TotpConfirmed {
    /// Ten codes, each of which works once in place of a code of the app. They are never shown again.
    recovery_codes: Vec<String>,
    /// The access token, a JWT, of the session under its new id.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Lifetime of the access token, in seconds.
    expires_in: u32,
    /// Time for which no other proof is required, in seconds.
    fresh_for: u32,
    /// The refresh token, unless it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// `PUT me/totp`.
pub async fn confirm(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<TotpCode>,
) -> Result<Response, ProblemDetails> {
    let confirmed =
        factors::confirm(&app, &principal, &form.code, Asker::Program, &client_info).await?;
    let factors::Confirmed { codes, renewed } = confirmed;
    let body = &renewed.body;
    let answer = Json(TotpConfirmed {
        recovery_codes: codes,
        access_token: body.access_token.clone(),
        token_type: body.token_type.clone(),
        expires_in: body.expires_in,
        fresh_for: body.fresh_for,
        refresh_token: body.refresh_token.clone(),
    });
    Ok(super::auth::with_cookies(&app, &renewed.issued, answer.into_response()))
}

/// `DELETE me/totp`.
pub async fn remove(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Response, ProblemDetails> {
    Ok(renewed(&app, factors::remove(&app, &principal, &client_info).await?))
}

/// New recovery codes.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes. They are never shown again.
    recovery_codes: Vec<String>,
}

/// `POST me/recovery-codes`.
pub async fn new_codes(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response, ProblemDetails> {
    let recovery_codes = factors::new_codes(&app, &principal, Asker::Program, &client_info).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { recovery_codes })).into_response())
}

impl Example for FactorsView {
    fn example() -> Value {
        let totp = TotpView { created_at: 1_767_225_600, used_at: Some(1_767_229_200) };
        json!(Self { totp: Some(totp), recovery_codes_left: 10 })
    }
}

impl Example for TotpSetup {
    fn example() -> Value {
        json!({
            "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "uri": "otpauth://totp/Vestibule:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vestibule",
            "expires_at": 1_767_227_400,
        })
    }
}

impl Example for TotpCode {
    fn example() -> Value {
        json!({ "code": "123 456" })
    }
}

impl Example for TotpConfirmed {
    fn example() -> Value {
        json!({
            "recovery_codes": ["A1B2-C3D4-E5F6-G7H8"],
            "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
            "token_type": "Bearer",
            "expires_in": 600,
            "fresh_for": 540,
        })
    }
}

impl Example for RecoveryCodes {
    fn example() -> Value {
        json!({ "recovery_codes": ["A1B2-C3D4-E5F6-G7H8"] })
    }
}
