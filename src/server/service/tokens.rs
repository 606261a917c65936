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
    clock::OnceAMinute,
    config::ACCESS_TOKEN_TTL_MAX,
    error::{Error, Result},
    secure::{jwt, session_token::RefreshKey},
};

/// State of access tokens and refresh tokens.
pub struct Tokens {
    /// Keys that sign and verify access tokens.
    pub keys: Keys,
    /// Required properties of every access token.
    pub expected: jwt::Expected,
    /// Revoked access tokens.
    pub revoked: Revoked,
    /// Recently verified access tokens.
    pub verified: TokenCache,
    /// Queue of first uses of access tokens.
    pub usage: UsageWriter,
    /// Pending sign-outs.
    pub promised: Promised,
    /// Key that makes refresh tokens of our own client.
    pub session_mac: RefreshKey,
    /// Key that makes refresh tokens of other clients.
    pub grant_mac: RefreshKey,
    /// Key that authenticates forms of signed-in users.
    pub form_mac: hmac::Key,
    /// The log line about a token without `app_metadata`.
    pub(super) unfit: OnceAMinute,
    /// Lifetime of new access tokens in seconds; 0 before its declaration.
    life: AtomicI64,
}

impl Tokens {
    /// Reads the keys; the first start makes one.
    ///
    /// # Errors
    /// Fails if the database fails, or no key is readable.
    pub async fn open(core: &Core) -> Result<Self> {
        Ok(Self {
            keys: keys::open(core).await?,
            expected: jwt::Expected {
                issuer: core.config.issuer(),
                audience: core.config.audience.clone(),
                // Not the lifetime of this process's tokens: other processes have theirs, and a
                // setting may be lowered.
                max_life: ACCESS_TOKEN_TTL_MAX,
            },
            revoked: Revoked::default(),
            verified: TokenCache::default(),
            usage: UsageWriter::start(core.db.clone()),
            promised: Promised::default(),
            session_mac: RefreshKey::new(core.secret.mac_key("session token"), ""),
            grant_mac: RefreshKey::new(core.secret.mac_key("grant token"), "vst_rt_"),
            form_mac: core.secret.mac_key("form token"),
            unfit: OnceAMinute::default(),
            life: AtomicI64::new(0),
        })
    }

    /// The lifetime of a new access token, in seconds.
    ///
    /// # Errors
    /// Fails before this process has declared it (see [`begin`]), because nobody would know how
    /// long to refuse such a token.
    pub(super) fn life(&self) -> Result<i64> {
        match self.life.load(Ordering::Relaxed) {
            0 => Err(Error::Internal("no life of access tokens was declared".into())),
            life => Ok(life),
        }
    }

    /// Enables access tokens of this declared lifetime.
    pub(super) fn may_live(&self, life: i64) {
        self.life.store(life, Ordering::Relaxed);
    }
}

/// Prepares an open app to issue access tokens as its settings say; for the server, before the
/// first request.
///
/// # Errors
/// `Known` for a shared secret that was retired; an error of the database.
pub async fn begin(app: &App) -> std::result::Result<(), KeyError> {
    keys::declare_life(app).await?;
    keys::apply_settings(app).await
}
