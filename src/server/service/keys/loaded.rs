use std::sync::Arc;

use super::{TOKEN_LIFE_OF_OTHERS, VERSION};
use crate::server::{
    config::Config,
    db::{
        Db, instance,
        keys::{self, KeyRow},
    },
    error::{Error, Result},
    secure::{
        CryptoError,
        jwt::LEEWAY,
        key_ring::{KeyRing, KeyRings, KeyState, RingName, TimedKey},
        keys::{KeyAlgorithm, Material, SigningKey},
        seal::{self, InstanceSecret},
    },
    service::token_life,
};

/// The rows that were read, and their rings.
pub(super) struct LoadedKeys {
    pub(super) published: Published,
    pub(super) rings: KeyRings,
}

impl LoadedKeys {
    /// The ring of a name.
    pub(super) fn ring(&self, name: RingName) -> &Arc<KeyRing> {
        self.rings.get(name)
    }

    /// The ids of all keys that are over.
    pub(super) fn over(&self, now_s: i64) -> impl Iterator<Item = &str> {
        let keys = self.rings.list().flat_map(move |(_, ring)| ring.list(now_s));
        let over = keys.filter(|(_, state)| *state == KeyState::Over);
        over.map(|(timed, _)| timed.key.verifying().kid.as_str())
    }
}

/// The keys in the database.
#[derive(Clone, PartialEq)]
pub(super) struct Published {
    /// Version of the rings, which changes with the rows and with a longer lifetime of tokens.
    pub(super) version: Option<String>,
    pub(super) rows: Vec<KeyRow>,
    /// Longest lifetime of our own access tokens, in seconds.
    token_life: i64,
}

impl Published {
    /// Reads the version first: if the rows are newer, the next change detects it.
    pub(super) async fn read(db: &Db, now_s: i64) -> Result<Self> {
        let version = instance::get(db, VERSION).await?;
        let token_life = token_life::longest(db, now_s).await?;
        Ok(Self { version, rows: keys::live(db).await?, token_life })
    }

    /// Whether our own ring has a key, readable or not.
    pub(super) fn has_own(&self) -> bool {
        self.rows.iter().any(|row| row.ring == RingName::Own.as_str())
    }

    /// Seconds that a key of a ring verifies after its replacement.
    pub(super) fn linger(&self, name: RingName) -> i64 {
        2 * LEEWAY
            + match name {
                RingName::Own => self.token_life,
                _ => TOKEN_LIFE_OF_OTHERS,
            }
    }
}

/// The rings of all keys that this version can read. A later version may have added keys of its own. Outside of tutorial
/// mode a tutorial's secret is none: everybody could sign with it.
///
/// # Errors
/// No key of our own ring can be read.
pub(super) fn known(
    secret: &InstanceSecret,
    config: &Config,
    published: Published,
) -> Result<LoadedKeys> {
    let read = |row: &KeyRow| {
        let name: RingName = row.ring.parse().map_err(|_| CryptoError("stored ring"))?;
        let sealed = secret.open(&purpose(&row.ring), &row.kid, &row.private_sealed)?;
        let material = Material::new(sealed);
        let algorithm = row.algorithm.parse().map_err(|_| CryptoError("stored algorithm"))?;
        if name.algorithm().is_some_and(|only| only != algorithm) {
            return Err(CryptoError("stored algorithm"));
        }
        if algorithm == KeyAlgorithm::Hs256 && !config.tutorial_compat && is_tutorials(&material) {
            return Ok(None);
        }
        let key = SigningKey::read(algorithm, &material)?;
        let timed = TimedKey { key, created_at: row.created_at, active_at: row.active_at };
        Ok(Some((name, timed)))
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
                let KeyRow { kid, ring, algorithm, .. } = row;
                tracing::error!(%kid, ?ring, ?algorithm, %error, "a signing key cannot be read and is left out");
                if row.ring == RingName::Own.as_str() {
                    unread = Some::<CryptoError>(error);
                }
            }
        }
    }
    if let (false, Some(error)) = (timed.iter().any(|(name, _)| *name == RingName::Own), unread) {
        return Err(error.into());
    }
    let rings = KeyRings::new(|name| {
        let of_ring = timed.extract_if(.., |(ring, _)| *ring == name);
        KeyRing::new(of_ring.map(|(_, timed)| timed).collect(), published.linger(name))
    });
    Ok(LoadedKeys { published, rings })
}

/// A signing key; the shared secret is the operator's. Finding primes takes a while.
pub(super) async fn make(
    config: &Config,
    algorithm: KeyAlgorithm,
) -> Result<(SigningKey, Material)> {
    if let (KeyAlgorithm::Hs256, Some(secret)) = (algorithm, &config.jwt_secret) {
        return Ok(SigningKey::shared(secret)?);
    }
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm)).await;
    Ok(made.map_err(|error| Error::Internal(error.to_string()))??)
}

fn is_tutorials(material: &Material) -> bool {
    std::str::from_utf8(material.expose()).is_ok_and(seal::is_placeholder)
}

/// The row of a key that joins a ring, sealed for it.
pub(super) fn row(
    secret: &InstanceSecret,
    name: RingName,
    (key, material): &(SigningKey, Material),
    created_at: i64,
    active_at: i64,
) -> Result<KeyRow> {
    let kid = key.verifying().kid.clone();
    let ring = name.to_string();
    let private_sealed = secret.seal(&purpose(&ring), &kid, material.expose())?;
    let algorithm = key.verifying().algorithm.to_string();
    Ok(KeyRow { kid, ring, algorithm, private_sealed, created_at, active_at })
}

/// The purpose under which the private keys of a ring are sealed, so that a writer of the database
/// moves no key to another ring. A process of the version before rings cannot open the others, and
/// leaves them out.
pub(super) fn purpose(ring: &str) -> String {
    match ring == RingName::Own.as_str() {
        true => "signing key".into(),
        false => format!("signing key of the ring {ring}"),
    }
}
