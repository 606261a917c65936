use serde::Serialize;
use utoipa::ToSchema;

use super::{Client, ClientError, ClientSettings, Resource, ResourceSettings};
use crate::server::{
    App,
    error::Result,
    service::{agent::Agent, roles::Permission},
};

/// A client. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientView {
    /// Its `client_id`.
    pub id: String,
    /// Its settings.
    pub settings: ClientSettings,
    /// Its secrets, the oldest first.
    pub secrets: Vec<SecretView>,
    /// The file that it was applied from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_from: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
    /// When it was used last, to the hour.
    pub used_at: Option<i64>,
    /// When it was disabled, while it is.
    pub disabled_at: Option<i64>,
}

/// A secret of a client, without the secret. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SecretView {
    /// Its id.
    pub id: String,
    /// Its last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; null for never.
    pub expires_at: Option<i64>,
    /// When it was used last, to the hour.
    pub used_at: Option<i64>,
}

/// A resource. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResourceView {
    /// Its URI: the audience of its tokens.
    pub uri: String,
    /// Its settings.
    pub settings: ResourceSettings,
    /// The file that it was applied from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_from: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
    /// When it was disabled, while it is.
    pub disabled_at: Option<i64>,
}

impl From<&Client> for ClientView {
    fn from(client: &Client) -> Self {
        let secrets = client.secrets.iter().map(|secret| SecretView {
            id: secret.id.clone(),
            hint: secret.hint.clone(),
            created_at: secret.created_at,
            expires_at: secret.expires_at,
            used_at: secret.used_at,
        });
        Self {
            id: client.row.id.clone(),
            settings: client.settings.clone(),
            secrets: secrets.collect(),
            applied_from: client.row.applied_from.clone(),
            created_at: client.row.created_at,
            updated_at: client.row.updated_at,
            used_at: client.row.used_at,
            disabled_at: client.row.disabled_at,
        }
    }
}

impl From<&Resource> for ResourceView {
    fn from(resource: &Resource) -> Self {
        Self {
            uri: resource.row.uri.clone(),
            settings: resource.settings.clone(),
            applied_from: resource.row.applied_from.clone(),
            created_at: resource.row.created_at,
            updated_at: resource.row.updated_at,
            disabled_at: resource.row.disabled_at,
        }
    }
}

/// All clients, in order of their ids.
///
/// # Errors
/// `forbidden`; an error of the database.
pub async fn list(app: &App, agent: Agent<'_>) -> Result<Vec<ClientView>> {
    agent.require(Permission::ClientsRead)?;
    super::reload(app).await?;
    Ok(app.clients.now().clients().iter().map(|client| (&**client).into()).collect())
}

/// A client by id.
///
/// # Errors
/// `Missing`; `forbidden`; an error of the database.
pub async fn show(
    app: &App,
    agent: Agent<'_>,
    id: &str,
) -> std::result::Result<ClientView, ClientError> {
    agent.require(Permission::ClientsRead)?;
    super::reload(app).await?;
    app.clients.now().client(id).map(|client| (&**client).into()).ok_or(ClientError::Missing)
}

/// All resources, in order of their URIs.
///
/// # Errors
/// `forbidden`; an error of the database.
pub async fn list_resources(app: &App, agent: Agent<'_>) -> Result<Vec<ResourceView>> {
    agent.require(Permission::ClientsRead)?;
    super::reload(app).await?;
    Ok(app.clients.now().resources().iter().map(|resource| (&**resource).into()).collect())
}

/// A resource by URI.
///
/// # Errors
/// `Missing`; `forbidden`; an error of the database.
pub async fn show_resource(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
) -> std::result::Result<ResourceView, ClientError> {
    agent.require(Permission::ClientsRead)?;
    super::reload(app).await?;
    let registry = app.clients.now();
    registry.resource(uri).map(|resource| (&**resource).into()).ok_or(ClientError::Missing)
}
