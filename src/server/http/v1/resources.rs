//! Resources: APIs of others for which clients get tokens. The last segment of a path is the URI, with `%3A%2F%2F` for `://`.

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
    http::{body::JsonBody, description::Example, last::Last, reply::ProblemDetails},
    service::{
        ClientInfo,
        agent::Agent,
        clients::{self, ResourcePatch, ResourceSettings},
        principal::Principal,
    },
};

pub use crate::server::service::clients::ResourceView;

/// All resources.
#[derive(Serialize, ToSchema)]
pub struct ResourceList {
    /// The resources, in order of their URIs.
    pub resources: Vec<ResourceView>,
}

/// A new resource.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// Its URI: the audience of its tokens.
    #[schema(max_length = 512)]
    uri: String,
    /// Its settings.
    settings: ResourceSettings,
}

/// A change of a resource; an absent member stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceChange {
    /// The settings that change.
    #[serde(default)]
    settings: ResourcePatch,
    /// Whether the resource is disabled.
    #[serde(default)]
    disabled: Option<bool>,
}

/// `GET resources`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Json<ResourceList>, ProblemDetails> {
    let resources = clients::list_resources(&app, Agent::Admin(&principal, &client_info)).await?;
    Ok(Json(ResourceList { resources }))
}

/// `GET resources/{uri}`.
pub async fn show(
    State(app): State<App>,
    Last(uri): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Json<ResourceView>, ProblemDetails> {
    Ok(Json(clients::show_resource(&app, Agent::Admin(&principal, &client_info), &uri).await?))
}

/// `POST resources`.
pub async fn create(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<NewResource>,
) -> Result<Response, ProblemDetails> {
    let NewResource { uri, settings } = form;
    let agent = Agent::Admin(&principal, &client_info);
    clients::create_resource(&app, agent, &uri, &settings, None).await?;
    let made = clients::show_resource(&app, agent, &uri).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `PATCH resources/{uri}`: absent members stay.
pub async fn update(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    Last(uri): Last<String>,
    JsonBody(form): JsonBody<ResourceChange>,
) -> Result<Json<ResourceView>, ProblemDetails> {
    let ResourceChange { settings, disabled } = form;
    let agent = Agent::Admin(&principal, &client_info);
    clients::update_resource(&app, agent, &uri, &settings, disabled).await?;
    Ok(Json(clients::show_resource(&app, agent, &uri).await?))
}

/// `DELETE resources/{uri}`.
pub async fn delete(
    State(app): State<App>,
    Last(uri): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<StatusCode, ProblemDetails> {
    clients::delete_resource(&app, Agent::Admin(&principal, &client_info), &uri).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn resource() -> Value {
    json!({
        "uri": "https://api.example.com",
        "settings": {
            "name": "Orders",
            "scopes": { "orders:read": "See your orders" },
            "alg": "ES256",
        },
        "created_at": 1_767_225_600,
        "updated_at": 1_767_225_600,
        "disabled_at": null,
    })
}

impl Example for ResourceView {
    fn example() -> Value {
        resource()
    }
}

impl Example for ResourceList {
    fn example() -> Value {
        json!({ "resources": [resource()] })
    }
}

impl Example for NewResource {
    fn example() -> Value {
        json!({
            "uri": "https://api.example.com",
            "settings": { "name": "Orders", "scopes": { "orders:read": "See your orders" }, "alg": "ES256" },
        })
    }
}

impl Example for ResourceChange {
    fn example() -> Value {
        json!({ "settings": { "token_life": 300 }, "disabled": false })
    }
}
