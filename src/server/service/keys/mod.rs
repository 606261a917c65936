//! The signing keys of access tokens: made, rotated, retired, imported, and equal in every process.
//!
//! Our own tokens have a ring of keys, and so has each algorithm that signs for other clients
//! ([`RingName`]). One code serves all rings; only the settings of `serve` are about our own alone.

mod change;
mod edit;
mod error;
mod life;
mod loaded;
mod open;
mod settings;

use std::sync::Arc;

use parking_lot::RwLock;
use serde_json::Value;
use tokio::sync::Mutex;

pub use change::{begin, import, maintain, retire, rotate};
pub use error::KeyError;
pub(in crate::server::service) use life::Declaration;
pub use life::declare_life;
pub use open::open;
pub use settings::apply_settings;

pub use crate::server::secure::{key_ring::RingName, keys::KeyAlgorithm};
use crate::server::{
    App,
    config::Config,
    db::{Tx, keys},
    error::Result,
    secure::{
        key_ring::{KeyRing, KeyState},
        keys::Material,
        seal::{self, InstanceSecret},
    },
};
use loaded::{LoadedKeys, Published, known, purpose};

/// Time for which a key is published before it signs, in seconds: twice the cache time of the JWK
/// set.
pub const PUBLISH_AHEAD: i64 = 600;
/// Cache time of the JWK set, in seconds.
pub const JWKS_MAX_AGE: i64 = PUBLISH_AHEAD / 2;
/// Longest lifetime of a token for another client or resource, in seconds.
pub const TOKEN_LIFE_OF_OTHERS: i64 = 3600;

/// The fact of the instance that holds the version of the rings.
pub(super) const VERSION: &str = "key_ring";

/// The rings as this process has read them.
pub struct Keys {
    loaded: RwLock<Arc<LoadedKeys>>,
    /// Held by the task that makes the first key of a ring, while others wait for it.
    beginning: Mutex<()>,
}

impl Keys {
    fn new(secret: &InstanceSecret, config: &Config, published: Published) -> Result<Self> {
        let loaded = RwLock::new(Arc::new(known(secret, config, published)?));
        Ok(Self { loaded, beginning: Mutex::default() })
    }

    /// A ring; one for others is empty until its first key is needed ([`begin`]).
    pub fn ring(&self, name: RingName) -> Arc<KeyRing> {
        self.loaded.read().ring(name).clone()
    }

    fn known(&self) -> Arc<LoadedKeys> {
        self.loaded.read().clone()
    }

    /// Takes in what the database has, if it is not what is known.
    fn replace(
        &self,
        secret: &InstanceSecret,
        config: &Config,
        published: Published,
    ) -> Result<()> {
        if self.known().published != published {
            let known = Arc::new(known(secret, config, published)?);
            *self.loaded.write() = known;
        }
        Ok(())
    }
}

/// A key for the operator's list.
pub struct KeyLine {
    /// Thumbprint of the key.
    pub kid: String,
    /// The ring that it belongs to.
    pub ring: RingName,
    /// Algorithm.
    pub algorithm: KeyAlgorithm,
    /// Current state.
    pub state: KeyState,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time from which it signs, in Unix seconds.
    pub active_at: i64,
}

/// All keys that are not retired, our own first.
pub fn list(app: &App) -> Vec<KeyLine> {
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let keys = known.rings.list().flat_map(|(name, ring)| {
        ring.list(now_s).map(move |(timed, state)| KeyLine {
            kid: timed.key.verifying().kid.clone(),
            ring: name,
            algorithm: timed.key.verifying().algorithm,
            state,
            created_at: timed.created_at,
            active_at: timed.active_at,
        })
    });
    keys.collect()
}

/// The JWK set for verifiers, of all rings or of one algorithm, and an entity tag that changes with
/// it.
pub fn published(app: &App, only: Option<KeyAlgorithm>) -> (Value, String) {
    let set = app.tokens.keys.known().rings.jwks(app.clock.now_s(), only);
    let version = seal::sha256(set.to_string().as_bytes());
    (set, version)
}

/// Reloads the rings. Cached tokens of removed keys are refused from now on.
pub(super) async fn reload(app: &App) -> Result<()> {
    let published = Published::read(&app.db, app.clock.now_s()).await?;
    app.tokens.keys.replace(&app.secret, &app.config, published)
}

/// Seals the private parts of keys under another secret, in the unit of work that changes it, and
/// deletes those of retired keys.
///
/// # Errors
/// Fails if a key does not open, or the database fails.
pub(super) async fn reseal(
    tx: &mut Tx<'_>,
    going: &InstanceSecret,
    coming: &InstanceSecret,
) -> Result<u64> {
    keys::forget_retired(tx).await?;
    let mut count = 0;
    for key in keys::sealed(tx).await? {
        let (purpose, kid) = (purpose(&key.ring), &key.kid);
        let material = Material::new(going.open(&purpose, kid, &key.private_sealed)?);
        keys::reseal(tx, kid, &coming.seal(&purpose, kid, material.expose())?).await?;
        count += 1;
    }
    Ok(count)
}
