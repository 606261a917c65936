//! The signing keys of access tokens: made, rotated, retired, imported, and equal in every process.

mod change;
mod error;
mod life;
mod open;

use std::sync::Arc;

use parking_lot::RwLock;
use serde_json::Value;

pub use change::{apply_settings, import, maintain, retire, rotate};
pub use error::KeyError;
pub use life::declare_life;
pub use open::open;

use crate::server::{
    App,
    config::Config,
    db::{
        Db, Tx, instance,
        keys::{self, KeyRow},
    },
    error::{Error, Result},
    secure::{
        CryptoError,
        jwt::LEEWAY,
        key_ring::{KeyRing, KeyState, TimedKey},
        keys::{KeyAlgorithm, Material, SigningKey},
        seal::{self, InstanceSecret},
    },
    service::token_life,
};

/// Time for which a key is published before it signs, in seconds: twice the cache time of the JWK
/// set.
pub const PUBLISH_AHEAD: i64 = 600;
/// Cache time of the JWK set, in seconds.
pub const JWKS_MAX_AGE: i64 = PUBLISH_AHEAD / 2;
/// The purpose under which private keys are sealed.
const PURPOSE: &str = "signing key";

/// The fact of the instance that holds the version of the ring.
pub(super) const VERSION: &str = "key_ring";

/// The ring as this process has read it.
pub struct Keys(RwLock<Arc<LoadedKeys>>);

/// The rows that were read, and their ring.
struct LoadedKeys {
    published: Published,
    ring: Arc<KeyRing>,
}

/// The keys in the database.
#[derive(Clone, PartialEq)]
struct Published {
    /// Version of the ring, which changes with the rows and with a longer lifetime of tokens.
    version: Option<String>,
    rows: Vec<KeyRow>,
    /// Seconds that a key verifies after its replacement.
    linger: i64,
}

impl Published {
    /// Reads the version first: if the rows are newer, the next change detects it.
    async fn read(db: &Db, now_s: i64) -> Result<Self> {
        let version = instance::get(db, VERSION).await?;
        let linger = token_life::longest(db, now_s).await? + 2 * LEEWAY;
        Ok(Self { version, rows: keys::live(db).await?, linger })
    }
}

impl Keys {
    fn new(secret: &InstanceSecret, config: &Config, published: Published) -> Result<Self> {
        Ok(Self(RwLock::new(Arc::new(known(secret, config, published)?))))
    }

    /// The ring.
    pub fn ring(&self) -> Arc<KeyRing> {
        self.known().ring.clone()
    }

    fn known(&self) -> Arc<LoadedKeys> {
        self.0.read().clone()
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
            *self.0.write() = known;
        }
        Ok(())
    }
}

/// A key for the operator's list.
pub struct KeyLine {
    /// Thumbprint of the key.
    pub kid: String,
    /// Algorithm.
    pub algorithm: KeyAlgorithm,
    /// Current state.
    pub state: KeyState,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time from which it signs, in Unix seconds.
    pub active_at: i64,
}

/// All keys that are not retired.
pub fn list(app: &App) -> Vec<KeyLine> {
    let line = |(timed, state): (&TimedKey, KeyState)| KeyLine {
        kid: timed.key.verifying().kid.clone(),
        algorithm: timed.key.verifying().algorithm,
        state,
        created_at: timed.created_at,
        active_at: timed.active_at,
    };
    app.tokens.keys.ring().list(app.clock.now_s()).map(line).collect()
}

/// The JWK set for verifiers, and an entity tag that changes with it.
pub fn published(app: &App) -> (Value, String) {
    let set = app.tokens.keys.ring().jwks(app.clock.now_s());
    let version = seal::sha256(set.to_string().as_bytes());
    (set, version)
}

/// Reloads the ring. Cached tokens of removed keys are refused from now on.
pub(super) async fn reload(app: &App) -> Result<()> {
    let published = Published::read(&app.db, app.clock.now_s()).await?;
    app.tokens.keys.replace(&app.secret, &app.config, published)
}

/// A signing key; the shared secret is the operator's. Finding primes takes a while.
async fn make(config: &Config, algorithm: KeyAlgorithm) -> Result<(SigningKey, Material)> {
    if let (KeyAlgorithm::Hs256, Some(secret)) = (algorithm, &config.jwt_secret) {
        return Ok(SigningKey::shared(secret)?);
    }
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm)).await;
    Ok(made.map_err(|error| Error::Internal(error.to_string()))??)
}

fn is_tutorials(material: &Material) -> bool {
    std::str::from_utf8(material.expose()).is_ok_and(seal::is_placeholder)
}

fn row(
    secret: &InstanceSecret,
    key: &SigningKey,
    material: &Material,
    created_at: i64,
    active_at: i64,
) -> Result<KeyRow> {
    let kid = key.verifying().kid.clone();
    let private_sealed = secret.seal(PURPOSE, &kid, material.expose())?;
    let algorithm = key.verifying().algorithm.to_string();
    Ok(KeyRow { kid, algorithm, private_sealed, created_at, active_at })
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
    for (kid, sealed) in keys::sealed(tx).await? {
        let material = Material::new(going.open(PURPOSE, &kid, &sealed)?);
        keys::reseal(tx, &kid, &coming.seal(PURPOSE, &kid, material.expose())?).await?;
        count += 1;
    }
    Ok(count)
}

/// The ring of all keys that this version can read. A later version may have added keys of its own. Outside of tutorial
/// mode a tutorial's secret is none: everybody could sign with it.
///
/// # Errors
/// No key can be read.
fn known(secret: &InstanceSecret, config: &Config, published: Published) -> Result<LoadedKeys> {
    let read = |row: &KeyRow| {
        let material = Material::new(secret.open(PURPOSE, &row.kid, &row.private_sealed)?);
        let algorithm = row.algorithm.parse().map_err(|_| CryptoError("stored algorithm"))?;
        if algorithm == KeyAlgorithm::Hs256 && !config.tutorial_compat && is_tutorials(&material) {
            return Ok(None);
        }
        let key = SigningKey::read(algorithm, &material)?;
        Ok(Some(TimedKey { key, created_at: row.created_at, active_at: row.active_at }))
    };
    let (mut timed, mut unread) = (Vec::new(), None);
    for row in &published.rows {
        match read(row) {
            Ok(Some(key)) => timed.push(key),
            Ok(None) => {
                let kid = &row.kid;
                tracing::warn!(
                    %kid,
                    "a tutorial's secret has signed tokens of this database; outside of tutorial mode it verifies nothing"
                );
            }
            Err(error) => {
                let (kid, algorithm) = (&row.kid, &row.algorithm);
                tracing::error!(%kid, ?algorithm, %error, "a signing key cannot be read and is left out");
                unread = Some::<CryptoError>(error);
            }
        }
    }
    if let (true, Some(error)) = (timed.is_empty(), unread) {
        return Err(error.into());
    }
    let ring = Arc::new(KeyRing::new(timed, published.linger));
    Ok(LoadedKeys { published, ring })
}
