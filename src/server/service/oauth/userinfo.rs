use serde_json::{Map, Value, json};

use super::{
    OAuthError,
    claims::about,
    verify::{is_alive, signed},
};
use crate::server::{
    App,
    service::{profile, roles},
};

/// The reason why an access token opens nothing (RFC 6750 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// It is invalid, expired or revoked.
    InvalidToken,
    /// Its scope lacks `openid`.
    InsufficientScope,
    /// The service failed, or cannot tell.
    Other(OAuthError),
}

/// What an access token tells about its person (OpenID Connect Core section 5.3).
///
/// # Errors
/// The refusal.
pub async fn userinfo(app: &App, token: &str) -> Result<Map<String, Value>, TokenRefusal> {
    let refused = |reason: &str| {
        tracing::debug!(reason, "access token refused at userinfo");
        TokenRefusal::InvalidToken
    };
    let claims = signed(app, token).map_err(|why| refused(why.0))?;
    let registry = app.clients.now();
    if !is_alive(app, &registry, &claims).map_err(TokenRefusal::Other)? {
        return Err(refused("revoked"));
    }
    if claims.sid.is_none() {
        return Err(refused("of a program"));
    }
    if !claims.allows("openid") {
        return Err(TokenRefusal::InsufficientScope);
    }
    let user = claims.sub.parse().map_err(|_| refused("sub"))?;
    let view = match profile::recent(app, &user).await {
        Ok(view) => view,
        Err(error) if error.code().status() == 404 => return Err(refused("no account")),
        Err(error) => return Err(TokenRefusal::Other(error.into())),
    };
    if view.disabled_at.is_some() {
        return Err(refused("disabled"));
    }
    let mut told = Map::new();
    told.insert("sub".into(), json!(claims.sub));
    let acr = claims.acr.as_deref().unwrap_or_default();
    let roles = roles::counted(&app.config, &view.roles, acr);
    told.extend(about(&view, &claims.scope, &roles));
    Ok(told)
}
