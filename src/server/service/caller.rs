//! The caller of the API, authenticated by an access token.

use std::sync::Arc;

use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        error::Result,
        secure::jwt::{self, Claims, Verified},
        service::{roles::Permission, verified},
    },
};

/// The `client_id` of our own client: the pages of this service and those who call its API.
pub const CLIENT: &str = "vestibule";

/// For how long a proof counts as fresh, in seconds (S64).
pub const FRESH_FOR: i64 = 600;

/// The user of a verified access token. Only [`verify`] creates one, so a function that takes a `Caller` cannot be
/// reached with the session cookie.
#[derive(Clone, Debug)]
pub struct Caller(Arc<Verified>);

impl Caller {
    /// The person.
    pub fn user(&self) -> &UserId {
        &self.0.claims.sub
    }

    /// The session.
    pub fn session(&self) -> &SessionId {
        &self.0.claims.sid
    }

    /// The claims of the token.
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// Checks that the token's scope has the permission.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.0.claims.allows(permission.as_str()) {
            true => Ok(()),
            false => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// Checks that the last authentication (`auth_time`) is at most ten minutes old (RFC 9470).
    ///
    /// # Errors
    /// `reauthentication_required`.
    pub fn require_fresh(&self, app: &App) -> Result<()> {
        match app.clock.now() - self.0.claims.auth_time < FRESH_FOR {
            true => Ok(()),
            false => Err(ErrorCode::ReauthenticationRequired.into()),
        }
    }
}

/// Verifies an access token: signature, claims, time and revocation. No database is asked, and for a token
/// that was seen before no key either.
pub fn verify(app: &App, token: &str) -> Result<Caller> {
    let refused = |reason: &str| {
        tracing::debug!(reason, "access token refused");
        ErrorCode::InvalidToken
    };
    if token.len() > jwt::MAX_BYTES {
        return Err(refused("too long").into());
    }
    let (now_ms, ring, key) = (app.clock.now_ms(), app.tokens.keys.ring(), verified::key(token));
    let now = now_ms / 1000;
    let known = app.tokens.verified.get(&key);
    let (verified, is_first) = match known.filter(|known| known.holds(&ring, now)) {
        Some(known) => (known, false),
        None => {
            app.tokens.verified.remove(&key);
            let verified = jwt::verify(&ring, &app.tokens.expected, now, token);
            (Arc::new(verified.map_err(|why| refused(why.0))?), true)
        }
    };
    if verified.claims.client_id != CLIENT {
        return Err(refused("another client's").into());
    }
    if app.tokens.revoked.is_blind(now_ms) {
        return Err(ErrorCode::Unavailable.into());
    }
    if app.tokens.revoked.contains(&verified.claims) {
        app.tokens.verified.remove(&key);
        return Err(refused("revoked").into());
    }
    if is_first && app.tokens.uses.note(&verified.claims, now_ms) {
        app.tokens.verified.insert(key, verified.clone());
    }
    Ok(Caller(verified))
}
