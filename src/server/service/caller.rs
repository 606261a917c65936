//! Who is calling: proven by an access token, and by nothing else.

use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        error::Result,
        secure::jwt::{self, Claims},
        service::{roles::Permission, session},
    },
};

/// Whoever the verified bearer token names. Only [`verify`] makes one, so a verb that takes a `Caller`
/// cannot be reached with a cookie.
#[derive(Clone, Debug)]
pub struct Caller(Claims);

impl Caller {
    /// The person.
    pub fn user(&self) -> &UserId {
        &self.0.sub
    }

    /// The session.
    pub fn session(&self) -> &SessionId {
        &self.0.sid
    }

    /// The claims of the token.
    pub fn claims(&self) -> &Claims {
        &self.0
    }

    /// `forbidden` unless the token's scope has the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.0.allows(permission.as_str()) {
            true => Ok(()),
            false => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// `reauthentication_required` unless the person proved who they are within ten minutes (S64).
    pub fn require_fresh(&self, app: &App) -> Result<()> {
        match app.clock.now() - self.0.auth_time < session::FRESH_FOR {
            true => Ok(()),
            false => Err(ErrorCode::ReauthenticationRequired.into()),
        }
    }
}

/// Verifies an access token: signature, claims, time and revocation. No database is asked.
pub fn verify(app: &App, token: &str) -> Result<Caller> {
    let claims =
        jwt::verify(&app.keys, &app.expected, app.clock.now(), token).map_err(|refused| {
            tracing::debug!(reason = refused.0, "access token refused");
            ErrorCode::InvalidToken
        })?;
    if app.revoked.contains(&claims) {
        tracing::debug!(reason = "revoked", "access token refused");
        return Err(ErrorCode::InvalidToken.into());
    }
    app.uses.note(&claims, app.clock.now_ms());
    Ok(Caller(claims))
}
