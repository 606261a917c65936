//! Some settings in place of others: an absent one stays as it is, a null clears it.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    ClientAuth, ClientError, ClientKind, ClientSettings, Consent, Fault, IdTokenClaims, Par, Pkce,
    ResourceSettings, Signature, change, registry::reload, resource_change,
};
use crate::server::{
    App,
    service::{agent::Agent, roles::Permission},
};

type Changed = std::result::Result<(), ClientError>;

/// Number of tries while others change the same settings.
const TRIES: usize = 5;

/// Settings of a client that are to change; an absent one stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientPatch {
    /// The kind, from which the rest follows.
    pub kind: Option<ClientKind>,
    /// Its name, as people read it.
    #[schema(max_length = 60)]
    pub name: Option<String>,
    /// Its page.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub home_uri: Option<Option<String>>,
    /// What it does with data about people.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub policy_uri: Option<Option<String>>,
    /// Its terms.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub terms_uri: Option<Option<String>>,
    /// Whom to ask about it, such as an address.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub contact: Option<Option<String>>,
    /// Where people come back with a code.
    #[serde(deserialize_with = "given")]
    pub redirect_uris: Option<Vec<String>>,
    /// Where people come back after a sign-out.
    #[serde(deserialize_with = "given")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// How it shows who it is.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<ClientAuth>)]
    pub auth: Option<Option<ClientAuth>>,
    /// The words that it may ask for.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub scopes: Option<Option<Vec<String>>>,
    /// The URIs of resources that it may ask for.
    #[serde(deserialize_with = "given")]
    pub resources: Option<Vec<String>>,
    /// The resource of a request that names none.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub default_resource: Option<Option<String>>,
    /// Who may use it; everybody, where there are none.
    #[serde(deserialize_with = "given")]
    pub roles: Option<Vec<String>>,
    /// Whether people are asked.
    #[serde(deserialize_with = "given")]
    pub consent: Option<Consent>,
    /// Whether it must send a challenge.
    #[serde(deserialize_with = "given")]
    pub pkce: Option<Pkce>,
    /// Whether it must push its requests.
    #[serde(deserialize_with = "given")]
    pub par: Option<Par>,
    /// The algorithm of its ID tokens.
    #[serde(deserialize_with = "given")]
    pub id_token_alg: Option<Signature>,
    /// Which claims they have.
    #[serde(deserialize_with = "given")]
    pub id_token_claims: Option<IdTokenClaims>,
    /// The assurance level that it demands.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub require_acr: Option<Option<String>>,
    /// Seconds without use after which a grant ends.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    pub grant_idle: Option<Option<i64>>,
    /// Seconds after which a grant ends.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    pub grant_life: Option<Option<i64>>,
}

/// Settings of a resource that are to change; an absent one stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResourcePatch {
    /// Its name, as people read it.
    #[schema(max_length = 60)]
    pub name: Option<String>,
    /// Words of its scope, all of them, each with what it lets a program do.
    #[serde(deserialize_with = "given")]
    pub scopes: Option<std::collections::BTreeMap<String, String>>,
    /// The algorithm of its access tokens.
    #[serde(deserialize_with = "given")]
    pub alg: Option<Signature>,
    /// Lifetime of its access tokens, in seconds.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 60, maximum = 3600)]
    pub token_life: Option<Option<i64>>,
    /// Clients that may ask whether its tokens are valid.
    #[serde(deserialize_with = "given")]
    pub introspectors: Option<Vec<String>>,
}

/// A member that is there; null is what it is where nothing is said.
fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Some(Option::<T>::deserialize(deserializer)?.unwrap_or_default()))
}

macro_rules! replace {
    ($from:ident to $to:ident: $($member:ident)*) => {
        $(if let Some(given) = &$from.$member {
            $to.$member.clone_from(given);
        })*
    };
}

impl ClientPatch {
    /// Puts what is there in place of what was.
    pub fn apply(&self, settings: &mut ClientSettings) {
        replace! { self to settings:
            kind name home_uri policy_uri terms_uri contact redirect_uris post_logout_redirect_uris auth scopes resources
            default_resource roles consent pkce par id_token_alg id_token_claims require_acr grant_idle grant_life
        }
    }
}

impl ResourcePatch {
    /// Puts what is there in place of what was.
    pub fn apply(&self, settings: &mut ResourceSettings) {
        replace! { self to settings: name scopes alg token_life introspectors }
    }
}

/// Whether it is said who may use a client: by roles, or that everybody may. Nobody signs in to a machine.
///
/// # Errors
/// Returns the fault.
pub fn say_who(settings: &ClientSettings, everybody: bool) -> Result<(), Fault> {
    match (settings.kind.has_people(), settings.roles.is_empty(), everybody) {
        (_, false, true) => Err(Fault::new("roles", "there are some, and everybody may use it")),
        (true, true, false) => {
            Err(Fault::new("roles", "say who may use it: people with a role, or everybody"))
        }
        _ => Ok(()),
    }
}

/// Changes some settings of a client, and disables or enables it where that is said.
///
/// # Errors
/// As [`patch`].
pub async fn update(
    app: &App,
    agent: Agent<'_>,
    id: &str,
    settings: &ClientPatch,
    disabled: Option<bool>,
) -> Changed {
    if *settings != ClientPatch::default() {
        patch(app, agent, id, settings).await?;
    }
    match disabled {
        Some(disabled) => change::set_disabled(app, agent, id, disabled).await,
        None => Ok(()),
    }
}

/// Changes some settings of a resource, and disables or enables it where that is said.
///
/// # Errors
/// As [`patch`].
pub async fn update_resource(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
    settings: &ResourcePatch,
    disabled: Option<bool>,
) -> Changed {
    if *settings != ResourcePatch::default() {
        patch_resource(app, agent, uri, settings).await?;
    }
    match disabled {
        Some(disabled) => resource_change::set_disabled(app, agent, uri, disabled).await,
        None => Ok(()),
    }
}

/// Changes some settings of a client; nothing happens if they are the same.
///
/// # Errors
/// `Fault`, `Missing`, `Applied`, `Overtaken`; `forbidden`, `reauthentication_required`, `too_many_requests`; an error of
/// the database.
pub async fn patch(app: &App, agent: Agent<'_>, id: &str, patch: &ClientPatch) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    for _ in 0..TRIES {
        reload(app).await?;
        let client = app.clients.now().client(id).cloned().ok_or(ClientError::Missing)?;
        let mut settings = client.settings.clone();
        patch.apply(&mut settings);
        let seen = Some(client.row.settings.clone());
        match change::replace(app, agent, id, &settings, None, seen).await {
            Err(ClientError::Overtaken) => {}
            done => return done,
        }
    }
    Err(ClientError::Overtaken)
}

/// Changes some settings of a resource; nothing happens if they are the same.
///
/// # Errors
/// As [`patch`].
pub async fn patch_resource(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
    patch: &ResourcePatch,
) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    for _ in 0..TRIES {
        reload(app).await?;
        let resource = app.clients.now().resource(uri).cloned().ok_or(ClientError::Missing)?;
        let mut settings = resource.settings.clone();
        patch.apply(&mut settings);
        let seen = Some(resource.row.settings.clone());
        match resource_change::replace(app, agent, uri, &settings, None, seen).await {
            Err(ClientError::Overtaken) => {}
            done => return done,
        }
    }
    Err(ClientError::Overtaken)
}
