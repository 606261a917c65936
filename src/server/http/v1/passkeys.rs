//! Passkeys of one's own account.

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
use crate::{
    model::{ErrorCode, PasskeyId},
    server::{
        App,
        http::{
            body::{JsonBody, OptionalJson},
            description::Example,
            last::Last,
            reply::ProblemDetails,
        },
        service::{
            ClientInfo,
            passkeys::{self, CreationOptions, RegistrationAnswer},
            principal::Principal,
        },
    },
};

pub use crate::server::service::passkeys::{PasskeyView, Passkeys};

/// `GET me/passkeys`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Passkeys>, ProblemDetails> {
    Ok(Json(passkeys::of_principal(&app, &principal).await?))
}

/// What an authenticator is asked for a new passkey.
#[derive(Serialize, ToSchema)]
pub struct NewPasskeyOptions {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`.
    public_key: CreationOptions,
}

/// `POST me/passkeys/options`.
pub async fn begin(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Json<NewPasskeyOptions>, ProblemDetails> {
    let public_key = passkeys::begin(&app, &principal, &client_info).await?;
    Ok(Json(NewPasskeyOptions { public_key }))
}

/// A new passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// The answer of the authenticator, as `toJSON` writes it.
    credential: RegistrationAnswer,
    /// A name for it; without one it gets the name of its authenticator.
    #[serde(default)]
    #[schema(max_length = 64)]
    name: Option<String>,
}

/// `POST me/passkeys`.
pub async fn confirm(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<NewPasskey>,
) -> Result<Response, ProblemDetails> {
    let name = form.name.as_deref().unwrap_or_default();
    let new = passkeys::confirm(&app, &principal, &form.credential, name, &client_info).await?;
    Ok((StatusCode::CREATED, Json(new)).into_response())
}

/// The name of a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyName {
    /// The name: one to 64 characters.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
}

/// `PATCH me/passkeys/{id}`.
pub async fn rename(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    Last(id): Last<String>,
    JsonBody(form): JsonBody<PasskeyName>,
) -> Result<StatusCode, ProblemDetails> {
    let id: PasskeyId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    passkeys::rename(&app, &principal, &id, &form.name, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE me/passkeys/{id}`.
pub async fn remove(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    Last(id): Last<PasskeyId>,
) -> Result<Response, ProblemDetails> {
    Ok(renewed(&app, passkeys::remove(&app, &principal, &id, &client_info).await?))
}

pub(super) const CREDENTIAL_ID: &str = "AdKXJEch1aV5Wo7bj7qLHskVY4OoNaj9qu8TPdJ7kSA";
pub(super) const CHALLENGE: &str = "OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag";
pub(super) const HANDLE: &str = "u0Q8w3y5cQ0uJf3mBq3S7oH5Vq6m3o1rjC7H1v5xq2E";

fn view() -> Option<PasskeyView> {
    let id: PasskeyId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().ok()?;
    Some(PasskeyView {
        id,
        credential_id: CREDENTIAL_ID.into(),
        name: "Phone".into(),
        authenticator: Some("Google Password Manager".into()),
        syncs: true,
        works: true,
        created_at: 1_767_225_600,
        last_used_at: Some(1_767_312_000),
    })
}

impl Example for Passkeys {
    fn example() -> Value {
        json!(Self {
            rp_id: Some("id.example.com".into()),
            are_all: true,
            user_handle: Some(HANDLE.into()),
            passkeys: view().into_iter().collect(),
        })
    }
}

impl Example for PasskeyView {
    fn example() -> Value {
        json!(view())
    }
}

impl Example for NewPasskeyOptions {
    fn example() -> Value {
        json!({ "public_key": {
            "challenge": CHALLENGE,
            "rp": { "id": "id.example.com", "name": "Vestibule" },
            "user": { "id": HANDLE, "name": "ada", "displayName": "Ada" },
            "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
            "timeout": 300_000,
            "excludeCredentials": [],
            "authenticatorSelection":
                { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
            "attestation": "none",
        } })
    }
}

impl Example for NewPasskey {
    fn example() -> Value {
        json!({ "name": "Phone", "credential": { "id": CREDENTIAL_ID, "response": {
            "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
            "attestationObject": "o2NmbXRkbm9uZQ",
            "transports": ["internal"],
        } } })
    }
}

impl Example for PasskeyName {
    fn example() -> Value {
        json!({ "name": "Phone" })
    }
}
