//! State for signing, verifying and revoking tokens.

use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::hmac;

use super::{
    keys::{self, KeyError, Keys},
    revocation::Revoked,
    session::{Promised, UsageWriter},
    verified::TokenCache,
};
use crate::server::{
    App,
    app::Core,
    config::ACCESS_TOKEN_TTL_MAX,
    error::{Error, Result},
    secure::jwt,
};

/// Everything about access tokens and refresh tokens.
pub struct Tokens {
    /// Signs and verifies access tokens.
    pub keys: Keys,
    /// What every access token must say.
    pub expected: jwt::Expected,
    /// Access tokens that open nothing any more.
    pub revoked: Revoked,
    /// Access tokens that were verified a moment ago.
    pub verified: TokenCache,
    /// First uses of access tokens, to be written behind the request.
    pub usage: UsageWriter,
    /// Sign-outs that could not be written yet.
    pub promised: Promised,
    /// Authenticates refresh tokens.
    pub session_mac: hmac::Key,
    /// Authenticates forms of people who are signed in.
    pub form_mac: hmac::Key,
    /// Seconds that new access tokens live; 0 before they are declared.
    life: AtomicI64,
}

impl Tokens {
    /// Reads the keys; the first start makes one.
    ///
    /// # Errors
    /// The database, or a key that cannot be read.
    pub async fn open(core: &Core) -> Result<Self> {
        Ok(Self {
            keys: keys::open(core).await?,
            expected: jwt::Expected {
                issuer: core.config.issuer(),
                audience: core.config.audience.clone(),
                // Not the life that this process gives: others give theirs, and a setting may be lowered.
                max_life: ACCESS_TOKEN_TTL_MAX,
            },
            revoked: Revoked::default(),
            verified: TokenCache::default(),
            usage: UsageWriter::start(core.db.clone()),
            promised: Promised::default(),
            session_mac: core.secret.mac_key("session token"),
            form_mac: core.secret.mac_key("form token"),
            life: AtomicI64::new(0),
        })
    }

    /// How long a new access token lives, in seconds.
    ///
    /// # Errors
    /// This process has not declared it (see [`begin`]): nobody would know how long to refuse such a token.
    pub(super) fn life(&self) -> Result<i64> {
        match self.life.load(Ordering::Relaxed) {
            0 => Err(Error::Internal("no life of access tokens was declared".into())),
            life => Ok(life),
        }
    }

    /// Lets this process make access tokens of this life, which it has declared.
    pub(super) fn may_live(&self, life: i64) {
        self.life.store(life, Ordering::Relaxed);
    }
}

/// Makes an open app one that makes access tokens as its settings say: for the server, before the first request.
///
/// # Errors
/// `Known` for a shared secret that was retired; the database.
pub async fn begin(app: &App) -> std::result::Result<(), KeyError> {
    keys::declare_life(app).await?;
    keys::apply_settings(app).await
}
