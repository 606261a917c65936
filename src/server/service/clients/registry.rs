//! All clients and resources in memory, as the database has them; the feed tells of each change.

use std::{collections::HashMap, sync::Arc};

use parking_lot::{Mutex, RwLock};

use super::{
    ClientKind, ClientSettings, IDENTITY_SCOPES, OFFLINE, ResourceSettings,
    resource::{TOKEN_LIFE, compared},
};
use crate::server::{
    App,
    app::Core,
    db::{
        Db,
        client_secrets::{self, SecretRow},
        clients::{self, ClientRow},
        resources::{self, ResourceRow},
    },
    error::Result,
    secure::{client_secret, redirect_uri},
    service::keys::{KeyAlgorithm, RingName},
};

/// The algorithm of tokens that open what Vestibule itself tells: nobody else verifies them, so it is the fastest.
pub(super) const USERINFO_ALGORITHM: KeyAlgorithm = KeyAlgorithm::EdDsa;

/// A client.
#[derive(Debug)]
pub struct Client {
    /// Its row.
    pub row: ClientRow,
    /// Its settings.
    pub settings: ClientSettings,
    /// Its secrets, the oldest first.
    pub secrets: Vec<SecretRow>,
}

/// A resource.
#[derive(Debug)]
pub struct Resource {
    /// Its row.
    pub row: ResourceRow,
    /// Its settings.
    pub settings: ResourceSettings,
}

/// The resource of a token.
#[derive(Clone, Debug)]
pub enum Audience {
    /// What Vestibule itself tells about the person.
    Userinfo,
    /// One of others.
    Resource(Arc<Resource>),
}

impl Audience {
    /// Lifetime of its access tokens, in seconds.
    pub fn token_life(&self) -> i64 {
        match self {
            Self::Userinfo => TOKEN_LIFE,
            Self::Resource(resource) => resource.settings.token_life(),
        }
    }

    /// The algorithm of its access tokens.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Userinfo => USERINFO_ALGORITHM,
            Self::Resource(resource) => resource.settings.alg.into(),
        }
    }
}

impl Client {
    /// Its `client_id`.
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// Whether it is in use.
    pub fn is_enabled(&self) -> bool {
        self.row.disabled_at.is_none()
    }

    /// The secret of the client that this is, if it works at a time (Unix seconds).
    pub fn secret(&self, shown: &str, now_s: i64) -> Option<&SecretRow> {
        let hash = client_secret::hash(shown);
        // Of hashes, so that the time of the comparison tells nothing about a secret.
        let works = |secret: &&SecretRow| secret.expires_at.is_none_or(|at| at > now_s);
        self.secrets.iter().filter(works).find(|secret| secret.hash == hash)
    }

    /// Whether a redirect URI of a request is one of its own.
    pub fn is_redirect(&self, uri: &str) -> bool {
        let places = self.settings.kind.places();
        self.settings.redirect_uris.iter().any(|own| redirect_uri::is_meant(own, uri, places))
    }

    /// Whether people with these roles may use it.
    pub fn is_for(&self, roles: &[&str]) -> bool {
        let wanted = &self.settings.roles;
        wanted.is_empty() || wanted.iter().any(|role| roles.contains(&&**role))
    }
}

/// All clients and resources.
#[derive(Default)]
pub struct Registry {
    clients: HashMap<String, Arc<Client>>,
    resources: HashMap<String, Arc<Resource>>,
}

impl Registry {
    async fn read(db: &Db) -> Result<Self> {
        let mut registry = Self::default();
        let (rows, secrets) = (clients::all(db).await?, client_secrets::all(db).await?);
        let mut of_clients: HashMap<String, Vec<SecretRow>> = HashMap::new();
        for secret in secrets {
            of_clients.entry(secret.client_id.clone()).or_default().push(secret);
        }
        for row in rows {
            let Some(settings) = stored(&row.id, &row.settings) else { continue };
            let secrets = of_clients.remove(&row.id).unwrap_or_default();
            registry.clients.insert(row.id.clone(), Arc::new(Client { row, settings, secrets }));
        }
        for row in resources::all(db).await? {
            let Some(settings) = stored(&row.uri, &row.settings) else { continue };
            let key = compared(&row.uri).to_owned();
            registry.resources.insert(key, Arc::new(Resource { row, settings }));
        }
        Ok(registry)
    }

    /// A client, in use or not.
    pub fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.get(id)
    }

    /// A client that is in use.
    pub fn enabled(&self, id: &str) -> Option<&Arc<Client>> {
        self.client(id).filter(|client| client.is_enabled())
    }

    /// All clients in order of their ids.
    pub fn clients(&self) -> Vec<Arc<Client>> {
        let mut all: Vec<_> = self.clients.values().cloned().collect();
        all.sort_by(|one, other| one.id().cmp(other.id()));
        all
    }

    /// A resource, in use or not.
    pub fn resource(&self, uri: &str) -> Option<&Arc<Resource>> {
        self.resources.get(compared(uri))
    }

    /// A resource that is in use and that a client may ask for.
    pub fn resource_for(&self, client: &Client, uri: &str) -> Option<&Arc<Resource>> {
        let is_its_own = client.settings.resources.iter().any(|own| compared(own) == compared(uri));
        self.resource(uri).filter(|resource| is_its_own && resource.row.disabled_at.is_none())
    }

    /// The resources in use that a client may ask for.
    pub fn resources_of(&self, client: &Client) -> Vec<Arc<Resource>> {
        let uris = client.settings.resources.iter();
        uris.filter_map(|uri| self.resource_for(client, uri).cloned()).collect()
    }

    /// All resources in order of their URIs.
    pub fn resources(&self) -> Vec<Arc<Resource>> {
        let mut all: Vec<_> = self.resources.values().cloned().collect();
        all.sort_by(|one, other| one.row.uri.cmp(&other.row.uri));
        all
    }

    /// The words that a client may ask for.
    pub fn scopes_of(&self, client: &Client) -> Vec<String> {
        if let Some(words) = &client.settings.scopes {
            return words.clone();
        }
        let kind = client.settings.kind;
        let may =
            |word: &&&str| kind.has_people() && (kind != ClientKind::Spa || **word != OFFLINE);
        let about_person = IDENTITY_SCOPES.iter().filter(may);
        let mut words: Vec<String> = about_person.map(|word| (*word).to_owned()).collect();
        for resource in self.resources_of(client) {
            let more = resource.settings.scopes.keys().filter(|word| !words.contains(word));
            let more: Vec<_> = more.cloned().collect();
            words.extend(more);
        }
        words
    }

    /// The algorithms that sign for these clients and resources, each once.
    pub fn rings(&self) -> Vec<RingName> {
        let of_clients = self.clients.values().map(|client| client.settings.id_token_alg);
        let of_resources = self.resources.values().map(|resource| resource.settings.alg);
        let all: Vec<_> = of_clients.chain(of_resources).map(KeyAlgorithm::from).collect();
        RingName::ALL
            .into_iter()
            .filter(|name| name.algorithm().is_some_and(|algorithm| all.contains(&algorithm)))
            .collect()
    }
}

/// Stored settings. A later version may have written what this one cannot read: then the client or resource is refused here, and
/// everything else goes on.
fn stored<'s, T: serde::Deserialize<'s>>(name: &str, text: &'s str) -> Option<T> {
    let read = serde_json::from_str(text);
    read.inspect_err(|error| tracing::error!(%error, name, "settings cannot be read")).ok()
}

/// The registry of this process.
pub struct Clients {
    known: RwLock<Arc<Registry>>,
    /// Held while it is read anew, so that no older read takes the place of a newer one.
    reading: tokio::sync::Mutex<()>,
    /// When uses of clients and secrets were written, by id, in Unix seconds.
    noted: Mutex<HashMap<String, i64>>,
}

/// Minimum time between two notes of a use, in seconds.
pub const NOTE_EVERY: i64 = 3_600;

impl Clients {
    /// Reads all of it.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn open(core: &Core) -> Result<Self> {
        let known = RwLock::new(Arc::new(Registry::read(&core.db).await?));
        Ok(Self { known, reading: tokio::sync::Mutex::default(), noted: Mutex::default() })
    }

    /// The registry as of now.
    pub fn now(&self) -> Arc<Registry> {
        self.known.read().clone()
    }

    /// Whether the use of a client or secret is to be written now: once an hour.
    pub fn is_to_note(&self, id: &str, now_s: i64) -> bool {
        let mut noted = self.noted.lock();
        if noted.get(id).is_some_and(|at| at + NOTE_EVERY > now_s) {
            return false;
        }
        noted.insert(id.to_owned(), now_s);
        true
    }
}

/// Reads the registry anew, at a change in the feed.
///
/// # Errors
/// Fails if the database fails.
pub async fn reload(app: &App) -> Result<()> {
    let _one = app.clients.reading.lock().await;
    let registry = Arc::new(Registry::read(&app.db).await?);
    *app.clients.known.write() = registry;
    Ok(())
}
