use futures::{FutureExt, future::BoxFuture};

use super::{PUBLISH_AHEAD, list, make, reload, row};
use crate::server::{
    App,
    db::{DbError, DbResult, Tx, keys, revocations::Revocation},
    error::{Error, Result},
    secure::{
        CryptoError,
        key_ring::KeyState,
        keys::{Material, SigningKey},
        secret::Secret,
    },
    service::{Visitor, audit::Record, revocation},
};

/// Why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing has this `kid`.
    #[error("there is no such key; see vestibule keys list")]
    Unknown,
    /// One key to come is enough.
    #[error("the next key is published already: {0}; give --now to let it sign at once")]
    AlreadyNext(String),
    /// HS256 signs with the operator's own secret.
    #[error("HS256 signs with VESTIBULE_JWT_SECRET: set another one and restart every process")]
    Shared,
    /// The key was here before.
    #[error("this key is here already, or was retired")]
    Known,
    /// Another process changed the keys at the same moment.
    #[error("the keys were changed elsewhere a moment ago; look again")]
    Raced,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<CryptoError> for KeyError {
    fn from(error: CryptoError) -> Self {
        Self::Other(error.into())
    }
}

/// Publishes the next key; it signs ten minutes later, or at once if asked to.
pub async fn rotate(app: &App, at_once: bool) -> std::result::Result<(), KeyError> {
    if app.config.jwt_secret.is_some() {
        return Err(KeyError::Shared);
    }
    let now = app.clock.now();
    let next = list(app).into_iter().find(|line| line.state == KeyState::Next);
    match next {
        Some(next) if at_once => {
            let kid = next.kid;
            change(app, "key.activate", move |tx| {
                async move { keys::activate(tx, &kid, now).await.map(|()| true) }.boxed()
            })
            .await
        }
        Some(next) => Err(KeyError::AlreadyNext(next.kid)),
        None => {
            let made = make(&app.config).await?;
            follow_last(app, made, signs_from(app, at_once)).await
        }
    }
}

/// Adds somebody's own private key (PEM, PKCS#8) as the next one.
pub async fn import(app: &App, pem: &Secret, at_once: bool) -> std::result::Result<(), KeyError> {
    let made = SigningKey::from_pem(pem)?;
    let kid = &made.0.verifying().kid;
    if list(app).iter().any(|line| line.kid == *kid) {
        return Err(KeyError::Known);
    }
    if let Some(next) = list(app).into_iter().find(|line| line.state == KeyState::Next) {
        return Err(KeyError::AlreadyNext(next.kid));
    }
    follow_last(app, made, signs_from(app, at_once)).await
}

/// Takes a key out of use for good: what it signed is refused from now on. If it was to sign, another does.
pub async fn retire(app: &App, kid: &str) -> std::result::Result<(), KeyError> {
    let lines = list(app);
    let line = lines.iter().find(|line| line.kid == kid).ok_or(KeyError::Unknown)?;
    let next = lines.iter().find(|line| line.state == KeyState::Next).map(|line| line.kid.clone());
    let now = app.clock.now();
    let replacement = match (line.state, &next) {
        (KeyState::Signing, None) if app.config.jwt_secret.is_some() => {
            return Err(KeyError::Shared);
        }
        (KeyState::Signing, None) => {
            let (key, material) = make(&app.config).await?;
            Some(row(&app.secret, &key, &material, now, signs_from(app, true))?)
        }
        _ => None,
    };
    let (kid, was_signing) = (kid.to_owned(), line.state == KeyState::Signing);
    change(app, "key.retire", move |tx| {
        async move {
            if !keys::retire(tx, &kid, now).await? {
                return Ok(false);
            }
            if let Some(replacement) = &replacement {
                keys::insert(tx, replacement).await?;
            } else if let Some(next) = next.filter(|_| was_signing) {
                keys::activate(tx, &next, now).await?;
            }
            Ok(true)
        }
        .boxed()
    })
    .await
}

/// Publishes the next key when the one that signs nears its age: once a minute.
pub async fn tend(app: &App) -> Result<()> {
    reload(app).await?;
    let (now, age) = (app.clock.now(), app.config.key_rotation);
    let ring = app.keys.ring();
    let last = ring.last().map_or(now, |timed| timed.active_at);
    if age == 0 || app.config.jwt_secret.is_some() || last + age - PUBLISH_AHEAD > now {
        return Ok(());
    }
    let made = make(&app.config).await?;
    match follow_last(app, made, (last + age).max(now + PUBLISH_AHEAD)).await {
        Ok(()) | Err(KeyError::Raced) => Ok(()),
        Err(KeyError::Other(error)) => Err(error),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

/// When a key made now begins to sign: never in the same second as the last, so that their order is clear.
fn signs_from(app: &App, at_once: bool) -> i64 {
    let now = app.clock.now();
    let after_last = app.keys.ring().last().map_or(now, |timed| timed.active_at + 1);
    let wanted = if at_once { now } else { now + PUBLISH_AHEAD };
    wanted.max(after_last)
}

/// Adds a key that follows the last one.
async fn follow_last(
    app: &App,
    (key, material): (SigningKey, Material),
    active_at: i64,
) -> std::result::Result<(), KeyError> {
    let row = row(&app.secret, &key, &material, app.clock.now(), active_at)?;
    let ring = app.keys.ring();
    let last = ring.last().map(|timed| timed.key.verifying().kid.clone()).unwrap_or_default();
    change(app, "key.publish", move |tx| {
        async move {
            Ok(keys::set_successor(tx, &last, &row.kid).await? && keys::insert(tx, &row).await?)
        }
        .boxed()
    })
    .await
}

/// Makes a change that every process hears of; `raced` if the rows were not as this process knew them.
async fn change<F>(app: &App, event: &'static str, work: F) -> std::result::Result<(), KeyError>
where
    F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, DbResult<bool>> + Send + 'static,
{
    let (now, expires_at) = (app.clock.now(), revocation::expiry(app));
    let record = Record::new(app, &Visitor::default());
    let changed = app
        .db
        .write(move |tx| {
            async move {
                if !work(tx).await? {
                    return Err(KeyError::Raced);
                }
                record.write(tx, (event, "success"), None, None).await.map_err(Error::from)?;
                revocation::record(tx, &Revocation::Keys, now, expires_at)
                    .await
                    .map_err(Error::from)?;
                Ok(())
            }
            .boxed()
        })
        .await;
    reload(app).await?;
    changed
}

impl From<DbError> for KeyError {
    fn from(error: DbError) -> Self {
        Self::Other(error.into())
    }
}
