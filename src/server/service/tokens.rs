//! What signs, verifies and revokes tokens.

use aws_lc_rs::hmac;

use super::{
    keys::{self, Keys},
    revocation::Revoked,
    session::{Promised, Uses},
    verified::Cached,
};
use crate::server::{app::Core, error::Result, secure::jwt};

/// The `client_id` of our own client: the pages of this service and those who call its API.
pub const CLIENT: &str = "vestibule";

/// Everything about access tokens and refresh tokens.
pub struct Tokens {
    /// Signs and verifies access tokens.
    pub keys: Keys,
    /// What every access token must say.
    pub expected: jwt::Expected,
    /// Access tokens that open nothing any more.
    pub revoked: Revoked,
    /// Access tokens that were verified a moment ago.
    pub verified: Cached,
    /// First uses of access tokens, to be written behind the request.
    pub uses: Uses,
    /// Sign-outs that could not be written yet.
    pub promised: Promised,
    /// Authenticates refresh tokens.
    pub session_mac: hmac::Key,
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
                max_life: core.config.access_token_ttl,
            },
            revoked: Revoked::default(),
            verified: Cached::default(),
            uses: Uses::start(core.db.clone()),
            promised: Promised::default(),
            session_mac: core.secret.mac_key("session token"),
        })
    }
}
