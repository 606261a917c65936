use futures::FutureExt;

use super::{ClientError, Fault, change::change};
use crate::server::{
    App,
    db::client_secrets::{self, SecretRow},
    secure::client_secret::{self, ClientSecret},
    service::{agent::Agent, audit::Kind, roles::Permission},
};

/// Most secrets of a client that work at the same time, so that one takes the place of another without a gap.
pub const SECRETS_MAX: i64 = 5;

/// The lifetimes that a secret can have, in seconds.
pub const SECRET_LIFE: std::ops::RangeInclusive<i64> = 3_600..=5 * 365 * 86_400;

/// What a secret of the operator's is.
pub(super) const EXPECTED: &str =
    "expected 32 to 256 letters, digits, dots, dashes, underscores and tildes";

/// A secret that was made.
pub struct NewSecret {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; none for never.
    pub expires_at: Option<i64>,
    /// The secret, shown once.
    pub secret: ClientSecret,
}

/// Makes a secret of a client, or takes the operator's own (`given`). One that is there already stays as it is.
///
/// # Errors
/// `Missing`, `NoSecrets`, `TooManySecrets`, `Fault` for one of the operator's that is too weak; `forbidden`,
/// `reauthentication_required`, `too_many_requests`; an error of the database.
pub async fn add(
    app: &App,
    agent: Agent<'_>,
    client_id: &str,
    expires_at: Option<i64>,
    given: Option<&str>,
) -> Result<NewSecret, ClientError> {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    let client = app.clients.now().client(client_id).cloned().ok_or(ClientError::Missing)?;
    if !client.settings.is_confidential() {
        return Err(ClientError::NoSecrets);
    }
    let secret = match given {
        Some(text) => {
            ClientSecret::of_operator(text).ok_or_else(|| Fault::new("secret", EXPECTED))?
        }
        None => ClientSecret::issue(),
    };
    let now_s = app.clock.now_s();
    if expires_at.is_some_and(|at| at <= now_s) {
        return Err(Fault::new("expires_at", "in the past").into());
    }
    let row = SecretRow {
        id: app.clock.new_id(),
        client_id: client_id.to_owned(),
        hash: client_secret::hash(secret.expose()),
        hint: secret.hint().to_owned(),
        created_at: now_s,
        expires_at,
        used_at: None,
    };
    let id = row.id.clone();
    change(app, agent, client_id, Kind::ClientSecretAdd, move |tx, _| {
        async move {
            if client_secrets::is_there(tx, &row.client_id, &row.hash).await? {
                return Ok(false);
            }
            match client_secrets::insert(tx, &row, SECRETS_MAX).await? {
                true => Ok(true),
                false => Err(ClientError::TooManySecrets),
            }
        }
        .boxed()
    })
    .await?;
    Ok(NewSecret { id, created_at: now_s, expires_at, secret })
}

/// Makes a secret that works for so many seconds, or for ever.
///
/// # Errors
/// `Fault` for another lifetime than an hour to five years; else as [`add`].
pub async fn add_for(
    app: &App,
    agent: Agent<'_>,
    client_id: &str,
    life: Option<i64>,
) -> Result<NewSecret, ClientError> {
    if life.is_some_and(|life| !SECRET_LIFE.contains(&life)) {
        return Err(Fault::new("expires_in", "expected an hour to five years").into());
    }
    let expires_at = life.map(|life| app.clock.now_s() + life);
    add(app, agent, client_id, expires_at, None).await
}

/// The client that has a secret with this id.
///
/// # Errors
/// `Missing`; an error of the database.
async fn owner(app: &App, id: &str) -> Result<String, ClientError> {
    super::reload(app).await?;
    let clients = app.clients.now().clients();
    let owner = clients.iter().find(|client| client.secrets.iter().any(|secret| secret.id == id));
    owner.map(|client| client.id().to_owned()).ok_or(ClientError::Missing)
}

/// Removes the secret with this id, of whatever client.
///
/// # Errors
/// As [`remove`].
pub async fn remove_by_id(app: &App, agent: Agent<'_>, id: &str) -> Result<(), ClientError> {
    agent.require(Permission::ClientsWrite)?;
    remove(app, agent, &owner(app, id).await?, id).await
}

/// Removes a secret of a client, which shows nothing from now on.
///
/// # Errors
/// `Missing`; else as [`add`].
pub async fn remove(
    app: &App,
    agent: Agent<'_>,
    client_id: &str,
    id: &str,
) -> Result<(), ClientError> {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    let id = id.to_owned();
    change(app, agent, client_id, Kind::ClientSecretRemove, move |tx, client| {
        async move {
            match client_secrets::delete(tx, &client.id, &id).await? {
                true => Ok(true),
                false => Err(ClientError::Missing),
            }
        }
        .boxed()
    })
    .await
}
