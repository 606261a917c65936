//! Clients: programs of others that sign people in here.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    model::{ApiError, ErrorCode, Field, Problem},
    server::{
        App,
        error::Error,
        http::{body::JsonBody, description::Example, last::Last, reply::ProblemDetails},
        service::{
            ClientInfo,
            agent::Agent,
            clients::{self, ClientError, ClientPatch, ClientSettings, Fault, NewSecret},
            keys::KeyError,
            principal::Principal,
        },
    },
};

pub use crate::server::service::clients::ClientView;

/// All clients.
#[derive(Serialize, ToSchema)]
pub struct ClientList {
    /// The clients, in order of their ids.
    pub clients: Vec<ClientView>,
}

/// A new client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// Its `client_id`: 2 to 63 of `a` to `z`, `0` to `9`, dots, dashes and underscores.
    #[schema(min_length = 2, max_length = 63)]
    id: String,
    /// Its settings. `roles` say who may use it.
    settings: ClientSettings,
    /// Whether everybody may use it; else `settings` has roles.
    #[serde(default)]
    everybody: bool,
}

/// A change of a client; an absent member stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientChange {
    /// The settings that change.
    #[serde(default)]
    settings: ClientPatch,
    /// Whether the client is disabled.
    #[serde(default)]
    disabled: Option<bool>,
}

/// A secret that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSecretForm {
    /// The client that it is for.
    client_id: String,
    /// Lifetime of the secret in seconds; for ever without it.
    #[serde(default)]
    #[schema(minimum = 3_600, maximum = 157_680_000)]
    expires_in: Option<i64>,
}

/// A secret that was made. Times are Unix seconds.
#[derive(Serialize, ToSchema)]
pub struct ClientSecretMade {
    /// Its id.
    pub id: String,
    /// The client that it is for.
    pub client_id: String,
    /// The secret; it is shown here alone.
    pub secret: String,
    /// Its last four characters, by which lists name it.
    pub hint: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; null for never.
    pub expires_at: Option<i64>,
}

impl From<Fault> for ProblemDetails {
    /// Nothing that came with the request is repeated.
    fn from(fault: Fault) -> Self {
        let error = ApiError::field(Field::Body, Problem::Invalid);
        Self::from(error).detail(fault.without_value())
    }
}

impl From<ClientError> for ProblemDetails {
    fn from(error: ClientError) -> Self {
        let said = error.to_string();
        match error {
            ClientError::Fault(fault) => fault.into(),
            ClientError::NoSecrets => Fault::new("client_id", said).into(),
            ClientError::Exists => ErrorCode::AlreadyExists.into(),
            ClientError::Missing => ErrorCode::NotFound.into(),
            ClientError::TooManySecrets => ErrorCode::TooManySecrets.into(),
            ClientError::Used(_) => Self::with_detail(ErrorCode::ResourceInUse, said),
            ClientError::Applied(_) => Self::with_detail(ErrorCode::AppliedFromFile, said),
            ClientError::Overtaken | ClientError::Key(KeyError::Raced) => {
                ErrorCode::Overtaken.into()
            }
            ClientError::Key(KeyError::Other(error)) | ClientError::Other(error) => error.into(),
            ClientError::Key(_) => Error::Internal(said).into(),
        }
    }
}

/// `GET clients`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Json<ClientList>, ProblemDetails> {
    let clients = clients::list(&app, Agent::Admin(&principal, &client_info)).await?;
    Ok(Json(ClientList { clients }))
}

/// `GET clients/{id}`.
pub async fn show(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Json<ClientView>, ProblemDetails> {
    Ok(Json(clients::show(&app, Agent::Admin(&principal, &client_info), &id).await?))
}

/// `POST clients`.
pub async fn create(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<NewClient>,
) -> Result<Response, ProblemDetails> {
    let NewClient { id, settings, everybody } = form;
    let agent = Agent::Admin(&principal, &client_info);
    clients::say_who(&settings, everybody)?;
    clients::create(&app, agent, &id, &settings, None).await?;
    let made = clients::show(&app, agent, &id).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `PATCH clients/{id}`: absent members stay.
pub async fn update(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    Last(id): Last<String>,
    JsonBody(form): JsonBody<ClientChange>,
) -> Result<Json<ClientView>, ProblemDetails> {
    let ClientChange { settings, disabled } = form;
    let agent = Agent::Admin(&principal, &client_info);
    clients::update(&app, agent, &id, &settings, disabled).await?;
    Ok(Json(clients::show(&app, agent, &id).await?))
}

/// `DELETE clients/{id}`.
pub async fn delete(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<StatusCode, ProblemDetails> {
    clients::delete(&app, Agent::Admin(&principal, &client_info), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST client-secrets`.
pub async fn add_secret(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<ClientSecretForm>,
) -> Result<Response, ProblemDetails> {
    let ClientSecretForm { client_id, expires_in } = form;
    let agent = Agent::Admin(&principal, &client_info);
    let made = clients::add_secret_for(&app, agent, &client_id, expires_in).await?;
    let NewSecret { id, created_at, expires_at, secret } = made;
    let (hint, secret) = (secret.hint().to_owned(), secret.expose().to_owned());
    let made = ClientSecretMade { id, client_id, secret, hint, created_at, expires_at };
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `DELETE client-secrets/{id}`.
pub async fn remove_secret(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<StatusCode, ProblemDetails> {
    clients::remove_by_id(&app, Agent::Admin(&principal, &client_info), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn client() -> Value {
    json!({
        "id": "grafana",
        "settings": {
            "kind": "web",
            "name": "Grafana",
            "redirect_uris": ["https://grafana.example.com/login/generic_oauth"],
            "roles": ["admin"],
            "consent": "ask",
            "pkce": "required",
            "par": "optional",
            "id_token_alg": "RS256",
            "id_token_claims": "none",
        },
        "secrets": [{
            "id": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a14",
            "hint": "x3Qk",
            "created_at": 1_767_225_600,
            "expires_at": null,
            "used_at": null,
        }],
        "created_at": 1_767_225_600,
        "updated_at": 1_767_225_600,
        "used_at": null,
        "disabled_at": null,
    })
}

impl Example for ClientView {
    fn example() -> Value {
        client()
    }
}

impl Example for ClientList {
    fn example() -> Value {
        json!({ "clients": [client()] })
    }
}

impl Example for NewClient {
    fn example() -> Value {
        json!({
            "id": "grafana",
            "settings": {
                "kind": "web",
                "name": "Grafana",
                "redirect_uris": ["https://grafana.example.com/login/generic_oauth"],
                "roles": ["admin"],
            },
        })
    }
}

impl Example for ClientChange {
    fn example() -> Value {
        json!({ "settings": { "name": "Dashboards", "contact": null }, "disabled": false })
    }
}

impl Example for ClientSecretForm {
    fn example() -> Value {
        json!({ "client_id": "grafana", "expires_in": 31_536_000 })
    }
}

impl Example for ClientSecretMade {
    fn example() -> Value {
        json!({
            "id": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a14",
            "client_id": "grafana",
            "secret": "vst_cs_…",
            "hint": "x3Qk",
            "created_at": 1_767_225_600,
            "expires_at": 1_798_761_600,
        })
    }
}
